import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Home, PERMISSIONS } from "../e2e/home.ts";
import { runProgram } from "../support/programs.ts";
import { readPage, ROOT, section, tableRows } from "./pages.ts";

const { text: page } = await readPage("docs/script-it.md");

/** What is read here of `deno doc --json`: a union of object types, one of them with an interface. */
interface Documentation {
  readonly nodes: Record<string, { readonly symbols: readonly DocumentedSymbol[] }>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly def: {
      readonly properties?: readonly DocumentedProperty[];
      readonly tsType?: { readonly value: readonly DocumentedType[] };
    };
  }[];
}

type DocumentedType =
  | {
    readonly kind: "typeLiteral";
    readonly value: { readonly properties: readonly DocumentedProperty[] };
  }
  | { readonly kind: "typeRef"; readonly repr: string }
  | { readonly kind: "intersection"; readonly value: readonly DocumentedType[] };

interface DocumentedProperty {
  readonly name: string;
  readonly tsType: { readonly repr: string };
}

/** The keys of each kind of event, as its type in the code has them. */
async function declaredEvents(): Promise<Record<string, readonly string[]>> {
  const files = ["lib/terminal/events/events.ts", "lib/explain/explanation.ts"]
    .map((file) => fileURLToPath(new URL(file, ROOT)));
  const command = new Deno.Command(Deno.execPath(), { args: ["doc", "--json", ...files] });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { nodes }: Documentation = JSON.parse(new TextDecoder().decode(stdout));
  const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols);
  const definition = (name: string) =>
    symbols.find((symbol) => symbol.name === name)?.declarations[0]?.def;
  const propertiesOf = (type: DocumentedType): readonly DocumentedProperty[] => {
    switch (type.kind) {
      case "typeLiteral":
        return type.value.properties;
      case "typeRef":
        return definition(type.repr)?.properties ?? assert.fail(`${type.repr} is not known`);
      case "intersection":
        return type.value.flatMap(propertiesOf);
    }
  };
  const members = definition("ChatEvent")?.tsType?.value ?? [];
  return Object.fromEntries(
    members.map(propertiesOf).map((properties) => {
      const kind = properties.find(({ name }) => name === "event")?.tsType.repr;
      const keys = properties.map(({ name }) => name).filter((name) => name !== "event");
      return [kind, keys.sort()];
    }),
  );
}

/** The keys that a cell of the table names, without what it says of their values. */
function namedKeys(cell: string): readonly string[] {
  let outside = cell;
  for (const inside of [/\{[^{}]*\}/g, /\[[^[\]]*\]\([^()]*\)/g, /\[[^[\]]*\]/g, /\([^()]*\)/g]) {
    outside = outside.replaceAll(inside, "");
  }
  const [list = ""] = outside.split(":");
  const words = [...list.matchAll(/(?<!after )(?<!with )`([a-zA-Z]+)`/g)];
  return words.map(([, key = ""]) => key).sort();
}

Deno.test("events: the table has every kind with all its keys, and no others", async () => {
  const rows = tableRows(section(page, "## JSON"));
  const documented = rows.map(([kind = "", keys = ""]) =>
    [kind.replaceAll("`", ""), namedKeys(keys)] as const
  );
  const declared = await declaredEvents();
  assert.ok(Object.keys(declared).length >= 14);
  assert.equal(documented.length, Object.keys(declared).length);
  assert.deepEqual(Object.fromEntries(documented), declared);
});

Deno.test("events: `id --json` writes the keys that the page names", async () => {
  await using home = new Home();
  const args = ["id", "--json", "--home", home.folder];
  const { status, stdout, stderr } = await runProgram("client", args, { permissions: PERMISSIONS });
  assert.equal(status, 0, stderr);
  const [, sentence = ""] = /another kind: `identity`, with ([^.]*)\./.exec(page) ?? [];
  const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, key]) => key);
  assert.deepEqual(Object.keys(JSON.parse(stdout)), ["event", ...named]);
});
