import assert from "node:assert/strict";
import { decodeBody, encodeText } from "../../lib/chat/mod.ts";
import { folderTest } from "../identity/fixtures/support.ts";
import { withSqlite } from "../storage/support.ts";
import { ADA, ALL, BOB, openHistoryFile, openLog } from "./support.ts";
import { version1File } from "./version_1.ts";

const NICK = "鲍勃";
const TIME = Date.UTC(2026, 0, 2, 3, 4, 5);

folderTest("history: a file of the first layout has all that it had", async (folder) => {
  const path = `${folder}/history.db`;
  await Deno.writeFile(path, await version1File(), { mode: 0o600 });
  const log = await openLog(path);
  assert.deepEqual([log.first, log.last], [2, 70]);
  const topic = { topic: "What holds", by: ADA, time: TIME + 500 };
  assert.deepEqual(log.topic, topic);
  const messages = await log.readAfter(0, ALL);
  const bob = { ...BOB, nick: NICK };
  const id = (byte: number) => new Uint8Array(16).fill(byte);
  assert.deepEqual(messages.slice(0, 2), [
    { id: id(2), seq: 2, time: TIME + 1000, from: ADA, body: encodeText("Does anybody hear me?") },
    { id: id(3), seq: 3, time: TIME + 2000, from: bob, body: encodeText("你好，我听到了") },
  ]);
  assert.deepEqual(decodeBody(messages[2]?.body ?? assert.fail()), {
    type: "action",
    text: "waves",
  });
  assert.equal(messages.length, 69);
  for (const [index, { seq, time, from, body }] of messages.slice(3).entries()) {
    assert.deepEqual([seq, time, from], [5 + index, TIME + 3000 + index, index % 2 ? ADA : bob]);
    assert.deepEqual(decodeBody(body), { type: "text", text: `number ${index}` });
  }
  // Ids are known, and numbers go on.
  const again = { id: id(3), time: TIME + 9, from: bob, body: encodeText("again") };
  assert.deepEqual(await log.append([again, { ...again, id: id(250) }]), [
    { seq: 3, time: TIME + 2000, isNew: false },
    { seq: 71, time: TIME + 9, isNew: true },
  ]);
  await log.close();
});

folderTest(
  "history: a number of the first layout is not given again, even if all is gone",
  async (folder) => {
    const path = `${folder}/history.db`;
    await Deno.writeFile(path, await version1File(), { mode: 0o600 });
    await withSqlite(path, (sqlite) => sqlite.exec("DELETE FROM entries"));
    const log = await openLog(path);
    assert.deepEqual([log.first, log.last], [71, 70]);
    await log.close();
  },
);

folderTest(
  "history: the first layout is gone from a file that was brought up to date",
  async (folder) => {
    const path = `${folder}/history.db`;
    await Deno.writeFile(path, await version1File(), { mode: 0o600 });
    const database = await openHistoryFile(path);
    const tables = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    const names = tables.all().map((row) => row.text("name"));
    assert.deepEqual(names.filter((name) => !name.startsWith("sqlite_")), [
      "blocks",
      "gone",
      "meta",
    ]);
    database.close();
  },
);
