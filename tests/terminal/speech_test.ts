import assert from "node:assert/strict";
import { commandTable } from "../../lib/terminal/commands.ts";
import type { ChatEvent } from "../../lib/terminal/events.ts";
import type { Screen } from "../../lib/terminal/screen.ts";
import { speak } from "../../lib/terminal/speech.ts";

const commands = commandTable([]);

/** A screen on which these lines are typed, or into which they are piped. */
function screenWith(
  lines: readonly string[],
  isInteractive: boolean,
): Screen & { notices: string[] } {
  const notices: string[] = [];
  return {
    notices,
    isInteractive,
    show(event: ChatEvent) {
      assert.ok(event.event === "notice" || event.event === "error");
      notices.push(event.event === "notice" ? event.text : event.message);
      return Promise.resolve();
    },
    async *lines() {
      yield* lines;
    },
    ask: () => Promise.resolve(undefined),
    setPrompt() {},
    close: () => Promise.resolve(),
  };
}

async function run(
  lines: readonly string[],
  isInteractive: boolean,
  whyNot?: () => string | undefined,
) {
  const said: string[] = [];
  const screen = screenWith(lines, isInteractive);
  const count = await speak({
    screen,
    commands,
    say: (text) => Promise.resolve(void said.push(text)),
    ...(whyNot === undefined ? {} : { whyNot }),
  });
  return { said, count, notices: screen.notices };
}

Deno.test("speech: every piped line is sent as it is, commands and empty ones too", async () => {
  const lines = ["hello", "", "  ", "/quit", "//x", "/help"];
  assert.deepEqual(await run(lines, false), { said: lines, count: 6, notices: [] });
  assert.deepEqual(await run([], false), { said: [], count: 0, notices: [] });
});

Deno.test("speech: piped lines wait for a reader, so nobody asks whether there is one", async () => {
  const { said } = await run(["hello"], false, () => "nobody is here");
  assert.deepEqual(said, ["hello"]);
});

Deno.test("speech: of what is typed, commands and empty lines are not sent", async () => {
  const { said, notices } = await run(["hello", "", "  ", "//x", "/nonsense", " a "], true);
  assert.deepEqual(said, ["hello", "/x", " a "]);
  assert.deepEqual(notices, ["there is no command /nonsense; /help lists them"]);
});

Deno.test("speech: nothing after /quit is sent", async () => {
  const { said } = await run(["before", "/quit", "after"], true);
  assert.deepEqual(said, ["before"]);
});

Deno.test("speech: what nobody would read is not sent, and that is told", async () => {
  let isAlone = true;
  const said: string[] = [];
  const screen = screenWith(["one", "/help", "two"], true);
  await speak({
    screen,
    commands,
    say: (text) => Promise.resolve(void said.push(text)),
    whyNot() {
      const reason = isAlone ? "nobody is here" : undefined;
      isAlone = false;
      return reason;
    },
  });
  assert.deepEqual(said, ["two"]);
  assert.equal(screen.notices[0], "nobody is here");
});

Deno.test("speech: a long line is sent in pieces, and that is told", async () => {
  for (const isInteractive of [true, false]) {
    const line = "x".repeat(150_000);
    const { said, notices } = await run([line], isInteractive);
    assert.deepEqual(said.map((text) => text.length), [65_536, 65_536, 18_928]);
    assert.deepEqual(notices, ["a long line was sent as 3 messages"]);
  }
});

Deno.test("speech: the next line waits until there is room for it", async () => {
  const gate = Promise.withResolvers<void>();
  const said: string[] = [];
  const speaking = speak({
    screen: screenWith(["one", "two"], false),
    commands,
    say(text) {
      said.push(text);
      return gate.promise;
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(said, ["one"]);
  gate.resolve();
  await speaking;
  assert.deepEqual(said, ["one", "two"]);
});

Deno.test("speech: it ends when nothing more can be sent", async () => {
  const speaking = speak({
    screen: screenWith(["one", "two"], false),
    commands,
    say: () => Promise.reject(new Error("the channel is closed")),
  });
  await assert.rejects(speaking, /the channel is closed/);
});
