import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { MemoryLog, type NewEntry, newMessageId, type RoomLog } from "../../../lib/chat/mod.ts";
import { idOf, keyOf } from "../support.ts";

function entry(id: Uint8Array, size = 1, key = 1): NewEntry {
  return { id, time: 5, from: { nick: "ada", key: keyOf(key) }, body: new Uint8Array(size) };
}

async function filled(count: number, options = {}): Promise<MemoryLog> {
  const log = new MemoryLog(options);
  await log.append(Array.from({ length: count }, () => entry(newMessageId(), 10)));
  return log;
}

const ALL = { count: 1_000, size: 1_000_000 };

async function seqs(reading: ReturnType<RoomLog["readAfter"]>): Promise<number[]> {
  return (await reading).map(({ seq }) => seq);
}

Deno.test("memory log: numbers rise from 1, or from where it is told to go on", async () => {
  const log = new MemoryLog();
  assert.deepEqual([log.first, log.last], [1, 0]);
  assert.deepEqual(await log.append([entry(idOf(1)), entry(idOf(2))]), [
    { seq: 1, time: 5, isNew: true },
    { seq: 2, time: 5, isNew: true },
  ]);
  assert.deepEqual([log.first, log.last], [1, 2]);
  const later = new MemoryLog({ after: 10 });
  assert.deepEqual([later.first, later.last], [11, 10]);
  assert.deepEqual(await later.append([entry(idOf(1))]), [{ seq: 11, time: 5, isNew: true }]);
  assert.notDeepEqual(log.id, later.id);
  assert.equal(log.isKept, false);
});

Deno.test("memory log: what is given again stands there once, also within one batch", async () => {
  const log = new MemoryLog();
  const first = { seq: 1, time: 5, isNew: true };
  const again = { seq: 1, time: 5, isNew: false };
  assert.deepEqual(
    await log.append([entry(idOf(1)), { ...entry(idOf(1)), time: 6 }]),
    [first, again],
  );
  assert.deepEqual(await log.append([entry(idOf(1))]), [again]);
  // The same id of another key is another message.
  assert.deepEqual(await log.append([entry(idOf(1), 1, 2)]), [{ seq: 2, time: 5, isNew: true }]);
});

Deno.test("memory log: it is read from a number on, and backwards, within limits", async () => {
  const log = await filled(10);
  assert.deepEqual(await seqs(log.readAfter(7, ALL)), [8, 9, 10]);
  assert.deepEqual(await seqs(log.readAfter(0, { ...ALL, count: 2 })), [1, 2]);
  assert.deepEqual(await seqs(log.readAfter(10, ALL)), []);
  assert.deepEqual(await seqs(log.readAfter(4, { count: 9, size: 25 })), [5, 6]);
  assert.deepEqual(await seqs(log.readAfter(4, { count: 9, size: 1 })), [5], "one in any case");
  assert.deepEqual(await seqs(log.readBefore(4, ALL)), [1, 2, 3]);
  assert.deepEqual(await seqs(log.readBefore(Infinity, { ...ALL, count: 2 })), [9, 10]);
  assert.deepEqual(await seqs(log.readBefore(1, ALL)), []);
  assert.deepEqual(await seqs(log.readBefore(4, { count: 9, size: 25 })), [2, 3]);
  assert.deepEqual(await seqs(log.readBefore(4, { count: 9, size: 1 })), [3]);
});

Deno.test("memory log: the oldest go when there are too many, or they are too large, with their ids", async () => {
  const few = await filled(10, { maxCount: 4 });
  assert.deepEqual([few.first, few.last], [7, 10]);
  assert.deepEqual(await seqs(few.readAfter(0, ALL)), [7, 8, 9, 10]);
  const small = await filled(10, { maxSize: 35 });
  assert.deepEqual(await seqs(small.readAfter(0, ALL)), [8, 9, 10]);
  const one = new MemoryLog({ maxCount: 1 });
  await one.append([entry(idOf(1)), entry(idOf(2))]);
  assert.deepEqual(await one.append([entry(idOf(1))]), [{ seq: 3, time: 5, isNew: true }]);
});

Deno.test("memory log: what was forgotten is gone, and no number comes twice", async () => {
  const log = await filled(5);
  await log.forget(3);
  assert.deepEqual([log.first, log.last], [4, 5]);
  await log.forget(9);
  assert.deepEqual([log.first, log.last], [6, 5]);
  assert.deepEqual(await seqs(log.readBefore(Infinity, ALL)), []);
  assert.equal((await log.append([entry(idOf(1))]))[0].seq, 6);
});

Deno.test("memory log: whatever is appended and forgotten, it is what a plain list would be", async () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ forget: fc.nat(200) }),
  );
  await fc.assert(fc.asyncProperty(
    fc.array(step, { maxLength: 20 }),
    fc.integer({ min: 1, max: 40 }),
    async (steps, maxCount) => {
      const log = new MemoryLog({ maxCount });
      let list: number[] = [];
      let last = 0;
      for (const each of steps) {
        if ("append" in each) {
          await log.append(Array.from({ length: each.append }, () => entry(newMessageId())));
          for (let count = 0; count < each.append; count++) list.push(++last);
          list = list.slice(-maxCount);
        } else {
          await log.forget(each.forget);
          list = list.filter((seq) => seq > each.forget);
        }
        assert.deepEqual(await seqs(log.readAfter(0, ALL)), list);
        assert.deepEqual(await seqs(log.readBefore(Infinity, ALL)), list);
        assert.deepEqual([log.first, log.last], [list[0] ?? last + 1, last]);
      }
    },
  ));
});
