import assert from "node:assert/strict";
import { PlainInput, type TerminalInput } from "../../../lib/terminal/prompt/plain_input.ts";

/** A terminal on which a test types. */
class FakeTerminal implements TerminalInput {
  readonly modes: boolean[] = [];
  readonly #chunks: (Uint8Array | null | Error)[] = [];
  #arrival = Promise.withResolvers<void>();

  /** Bytes that come in one piece. `null` is Ctrl-D at the start of a line, in line mode. */
  type(chunk: string | Uint8Array | null | Error): void {
    this.#chunks.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    this.#arrival.resolve();
  }

  get isRaw(): boolean {
    return this.modes.at(-1) ?? false;
  }

  setRaw(isRaw: boolean): void {
    this.modes.push(isRaw);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#chunks.length === 0) await this.#arrival.promise;
    const chunk = this.#chunks.shift();
    this.#arrival = Promise.withResolvers();
    if (chunk instanceof Error) throw chunk;
    if (chunk === null || chunk === undefined) return null;
    buffer.set(chunk);
    return chunk.length;
  }
}

function start() {
  const terminal = new FakeTerminal();
  let interrupts = 0;
  const input = new PlainInput(terminal, () => interrupts++);
  return { terminal, input, interrupts: () => interrupts };
}

/** The next line, or `undefined` at the end. */
async function next(lines: AsyncIterator<string>): Promise<string | undefined> {
  const { done, value } = await lines.next();
  return done ? undefined : value;
}

/** Lets everything run that need not wait for keys. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("plain input: lines, until Ctrl-D at the start of one", async () => {
  const { terminal, input } = start();
  const lines = input.lines();
  terminal.type("one\n");
  assert.equal(await next(lines), "one");
  terminal.type("\n");
  terminal.type("two\r\nthree\n");
  for (const line of ["", "two", "three"]) assert.equal(await next(lines), line);
  const bytes = new TextEncoder().encode("漢\n");
  terminal.type(bytes.subarray(0, 2));
  terminal.type(bytes.subarray(2));
  assert.equal(await next(lines), "漢", "a character may come in pieces");
  terminal.type(null);
  assert.equal(await next(lines), undefined);
  assert.equal(await input.ask(), undefined, "after the end nobody answers");
  assert.equal(await input.askSecret(), undefined);
  assert.deepEqual(terminal.modes, []);
});

Deno.test("plain input: a half-typed line counts when its end is said twice, as in a shell", async () => {
  const { terminal, input } = start();
  const lines = input.lines();
  terminal.type("half");
  terminal.type(null);
  assert.equal(await next(lines), "half");
  assert.equal(await next(lines), undefined);
});

Deno.test("plain input: a terminal that goes away has come to its end", async () => {
  const { terminal, input } = start();
  const lines = input.lines();
  terminal.type(new Error("gone"));
  assert.equal(await next(lines), undefined);
});

Deno.test("plain input: an answer comes before the lines, even if they wait already", async () => {
  const { terminal, input } = start();
  const lines = input.lines();
  const line = next(lines);
  const answer = input.ask();
  terminal.type("yes\nhello\n");
  assert.equal(await answer, "yes");
  assert.equal(await line, "hello");
  input.close();
});

Deno.test("plain input: what was read before the question is no answer", async () => {
  const { terminal, input } = start();
  const lines = input.lines();
  terminal.type("one\nyes\n");
  assert.equal(await next(lines), "one");
  const answer = input.ask();
  terminal.type("no\n");
  assert.equal(await answer, "no");
});

Deno.test("plain input: a secret is typed in raw mode, and edited", async () => {
  const { terminal, input } = start();
  const secret = input.askSecret();
  assert.deepEqual(terminal.modes, [true]);
  terminal.type("\x7fwrong\x15pa");
  terminal.type("x\x7f\x1b[Ds\x1b[3~s\x1bOA\x00\t😀\b é");
  terminal.type("\r");
  assert.equal(await secret, "pass é");
  // What is typed behind it, by somebody who has to wait, is neither shown nor sent.
  terminal.type("\rpass é\r");
  await settle();
  assert.equal(terminal.isRaw, true);
  const lines = input.lines();
  const line = next(lines);
  assert.equal(terminal.isRaw, false);
  terminal.type("hello\n");
  assert.equal(await line, "hello");
  assert.deepEqual(terminal.modes, [true, false]);
});

Deno.test("plain input: of a paste the first line is the secret, and the rest is dropped", async () => {
  const { terminal, input } = start();
  const secret = input.askSecret();
  terminal.type("first\nsecond\n");
  assert.equal(await secret, "first");
  const answer = input.ask();
  terminal.type("third\n");
  assert.equal(await answer, "third");
});

Deno.test("plain input: whoever has waited for lines gets them after the secret", async () => {
  const { terminal, input } = start();
  const line = next(input.lines());
  const secret = input.askSecret();
  terminal.type("secret\r");
  assert.equal(await secret, "secret");
  assert.equal(terminal.isRaw, false);
  terminal.type("hello\n");
  assert.equal(await line, "hello");
});

Deno.test("plain input: Ctrl-D in front of a secret is no answer, and later nothing", async () => {
  const { terminal, input } = start();
  const secret = input.askSecret();
  terminal.type("a\x04b\r");
  assert.equal(await secret, "ab");
  const next = input.askSecret();
  terminal.type("\x04");
  assert.equal(await next, undefined);
  input.close();
  assert.deepEqual(terminal.modes, [true, false]);
});

Deno.test("plain input: Ctrl-C interrupts wherever it sends no signal", async () => {
  const { terminal, input, interrupts } = start();
  const secret = input.askSecret();
  terminal.type("a\x03");
  await settle();
  assert.equal(interrupts(), 1);
  terminal.type("b\r");
  assert.equal(await secret, "ab");
  terminal.type("\x03");
  await settle();
  assert.equal(interrupts(), 2);
  input.close();
  assert.equal(terminal.isRaw, false);
});

Deno.test("plain input: closing ends a question, and raw mode", async () => {
  const { terminal, input } = start();
  const secret = input.askSecret();
  terminal.type("half a secret");
  await settle();
  input.close();
  assert.equal(await secret, undefined);
  assert.deepEqual(terminal.modes, [true, false]);
  assert.equal(await next(input.lines()), undefined);
});
