import assert from "node:assert/strict";
import { OwnTerminal } from "../../../lib/terminal/prompt/own_terminal.ts";

/** A terminal whose doings are written down, and which has written what it got when the test says so. */
function bench(answer?: Promise<unknown>) {
  const done: string[] = [];
  const flushed = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<undefined>();
  const note = (what: string) => () => void done.push(what);
  const terminal = new OwnTerminal(
    { suspend: note("cooked"), restore: note("raw"), close: note("closed") },
    {
      answer,
      beginAnew() {},
      flush: () => flushed.promise.then(note("flushed")),
      hold() {},
      release() {},
      send() {},
      sendAtOnce() {},
    },
    () => {
      done.push("stopped");
      return stopped.promise;
    },
  );
  return { terminal, done, flushed, stopped };
}

/** Lets all go on that waits for nothing from outside. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Windows suspends no program. */
const ignore = Deno.build.os === "windows";

Deno.test({
  name: "own terminal: of two Ctrl-Z at once, one stops the program, when all is given back",
  ignore,
  async fn() {
    const { terminal, done, flushed, stopped } = bench();
    const both = [terminal.stop(), terminal.stop()];
    await settle();
    assert.deepEqual(done, []);
    flushed.resolve();
    stopped.resolve(undefined);
    assert.deepEqual(await Promise.all(both), [undefined, undefined]);
    assert.deepEqual(done, ["flushed", "cooked", "stopped", "raw"]);
    await terminal.close();
  },
});

Deno.test({
  name: "own terminal: Ctrl-Z does nothing while an editor is about to get it",
  ignore,
  async fn() {
    const { terminal, done, flushed } = bench();
    const lending = terminal.lend();
    assert.equal(await terminal.stop(), undefined);
    flushed.resolve();
    await lending;
    assert.deepEqual(done, ["flushed", "cooked"]);
    assert.ok(terminal.isLent);
    await terminal.close();
  },
});

Deno.test("own terminal: whoever borrows it a second time waits as well", async () => {
  const { terminal, done, flushed } = bench();
  void terminal.lend();
  let isLent = false;
  const second = terminal.lend().then(() => void (isLent = true));
  await settle();
  assert.ok(!isLent);
  flushed.resolve();
  await second;
  assert.deepEqual(done, ["flushed", "cooked"]);
  await terminal.close();
});

Deno.test({
  name: "own terminal: an editor that is asked for during a stop gets it afterwards",
  ignore,
  async fn() {
    const { terminal, done, flushed, stopped } = bench();
    const stopping = terminal.stop();
    const lending = terminal.lend();
    flushed.resolve();
    await settle();
    assert.deepEqual(done, ["flushed", "cooked", "stopped"]);
    stopped.resolve(undefined);
    await Promise.all([stopping, lending]);
    assert.deepEqual(done.slice(3), ["raw", "flushed", "cooked"]);
    await terminal.close();
  },
});

Deno.test("own terminal: what the terminal was asked is answered before the reading ends", async () => {
  const answer = Promise.withResolvers<void>();
  const { terminal, done, flushed } = bench(answer.promise);
  flushed.resolve();
  const closing = terminal.close();
  await settle();
  assert.deepEqual(done, []);
  answer.resolve();
  await closing;
  assert.deepEqual(done, ["closed", "flushed"]);
});

Deno.test("own terminal: the reading ends at once if the terminal was asked nothing", async () => {
  const { terminal, done, flushed } = bench();
  const closing = terminal.close();
  assert.deepEqual(done, ["closed"]);
  flushed.resolve();
  await closing;
});
