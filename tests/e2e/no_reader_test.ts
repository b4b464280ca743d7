import assert from "node:assert/strict";
import { programCommand, type ProgramName } from "../support/programs.ts";
import { Home, PERMISSIONS } from "./home.ts";

Deno.test("no reader: output that nobody reads any more ends a program quietly, and not with 0", async () => {
  await using home = new Home();
  const cases: readonly [ProgramName, ...string[]][] = [
    ["client", "--help"],
    ["client", "id", "--home", home.folder],
    ["server", "--json", "--headless", "--listen", "127.0.0.1:0", "--home", home.folder],
  ];
  for (const [name, ...flags] of cases) {
    const { command: [executable, ...args], env } = programCommand(name, PERMISSIONS);
    const child = new Deno.Command(executable, {
      args: [...args, ...flags],
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // Long before the program has anything to say.
    await child.stdout.cancel();
    const [{ code }, told] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assert.deepEqual([code, /error|rror:/.test(told)], [130, false], told);
  }
});
