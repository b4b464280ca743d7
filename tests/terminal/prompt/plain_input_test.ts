import assert from "node:assert/strict";
import { PlainInput } from "../../../lib/terminal/prompt/plain_input.ts";
import { Emulator } from "../../support/emulator.ts";

const COLUMNS = 20;

function start() {
  let echo = "";
  const calls = { interrupts: 0, suspensions: 0, ends: 0 };
  const input = new PlainInput(
    {
      write: (text) => echo += text,
      onInterrupt: () => calls.interrupts++,
      onSuspend: () => calls.suspensions++,
      onEnd: () => calls.ends++,
    },
    () => COLUMNS,
  );
  return { input, calls, echo: () => echo };
}

/** What stands on the terminal. */
async function shown(echo: string): Promise<string[]> {
  using emulator = new Emulator(COLUMNS, 10);
  await emulator.write(echo.replaceAll("\n", "\r\n"));
  return emulator.screen().join("\n").trimEnd().split("\n");
}

/** The next line, or `undefined` at the end. */
async function next(lines: AsyncIterator<string>): Promise<string | undefined> {
  const { done, value } = await lines.next();
  return done ? undefined : value;
}

Deno.test("plain input: lines, until Ctrl-D where nothing is typed", async () => {
  const { input, calls } = start();
  const lines = input.lines();
  input.press("one\r\rtwo\rhalf\x04 a line\r");
  for (const line of ["one", "", "two", "half a line"]) assert.equal(await next(lines), line);
  input.press("\x04");
  assert.equal(await next(lines), undefined);
  assert.equal(calls.ends, 1);
  assert.equal(await input.ask(), undefined, "after the end nobody answers");
  assert.equal(await input.askSecret(), undefined);
});

Deno.test("plain input: only the same key again leaves, whatever else is pressed in between", () => {
  for (const keys of ["\x04\x03", "\x03\x04", "\x04\x1b[A\x04", "\x03\t\x7f\x03"]) {
    const { input, calls } = start();
    input.confirmLeaving(() => "2 are here; end the room?");
    input.press(keys);
    assert.deepEqual([calls.interrupts, calls.ends], [0, 0], JSON.stringify(keys));
    input.press(keys.slice(-1));
    assert.equal(calls.interrupts + calls.ends, 1, JSON.stringify(keys));
  }
});

Deno.test("plain input: Ctrl-C and Ctrl-D ask before others are left behind", () => {
  for (const key of ["\x03", "\x04"]) {
    const { input, calls, echo } = start();
    input.confirmLeaving(() => "2 are here; end the room?");
    const over = () => calls.interrupts + calls.ends;
    input.press(key);
    assert.match(echo(), /^2 are here; end the room\? Ctrl-[CD] again ends it\n$/);
    input.press(`x\r${key}`);
    assert.equal(over(), 0);
    input.press(key);
    assert.equal(over(), 1);
  }
});

Deno.test("plain input: what is typed is shown once, with BS as the only way back", async () => {
  const { input, echo } = start();
  input.press("helo\x7flo wrld\x17");
  assert.equal(echo(), "helo\b \blo wrld" + "\b \b".repeat(4));
  input.press("wörld\b!\x1b[D\x1b[A\t.\x1b\x7f\r");
  assert.deepEqual(await shown(echo()), ["hello wörl!"]);
  assert.equal(await next(input.lines()), "hello wörl!\t");
  input.press("gone\x15here");
  assert.deepEqual(await shown(echo()), ["hello wörl!", "here"]);
});

Deno.test("plain input: where BS cannot go back, the line is written again", async () => {
  const { input, echo } = start();
  input.press("\u6f22\u5b57\x7f");
  assert.deepEqual(await shown(echo()), ["漢字", "漢"]);
  input.press("\x15" + "x".repeat(22) + "\x7f\x7f");
  assert.equal((await shown(echo())).at(-1), "x".repeat(20));
  input.press("\x15\r");
  assert.equal(await next(input.lines()), "");
});

Deno.test("plain input: what others could write has no power when it is pasted", () => {
  const { input, echo } = start();
  input.press("a\u009b2J\u202eb");
  assert.equal(echo(), "a2J<U+202E>b");
});

Deno.test("plain input: a row that was left is written again with the next key, and not before", async () => {
  const { input, echo } = start();
  const lines = input.lines();
  input.press("half");
  input.leaveRow();
  input.leaveRow();
  assert.equal(echo(), "half\n");
  input.press(" a line");
  assert.equal(echo(), "half\nhalf a line");
  input.leaveRow();
  input.press("\r");
  assert.equal(echo(), "half\nhalf a line\nhalf a line\n");
  assert.equal(await next(lines), "half a line");
});

Deno.test("plain input: a program that sends whole lines shows them by itself", async () => {
  const { input, echo } = start();
  const lines = input.lines();
  input.press("from Emacs\nand more\n");
  assert.equal(await next(lines), "from Emacs");
  assert.equal(await next(lines), "and more");
  assert.equal(echo(), "");
  input.press("typed");
  input.press("\n");
  assert.equal(await next(lines), "typed");
  assert.equal(echo(), "typed\n");
});

Deno.test("plain input: Ctrl-C clears what is typed, and otherwise interrupts", async () => {
  const { input, calls, echo } = start();
  const lines = input.lines();
  input.press("half\x03");
  assert.equal(calls.interrupts, 0);
  assert.equal(echo(), "half^C\n");
  input.press("\x03\x1a");
  assert.deepEqual(calls, { interrupts: 1, suspensions: 1, ends: 0 });
  input.press("line\r");
  assert.equal(await next(lines), "line");
  void input.ask();
  input.press("y\x03");
  assert.equal(calls.interrupts, 2, "a question is given up as a whole");
});

Deno.test("plain input: an answer comes before the lines, even if they wait already", async () => {
  const { input } = start();
  const lines = input.lines();
  const line = next(lines);
  const answer = input.ask();
  input.press("yes\rhello\r");
  assert.equal(await answer, "yes");
  assert.equal(await line, "hello");
});

Deno.test("plain input: what was typed before the question is no answer", async () => {
  const { input } = start();
  input.press("yes\ryes");
  const answer = input.ask();
  input.press("no\r");
  assert.equal(await answer, "no");
});

Deno.test("plain input: a secret is edited, and not shown", async () => {
  const { input, echo } = start();
  const secret = input.askSecret();
  input.press("\x7fwrong\x15pa");
  input.press("x\x7f\x1b[Ds\x1b[3~s\x1bOA\x00\t😀\b é");
  input.press("\r");
  assert.equal(await secret, "pass é");
  // What is typed behind it, by a person who has to wait, is neither shown nor sent.
  input.press("\rpass é\r");
  assert.equal(echo(), "");
  const line = next(input.lines());
  input.press("hello\r");
  assert.equal(await line, "hello");
});

Deno.test("plain input: of a paste the first line is the secret, and the rest is dropped", async () => {
  const { input } = start();
  const secret = input.askSecret();
  input.press("first\nsecond\n");
  assert.equal(await secret, "first");
  const answer = input.ask();
  input.press("third\r");
  assert.equal(await answer, "third");
});

Deno.test("plain input: a reader who has waited for lines gets them after the secret", async () => {
  const { input, echo } = start();
  const line = next(input.lines());
  const secret = input.askSecret();
  input.press("secret\r");
  assert.equal(await secret, "secret");
  input.press("hello\r");
  assert.equal(await line, "hello");
  assert.equal(echo(), "hello\n");
});

Deno.test("plain input: Ctrl-D in front of a secret is no answer, and later nothing", async () => {
  const { input } = start();
  const secret = input.askSecret();
  input.press("a\x04b\r");
  assert.equal(await secret, "ab");
  const next = input.askSecret();
  input.press("\x04");
  assert.equal(await next, undefined);
});

Deno.test("plain input: Ctrl-C interrupts a secret, and what comes behind it", async () => {
  const { input, calls } = start();
  const secret = input.askSecret();
  input.press("a\x03");
  assert.equal(calls.interrupts, 1);
  input.press("b\r");
  assert.equal(await secret, "ab");
  input.press("\x03");
  assert.equal(calls.interrupts, 2);
});

Deno.test("plain input: its end ends a question, and the row", async () => {
  const { input, echo } = start();
  const answer = input.ask();
  input.press("half");
  input.end();
  assert.equal(await answer, undefined);
  assert.equal(echo(), "half\n");
  assert.equal(await next(input.lines()), undefined);
});

Deno.test("plain input: a host is asked before Ctrl-C or Ctrl-D ends the room", async () => {
  const { input, calls, echo } = start();
  const lines = input.lines();
  input.confirmLeaving(() => "2 are here; end the room?");
  input.press("\x03");
  assert.equal(echo(), "2 are here; end the room? Ctrl-C again ends it\n");
  input.press("no\r\x04");
  assert.equal(await next(lines), "no");
  assert.deepEqual(calls, { interrupts: 0, suspensions: 0, ends: 0 });
  input.press("\x04");
  assert.equal(calls.ends, 1);
});
