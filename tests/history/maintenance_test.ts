import assert from "node:assert/strict";
import { isKept } from "../../lib/history/block.ts";
import { BlockStore } from "../../lib/history/block_store.ts";
import { checkHistory } from "../../lib/history/check_history.ts";
import { compactHistory } from "../../lib/history/compact_history.ts";
import { forgetMessages } from "../../lib/history/forget_messages.ts";
import { folderTest } from "../identity/fixtures/support.ts";
import { withSqlite } from "../storage/support.ts";
import { ADA, BOB, DAY, entry, NOW, openHistoryFile, openLog, textsIn } from "./support.ts";

const HOUR = DAY / 24;

/** A history with messages that were said one by one. */
async function write(path: string, count: number): Promise<void> {
  const log = await openLog(path);
  for (let at = 0; at < count; at++) {
    await log.append([entry(`${at + 1}`, at % 2 === 0 ? ADA : BOB, NOW - (count - at - 1) * HOUR)]);
  }
  await log.setTopic({ topic: "what is kept", by: ADA, time: NOW });
  await log.close();
}

async function reportOf(path: string): Promise<ReturnType<typeof checkHistory>> {
  const database = await openHistoryFile(path);
  try {
    const { count, firstTime, lastTime, problems } = checkHistory(database);
    return { count, firstTime, lastTime, problems };
  } finally {
    database.close();
  }
}

folderTest("check: how many messages, from when to when", async (folder) => {
  const path = `${folder}/history.db`;
  await write(path, 0);
  const nothing = { count: 0, firstTime: undefined, lastTime: undefined, problems: [] };
  assert.deepEqual(await reportOf(path), nothing);
  await write(path, 5);
  assert.deepEqual(await reportOf(path), {
    count: 5,
    firstTime: NOW - 4 * HOUR,
    lastTime: NOW,
    problems: [],
  });
});

folderTest("check: what is wrong, by its number", async (folder) => {
  const whole = `${folder}/whole.db`;
  await write(whole, 5);
  const log = await openLog(whole);
  await log.append([entry("6"), entry("7"), entry("8")]);
  await log.forget(2);
  await log.close();
  const cases: readonly (readonly [change: string, problem: string, count: number])[] = [
    ["UPDATE blocks SET sealed = zeroblob(99) WHERE first = 4", "message 4: damaged", 5],
    ["UPDATE blocks SET sealed = zeroblob(99) WHERE first = 6", "messages 6 to 8: damaged", 3],
    ["UPDATE gone SET sealed = zeroblob(99) WHERE first = 2", "message 2: damaged", 6],
    ["UPDATE blocks SET count = 2 WHERE first = 3", "messages 3 to 4: damaged", 5],
    [
      "UPDATE blocks SET marks = x'00000000' WHERE first = 4",
      "message 4: not known if sent again",
      6,
    ],
    [
      "UPDATE meta SET value = x'00' WHERE name = 'topic'",
      "the topic cannot be read to the end",
      6,
    ],
  ];
  for (const [change, problem, count] of cases) {
    const path = `${folder}/copy.db`;
    await Deno.copyFile(whole, path);
    await withSqlite(path, (sqlite) => sqlite.exec(change));
    const report = await reportOf(path);
    assert.ok(report.problems[0]?.startsWith(problem), `${report.problems} instead of ${problem}`);
    assert.equal(report.count, count, problem);
  }
});

folderTest("check: pages of the file that hold something else", async (folder) => {
  const path = `${folder}/history.db`;
  const log = await openLog(path);
  for (let at = 0; at < 20; at++) await log.append([entry("x".repeat(9000))]);
  await log.close();
  const file = await Deno.readFile(path);
  file.fill(0x5a, file.length - 60_000);
  await Deno.writeFile(path, file);
  const { problems, count } = await reportOf(path);
  assert.ok(problems.length > 0);
  assert.ok(count < 20, `${count}`);
});

folderTest("compact: smaller, and otherwise the same", async (folder) => {
  const path = `${folder}/history.db`;
  await write(path, 300);
  let log = await openLog(path);
  await log.forget(30);
  const before = await textsIn(log);
  const again = { ...entry("again"), time: NOW };
  await log.append([again]);
  await log.close();
  const { size } = await Deno.stat(path);

  const database = await openHistoryFile(path);
  compactHistory(database);
  assert.deepEqual(database.prepare("SELECT count(*) AS n FROM blocks").get()?.number("n"), 5);
  assert.deepEqual(database.prepare("SELECT count(*) AS n FROM gone").get()?.number("n"), 1);
  assert.equal(
    database.prepare("SELECT freelist_count AS n FROM pragma_freelist_count").get()
      ?.number("n"),
    0,
  );
  database.close();
  const compacted = await Deno.stat(path);
  assert.ok(compacted.size < 0.7 * size, `${compacted.size} of ${size} bytes`);
  assert.deepEqual((await reportOf(path)).problems, []);

  log = await openLog(path);
  assert.deepEqual([log.first, log.last], [31, 301]);
  assert.deepEqual(await textsIn(log), [...before, "again"]);
  assert.deepEqual(await log.append([again]), [{ seq: 301, time: NOW, isNew: false }]);
  // Forgotten in the middle of a block, and all of the rest.
  await log.forget(100);
  assert.equal((await textsIn(log))[0], "101");
  await log.close();
});

folderTest(
  "compact: blocks in which much was forgotten, and one that is damaged",
  async (folder) => {
    const path = `${folder}/history.db`;
    await write(path, 10);
    let log = await openLog(path);
    await log.append(Array.from({ length: 64 }, (_, at) => entry(`${at + 11}`)));
    await log.append(Array.from({ length: 64 }, (_, at) => entry(`${at + 75}`)));
    // All but the last of the first long block.
    await log.forget(73);
    await log.close();
    await withSqlite(path, (sqlite) => {
      sqlite.exec("UPDATE gone SET sealed = zeroblob(99) WHERE first = 4");
    });
    const database = await openHistoryFile(path);
    compactHistory(database);
    compactHistory(database);
    database.close();
    assert.deepEqual((await reportOf(path)).problems, ["message 4: damaged"]);
    log = await openLog(path, { keep: { age: DAY }, now: () => NOW + 5 * DAY });
    await log.prune();
    assert.deepEqual([log.first, log.last, await textsIn(log)], [139, 138, []]);
    await log.close();
  },
);

folderTest(
  "compact: a block of which everything was forgotten is forgotten in its turn",
  async (folder) => {
    const path = `${folder}/history.db`;
    let log = await openLog(path);
    // Of each block something stays; in between, 126 messages of Bob's follow each other.
    const bobs = Array.from({ length: 63 }, () => "bob");
    for (const batch of [["ada"], ["ada"], ["ada", ...bobs], [...bobs, "ada"]]) {
      await log.append(batch.map((name) => entry(name, name === "ada" ? ADA : BOB)));
    }
    await log.close();
    const database = await openHistoryFile(path);
    const store = new BlockStore(database);
    const isGone = ({ from }: { from: { nick: string } }) => from.nick === "bob";
    assert.equal(await forgetMessages(store, { upTo: store.last, isGone }), 126);
    compactHistory(database);
    const blocks = [...store.blocks.from(0)].map((block) =>
      store.open(block).filter(isKept).length
    );
    assert.deepEqual(blocks, [3, 0, 1]);
    database.close();

    log = await openLog(path, { keep: { age: DAY }, now: () => NOW + 2 * DAY });
    await log.prune();
    assert.deepEqual([log.first, log.last], [131, 130]);
    await log.close();
  },
);
