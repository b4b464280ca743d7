import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);

interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly isDynamic?: boolean;
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

/** What a module and all that it imports statically load: files, and packages, each with its way. */
async function loadedBy(
  entry: string,
): Promise<{ files: readonly string[]; packages: ReadonlyMap<string, string> }> {
  const path = fileURLToPath(new URL(entry, root));
  const args = ["info", "--json", path];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
  const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  const packages = new Map<string, string>();
  const start = new URL(entry, root).href;
  const ways = new Map([[start, entry]]);
  for (const [specifier, way] of ways) {
    for (const { specifier: name, code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      if (code?.specifier === undefined || isDynamic || await isTypeOnly(specifier, name)) continue;
      const next = `${way} → ${name.replace(/^(\.\.?\/)+/, "")}`;
      if (/^(npm|node|jsr|https?):/.test(name)) packages.set(name, next);
      else if (!ways.has(code.specifier)) ways.set(code.specifier, next);
    }
  }
  assert.ok(ways.size > 10, `the graph of ${entry} was not read`);
  return { files: [...ways.keys()], packages };
}

async function packagesOf(entry: string): Promise<ReadonlyMap<string, string>> {
  return (await loadedBy(entry)).packages;
}

/** Whether a file imports nothing but types from another one, which is not loaded then. */
async function isTypeOnly(file: string, name: string): Promise<boolean> {
  const text = await Deno.readTextFile(new URL(file));
  const imports = text.matchAll(/^(?:import|export)\b(\s+type\b)?([^;"()]*?)\bfrom\s*"([^"]+)"/gm);
  const own = [...imports].filter((match) => match[3] === name);
  return own.length > 0 && own.every(([, type, names = ""]) =>
    type !== undefined ||
    (names.includes("{") && names.replace(/[{}]/g, "").split(",")
      .every((one) => /^\s*(type\s.*)?$/.test(one)))
  );
}

/** Fails with the way that leads to each package that is not on the list. */
async function assertLoads(entry: string, allowed: readonly string[]): Promise<void> {
  const packages = await packagesOf(entry);
  const others = [...packages].filter(([name]) => !allowed.some((one) => name.startsWith(one)));
  assert.deepEqual(
    others.map(([, way]) => way),
    [],
    `${entry} loads more than it needs at its start; import it where it is used (await import)`,
  );
  // What is no longer loaded is to be taken off the list.
  const unused = allowed.filter((one) =>
    ![...packages.keys()].some((name) => name.startsWith(one))
  );
  assert.deepEqual(unused, [], entry);
}

/** What reads flags. */
const FLAGS = ["npm:yargs-parser@", "npm:leven@"];

Deno.test("start: help, a version and wrong flags load what reads flags, and nothing of node:", async () => {
  await assertLoads("client.ts", FLAGS);
  // Widths, for what the log makes of text.
  await assertLoads("server.ts", [...FLAGS, "npm:get-east-asian-width@"]);
});

/** What every program needs: widths, for what it makes of text. */
const WIDTHS = "npm:get-east-asian-width@";

/** What a room needs besides. */
const ROOM = [WIDTHS, "npm:@scure/bip39@", "npm:cborg@", "npm:valibot@"];

Deno.test("start: neither program loads a room before it listens, or has called", async () => {
  await assertLoads("lib/story/client.ts", [WIDTHS]);
  await assertLoads("lib/story/server.ts", [WIDTHS]);
  await assertLoads("lib/client/room_parts.ts", ROOM);
  await assertLoads("lib/server/room_parts.ts", ROOM);
});

Deno.test("start: neither program loads the other one's side of a room", async () => {
  const rooms = async (entry: string) => (await loadedBy(entry)).files;
  const server = /\/lib\/(?:server|chat\/log)\/|\/lib\/chat\/room\/room\.ts|serve_room\.ts/;
  const client = [
    ...await rooms("lib/story/client.ts"),
    ...await rooms("lib/client/room_parts.ts"),
    ...await rooms("lib/client/stay.ts"),
  ];
  assert.deepEqual(client.filter((file) => server.test(file)), []);
  assert.ok((await rooms("lib/server/room_parts.ts")).some((file) => server.test(file)));
  const before = await rooms("lib/story/server.ts");
  assert.deepEqual(
    before.filter((file) => /\/lib\/chat\/(?:room\/room|wire\/wire)\.ts/.test(file)),
    [],
  );
});

Deno.test("start: only a terminal loads what reads keys", async () => {
  const keys = ["node:buffer", "node:process", "node:readline", "node:stream"];
  const packages = await packagesOf("lib/terminal/screens/prompt_screen.ts");
  assert.deepEqual([...packages.keys()].filter((name) => name.startsWith("node:")).sort(), keys);
});

Deno.test("start: neither story loads what explains, before it is asked for", async () => {
  for (const story of ["lib/story/client.ts", "lib/story/server.ts"]) {
    const { files } = await loadedBy(story);
    assert.deepEqual(files.filter((file) => file.includes("/lib/explain/")), [], story);
  }
});

Deno.test("start: a server listens before it needs anything of node:", async () => {
  const home = await Deno.makeTempDir();
  try {
    for (const run of ["makes a key", "reads it"]) {
      const program = fileURLToPath(new URL("listening_program.ts", import.meta.url));
      const flags = ["--headless", "--listen", "127.0.0.1:0", "--home", home];
      const process = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", program, ...flags],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const lines = process.stderr.pipeThrough(new TextDecoderStream());
      let text = "";
      let isDone = false;
      // It is asked for in the end, for the room: otherwise this test would see nothing.
      for await (const chunk of lines) {
        text += chunk;
        if (isDone || !text.includes("PROCESS") || !text.includes("Listening at")) continue;
        isDone = true;
        process.kill("SIGTERM");
      }
      await process.status;
      const seen = text.split("\n").filter((line) => /PROCESS|Listening at/.test(line));
      assert.match(seen[0] ?? "", /Listening at/, `${run}: ${text}`);
      assert.equal(seen[1], "PROCESS", text);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
