import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import type { Appended, NewEntry, PastMessage, ReadLimits } from "../../lib/chat/mod.ts";
import { SqliteLog } from "../../lib/history/sqlite_log.ts";
import { folderTest, usageError } from "../identity/fixtures/support.ts";
import { withSqlite } from "../storage/support.ts";
import {
  ADA,
  ALL,
  BOB,
  entry,
  newId,
  NOW,
  openHistoryFile,
  openLog,
  texts,
  textsIn,
} from "./support.ts";

folderTest("history: what was said is there again, in order", async (folder) => {
  const path = `${folder}/history.db`;
  let log = await openLog(path);
  const { id } = log;
  assert.deepEqual([id.length, log.isKept, log.first, log.last], [16, true, 1, 0]);
  assert.deepEqual(await log.readBefore(Infinity, ALL), []);
  const said = [entry("one"), entry("two", BOB), entry("三"), entry("", BOB)];
  const appended = await log.append(said);
  assert.deepEqual(appended, said.map(({ time }, at) => ({ seq: at + 1, time, isNew: true })));
  await log.close();

  log = await openLog(path);
  assert.deepEqual([log.id, log.first, log.last], [id, 1, 4]);
  const expected = said.map((entry, at) => ({ ...entry, seq: at + 1 }));
  assert.deepEqual(await log.readAfter(0, ALL), expected);
  assert.deepEqual(await log.readBefore(Infinity, ALL), expected);
  assert.deepEqual(texts(await log.readBefore(4, { ...ALL, count: 2 })), ["two", "三"]);
  await log.close();
});

folderTest("history: the topic stays, until it is taken away", async (folder) => {
  const path = `${folder}/history.db`;
  let log = await openLog(path);
  const topic = { topic: "numbers 数", by: ADA, time: 5 };
  await log.setTopic(topic);
  assert.deepEqual(log.topic, topic);
  await log.close();
  log = await openLog(path);
  assert.deepEqual(log.topic, topic);
  await log.setTopic(undefined);
  await log.close();
  log = await openLog(path);
  assert.equal(log.topic, undefined);
  await log.close();
});

folderTest(
  "history: a message that is sent again is known, by its id and its sender",
  async (folder) => {
    const path = `${folder}/history.db`;
    const log = await openLog(path);
    const [first, second] = [entry("first"), entry("second")];
    const again = { ...first, time: NOW + 5, body: new Uint8Array(1) };
    // In one batch as well: the second of the two is the same message.
    assert.deepEqual(await log.append([first, again, second]), [
      { seq: 1, time: NOW, isNew: true },
      { seq: 1, time: NOW, isNew: false },
      { seq: 2, time: NOW, isNew: true },
    ]);
    const stolen = { ...first, from: BOB };
    assert.deepEqual(await log.append([again, stolen, { ...stolen }]), [
      { seq: 1, time: NOW, isNew: false },
      undefined,
      undefined,
    ]);
    assert.deepEqual([await textsIn(log), log.last], [["first", "second"], 2]);
    await log.close();
    const later = await openLog(path);
    assert.deepEqual(await later.append([again, stolen]), [
      { seq: 1, time: NOW, isNew: false },
      undefined,
    ]);
    await later.close();
  },
);

folderTest("history: several appends at once keep their order", async (folder) => {
  const log = await openLog(`${folder}/history.db`);
  const said = Array.from({ length: 20 }, (_, number) => `${number}`);
  const appended = await Promise.all(said.map((text) => log.append([entry(text)])));
  assert.deepEqual(appended.flat().map((answer) => answer?.seq), said.map((text) => +text + 1));
  assert.deepEqual(await textsIn(log), said);
  await log.close();
});

folderTest("history: long messages, and many at once", async (folder) => {
  const path = `${folder}/history.db`;
  const log = await openLog(path);
  const long = Array.from({ length: 5 }, (_, number) => `${number}`.repeat(131_072));
  const many = Array.from({ length: 1000 }, (_, number) => `${number}`);
  await log.append([...long, ...many].map((text) => entry(text)));
  assert.deepEqual(await textsIn(log), [...long, ...many]);
  // The first one is given whatever it has, and none beyond the limits.
  const numbers = (messages: readonly PastMessage[]) => messages.map(({ seq }) => seq);
  assert.deepEqual(numbers(await log.readAfter(0, { count: 9, size: 1 })), [1]);
  assert.deepEqual(numbers(await log.readAfter(0, { count: 9, size: 262_144 })), [1, 2]);
  assert.deepEqual(numbers(await log.readBefore(5, { count: 9, size: 262_144 })), [3, 4]);
  assert.deepEqual(numbers(await log.readBefore(900, { count: 3, size: 1000 })), [897, 898, 899]);
  await log.close();
});

folderTest(
  "history: what was forgotten cannot be read, and its numbers are not given again",
  async (folder) => {
    const path = `${folder}/history.db`;
    let log = await openLog(path);
    const said = Array.from({ length: 150 }, (_, number) => entry(`${number + 1}`));
    await log.append(said);
    // In the middle of a block.
    await log.forget(70);
    assert.deepEqual([log.first, log.last], [71, 150]);
    assert.equal((await textsIn(log))[0], "71");
    assert.deepEqual(texts(await log.readBefore(72, ALL)), ["71"]);
    assert.deepEqual(await log.readBefore(71, ALL), []);
    await log.forget(150);
    assert.deepEqual([log.first, log.last, await textsIn(log)], [151, 150, []]);
    // They are known, should they be sent again.
    const sent = [said[0], said[69], said[149]].map((entry) => entry ?? assert.fail());
    const known = [1, 70, 150].map((seq) => ({ seq, time: NOW, isNew: false }));
    assert.deepEqual(await log.append(sent), known);
    await log.close();

    log = await openLog(path);
    assert.deepEqual([log.first, log.last], [151, 150]);
    assert.deepEqual(await log.append(sent), known);
    assert.deepEqual(await log.append([{ ...sent[0] ?? assert.fail(), from: BOB }]), [undefined]);
    assert.deepEqual(await log.append([entry("next")]), [{ seq: 151, time: NOW, isNew: true }]);
    assert.deepEqual([log.first, await textsIn(log)], [151, ["next"]]);
    await log.close();
  },
);

folderTest("history: others go on while much is forgotten", async (folder) => {
  const log = await openLog(`${folder}/history.db`);
  await log.append(Array.from({ length: 5000 }, (_, number) => entry(`${number}`)));
  let turns = 0;
  let isDone = false;
  const forgetting = log.forget(5000).then(() => isDone = true);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    turns++;
  }
  await forgetting;
  assert.ok(turns > 3, `${turns} turns`);
  await log.close();
});

folderTest("history: a full disk ends it, and what was taken stays", async (folder) => {
  const path = `${folder}/history.db`;
  const database = await openHistoryFile(path);
  database.execute("PRAGMA max_page_count = 60");
  const log = new SqliteLog(database);
  const taken: string[] = [];
  const noSpace = usageError("storage", `cannot write ${path}: no space is left on the disk`);
  await assert.rejects(async () => {
    for (;;) {
      const batch = [1, 2, 3].map((number) => `${taken.length + number} ${"x".repeat(2000)}`);
      await log.append(batch.map((text) => entry(text)));
      taken.push(...batch);
    }
  }, noSpace);
  assert.ok(taken.length > 30, `${taken.length}`);
  // Nothing of the batch that failed, and nothing of what comes later, even if it would fit.
  assert.deepEqual(await textsIn(log), taken);
  database.execute("PRAGMA max_page_count = 6000");
  await assert.rejects(log.append([entry("small")]), noSpace);
  await assert.rejects(log.setTopic({ topic: "t", by: ADA, time: 1 }), noSpace);
  assert.deepEqual([await textsIn(log), log.last], [taken, taken.length]);
  await log.close();
  const again = await openLog(path);
  assert.deepEqual([await textsIn(again), again.last], [taken, taken.length]);
  assert.deepEqual((await again.append([entry("next")])).map((answer) => answer?.seq), [
    taken.length + 1,
  ]);
  await again.close();
});

folderTest(
  "history: where the disk gives nothing back, its first number does not fail",
  async (folder) => {
    const path = `${folder}/history.db`;
    const large = "x".repeat(60_000);
    let log = await openLog(path);
    await log.append(Array.from({ length: 100 }, () => entry(large)));
    await log.close();
    log = await openLog(path);
    await Deno.truncate(path, 8192);
    const what = `${path} is damaged; restore it from a copy, or move it away to begin a new one`;
    await assert.rejects(log.readAfter(0, ALL), usageError("storage", what));
    assert.deepEqual([log.first, log.last], [1, 100]);
    await log.close().catch(() => {});
  },
);

folderTest("history: what is damaged is passed over, and the rest can be read", async (folder) => {
  const path = `${folder}/history.db`;
  const log = await openLog(path);
  const said: NewEntry[] = [];
  for (const text of ["one", "two", "three", "four"]) {
    said.push(entry(text));
    await log.append(said.slice(-1));
  }
  await log.close();
  await withSqlite(path, (sqlite) => {
    sqlite.exec("UPDATE blocks SET sealed = zeroblob(200) WHERE first IN (1, 3)");
  });
  const damaged = await openLog(path);
  assert.deepEqual([damaged.first, damaged.last], [2, 4]);
  assert.deepEqual(await textsIn(damaged), ["two", "four"]);
  assert.deepEqual(texts(await damaged.readBefore(4, ALL)), ["two"]);
  await damaged.append([entry("five")]);
  await damaged.forget(3);
  assert.deepEqual([damaged.first, await textsIn(damaged)], [4, ["four", "five"]]);
  await damaged.close();
});

folderTest("history: without its id it is no log", async (folder) => {
  const path = `${folder}/history.db`;
  await (await openLog(path)).close();
  await withSqlite(path, (sqlite) => sqlite.exec("DELETE FROM meta WHERE name = 'log'"));
  const what = `${path} is damaged; restore it from a copy, or move it away to begin a new one`;
  await assert.rejects(openLog(path), usageError("bad-file", what));
  // And the file is free again.
  await assert.rejects(openLog(path), usageError("bad-file", what));
});

/** A log that does what it should in the plainest way. */
class PlainLog {
  first = 1;
  readonly entries: PastMessage[] = [];

  append(batch: readonly NewEntry[]): (Appended | undefined)[] {
    return batch.map((entry) => {
      const id = entry.id.join();
      const before = this.entries.find((other) => other.id.join() === id);
      if (before === undefined) {
        this.entries.push({ ...entry, seq: this.entries.length + 1 });
        return { seq: this.entries.length, time: entry.time, isNew: true };
      }
      const { seq, time, from } = before;
      return from.key.join() === entry.from.key.join() ? { seq, time, isNew: false } : undefined;
    });
  }

  read(
    isWanted: (seq: number) => boolean,
    { count, size }: ReadLimits,
    fromEnd: boolean,
  ): number[] {
    const wanted = this.entries.filter(({ seq }) => seq >= this.first && isWanted(seq));
    if (fromEnd) wanted.reverse();
    const read: number[] = [];
    let total = 0;
    for (const { seq, body } of wanted) {
      total += body.length;
      if (read.length === count || (total > size && read.length > 0)) break;
      read.push(seq);
    }
    return fromEnd ? read.reverse() : read;
  }

  forget(upTo: number): void {
    this.first = Math.max(this.first, Math.min(upTo, this.entries.length) + 1);
  }
}

Deno.test("history: it does what the plainest log does, whatever is asked of it", async () => {
  const ids = Array.from({ length: 12 }, newId);
  const message = fc.record({
    // Some ids come again and again, others once.
    id: fc.oneof(fc.constantFrom(...ids), fc.uint8Array({ minLength: 16, maxLength: 16 })),
    from: fc.constantFrom(ADA, BOB, { nick: "ada", key: BOB.key }),
    time: fc.nat().map((age) => NOW - age),
    body: fc.uint8Array({ maxLength: 40 }),
  });
  const number = fc.integer({ min: 0, max: 400 });
  const limits = fc.record({ count: fc.integer({ min: 1, max: 90 }), size: fc.nat(4000) });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(message, { maxLength: 100 }).map((batch) => ({ batch })) },
    { weight: 3, arbitrary: fc.record({ after: number, limits }) },
    {
      weight: 3,
      arbitrary: fc.record({ before: fc.oneof(number, fc.constant(Infinity)), limits }),
    },
    { weight: 1, arbitrary: number.map((forget) => ({ forget })) },
    { weight: 1, arbitrary: fc.constant({ reopen: true }) },
  );
  const folder = await Deno.makeTempDir();
  let count = 0;
  try {
    const holds = async (steps: readonly Step[]) => {
      const path = `${folder}/${count++}.db`;
      let log = await openLog(path);
      try {
        const plain = new PlainLog();
        for (const step of steps) {
          if ("batch" in step) {
            assert.deepEqual(await log.append(step.batch), plain.append(step.batch));
          } else if ("after" in step) {
            const { after, limits } = step;
            const read = await log.readAfter(after, limits);
            assert.deepEqual(
              read.map(({ seq }) => seq),
              plain.read((seq) => seq > after, limits, false),
            );
            for (const entry of read) assert.deepEqual(entry, plain.entries[entry.seq - 1]);
          } else if ("before" in step) {
            const { before, limits } = step;
            assert.deepEqual(
              (await log.readBefore(before, limits)).map(({ seq }) => seq),
              plain.read((seq) => seq < before, limits, true),
            );
          } else if ("forget" in step) {
            await log.forget(step.forget);
            plain.forget(step.forget);
          } else {
            await log.close();
            log = await openLog(path);
          }
          assert.deepEqual([log.first, log.last], [plain.first, plain.entries.length]);
        }
      } finally {
        await log.close();
        await Deno.remove(path);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), holds), { numRuns: 40 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

type Step =
  | { readonly batch: readonly NewEntry[] }
  | { readonly after: number; readonly limits: ReadLimits }
  | { readonly before: number; readonly limits: ReadLimits }
  | { readonly forget: number }
  | { readonly reopen: true };

folderTest("history: what was taken is found, by its sender alone", async (folder) => {
  const log = await openLog(`${folder}/history.db`);
  const said = entry("one");
  await log.append([said]);
  assert.deepEqual(await log.find(said.id, ADA.key), { seq: 1, time: said.time });
  assert.equal(await log.find(said.id, BOB.key), undefined);
  assert.equal(await log.find(newId(), ADA.key), undefined);
  await log.close();
});
