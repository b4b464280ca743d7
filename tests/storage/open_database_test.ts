import assert from "node:assert/strict";
import { openDatabase } from "../../lib/storage/open_database.ts";
import { folderTest, ON_WINDOWS, usageError } from "../identity/fixtures/support.ts";
import { addNote, KEY, NOTES, notesIn, openNotes, withSqlite } from "./support.ts";

const NO_MODES = ON_WINDOWS && "no modes on Windows";

const ADVICE = "restore it from a copy, or move it away to begin a new one";

folderTest(
  "storage: a new database is for its owner alone, and there again later",
  async (folder) => {
    const path = `${folder}/notes.db`;
    let database = await openNotes(path);
    addNote(database, 1, "first");
    for (const name of ["notes.db", "notes.db-wal", "notes.db-shm", "notes.db.lock"]) {
      const { mode } = await Deno.stat(`${folder}/${name}`);
      if (!ON_WINDOWS) assert.equal((mode ?? 0) & 0o777, 0o600, name);
    }
    database.close();
    database = await openNotes(path);
    addNote(database, 2, "second");
    assert.deepEqual(notesIn(database), ["first", "second"]);
    database.close();
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["notes.db", "notes.db.lock"]);
  },
);

folderTest("storage: what is written lasts, and what is deleted is overwritten", async (folder) => {
  const database = await openNotes(`${folder}/notes.db`);
  const value = (pragma: string) =>
    database.prepare(`SELECT ${pragma} AS value FROM pragma_${pragma}`).get();
  assert.equal(value("journal_mode")?.text("value"), "wal");
  assert.equal(value("synchronous")?.number("value"), 2);
  assert.equal(value("secure_delete")?.number("value"), 1);
  assert.equal(value("application_id")?.number("value"), NOTES.applicationId);
  assert.equal(value("user_version")?.number("value"), 1);
  database.close();
});

folderTest("storage: a file that is no database of this kind is left as it is", async (folder) => {
  const refused = async (path: string, sentence: string, kind = NOTES) => {
    for (const readOnly of [false, true]) {
      const opening = openNotes(path, readOnly, kind);
      await assert.rejects(opening, usageError("bad-file", sentence));
    }
  };
  const text = `${folder}/text`;
  await Deno.writeTextFile(text, "Dear diary, ".repeat(500), { mode: 0o600 });
  await refused(text, `${text} is not a database`);
  assert.match(await Deno.readTextFile(text), /^Dear diary/);

  const other = `${folder}/other.db`;
  await withSqlite(other, (sqlite) => sqlite.exec("CREATE TABLE t (a)"));
  await Deno.chmod(other, 0o600);
  await refused(other, `${other} is not a notebook`);

  const path = `${folder}/notes.db`;
  (await openNotes(path)).close();
  const foreign = { ...NOTES, name: "diary", applicationId: 5 };
  await refused(path, `${path} is not a diary`, foreign);
  await Deno.mkdir(`${folder}/inside`);
  await refused(`${folder}/inside`, `${folder}/inside is a folder, not a file`);
  await withSqlite(path, (sqlite) => sqlite.exec("PRAGMA user_version = 2"));
  const newer =
    "was written by a newer version of this program; run that one, or name another file";
  await refused(path, `${path} ${newer}`);
});

folderTest("storage: a file that others can read is refused", async (folder) => {
  const path = `${folder}/notes.db`;
  (await openNotes(path)).close();
  await Deno.chmod(path, 0o640);
  const what = `${path} is accessible to other users of this computer; run: chmod 600 ${path}`;
  await assert.rejects(openNotes(path), usageError("bad-file", what));
  await assert.rejects(openNotes(path, true), usageError("bad-file", what));
}, NO_MODES);

folderTest("storage: an empty file becomes a database, but not for a reader", async (folder) => {
  const path = `${folder}/notes.db`;
  await Deno.writeFile(path, new Uint8Array(), { mode: 0o600 });
  await assert.rejects(openNotes(path, true), usageError("bad-file", `${path} is not a notebook`));
  const database = await openNotes(path);
  addNote(database, 1, "first");
  database.close();
});

folderTest("storage: a reader makes no file", async (folder) => {
  const path = `${folder}/notes.db`;
  const what = `there is no file ${path}`;
  await assert.rejects(openNotes(path, true), usageError("bad-file", what));
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

folderTest("storage: another identity is told so", async (folder) => {
  const path = `${folder}/notes.db`;
  (await openNotes(path)).close();
  const privateKey = new Uint8Array(32).fill(99);
  const what = `${path} was written with another identity; name that one with --identity FILE`;
  for (const readOnly of [false, true]) {
    const opening = openDatabase({ path, kind: NOTES, privateKey, readOnly });
    await assert.rejects(opening, usageError("bad-file", what));
  }
  (await openDatabase({ path, kind: NOTES, privateKey: KEY })).close();
});

folderTest("storage: damage is told, and repaired by nobody", async (folder) => {
  const path = `${folder}/notes.db`;
  const database = await openNotes(path);
  for (let number = 1; number <= 100; number++) addNote(database, number, "a".repeat(1000));
  database.close();
  const whole = await Deno.readFile(path);

  // The pages behind the first one hold something else.
  const holed = whole.slice();
  holed.fill(0xa5, 4096);
  await Deno.writeFile(path, holed);
  await assert.rejects(openNotes(path), usageError("bad-file", `${path} is damaged; ${ADVICE}`));
  assert.deepEqual(await Deno.readFile(path), holed);

  await Deno.writeFile(path, whole.subarray(0, 6000));
  await assert.rejects(openNotes(path), usageError("bad-file", `${path} is damaged; ${ADVICE}`));

  await Deno.writeFile(path, whole);
  await withSqlite(path, (sqlite) => sqlite.exec("DELETE FROM meta WHERE name = 'salt'"));
  await assert.rejects(openNotes(path), usageError("bad-file", `${path} is damaged; ${ADVICE}`));
});

folderTest("storage: a symbolic link stays, and its file is used", async (folder) => {
  const path = `${folder}/notes.db`;
  const link = `${folder}/link.db`;
  (await openNotes(path)).close();
  await Deno.symlink(path, link);
  const database = await openNotes(link);
  // Two names for one file: still one writer.
  const what = `${path} is in use by a running writer; end that first`;
  await assert.rejects(openNotes(path), usageError("bad-file", what));
  database.close();
  assert.ok((await Deno.lstat(link)).isSymlink);
}, ON_WINDOWS && "links are a privilege on Windows");

folderTest("storage: one writer at a time, and readers beside it", async (folder) => {
  const path = `${folder}/notes.db`;
  const writer = await openNotes(path);
  addNote(writer, 1, "first");
  const what = `${path} is in use by a running writer; end that first`;
  await assert.rejects(openNotes(path), usageError("bad-file", what));
  const reader = await openNotes(path, true);
  assert.deepEqual(notesIn(reader), ["first"]);
  addNote(writer, 2, "second");
  assert.deepEqual(notesIn(reader), ["first", "second"]);
  writer.close();
  const next = await openNotes(path);
  addNote(next, 3, "third");
  assert.deepEqual(notesIn(reader), ["first", "second", "third"]);
  reader.close();
  next.close();
});

const SECOND = {
  ...NOTES,
  migrations: [
    ...NOTES.migrations,
    (database: Awaited<ReturnType<typeof openNotes>>) => {
      database.execute("ALTER TABLE notes ADD COLUMN colour TEXT");
      addColour(database);
    },
  ],
};

let addColour = (database: Awaited<ReturnType<typeof openNotes>>) =>
  database.execute("UPDATE notes SET colour = 'blue'");

folderTest(
  "storage: an older layout is brought up to date, all of it or not at all",
  async (folder) => {
    const path = `${folder}/notes.db`;
    const first = await openNotes(path);
    addNote(first, 1, "first");
    first.close();

    const works = addColour;
    addColour = () => {
      throw new RangeError("no colours");
    };
    await assert.rejects(openNotes(path, false, SECOND), RangeError);
    const same = await openNotes(path);
    assert.deepEqual(notesIn(same), ["first"]);
    same.close();
    addColour = works;

    // Also for a reader, while nobody writes.
    const reader = await openNotes(path, true, SECOND);
    const colour = reader.prepare("SELECT colour FROM notes").get()?.text("colour");
    assert.deepEqual([notesIn(reader), colour], [["first"], "blue"]);
    reader.close();
    const again = await openNotes(path, false, SECOND);
    assert.deepEqual(notesIn(again), ["first"]);
    again.close();
  },
);

Deno.test({
  name: "storage: without permission it says which one is needed",
  permissions: { read: ["/tmp/nothing"], write: false },
  async fn() {
    await assert.rejects(
      openNotes("/tmp/nothing/notes.db", true),
      usageError(
        "bad-file",
        "there is no file /tmp/nothing/notes.db",
      ),
    );
    await assert.rejects(
      openNotes("/tmp/notes.db", true),
      usageError("permission", "to read /tmp/notes.db, run with --allow-read"),
    );
    await assert.rejects(
      openNotes("/tmp/nothing/notes.db"),
      usageError("permission", "to write /tmp/nothing/notes.db, run with --allow-write"),
    );
  },
});
