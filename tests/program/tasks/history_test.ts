import assert from "node:assert/strict";
import { encodeAction, encodeText, type NewEntry } from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { SqliteLog } from "../../../lib/history/sqlite_log.ts";
import { fingerprint, parseKeyFile } from "../../../lib/identity/mod.ts";
import { TaskRequest } from "../../../lib/program/flags/flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { runTask } from "../../../lib/program/tasks/run_task.ts";
import { dateAndTime } from "../../../lib/terminal/text/dates.ts";
import { newId } from "../../history/support.ts";
import { folderTest, usageError } from "../../identity/fixtures/support.ts";
import { withSqlite } from "../../storage/support.ts";
import { capture, key } from "../../support/doubles.ts";

const DAY = 24 * 60 * 60 * 1000;
const ADA = { nick: "ada", key: key(1), operator: true } as const;
const BOB = { nick: "鲍勃", key: key(2) };
const OTHER_ADA = { nick: "ada", key: key(3) };

/** A server's folder with a history in it. */
class Server {
  readonly home: string;
  readonly file: string;

  private constructor(folder: string) {
    this.home = `${folder}/home`;
    this.file = `${folder}/room.db`;
  }

  /** One with an identity, and nothing else. */
  static async in(folder: string): Promise<Server> {
    const server = new Server(folder);
    await server.run("id");
    return server;
  }

  /** Opens its history, as the server does when it runs. */
  async open(): Promise<SqliteLog> {
    const path = `${this.home}/server.pem`;
    const keyFile = await parseKeyFile(await Deno.readTextFile(path), path);
    return await SqliteLog.open(this.file, (await keyFile.open()).privateKey);
  }

  /** Puts messages into its history. */
  async write(...entries: readonly NewEntry[]): Promise<void> {
    const log = await this.open();
    for (const entry of entries) await log.append([entry]);
    await log.setTopic({ topic: "secret topic", by: ADA, time: 5 });
    await log.close();
  }

  /** What a task writes, and its exit status. */
  async run(...args: readonly string[]): Promise<{ out: string; err: string; status: number }> {
    const request = parseServerFlags(["--home", this.home, ...args]);
    assert.ok(request instanceof TaskRequest);
    using stdout = capture("stdout");
    using stderr = capture("stderr");
    const status = await runTask(request);
    return { out: stdout.text, err: stderr.text, status };
  }

  /** What `history …` writes about its file, if all is well. */
  async history(...args: readonly string[]): Promise<string> {
    const { out, err, status } = await this.run("history", ...args, this.file);
    assert.deepEqual([status, err], [0, ""]);
    return out;
  }
}

function said(text: string, from: NewEntry["from"] = ADA, daysAgo = 0): NewEntry {
  return { id: newId(), time: Date.now() - daysAgo * DAY, from, body: encodeText(text) };
}

folderTest("history export: what was said, as people read it", async (folder) => {
  const server = await Server.in(folder);
  const entries = [
    said("hello\nthere", ADA, 40),
    { ...said("", BOB, 2), body: encodeAction("waves \x1b[2J") },
    said("你好", BOB),
    { ...said("", OTHER_ADA), body: Uint8Array.of(1) },
  ];
  await server.write(...entries);
  const [first, second, third, last] = entries.map(({ time }) => dateAndTime(new Date(time)));
  const indent = " ".repeat(`${first} ada: `.length);
  assert.equal(
    await server.history("export"),
    `${first} ada: hello\n${indent}there\n${second} * 鲍勃 waves ␛[2J\n${third} 鲍勃: 你好\n` +
      `${last} ada sent something that this version cannot show\n`,
  );
  // The flag names the file as well, and a server may be writing.
  const log = await server.open();
  await log.append([said("while it runs")]);
  const { out } = await server.run("history", "export", "--history", server.file);
  assert.match(out, /ada: while it runs\n$/);
  await log.close();
});

folderTest("history export: as JSON, like the event of a message", async (folder) => {
  const server = await Server.in(folder);
  const entry = { ...said("", BOB), body: encodeAction("waves \x1b[2J") };
  await server.write(said("first"), entry);
  const lines = (await server.history("export", "--json")).trimEnd().split("\n");
  assert.equal(lines.length, 2);
  assert.ok(!lines.join("").includes("\x1b"));
  assert.deepEqual(JSON.parse(lines[1] ?? ""), {
    event: "message",
    id: hex(entry.id),
    seq: 2,
    time: new Date(entry.time).toISOString(),
    from: { nick: "鲍勃", fingerprint: fingerprint(BOB.key), verified: false },
    text: "waves \x1b[2J",
    private: false,
    action: true,
    history: true,
  });
});

folderTest(
  "history export and check: what is damaged is told, by the exit status as well",
  async (folder) => {
    const server = await Server.in(folder);
    await server.write(said("one"), said("two"), said("three"));
    await withSqlite(server.file, (sqlite) => {
      sqlite.exec("UPDATE blocks SET sealed = zeroblob(99) WHERE first = 2");
    });
    const exported = await server.run("history", "export", server.file);
    assert.match(exported.out, /ada: one\n.*ada: three\n$/);
    assert.equal(exported.err, `${server.file}: 1 message is damaged and was left out\n`);
    assert.equal(exported.status, 1);
    const checked = await server.run("history", "check", server.file);
    assert.match(
      checked.out,
      /^message 2: damaged\n.*: 2 messages, from .*; something is damaged\n$/,
    );
    assert.equal(checked.status, 1);
  },
);

folderTest("history check: how much there is", async (folder) => {
  const server = await Server.in(folder);
  await (await server.open()).close();
  assert.equal(
    await server.history("check"),
    `${server.file}: no messages; nothing is damaged\n`,
  );
  const entries = [said("one", ADA, 9), said("two")];
  await server.write(...entries);
  const [from, to] = entries.map(({ time }) => dateAndTime(new Date(time)));
  assert.equal(
    await server.history("check"),
    `${server.file}: 2 messages, from ${from} to ${to}; nothing is damaged\n`,
  );
});

folderTest("history compact: says what it saves", async (folder) => {
  const server = await Server.in(folder);
  await server.write(...Array.from({ length: 200 }, (_, at) => said(`${at}`)));
  const text = await server.history("compact");
  const [, had = "", has = ""] = / had (\d+) KiB, and has (\d+) KiB now\n$/.exec(text) ?? [];
  assert.ok(Number(has) < Number(had), text);
  assert.match(await server.history("check"), /200 messages/);
});

folderTest("history forget: by age, by person, or all of it", async (folder) => {
  const server = await Server.in(folder);
  await server.write(
    said("old", ADA, 40),
    said("older bob", BOB, 50),
    said("new bob", BOB),
    said("renamed bob", { ...BOB, nick: "robert" }),
    said("new"),
    said("other", OTHER_ADA),
  );
  const texts = async () =>
    [...(await server.history("export")).matchAll(/: (.*)$/gm)].map(([, text]) => text);
  const forget = (...args: readonly string[]) => server.history("forget", ...args);
  assert.equal(
    await forget("--before", "30d", "--from", fingerprint(ADA.key)),
    "Forgot 1 message\n",
  );
  assert.deepEqual(await texts(), ["older bob", "new bob", "renamed bob", "new", "other"]);
  assert.equal(await forget("--before", "2000-01-01"), "Forgot 0 messages\n");
  assert.equal(await forget("--before", "30d"), "Forgot 1 message\n");
  // The key counts, not the name.
  assert.equal(await forget("--from", "鲍勃"), "Forgot 2 messages\n");
  assert.deepEqual(await texts(), ["new", "other"]);
  assert.equal(await forget("--from", fingerprint(OTHER_ADA.key)), "Forgot 1 message\n");
  assert.deepEqual(await texts(), ["new"]);
  assert.equal(await forget("--all"), "Forgot 1 message\n");
  assert.deepEqual(await texts(), []);
  const log = await server.open();
  assert.deepEqual([log.topic, log.first, log.last], [undefined, 7, 6]);
  await log.close();
});

folderTest("history forget: somebody has to be meant, and one person alone", async (folder) => {
  const server = await Server.in(folder);
  await server.write(said("one"), said("two", OTHER_ADA));
  await assert.rejects(
    server.history("forget", "--from", "eve"),
    usageError("usage", "eve has said nothing that is kept"),
  );
  const both = [ADA, OTHER_ADA].map(({ key }) => fingerprint(key)).join(", ");
  await assert.rejects(
    server.history("forget", "--from", "ada"),
    usageError("usage", `several people were called ada; give the fingerprint: ${both}`),
  );
});

folderTest("history forget: all of a damaged file", async (folder) => {
  const server = await Server.in(folder);
  await server.write(said("one"), said("two"));
  await withSqlite(server.file, (sqlite) => sqlite.exec("UPDATE blocks SET sealed = zeroblob(99)"));
  assert.equal(await server.history("forget", "--all"), "Forgot 0 messages\n");
  assert.equal(await server.history("check"), `${server.file}: no messages; nothing is damaged\n`);
});

folderTest("history: compact and forget wait for no running server", async (folder) => {
  const server = await Server.in(folder);
  const log = await server.open();
  const inUse = usageError(
    "bad-file",
    `${server.file} is in use by a running server; end that first`,
  );
  await assert.rejects(server.history("compact"), inUse);
  await assert.rejects(server.history("forget", "--all"), inUse);
  await log.close();
});

folderTest(
  "history: a file that is not there stays so, and no identity is made for it",
  async (folder) => {
    const file = `${folder}/room.db`;
    for (const args of [["export"], ["check"], ["compact"], ["forget", "--all"]]) {
      const request = parseServerFlags(["--home", `${folder}/home`, "history", ...args, file]);
      assert.ok(request instanceof TaskRequest);
      await assert.rejects(runTask(request), usageError("bad-file", `there is no file ${file}`));
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  },
);
