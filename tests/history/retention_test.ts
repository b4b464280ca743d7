import assert from "node:assert/strict";
import type { NewEntry } from "../../lib/chat/mod.ts";
import type { SqliteLog, SqliteLogOptions } from "../../lib/history/sqlite_log.ts";
import { folderTest } from "../identity/fixtures/support.ts";
import { ADA, ALL, DAY, entry, NOW, openLog, texts, textsIn } from "./support.ts";

/** Each in a block of its own. */
async function appendAll(log: SqliteLog, entries: readonly NewEntry[]): Promise<void> {
  for (const entry of entries) await log.append([entry]);
}

/** One message a day, the last of them today. */
function daily(days: number): NewEntry[] {
  return Array.from(
    { length: days },
    (_, day) => entry(`${days - day - 1} days ago`, ADA, NOW - (days - day - 1) * DAY),
  );
}

folderTest(
  "keep: what is too old is forgotten, at the start and as time passes",
  async (folder) => {
    const path = `${folder}/history.db`;
    let now = NOW;
    const options: SqliteLogOptions = { keep: { age: 3 * DAY }, now: () => now };
    let log = await openLog(path, options);
    await appendAll(log, daily(6));
    await log.prune();
    assert.deepEqual((await textsIn(log))[0], "3 days ago");
    assert.deepEqual([log.first, log.last], [3, 6]);
    now += 2 * DAY;
    await log.prune();
    assert.deepEqual(await textsIn(log), ["1 days ago", "0 days ago"]);
    await log.close();

    now += DAY;
    log = await openLog(path, options);
    await log.prune();
    assert.deepEqual(await textsIn(log), ["0 days ago"]);
    now += 100 * DAY;
    await log.prune();
    assert.deepEqual([log.first, log.last, await textsIn(log)], [7, 6, []]);
    await log.close();
  },
);

folderTest("keep: ids are remembered for 30 days after all else is forgotten", async (folder) => {
  const path = `${folder}/history.db`;
  let now = NOW;
  const options: SqliteLogOptions = { keep: { age: 10 * DAY }, now: () => now };
  let log = await openLog(path, options);
  const said = entry("said once");
  await log.append([said]);
  now += 30 * DAY;
  await log.prune();
  assert.deepEqual([log.first, log.last, await textsIn(log)], [2, 1, []]);
  const known = [{ seq: 1, time: NOW, isNew: false }];
  assert.deepEqual(await log.append([said]), known);
  await log.close();
  log = await openLog(path, options);
  assert.deepEqual(await log.append([said]), known);

  now += 2 * DAY;
  await log.prune();
  await log.close();
  // Nothing of it is left but its number, which is not given again.
  log = await openLog(path, options);
  assert.deepEqual([log.first, log.last], [2, 1]);
  assert.deepEqual(await log.append([{ ...said, time: now }]), [{
    seq: 2,
    time: now,
    isNew: true,
  }]);
  await log.close();
});

folderTest(
  "keep: messages from a future that a wrong clock made are not in the way",
  async (folder) => {
    const log = await openLog(`${folder}/history.db`, { keep: { age: 3 * DAY } });
    const future = NOW + 1000 * DAY;
    const times = [NOW - 9 * DAY, future, NOW - 8 * DAY, NOW - DAY, future, NOW];
    await appendAll(log, times.map((time, at) => entry(`${at}`, ADA, time)));
    await log.prune();
    assert.deepEqual(await textsIn(log), ["3", "4", "5"]);
    await log.close();
  },
);

folderTest("keep: the file stays below its size, and the last messages in it", async (folder) => {
  const path = `${folder}/history.db`;
  const size = 1024 * 1024;
  const log = await openLog(path, { keep: { size } });
  for (let round = 0; round < 80; round++) {
    const batch = Array.from(
      { length: 50 },
      (_, at) => entry(`${round * 50 + at} ${"x".repeat(400)}`),
    );
    await log.append(batch);
    // What is too much is forgotten in the turns between.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await log.prune();
  assert.equal(log.last, 4000);
  assert.ok(log.first > 1000, `from ${log.first} on`);
  const kept = await log.readAfter(0, ALL);
  assert.ok(kept.length > 1000, `${kept.length} messages`);
  assert.deepEqual(texts(kept).map((text) => parseInt(text)), kept.map(({ seq }) => seq - 1));
  assert.equal(kept[0]?.seq, log.first);
  await log.close();
  const file = await Deno.stat(path);
  assert.ok(file.size <= size, `${file.size} bytes`);
});

folderTest("keep: what is left of forgotten messages leaves room for others", async (folder) => {
  const path = `${folder}/history.db`;
  const size = 256 * 1024;
  const log = await openLog(path, { keep: { size } });
  const said = Array.from({ length: 10_000 }, (_, at) => entry(`${at}`));
  for (let at = 0; at < said.length; at += 100) {
    await log.append(said.slice(at, at + 100));
    await log.prune();
  }
  const kept = log.last - log.first + 1;
  assert.ok(kept > 1000, `${kept} messages`);
  // Of the first ones not even the ids are left; of later ones they are.
  const [first = assert.fail(), later = assert.fail()] = [said[0], said[log.first - 100]];
  const [isNew, known] = await log.append([first, later]);
  assert.equal(isNew?.isNew, true);
  assert.deepEqual(known, { seq: log.first - 99, time: NOW, isNew: false });
  await log.close();
  const file = await Deno.stat(path);
  assert.ok(file.size <= size, `${file.size} bytes`);
});

folderTest("keep: a file at rest is not written", async (folder) => {
  const path = `${folder}/history.db`;
  let now = NOW;
  const keep = { age: 10 * DAY, size: 1024 * 1024 };
  const log = await openLog(path, { keep, now: () => now });
  await appendAll(log, daily(5));
  await log.forget(1);
  const files = async () => {
    const all = [];
    for (const name of [path, `${path}-wal`]) {
      const { size, mtime } = await Deno.stat(name);
      all.push([size, mtime?.getTime(), (await Deno.readFile(name)).toString()]);
    }
    return all;
  };
  const before = await files();
  for (let hour = 0; hour < 48; hour++) {
    now += DAY / 24;
    await log.prune();
    await log.readBefore(Infinity, ALL);
  }
  assert.deepEqual(await files(), before);
  await log.close();
});

folderTest(
  "keep: what is left to forget at the end is forgotten at the next start",
  async (folder) => {
    const path = `${folder}/history.db`;
    let log = await openLog(path);
    for (let round = 0; round < 5; round++) {
      await log.append(Array.from({ length: 640 }, (_, at) => entry(`${at}`, ADA, NOW - 9 * DAY)));
    }
    await log.close();
    const keep = { age: DAY };
    log = await openLog(path, { keep });
    // In the middle of it.
    await log.close();
    log = await openLog(path, { keep });
    await log.prune();
    assert.deepEqual([log.first, log.last, await textsIn(log)], [3201, 3200, []]);
    await log.close();
  },
);

folderTest("keep: a file that was larger becomes as small as it should be", async (folder) => {
  const path = `${folder}/history.db`;
  let log = await openLog(path);
  for (let round = 0; round < 10; round++) {
    await log.append(Array.from({ length: 64 }, (_, at) => entry(`${at} ${"x".repeat(3000)}`)));
  }
  await log.close();
  assert.ok((await Deno.stat(path)).size > 1_800_000);
  log = await openLog(path, { keep: { size: 500_000 } });
  await log.prune();
  assert.ok(log.last - log.first > 50, `from ${log.first} on`);
  await log.close();
  const { size } = await Deno.stat(path);
  assert.ok(size <= 500_000, `${size} bytes`);
});
