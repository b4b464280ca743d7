import assert from "node:assert/strict";
import { EXECUTABLES, startClient, startServer } from "../support/programs.ts";
import { prose, readUserPages, tableRows } from "./pages.ts";

const pages = await readUserPages();

/** What `/help all` lists for a host, who is an operator, and for a guest. */
interface Offered {
  /** `/msg TO TEXT`. */
  readonly usages: ReadonlySet<string>;
  /** What else a command is called: `/whisper`. */
  readonly aliases: ReadonlySet<string>;
}

async function offeredCommands(): Promise<Offered> {
  await using server = await startServer(["--json"]);
  await using client = startClient(server.address, ["--json"]);
  await client.waitForEvent("members");
  const usages: string[] = [];
  const aliases: string[] = [];
  for (const program of [server, client]) {
    await program.write(`{"command":"help","about":"all"}\n`);
    const { text } = await program.waitForEvent("notice", ({ text }) => text.includes("/help"));
    const offered = text.split("\n").map((line) => line.replace(/ {2,}.*$/, ""));
    usages.push(...offered);
    for (const usage of offered) {
      const [name = ""] = usage.split(" ");
      await program.write(`${JSON.stringify({ command: "help", about: name })}\n`);
      const { text } = await program.waitForEvent(
        "notice",
        ({ text }) => text.startsWith(`${usage}: `),
      );
      const [, names = ""] = /^the same: (.*)$/m.exec(text) ?? [];
      aliases.push(...names.split(" "));
    }
  }
  await client.closeStdin();
  assert.equal(await client.status, 0);
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
  return { usages: new Set(usages), aliases: new Set(aliases) };
}

Deno.test({
  name: "commands: the pages list those of /help, with their parameters, and no others",
  ignore: EXECUTABLES !== undefined,
  async fn() {
    const documented = pages.flatMap(({ text }) => tableRows(text)).flatMap(([cell = ""]) => {
      const [, usage] = /^`(\/[^`]*)`$/.exec(cell) ?? [];
      return usage === undefined ? [] : [usage];
    });
    const { usages, aliases } = await offeredCommands();
    assert.ok(usages.size >= 20);
    assert.deepEqual(documented.toSorted(), [...usages].sort());
    const names = new Set([...[...usages].map((usage) => usage.split(" ")[0]), ...aliases]);
    for (const { path, text } of pages) {
      for (const [, name] of prose(text).matchAll(/`(\/[a-z]+)\b(?!\/)[^`]*`/g)) {
        if (name !== "/commands") assert.ok(names.has(name), `${path}: there is no ${name}`);
      }
    }
  },
});
