import assert from "node:assert/strict";
import { COMMANDS, runCommand } from "../../lib/terminal/commands.ts";

async function run(
  line: string,
): Promise<{ sent: string | undefined; told: string[]; hasQuit: boolean }> {
  const told: string[] = [];
  let hasQuit = false;
  const sent = await runCommand(line, {
    tell: (text) => Promise.resolve(void told.push(text)),
    quit: () => hasQuit = true,
  });
  return { sent, told, hasQuit };
}

Deno.test("commands: a line that is none is sent as it is", async () => {
  for (const line of ["", " ", "hello", " /help", "a/b", "\\help"]) {
    assert.deepEqual(await run(line), { sent: line, told: [], hasQuit: false });
  }
});

Deno.test("commands: of two slashes one is sent", async () => {
  for (const line of ["//", "//help", "///", "//quit "]) {
    assert.deepEqual(await run(line), { sent: line.slice(1), told: [], hasQuit: false });
  }
});

Deno.test("commands: /quit ends the program, and sends nothing", async () => {
  for (const line of ["/quit", "/quit  ", "/quit\t"]) {
    assert.deepEqual(await run(line), { sent: undefined, told: [], hasQuit: true });
  }
});

Deno.test("commands: /help tells of every command", async () => {
  const { sent, told, hasQuit } = await run("/help");
  assert.equal(sent, undefined);
  assert.equal(hasQuit, false);
  assert.equal(told.length, 1);
  for (const { name, help } of COMMANDS) assert.ok(told[0].includes(`${name}  ${help}`));
  assert.deepEqual(COMMANDS.map(({ name }) => name), ["/help", "/quit"]);
});

Deno.test("commands: one that does not exist is told of, and not sent", async () => {
  for (const line of ["/", "/hlep", "/quit now", "/QUIT", "/constructor"]) {
    assert.deepEqual(await run(line), {
      sent: undefined,
      told: [`there is no command ${line}; /help lists them`],
      hasQuit: false,
    });
  }
});
