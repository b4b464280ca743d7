import assert from "node:assert/strict";
import { EXECUTABLES, startClient, startServer } from "../support/programs.ts";
import { prose, readUserPages, tableRows } from "./pages.ts";

const pages = await readUserPages();

/** What `/help` lists for a host, who is an operator, and for a guest: `/msg TO TEXT`. */
async function offeredCommands(): Promise<ReadonlySet<string>> {
  await using server = await startServer(["--json"]);
  await using client = startClient(server.address, ["--json"]);
  await client.waitForEvent("members");
  const usages: string[] = [];
  for (const program of [server, client]) {
    await program.write('{"command":"help"}\n');
    const { text } = await program.waitForEvent("notice", ({ text }) => text.includes("/help"));
    usages.push(...text.split("\n").map((line) => line.replace(/ {2,}.*$/, "")));
  }
  await client.closeStdin();
  assert.equal(await client.status, 0);
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
  return new Set(usages);
}

Deno.test({
  name: "commands: the pages list those of /help, with their parameters, and no others",
  ignore: EXECUTABLES !== undefined,
  async fn() {
    const documented = pages.flatMap(({ text }) => tableRows(text)).flatMap(([cell = ""]) => {
      const [, usage] = /^`(\/[^`]*)`$/.exec(cell) ?? [];
      return usage === undefined ? [] : [usage];
    });
    const offered = await offeredCommands();
    assert.ok(offered.size >= 20);
    assert.deepEqual(documented.toSorted(), [...offered].sort());
    const names = new Set([...offered].map((usage) => usage.split(" ")[0]));
    for (const { path, text } of pages) {
      for (const [, name] of prose(text).matchAll(/`(\/[a-z]+)\b(?!\/)[^`]*`/g)) {
        if (name !== "/commands") assert.ok(names.has(name), `${path}: there is no ${name}`);
      }
    }
  },
});
