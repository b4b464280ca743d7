import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { folderTest, usageError } from "../identity/fixtures/support.ts";
import { addNote, notesIn, openNotes, withSqlite } from "./support.ts";

folderTest("storage: a change that fails in the middle leaves nothing behind", async (folder) => {
  const database = await openNotes(`${folder}/notes.db`);
  addNote(database, 1, "first");
  const change = () =>
    database.transaction(() => {
      database.prepare("DELETE FROM notes").run();
      throw new RangeError("no");
    });
  assert.throws(change, RangeError);
  assert.deepEqual(notesIn(database), ["first"]);
  // And the next one is not part of it.
  addNote(database, 2, "second");
  database.close();
});

folderTest("storage: a full disk is a sentence, and what was written stays", async (folder) => {
  const path = `${folder}/notes.db`;
  const database = await openNotes(path);
  addNote(database, 1, "first");
  // As many pages as it has, and a few more: SQLite calls that a full disk, too.
  database.execute("PRAGMA max_page_count = 8");
  const fill = () => {
    for (let number = 2;; number++) addNote(database, number, "a".repeat(3000));
  };
  assert.throws(
    fill,
    usageError("storage", `cannot write ${path}: no space is left on the disk`),
  );
  assert.equal(notesIn(database)[0], "first");
  database.close();
  const again = await openNotes(path);
  assert.equal(notesIn(again)[0], "first");
  again.close();
});

folderTest("storage: rows that were swapped, copied or changed are damage", async (folder) => {
  const path = `${folder}/notes.db`;
  const database = await openNotes(path);
  addNote(database, 1, "first");
  addNote(database, 2, "second");
  database.close();
  const damage = `${path} is damaged; restore it from a copy, or move it away to begin a new one`;
  for (
    const change of [
      "UPDATE notes SET number = 3 - number + 10; UPDATE notes SET number = number - 10",
      "UPDATE notes SET sealed = (SELECT sealed FROM notes WHERE number = 2) WHERE number = 1",
      "UPDATE notes SET sealed = zeroblob(64) WHERE number = 1",
      "UPDATE notes SET sealed = NULL WHERE number = 1",
    ]
  ) {
    const copy = `${folder}/copy.db`;
    await Deno.copyFile(path, copy);
    await withSqlite(copy, (sqlite) => sqlite.exec(change));
    const changed = await openNotes(copy);
    assert.throws(() => notesIn(changed), usageError("storage", damage.replace(path, copy)));
    changed.close();
  }
});

folderTest("storage: a checkpoint empties the log beside the file", async (folder) => {
  const path = `${folder}/notes.db`;
  const database = await openNotes(path);
  addNote(database, 1, "first");
  assert.ok((await Deno.stat(`${path}-wal`)).size > 0);
  database.checkpoint();
  assert.equal((await Deno.stat(`${path}-wal`)).size, 0);
  database.close();
});

folderTest("storage: the log beside the file does not grow for ever", async (folder) => {
  const path = `${folder}/notes.db`;
  const database = await openNotes(path);
  for (let number = 1; number <= 300; number++) addNote(database, number, "a".repeat(60_000));
  const { size } = await Deno.stat(`${path}-wal`);
  assert.ok(size < 9 * 1024 * 1024, `${size} bytes`);
  database.close();
});

folderTest("storage: single values are kept by their names", async (folder) => {
  const database = await openNotes(`${folder}/notes.db`);
  assert.equal(database.get("colour"), undefined);
  database.set("colour", Uint8Array.of(1));
  database.set("colour", Uint8Array.of(2));
  assert.deepEqual(database.get("colour"), Uint8Array.of(2));
  database.set("colour", undefined);
  assert.equal(database.get("colour"), undefined);
  database.close();
});

folderTest("storage: a value of another type than it should be is damage", async (folder) => {
  const database = await openNotes(`${folder}/notes.db`);
  const row = database.prepare("SELECT 1 AS one, 'a' AS letter, x'00' AS bytes, 1.5 AS half").get();
  assert.ok(row);
  assert.deepEqual([row.number("one"), row.text("letter")], [1, "a"]);
  assert.deepEqual(row.bytes("bytes"), Uint8Array.of(0));
  for (
    const read of [
      () => row.number("half"),
      () => row.number("letter"),
      () => row.bytes("one"),
      () => row.text("bytes"),
    ]
  ) assert.throws(read, UsageError);
  const large = database.prepare("SELECT 9007199254740993 AS large");
  assert.throws(() => large.get()?.number("large"), UsageError);
  database.close();
});
