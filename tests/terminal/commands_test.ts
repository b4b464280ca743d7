import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { commandTable, type PromptCommand, runCommand } from "../../lib/terminal/commands.ts";

const ARGUMENTS: string[] = [];

const OWN: readonly PromptCommand[] = [
  {
    name: "/greet",
    usage: "[NAME]",
    help: "say hello",
    run: (_context, argument) => void ARGUMENTS.push(argument),
  },
  {
    name: "/refuse",
    help: "do not do it",
    run: () => Promise.reject(new UsageError("usage", "this cannot be done")),
  },
  { name: "/fail", help: "do it badly", run: () => Promise.reject(new TypeError("a mistake")) },
];
const COMMANDS = commandTable(OWN);

async function run(
  line: string,
): Promise<{ sent: string | undefined; told: string[]; hasQuit: boolean }> {
  const told: string[] = [];
  let hasQuit = false;
  const sent = await runCommand(line, COMMANDS, {
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
  assert.deepEqual(told[0].split("\n"), [
    "/help  show this help; to send a line that begins with /, type //",
    "/greet [NAME]  say hello",
    "/refuse  do not do it",
    "/fail  do it badly",
    "/quit  leave (so does Ctrl-D)",
  ]);
});

Deno.test("commands: one that does not exist is told of, and not sent", async () => {
  for (const line of ["/", "/hlep", "/QUIT", "/constructor", "/greeting"]) {
    assert.deepEqual(await run(line), {
      sent: undefined,
      told: [`there is no command ${line}; /help lists them`],
      hasQuit: false,
    });
  }
});

Deno.test("commands: of one that does not exist only the name is repeated", async () => {
  const { told } = await run("/hlep me");
  assert.deepEqual(told, ["there is no command /hlep; /help lists them"]);
});

Deno.test("commands: one that takes nothing is not run with something", async () => {
  assert.deepEqual(await run("/quit now"), {
    sent: undefined,
    told: ["/quit takes nothing behind it"],
    hasQuit: false,
  });
});

Deno.test("commands: what stands behind the name is given to one that takes something", async () => {
  const lines = ["/greet", "/greet ", "/greet  Ada Lovelace \t", "/greet\ta/b"];
  for (const line of lines) assert.deepEqual((await run(line)).told, []);
  assert.deepEqual(ARGUMENTS.splice(0), ["", "", "Ada Lovelace", "a/b"]);
});

Deno.test("commands: what cannot be done is told, and a mistake of the program is not hidden", async () => {
  assert.deepEqual(await run("/refuse"), {
    sent: undefined,
    told: ["this cannot be done"],
    hasQuit: false,
  });
  await assert.rejects(run("/fail"), new TypeError("a mistake"));
});
