/**
 * What it costs to keep what is said in a file: through the log alone, without a room or a network.
 *
 * Usage: `deno run -A bench/history.ts [FOLDER]`; the folder says which disk is measured, and is the
 * system's temporary one by default.
 *
 * @module
 */
import process from "node:process";
import { readPast } from "../lib/chat/log/search.ts";
import { encodeText, type NewEntry, type RoomLog } from "../lib/chat/mod.ts";
import { randomBytes } from "../lib/crypto/mod.ts";
import { SqliteLog } from "../lib/history/sqlite_log.ts";

const TOTAL = 100_000;
const PEOPLE = Array.from(
  { length: 20 },
  (_, at) => ({ nick: `guest-${at}`, key: randomBytes(32) }),
);
const WORDS = [
  "when",
  "shall",
  "we",
  "three",
  "meet",
  "again",
  "in",
  "thunder",
  "lightning",
  "rain",
];

function entries(count: number): NewEntry[] {
  return Array.from({ length: count }, (_, at) => {
    const text = Array.from({ length: 12 }, () => WORDS[Math.floor(Math.random() * 10)]).join(" ");
    const from = PEOPLE[at % PEOPLE.length];
    return { id: randomBytes(16), time: Date.now(), from, body: encodeText(text) };
  });
}

/** Appends messages in batches, and tells how fast that went. */
async function append(log: RoomLog, count: number, size: number): Promise<void> {
  const messages = entries(count);
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let at = 0; at < count; at += size) {
    const before = performance.now();
    await log.append(messages.slice(at, at + size));
    times.push(performance.now() - before);
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const quantile = (part: number) => times[Math.floor((times.length - 1) * part)].toFixed(2);
  console.log(
    `append, ${size} at once`.padEnd(28),
    `${Math.round(count / seconds)} messages/s`.padEnd(20),
    `${((user + system) / count).toFixed(1)} µs of CPU each`.padEnd(24),
    `a batch: ${quantile(0.5)} ms median, ${quantile(0.99)} ms 99 %, ${quantile(1)} ms longest`,
  );
}

async function measured(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const result = await work();
  console.log(`${name.padEnd(28)} ${(performance.now() - start).toFixed(1)} ms`, result ?? "");
}

async function readAll(log: RoomLog): Promise<string> {
  let count = 0;
  for (let end = Infinity;;) {
    const page = await log.readBefore(end, { count: 256, size: 262_144 });
    if (page.length === 0) return `${count} messages`;
    count += page.length;
    end = page[0].seq;
  }
}

async function search(log: RoomLog, words: string): Promise<string> {
  let found = 0;
  let requests = 0;
  for (let before = 0, isFirst = true; isFirst || before !== 0; isFirst = false) {
    const page = await readPast(log, { before, count: 200, words });
    before = page.before;
    found += page.messages.length;
    requests++;
  }
  return `${found} found in ${requests} requests`;
}

const folder = await Deno.makeTempDir(Deno.args[0] === undefined ? {} : { dir: Deno.args[0] });
try {
  const path = `${folder}/history.db`;
  const key = randomBytes(32);
  let log = await SqliteLog.open(path, key);
  await append(log, 2_000, 1);
  await append(log, 10_000, 10);
  await append(log, TOTAL - 12_000, 200);
  await append(log, TOTAL, 200);
  await measured("read 200,000 backwards", () => readAll(log));
  await measured("search for what is not there", () => search(log, "hurlyburly"));
  await measured(
    "search for a rare pair",
    () => search(log, "lightning again thunder rain meet in"),
  );
  await log.close();
  const { size } = await Deno.stat(path);
  console.log(
    `${"file".padEnd(28)} ${(size / 1e6).toFixed(1)} MB, ${Math.round(size / 200_000)} bytes each`,
  );
  await measured("open", async () => void (log = await SqliteLog.open(path, key)));
  await log.close();
} finally {
  await Deno.remove(folder, { recursive: true });
}
