import assert from "node:assert/strict";
import { type ByteSink, Output } from "../../../lib/terminal/output/output.ts";

/** Takes a few bytes at a time, and only when the test lets it. */
class SlowSink implements ByteSink {
  written = "";
  calls = 0;
  readonly #decoder = new TextDecoder();
  #gate = Promise.withResolvers<void>();

  constructor(readonly atMost = Infinity, isOpen = true) {
    if (isOpen) this.open();
  }

  open(): void {
    this.#gate.resolve();
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.calls++;
    await this.#gate.promise;
    const part = bytes.subarray(0, this.atMost);
    this.written += this.#decoder.decode(part, { stream: true });
    return part.length;
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("output: what is said in one turn goes out in one piece", async () => {
  const sink = new SlowSink();
  const output = new Output(sink);
  for (let index = 0; index < 100; index++) void output.write(`${index},`);
  await output.flush();
  assert.equal(sink.written, Array.from({ length: 100 }, (_, index) => `${index},`).join(""));
  assert.equal(sink.calls, 1);
});

Deno.test("output: a sink that takes a byte at a time gets every one", async () => {
  const sink = new SlowSink(1);
  const output = new Output(sink);
  await output.write("gr\u00fc\u00df \u{1f600}\n");
  await output.flush();
  assert.equal(sink.written, "gr\u00fc\u00df \u{1f600}\n");
});

Deno.test("output: a reader that is slow holds the writer back", async () => {
  const sink = new SlowSink(Infinity, false);
  const output = new Output(sink);
  let taken = 0;
  const writing = (async () => {
    for (; taken < 1000; taken++) await output.write("x".repeat(1000));
  })();
  await turn();
  assert.ok(taken > 10 && taken < 200, `${taken} were taken`);
  sink.open();
  await writing;
  await output.flush();
  assert.equal(sink.written.length, 1_000_000);
});

Deno.test("output: nothing is forgotten that comes just when the last has left", async () => {
  // The moment in question is between two microtasks, so every distance from it is tried.
  for (let distance = 0; distance < 20; distance++) {
    const done = Promise.withResolvers<void>();
    let written = "";
    const output = new Output({
      write(bytes) {
        written += new TextDecoder().decode(bytes);
        done.resolve();
        return Promise.resolve(bytes.length);
      },
    });
    void output.write("first ");
    await done.promise;
    for (let step = 0; step < distance; step++) await Promise.resolve();
    void output.write("second");
    await output.flush();
    await turn();
    assert.equal(written, "first second", `at a distance of ${distance}`);
  }
});

Deno.test("output: flushing waits for what waits", async () => {
  const sink = new SlowSink(Infinity, false);
  const output = new Output(sink);
  await output.write("text");
  let isFlushed = false;
  const flushing = output.flush().then(() => isFlushed = true);
  await turn();
  assert.equal(isFlushed, false);
  sink.open();
  await flushing;
  assert.equal(sink.written, "text");
  await output.flush();
});

Deno.test("output: when nobody reads any more, that is told once, and the rest is dropped", async () => {
  let gone = 0;
  let calls = 0;
  const output = new Output({
    write() {
      calls++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
  }, () => gone++);
  await output.write("x".repeat(100_000));
  await output.flush();
  for (let index = 0; index < 1000; index++) await output.write("x".repeat(1000));
  await output.flush();
  assert.equal(gone, 1);
  assert.equal(calls, 1);
});
