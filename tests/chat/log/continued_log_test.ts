import assert from "node:assert/strict";
import {
  ContinuedLog,
  MemoryLog,
  type NewEntry,
  newMessageId,
  type RoomLog,
} from "../../../lib/chat/mod.ts";
import { keyOf } from "../support.ts";

const ADA = { nick: "ada", key: keyOf(1) };
const ALL = { count: 100, size: 100_000 };
const TOPIC = { topic: "engines", by: ADA, time: 1 };

function entries(count: number): NewEntry[] {
  return Array.from({ length: count }, () => ({
    id: newMessageId(),
    time: 5,
    from: ADA,
    body: new Uint8Array(1),
  }));
}

async function seqs(reading: ReturnType<RoomLog["readAfter"]>): Promise<number[]> {
  return (await reading).map(({ seq }) => seq);
}

/** A log of five messages, and the one that goes on behind it with three. */
async function continued() {
  const before = new MemoryLog();
  await before.append(entries(5));
  await before.setTopic(TOPIC);
  const log = new ContinuedLog(before);
  await log.append(entries(3));
  return { before, log };
}

Deno.test("continued log: numbers go on, under another id, and what was before can be read", async () => {
  const { before, log } = await continued();
  assert.notDeepEqual(log.id, before.id);
  assert.equal(log.isKept, false);
  assert.deepEqual([log.first, log.last, before.last], [1, 8, 5]);
  assert.deepEqual(log.topic, TOPIC);
  assert.deepEqual(await seqs(log.readAfter(3, ALL)), [4, 5]);
  assert.deepEqual(await seqs(log.readAfter(5, ALL)), [6, 7, 8]);
  assert.deepEqual(await seqs(log.readBefore(Infinity, ALL)), [6, 7, 8]);
  assert.deepEqual(await seqs(log.readBefore(6, ALL)), [1, 2, 3, 4, 5]);
});

Deno.test("continued log: a log that cannot be read any more has nothing", async () => {
  const { before, log } = await continued();
  const broken = () => Promise.reject(new Error("input/output error"));
  Object.assign(before, { readAfter: broken, readBefore: broken, forget: broken, close: broken });
  assert.deepEqual(await seqs(log.readAfter(3, ALL)), [6, 7, 8]);
  assert.deepEqual(await seqs(log.readBefore(6, ALL)), []);
  await log.forget(6);
  assert.deepEqual(await seqs(log.readAfter(3, ALL)), [7, 8]);
  await log.close();
});

Deno.test("continued log: what is forgotten is forgotten in both", async () => {
  const { before, log } = await continued();
  await log.forget(6);
  assert.deepEqual(await seqs(before.readAfter(0, ALL)), []);
  assert.deepEqual(await seqs(log.readAfter(0, ALL)), [7, 8]);
});

Deno.test("continued log: a new topic is its own", async () => {
  const { before, log } = await continued();
  await log.setTopic(undefined);
  assert.equal(log.topic, undefined);
  assert.deepEqual(before.topic, TOPIC);
});

Deno.test("continued log: once it has forgotten something, it begins behind that", async () => {
  const before = new MemoryLog();
  await before.append(entries(5));
  const log = new ContinuedLog(before, { maxCount: 3 });
  await log.append(entries(3));
  assert.equal(log.first, 1);
  await log.append(entries(2));
  assert.deepEqual([log.first, log.last], [8, 10]);
});

Deno.test("continued log: what was taken is found, here and before, by its sender alone", async () => {
  const before = new MemoryLog();
  const [old, recent, never] = entries(3);
  await before.append([old]);
  const log = new ContinuedLog(before);
  await log.append([recent]);
  assert.deepEqual(await log.find(old.id, ADA.key), { seq: 1, time: 5 });
  assert.deepEqual(await log.find(recent.id, ADA.key), { seq: 2, time: 5 });
  assert.equal(await log.find(never.id, ADA.key), undefined);
  assert.equal(await log.find(old.id, keyOf(2)), undefined);
});
