import assert from "node:assert/strict";

/**
 * The house from the ground up: a file imports only from its own room and from those before it. A
 * room is a folder of `lib/` without its sub-folders, or a single file. `mod.ts` is the front door of
 * a floor, which stands behind all of its rooms.
 */
const ROOMS = [
  ...[
    "errors.ts",
    "abort.ts",
    "pause.ts",
    "budget.ts",
    "version.ts",
    "environment.ts",
    "program_name.ts",
    "hidden_characters.ts",
    "quoted.ts",
    "waiting_line.ts",
  ],
  ...["crypto", "crypto/x25519", "crypto/ml_kem768", "crypto/mod.ts"],
  ...["noise", "noise/mod.ts"],
  ...["identity", "identity/files", "identity/keys", "identity/books", "identity/mod.ts"],
  ...["channel/frames", "channel/records", "channel/handshake", "channel", "channel/tcp"],
  "channel/mod.ts",
  ...[
    "chat/names",
    "chat/wire",
    "chat/log",
    "chat/conduct",
    "chat/delivery",
    "chat/room",
    "chat/visit",
    "chat/member",
    "chat/mod.ts",
  ],
  ...["explain", "explain/page", "explain/mod.ts"],
  ...["storage", "history"],
  ...[
    "terminal/text",
    "terminal/events",
    "terminal/sentences",
    "terminal/keyboard",
    "terminal/editing",
    "terminal/output",
    "terminal/frames",
    "terminal/prompt",
  ],
  "terminal/screens",
  "trust",
  ...["conversation/room", "conversation/commands", "conversation"],
  ...["client/meeting", "client/reconnect", "client"],
  ...["server/door", "server/log", "server/host", "server"],
  ...["program/flags", "program/tasks", "program", "program/explain"],
  "mod.ts",
];

/** Floors that know nothing of others, although those come before them; but for a file, perhaps. */
const STRANGERS: Readonly<Record<string, { floors: readonly string[]; but?: string }>> = {
  identity: { floors: ["noise"] },
  channel: { floors: ["identity"] },
  chat: { floors: ["identity"], but: "identity/fingerprint.ts" },
  explain: { floors: ["identity"] },
  storage: { floors: ["noise", "channel", "chat", "explain"] },
  history: { floors: ["noise", "channel", "explain"] },
  terminal: { floors: ["storage", "history"] },
  server: { floors: ["client"] },
  "mod.ts": {
    floors: [
      "terminal",
      "trust",
      "conversation",
      "client",
      "server",
      "program",
      "storage",
      "history",
    ],
  },
};

/** How many files a folder may have: a hall is to be divided. */
const MAX_FILES = 15;

/** The floors that run in a browser as well, and the files in them that need not. */
const WEB_ONLY = ["crypto", "noise", "channel", "chat", "explain"];
const BESIDE_THE_WEB = ["channel/tcp/dial.ts", "channel/tcp/tcp.ts"];
/** Files that may import the types, and nothing but the types, of a `node:` module. */
const NODE_TYPES = ["crypto/node_crypto.ts", "crypto/sync_node.ts", "crypto/x25519/node.ts"];

/** A place in a file where another module is imported. */
interface Import {
  readonly specifier: string | undefined;
  readonly isTypeOnly: boolean;
}

interface Source {
  readonly imports: readonly Import[];
  /** Whether the code, comments and strings aside, says `Deno`. */
  readonly usesDeno: boolean;
}

/**
 * Reads what a TypeScript file imports: `import` and `export … from`, and `import(…)`, whose
 * specifier is `undefined` where it is no plain string.
 */
function readSource(text: string): Source {
  const { code, strings } = withoutText(text);
  const imports: Import[] = [];
  // Each string stands in the code as "number".
  for (
    const [, kind, type, number] of code.matchAll(
      /\b(import|export)\b(\s+type\b)?[^;"()]*?\bfrom\s*"(\d+)"/g,
    )
  ) {
    assert.ok(kind);
    imports.push({ specifier: strings[Number(number)], isTypeOnly: type !== undefined });
  }
  for (const [, number] of code.matchAll(/\bimport\s*"(\d+)"/g)) {
    imports.push({ specifier: strings[Number(number)], isTypeOnly: false });
  }
  for (const [, number] of code.matchAll(/\bimport\s*\(\s*(?:"(\d+)"\s*[,)])?/g)) {
    const specifier = number === undefined ? undefined : strings[Number(number)];
    imports.push({ specifier, isTypeOnly: false });
  }
  return { imports, usesDeno: /\bDeno\b/.test(code) || strings.includes("Deno") };
}

/** The code without comments, and with each string, quotes kept, replaced by its number. */
function withoutText(text: string): { code: string; strings: string[] } {
  const strings: string[] = [];
  let code = "";
  let at = 0;
  /** Where template literals that wait for their `${…}` to end stand, as depths of braces. */
  const templates: number[] = [];
  let depth = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const keep = (value: string) => {
    code += `"${strings.length}"`;
    strings.push(value);
  };
  const template = () => {
    const part = take(/(?:[^`\\$]|\\[^]|\$(?!\{))*/y) ?? "";
    keep(part);
    if (text[at] === "`") at++;
    else {
      at += 2;
      templates.push(depth++);
      code += "{";
    }
  };
  while (at < text.length) {
    if (take(/\/\/[^\n]*|\/\*[^]*?\*\//y) !== undefined) {
      code += " ";
      continue;
    }
    const string = take(/"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y);
    if (string !== undefined) {
      keep(string.slice(1, -1));
      continue;
    }
    // A slash is a division only behind a value; what stands before it is in the last few characters.
    const before = text[at] === "/" ? code.slice(-80) : "";
    if (
      before !== "" &&
      (!/[\w$)\]}"]\s*$/.test(before) || /\b(?:return|typeof|case|of|in)\s*$/.test(before))
    ) {
      if (take(/\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y) !== undefined) {
        code += "0";
        continue;
      }
    }
    const character = text[at++];
    if (character === "`") {
      template();
      continue;
    }
    if (character === "{") depth++;
    if (character === "}") {
      depth--;
      if (templates.at(-1) === depth) {
        templates.pop();
        code += "}";
        template();
        continue;
      }
    }
    code += character;
  }
  return { code, strings };
}

/** The floor that a file is on: the first folder, or its own name. */
function floorOf(path: string): string {
  return path.split("/")[0];
}

/** Where a file's room stands in the order of all; -1 if the plan has no such room. */
function roomOf(path: string): number {
  const own = ROOMS.indexOf(path);
  return own === -1 ? ROOMS.indexOf(path.replace(/\/?[^/]*$/, "")) : own;
}

/** Why one file may not import another; `undefined` if it may. */
function whyNot(path: string, other: string): string | undefined {
  if (roomOf(other) === -1) return "which is in no room of the plan";
  if (roomOf(other) > roomOf(path)) return "against the direction";
  const { floors, but } = STRANGERS[floorOf(path)] ?? { floors: [] };
  return floors.includes(floorOf(other)) && other !== but ? "against the direction" : undefined;
}

/** Files that import each other, by way of others or at once: a sentence for each circle. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string) => {
    const start = way.indexOf(path);
    if (start !== -1) found.push(`a circle: ${[...way.slice(start), path].join(" → ")}`);
    if (start !== -1 || done.has(path)) return;
    way.push(path);
    for (const other of imports.get(path) ?? []) visit(other);
    way.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return found;
}

/** What in the files of `lib/` (path in it, text) breaks the rules: a sentence for each. */
function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const versions = new Map<string, Set<string>>();
  const local = new Map<string, string[]>();
  for (const [path, text] of files) {
    const { imports, usesDeno } = readSource(text);
    const others: string[] = [];
    local.set(path, others);
    const report = (what: string) => found.push(`lib/${path}: ${what}`);
    const isWebOnly = WEB_ONLY.includes(floorOf(path)) && !BESIDE_THE_WEB.includes(path);
    if (roomOf(path) === -1) report("belongs to no room of the plan");
    if (isWebOnly && usesDeno) report("uses Deno, which a browser has not");
    for (const { specifier, isTypeOnly } of imports) {
      if (specifier === undefined) {
        report("imports a module whose name is computed");
      } else if (specifier.startsWith(".")) {
        const target = new URL(specifier, `file:///lib/${path}`).pathname;
        if (!target.startsWith("/lib/")) {
          report(`imports ${specifier}, which is not in lib`);
          continue;
        }
        const other = target.slice("/lib/".length);
        others.push(other);
        const why = whyNot(path, other);
        if (why !== undefined) report(`imports lib/${other}, ${why}`);
      } else if (specifier.startsWith("node:")) {
        const isAllowed = !isWebOnly || isTypeOnly && NODE_TYPES.includes(path);
        if (!isAllowed) report(`imports ${specifier}, which a browser has not`);
      } else {
        const [, name, version] =
          /^npm:((?:@[^/@]+\/)?[^/@]+)@(\d+\.\d+\.\d+(?:-[\w.]+)?)(?:\/.*)?$/
            .exec(specifier) ?? [];
        if (name === undefined) {
          report(`imports ${specifier}, which is not npm with an exact version`);
          continue;
        }
        const known = versions.get(name) ?? new Set();
        versions.set(name, known.add(version));
      }
    }
  }
  for (const [name, known] of versions) {
    const list = [...known].toSorted().join(", ");
    if (known.size > 1) found.push(`npm:${name} is imported in versions ${list}`);
  }
  return [...found, ...circles(local)];
}

async function readLibrary(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const read = async (folder: URL, prefix: string) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await read(new URL(`${name}/`, folder), `${prefix}${name}/`);
      else if (/\.[cm]?[jt]sx?$/.test(name)) {
        files.set(prefix + name, await Deno.readTextFile(new URL(name, folder)));
      }
    }
  };
  await read(new URL("../lib/", import.meta.url), "");
  return files;
}

Deno.test("architecture: imports in lib go one way", async () => {
  const files = await readLibrary();
  for (
    const path of ["channel/tcp/tcp.ts", "crypto/mod.ts", "noise/mod.ts", "errors.ts", "mod.ts"]
  ) {
    assert.ok(files.has(path), `${path} is read`);
  }
  const count = [...files.values()].reduce((sum, text) => sum + readSource(text).imports.length, 0);
  assert.ok(count > 100, `${count} imports are found`);
  assert.deepEqual(violations(files), []);
});

Deno.test("architecture: every import that Deno itself sees in lib is read", async () => {
  const files = await readLibrary();
  for (const entry of ["mod.ts", "channel/mod.ts", "crypto/mod.ts"]) {
    const url = new URL(`../lib/${entry}`, import.meta.url);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", url.href],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { modules }: {
      modules: { specifier: string; dependencies?: { specifier: string }[] }[];
    } = JSON.parse(new TextDecoder().decode(stdout));
    const root = new URL("../lib/", import.meta.url).href;
    for (const { specifier, dependencies = [] } of modules) {
      if (!specifier.startsWith(root)) continue;
      const path = decodeURI(specifier.slice(root.length));
      const read = readSource(files.get(path) ?? "").imports.map(({ specifier }) => specifier);
      assert.deepEqual(
        [...new Set(read)].toSorted(),
        dependencies.map(({ specifier }) => specifier).toSorted(),
        path,
      );
    }
  }
});

Deno.test("architecture: the check finds what it is there for", () => {
  const samples: [path: string, text: string, expected: RegExp | undefined][] = [
    // Allowed.
    ["noise/a.ts", `import { x } from "../crypto/mod.ts";`, undefined],
    ["chat/visit/a.ts", `import { x } from "../room/b.ts"; import "./b.ts";`, undefined],
    ["channel/mod.ts", `export * from "./tcp/tcp.ts"; export * from "./a.ts";`, undefined],
    ["chat/room/a.ts", `export * from "../../channel/mod.ts";`, undefined],
    ["chat/room/a.ts", `import { f } from "../../identity/fingerprint.ts";`, undefined],
    ["explain/a.ts", `import { f } from "../chat/mod.ts";`, undefined],
    ["terminal/text/a.ts", `import { f } from "../../explain/mod.ts";`, undefined],
    ["terminal/text/a.ts", `import { f } from "../../identity/known_hosts.ts";`, undefined],
    ["identity/a.ts", `import { f } from "../crypto/x25519/x25519.ts";`, undefined],
    ["crypto/a.ts", `import { E } from "../errors.ts"; import "./b.ts";`, undefined],
    ["crypto/sync_node.ts", `import type * as C from "node:crypto";`, undefined],
    ["channel/tcp/tcp.ts", `const l = Deno.listen({ port: 0 });`, undefined],
    ["identity/a.ts", `import { join } from "node:path"; Deno.env.get("HOME");`, undefined],
    ["crypto/a.ts", `import { s } from "npm:@noble/hashes@2.4.0/sha2.js";`, undefined],
    ["crypto/a.ts", `await import("npm:a@1.2.3");`, undefined],
    // What only looks like an import.
    ["crypto/a.ts", `// import "../channel/mod.ts"; Deno\nconst a = 1;`, undefined],
    ["crypto/a.ts", `/** import { a } from "../channel/mod.ts"; Deno.x */ const a = 1;`, undefined],
    ["crypto/a.ts", `const a = 'import "../channel/mod.ts"';`, undefined],
    ["crypto/a.ts", "const a = `import '../channel/mod.ts' ${f(\"}\")} Deno`;", undefined],
    ["crypto/a.ts", `const a = /["'\`]/; const b = "import '../channel/mod.ts'";`, undefined],
    // Against the direction.
    ["crypto/a.ts", `import { x } from "../noise/mod.ts";`, /lib\/noise\/mod.ts, against/],
    ["crypto/a.ts", `import type { X } from "../noise/mod.ts";`, /against/],
    ["noise/a.ts", `import {\n  x,\n  type Y,\n} from "../channel/mod.ts";`, /against/],
    ["noise/a.ts", `import * as c from '../channel/mod.ts'`, /against/],
    ["channel/a.ts", `export { x } from "../chat/mod.ts";`, /against/],
    ["channel/a.ts", `export type { X } from "../identity/mod.ts";`, /against/],
    ["channel/a.ts", `import "../terminal/text/a.ts";`, /against/],
    ["channel/a.ts", `const m = await import("../chat/mod.ts");`, /against/],
    ["channel/a.ts", `const m = await import(\n  "../chat/mod.ts",\n);`, /against/],
    ["channel/a.ts", 'const a = `${await import("../chat/mod.ts")}`;', /against/],
    ["channel/a.ts", `const a = b / 2; import "../chat/mod.ts"; const c = d / 2;`, /against/],
    ["channel/a.ts", `import { x } from "../mod.ts";`, /lib\/mod.ts, against/],
    ["identity/a.ts", `import { x } from "../noise/mod.ts";`, /against/],
    ["chat/room/a.ts", `import { x } from "../../identity/known_hosts.ts";`, /against/],
    ["chat/room/a.ts", `import { x } from "../../terminal/text/b.ts";`, /against/],
    ["chat/room/a.ts", `import { x } from "../../explain/mod.ts";`, /against/],
    ["explain/a.ts", `import { x } from "../terminal/text/b.ts";`, /against/],
    ["explain/a.ts", `import { x } from "../identity/mod.ts";`, /against/],
    ["explain/a.ts", `Deno.writeTextFileSync("a", "b");`, /uses Deno/],
    ["errors.ts", `import { x } from "./crypto/mod.ts";`, /against/],
    ["chat/room/a.ts", `import { x } from "../visit/b.ts";`, /lib\/chat\/visit\/b.ts, against/],
    ["chat/room/a.ts", `import { x } from "../mod.ts";`, /against/],
    ["channel/a.ts", `import { x } from "./tcp/tcp.ts";`, /against/],
    ["trust/a.ts", `import { x } from "../conversation/speech.ts";`, /against/],
    ["server/door/a.ts", `import { x } from "../../program/flags/b.ts";`, /against/],
    ["server/door/a.ts", `import { x } from "../../client/b.ts";`, /against/],
    ["mod.ts", `export * from "./terminal/text/a.ts";`, /against/],
    ["chat/other/a.ts", `const a = 1;`, /no room/],
    ["chat/a.ts", `const a = 1;`, /no room/],
    ["crypto/a.ts", `import { x } from "../../tests/support/wire.ts";`, /not in lib/],
    ["crypto/a.ts", "await import(`./${name}.ts`);", /computed/],
    ["crypto/a.ts", `await import(name);`, /computed/],
    ["other/a.ts", `const a = 1;`, /no room/],
    // What a browser has not.
    ["crypto/a.ts", `const a = Deno.build.os;`, /uses Deno/],
    ["noise/a.ts", `const { Deno: d } = globalThis;`, /uses Deno/],
    ["channel/a.ts", `const d = globalThis["Deno"];`, /uses Deno/],
    ["channel/a.ts", "const a = `${Deno.pid}`;", /uses Deno/],
    ["channel/a.ts", `import { Buffer } from "node:buffer";`, /node:buffer/],
    ["channel/tcp/tcp.ts", `import { x } from "../../chat/mod.ts";`, /against/],
    ["crypto/sync_node.ts", `import * as C from "node:crypto";`, /node:crypto/],
    ["crypto/sync_node.ts", `import { type A, b } from "node:crypto";`, /node:crypto/],
    ["crypto/a.ts", `import type * as C from "node:crypto";`, /node:crypto/],
    ["crypto/a.ts", `await import("node:crypto");`, /node:crypto/],
    // Dependencies.
    ["crypto/a.ts", `import { s } from "npm:@noble/hashes/sha2.js";`, /exact version/],
    ["crypto/a.ts", `import { s } from "npm:@noble/hashes@^2.4.0/sha2.js";`, /exact version/],
    ["crypto/a.ts", `import { s } from "npm:cborg@6";`, /exact version/],
    ["crypto/a.ts", `import { s } from "jsr:@std/assert@1.0.0";`, /exact version/],
    ["crypto/a.ts", `import { s } from "https://deno.land/x/y@1.0.0/z.ts";`, /exact version/],
    ["crypto/a.ts", `import { s } from "cborg";`, /exact version/],
    [
      "crypto/a.ts",
      `import "npm:a@1.2.3"; import { b } from "npm:a@1.2.4/b.js";`,
      /versions 1.2.3, 1.2.4/,
    ],
  ];
  for (const [path, text, expected] of samples) {
    const found = violations(new Map([[path, text]]));
    if (expected === undefined) {
      assert.deepEqual(found, [], text);
    } else {
      assert.equal(found.length, 1, `${text}: ${JSON.stringify(found)}`);
      assert.match(found[0], expected, text);
    }
  }
  const twoFiles = new Map([
    ["crypto/a.ts", `import "npm:@noble/hashes@2.4.0";`],
    ["chat/room/b.ts", `await import("npm:@noble/hashes@2.5.0/x.js");`],
  ]);
  assert.deepEqual(violations(twoFiles), [
    "npm:@noble/hashes is imported in versions 2.4.0, 2.5.0",
  ]);
  const circle = new Map([
    ["noise/a.ts", `import "./b.ts";`],
    ["noise/b.ts", `import type { C } from "./c.ts"; import "../crypto/d.ts";`],
    ["noise/c.ts", `export * from "./a.ts";`],
  ]);
  assert.deepEqual(violations(circle), [
    "a circle: noise/a.ts → noise/b.ts → noise/c.ts → noise/a.ts",
  ]);
});

Deno.test("architecture: no folder in lib is a hall", async () => {
  const counts = new Map<string, number>();
  for (const path of (await readLibrary()).keys()) {
    const folder = path.replace(/\/?[^/]*$/, "");
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const halls = [...counts].filter(([, count]) => count > MAX_FILES);
  assert.deepEqual(halls, []);
});

Deno.test("architecture: the map has a sentence for each room, in the order of the house", async () => {
  const map = await Deno.readTextFile(new URL("../docs/ARCHITECTURE.md", import.meta.url));
  const [, table = ""] = /^\| room +\|[^\n]*\n\|[-| ]*\n((?:\|[^\n]*\n)+)/m.exec(map) ?? [];
  const rows = [...table.matchAll(/^\| `([^`]+)` +\| (\S.*?) +\|$/gm)].map(([, room]) => room);
  assert.deepEqual(rows, ROOMS.filter((room) => !room.endsWith(".ts")));
});
