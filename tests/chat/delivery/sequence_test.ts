import assert from "node:assert/strict";
import { MemoryLog, type NewEntry, type RoomLog } from "../../../lib/chat/mod.ts";
import { Sequence, type SequenceOptions } from "../../../lib/chat/delivery/sequence.ts";
import { Clock, isPending, turns } from "../../channel/support.ts";
import { idOf, keyOf } from "../support.ts";

function entry(byte: number, size = 1): NewEntry {
  return {
    id: idOf(byte),
    time: 1,
    from: { nick: "ada", key: keyOf(1) },
    body: new Uint8Array(size),
  };
}

/** A log that takes messages only when it is told to. */
class SlowLog extends MemoryLog {
  readonly batches: (readonly NewEntry[])[] = [];
  readonly waiting: PromiseWithResolvers<void>[] = [];

  override async append(batch: readonly NewEntry[]) {
    this.batches.push(batch);
    const waiting = Promise.withResolvers<void>();
    this.waiting.push(waiting);
    await waiting.promise;
    return await super.append(batch);
  }
}

/** A sequence, and what has had its turn. */
function sequenceOf(options: Partial<SequenceOptions> = {}) {
  const done: (string | number)[] = [];
  let turnsTaken = 0;
  const sequence = new Sequence({
    log: new MemoryLog(),
    gatherFor: () => 0,
    onTurn: () => turnsTaken++,
    onFailure: () => assert.fail("the log does not fail"),
    ...options,
  });
  const post = (byte: number, size?: number) =>
    sequence.post(entry(byte, size), (appended) => done.push(appended?.seq ?? "not taken"));
  const step = (name: string) => sequence.then(() => done.push(name));
  return { sequence, done, post, step, turnsTaken: () => turnsTaken };
}

Deno.test("sequence: what needs no log has its turn at once", () => {
  const { done, step, turnsTaken } = sequenceOf();
  step("one");
  step("two");
  assert.deepEqual(done, ["one", "two"]);
  assert.equal(turnsTaken(), 2);
});

Deno.test("sequence: what stands behind a message waits until the log has it", async () => {
  const log = new SlowLog();
  const { done, post, step, turnsTaken } = sequenceOf({ log });
  post(1);
  step("behind");
  post(2);
  post(3);
  await turns();
  assert.deepEqual(done, []);
  log.waiting[0].resolve();
  await turns();
  assert.deepEqual(done, [1]);
  assert.deepEqual(
    log.batches.map(({ length }) => length),
    [1, 2],
    "what came meanwhile, together",
  );
  log.waiting[1].resolve();
  await turns();
  assert.deepEqual(done, [1, "behind", 2, 3]);
  assert.equal(turnsTaken(), 2);
});

Deno.test("sequence: what follows fast is gathered, and has its turn together", async () => {
  using clock = new Clock();
  const log = new SlowLog();
  const { done, post, step } = sequenceOf({ log, gatherFor: () => 5 });
  step("first");
  assert.deepEqual(done, ["first"], "nothing waits that follows a pause");
  post(1);
  step("second");
  post(2);
  await clock.pass(4);
  assert.equal(log.batches.length, 0);
  await clock.pass(1);
  assert.deepEqual(log.batches.map(({ length }) => length), [2]);
  log.waiting[0].resolve();
  await turns();
  assert.deepEqual(done, ["first", 1, "second", 2]);
  await clock.pass(1_000);
  step("third");
  assert.equal(done.at(-1), "third");
  assert.equal(clock.timers, 0);
});

Deno.test("sequence: not more than 64 KiB is gathered", async () => {
  using clock = new Clock();
  const { done, post, step } = sequenceOf({ gatherFor: () => 5 });
  step("first");
  post(1, 65_000);
  await turns();
  assert.deepEqual(done, ["first"]);
  post(2, 1_000);
  await turns();
  assert.deepEqual(done, ["first", 1, 2]);
  assert.equal(clock.timers, 0);
});

Deno.test("sequence: a log that blocks the program does so half of the time at most", async () => {
  using clock = new Clock();
  const batches: number[] = [];
  const log = Object.assign(new MemoryLog(), {
    append(this: MemoryLog, batch: readonly NewEntry[]) {
      batches.push(batch.length);
      const { now } = performance;
      performance.now = () => now() + 100;
      return MemoryLog.prototype.append.call(this, batch);
    },
  });
  const { done, post } = sequenceOf({ log, gatherFor: () => 5 });
  post(1);
  await turns();
  post(2);
  post(3);
  await clock.pass(99);
  assert.deepEqual(batches, [1]);
  await clock.pass(1);
  assert.deepEqual(batches, [1, 2]);
  assert.deepEqual(done, [1, 2, 3]);
});

Deno.test("sequence: settling gives everything its turn, and waits for it", async () => {
  using clock = new Clock();
  const log = new SlowLog();
  const { sequence, done, post, step } = sequenceOf({ log, gatherFor: () => 5 });
  await sequence.settle();
  step("first");
  post(1);
  const settled = sequence.settle();
  assert.equal(log.batches.length, 1, "without waiting for others");
  assert.ok(await isPending(settled));
  post(2);
  const settledAgain = sequence.settle();
  log.waiting[0].resolve();
  await settled;
  assert.deepEqual(done, ["first", 1]);
  assert.ok(await isPending(settledAgain));
  log.waiting[1].resolve();
  await settledAgain;
  assert.deepEqual(done, ["first", 1, 2]);
  assert.equal(clock.timers, 0);
});

Deno.test("sequence: what the log refuses is told so, and the others are taken", async () => {
  const log: RoomLog = Object.assign(new MemoryLog(), {
    append: ([{ id }]: readonly NewEntry[]) =>
      Promise.resolve([id[0] === 9 ? undefined : { seq: id[0], time: 1, isNew: true }]),
  });
  const { sequence, done, post } = sequenceOf({ log });
  for (const byte of [1, 9, 2]) {
    post(byte);
    await sequence.settle();
  }
  assert.deepEqual(done, [1, "not taken", 2]);
});

Deno.test("sequence: where a log fails, another one takes what was given to it, and what follows", async () => {
  const failing: RoomLog = Object.assign(new MemoryLog(), {
    append: () => Promise.reject(new Error("disk full")),
  });
  const other = new MemoryLog({ after: 10 });
  const failures: unknown[] = [];
  const { sequence, done, post, step } = sequenceOf({
    log: failing,
    onFailure: (error) => (failures.push(error), other),
  });
  post(1);
  step("behind");
  post(2);
  await sequence.settle();
  assert.deepEqual(done, [11, "behind", 12]);
  assert.equal(sequence.log, other);
  assert.equal(String(failures), "Error: disk full");
});

Deno.test("sequence: speakers wait while more than 8 MiB wait for the log", async () => {
  const log = new SlowLog();
  const { sequence, done, post } = sequenceOf({ log });
  post(1);
  post(2, 8 * 1024 * 1024);
  assert.equal(sequence.space, undefined);
  post(3);
  const { space } = sequence;
  assert.ok(space !== undefined && await isPending(space));
  log.waiting[0].resolve();
  await space;
  assert.equal(sequence.space, undefined, "they are on their way");
  await turns();
  log.waiting[1].resolve();
  await sequence.settle();
  assert.deepEqual(done, [1, 2, 3]);
});
