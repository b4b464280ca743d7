import assert from "node:assert/strict";
import { Keyholders } from "../../../lib/chat/conduct/keyholders.ts";
import { Clock } from "../../channel/support.ts";
import { keyOf } from "../support.ts";

const MINUTES = 60_000;

/** A key of many. */
function numbered(number: number): Uint8Array {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  return key;
}

Deno.test("keyholders: there is one for each key, over all its connections", () => {
  const holders = new Keyholders(100);
  const first = holders.take(keyOf(1));
  assert.equal(holders.take(keyOf(1)), first);
  const other = holders.take(keyOf(2));
  assert.notEqual(other, first);
  first.conduct.pace.take(200);
  assert.ok(first.conduct.pace.take(1) > 0);
  assert.equal(other.conduct.pace.take(100), 0);
  assert.equal(first.conduct.lastSpoken, -Infinity);
});

Deno.test("keyholders: one is remembered for ten minutes after its last connection", async () => {
  using clock = new Clock();
  const holders = new Keyholders(100);
  const first = holders.take(keyOf(1));
  holders.take(keyOf(1));
  holders.release(keyOf(1));
  await clock.pass(60 * MINUTES);
  assert.equal(holders.take(keyOf(1)), first, "one connection is still there");
  holders.release(keyOf(1));
  holders.release(keyOf(1));
  await clock.pass(10 * MINUTES);
  assert.equal(holders.take(keyOf(1)), first);
  holders.release(keyOf(1));
  await clock.pass(10 * MINUTES + 1);
  assert.notEqual(holders.take(keyOf(1)), first);
  // What nobody has cannot be given back.
  holders.release(keyOf(3));
});

Deno.test("keyholders: slow mode cannot be slept off any faster by leaving", async () => {
  using clock = new Clock();
  const holders = new Keyholders(100);
  const first = holders.take(keyOf(1));
  first.conduct.lastSpoken = performance.now() + 60 * MINUTES;
  holders.release(keyOf(1));
  await clock.pass(59 * MINUTES);
  assert.equal(holders.take(keyOf(1)).conduct, first.conduct);
  holders.release(keyOf(1));
  await clock.pass(20 * MINUTES);
  assert.notEqual(holders.take(keyOf(1)).conduct, first.conduct);
});

Deno.test("keyholders: in slow mode one pauses for as long as that says, wherever it is", async () => {
  using clock = new Clock();
  let pause = 60 * MINUTES;
  const holders = new Keyholders(100, { pauseOf: () => pause });
  const { conduct } = holders.take(keyOf(1));
  conduct.lastSpoken = performance.now();
  holders.release(keyOf(1));
  await clock.pass(59 * MINUTES);
  assert.equal(holders.take(keyOf(1)).conduct, conduct);
  holders.release(keyOf(1));
  pause = 0;
  await clock.pass(10 * MINUTES + 1);
  assert.notEqual(holders.take(keyOf(1)).conduct, conduct);
});

Deno.test("keyholders: nobody is pushed out by others who has not rested", async () => {
  using clock = new Clock();
  const holders = new Keyholders(100, { maxReceipts: 0 });
  const { conduct, receipts } = holders.take(numbered(0));
  conduct.changes.take(10);
  const id = new Uint8Array(16);
  await receipts.answer(id, () => Promise.resolve({ type: "delivered", id, seq: 1 }));
  holders.release(numbered(0));
  for (let count = 1; count <= 20_000; count++) {
    holders.take(numbered(count));
    holders.release(numbered(count));
  }
  const again = holders.take(numbered(0));
  assert.notEqual(again.receipts, receipts);
  assert.equal(again.conduct, conduct);
  holders.release(numbered(0));
  // It rests, and is forgotten.
  await clock.pass(11 * MINUTES);
  assert.notEqual(holders.take(numbered(0)).conduct, conduct);
});

Deno.test("keyholders: of those that have left, the last 10,000 are remembered", () => {
  const holders = new Keyholders(100);
  const first = holders.take(numbered(0));
  holders.release(numbered(0));
  for (let count = 1; count < 10_000; count++) {
    holders.take(numbered(count));
    holders.release(numbered(count));
  }
  assert.equal(holders.take(numbered(0)), first);
  holders.release(numbered(0));
  const second = holders.take(numbered(1));
  holders.release(numbered(1));
  for (let count = 10_000; count < 20_000; count++) {
    holders.take(numbered(count));
    holders.release(numbered(count));
  }
  assert.notEqual(holders.take(numbered(1)), second);
});

Deno.test("keyholders: of the answers to those that have left, so many are remembered, and no more", async () => {
  const holders = new Keyholders(100, { maxReceipts: 50 });
  const first = holders.take(numbered(0));
  holders.release(numbered(0));
  const come = async (number: number) => {
    const { receipts } = holders.take(numbered(number));
    for (let count = 0; count < 10; count++) {
      const id = crypto.getRandomValues(new Uint8Array(16));
      await receipts.answer(id, () => Promise.resolve({ type: "delivered", id, seq: 1 }));
    }
    holders.release(numbered(number));
  };
  for (let number = 1; number <= 5; number++) await come(number);
  assert.equal(holders.take(numbered(0)), first);
  holders.release(numbered(0));
  const second = holders.take(numbered(1));
  holders.release(numbered(1));
  // Those that left first go first.
  for (let number = 6; number <= 10; number++) await come(number);
  assert.notEqual(holders.take(numbered(0)), first);
  assert.notEqual(holders.take(numbered(1)), second);
  assert.equal(holders.take(numbered(10)).receipts.count, 10);
});
