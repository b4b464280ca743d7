import assert from "node:assert/strict";
import { MAX_HELD, PendingOutput } from "../../../lib/terminal/frames/pending_output.ts";

/** Whether a promise has been resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  void promise.then(() => resolved = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return resolved;
}

Deno.test("PendingOutput: lines end with CR LF, whatever they ended with", () => {
  const pending = new PendingOutput();
  void pending.print("a\nb\r\n");
  void pending.print("c");
  assert.equal(pending.hasLines, true);
  assert.equal(pending.takeLines(), "a\r\nb\r\nc\r\n");
  assert.equal(pending.hasLines, false);
  assert.equal(pending.takeLines(), "");
});

Deno.test("PendingOutput: rings once for a frame, and again for the next one", () => {
  const pending = new PendingOutput();
  pending.ring();
  pending.send("\x1b[?2004h");
  pending.ring();
  assert.equal(pending.takeUnseen(), "\x07\x1b[?2004h");
  pending.ring();
  assert.equal(pending.takeUnseen(), "\x07");
});

Deno.test("PendingOutput: whoever prints much waits until the terminal has caught up", async () => {
  const pending = new PendingOutput();
  assert.ok(await isResolved(pending.print("a".repeat(1_000))));
  const slow = pending.print("a".repeat(65_536));
  assert.ok(!await isResolved(slow));
  const done = pending.begin();
  pending.takeLines();
  assert.ok(!await isResolved(slow), "the frame is on its way");
  const next = pending.print("a".repeat(65_536));
  done();
  assert.ok(await isResolved(slow));
  assert.ok(!await isResolved(next), "it comes with the next frame");
});

Deno.test("PendingOutput: nobody waits for a terminal that is gone", async () => {
  const pending = new PendingOutput();
  const printed = pending.print("a".repeat(65_536));
  pending.drop();
  assert.ok(await isResolved(printed));
  assert.equal(pending.takeLines(), "");
});

Deno.test("PendingOutput: while lines are held nobody waits, and of too many the oldest go", async () => {
  const pending = new PendingOutput();
  const before = pending.print("before".repeat(20_000));
  assert.ok(!await isResolved(before));
  pending.hold();
  assert.ok(await isResolved(before), "also not for what was printed before");
  const block = "a".repeat(65_536);
  for (let count = 0; count < 40; count++) {
    assert.ok(await isResolved(pending.print(`${count}\n${block}`)));
  }
  pending.release((lines) => `${lines} left out`);
  const [first = "", second = "", ...others] = pending.takeLines().trimEnd().split("\r\n");
  // Each of the 40 is two lines, and 15 of them fit; the one before is a line as well.
  assert.equal(first, "51 left out");
  assert.equal(second, "25");
  assert.equal(others.length, 29);
  assert.ok(MAX_HELD / (block.length + 6) < 16);
  const after = pending.print(block);
  assert.ok(!await isResolved(after), "afterwards they wait as ever");
  pending.hold();
  pending.release(() => assert.fail("nothing was left out"));
});
