import assert from "node:assert/strict";
import { WriterLock } from "../../lib/storage/writer_lock.ts";
import { folderTest, ON_WINDOWS, usageError } from "../identity/fixtures/support.ts";
import { openNotes } from "./support.ts";

const NO_MODES = ON_WINDOWS && "no modes on Windows";
const NO_CHOWN = NO_MODES || (Deno.uid() !== 0 && "only root can give files away");

async function refused(path: string, sentence: string, ...modes: boolean[]): Promise<void> {
  for (const readOnly of modes.length > 0 ? modes : [false, true]) {
    await assert.rejects(openNotes(path, readOnly), usageError("bad-file", sentence));
  }
}

/** The path of a database that is there, and closed. */
async function newDatabase(folder: string): Promise<string> {
  (await openNotes(`${folder}/notes.db`)).close();
  return `${folder}/notes.db`;
}

folderTest("storage: a database in a folder that others may write is refused", async (folder) => {
  const path = await newDatabase(folder);
  await Deno.chmod(folder, 0o777);
  const what = `the folder ${folder} is writable by other users of this computer`;
  await refused(path, `${what}; run: chmod go-w ${folder}`);
  await refused(`${folder}/new.db`, `${what}; run: chmod go-w ${folder}`, false);
  // Others could make FILE-wal there before SQLite does.
  await Deno.chmod(folder, 0o1777);
  await refused(path, `the folder ${folder} is for everybody; use one of your own`);
  await Deno.chmod(folder, 0o755);
  (await openNotes(path)).close();
}, NO_MODES);

folderTest("storage: what belongs to somebody else is refused", async (folder) => {
  const path = await newDatabase(folder);
  for (const ending of ["", "-wal", "-shm", ".lock"]) {
    const place = path + ending;
    await Deno.writeTextFile(place, "", { append: true, mode: 0o600 });
    await Deno.chown(place, 12345, 12345);
    const what = `${place} belongs to another user of this computer`;
    const ways = "sudo -u '#12345', or docker run -u 12345";
    await refused(path, `${what}; run this program as that user: ${ways}`);
    await Deno.chown(place, Deno.uid(), Deno.gid());
  }
  (await openNotes(path)).close();
}, NO_CHOWN);

folderTest("storage: what stands beside a database is no link", async (folder) => {
  const path = await newDatabase(folder);
  for (const ending of ["-wal", "-shm", ".lock"]) {
    if (ending === ".lock") await Deno.remove(path + ending);
    await Deno.symlink("elsewhere", path + ending);
    const sentence = `${path}${ending} is not a regular file; remove it`;
    await refused(path, sentence);
    if (ending === ".lock") {
      const taking = WriterLock.take(path, path, "a running writer");
      await assert.rejects(taking, usageError("bad-file", sentence));
    }
    await Deno.remove(path + ending);
  }
  await assert.rejects(Deno.lstat(`${folder}/elsewhere`), Deno.errors.NotFound);
  (await openNotes(path)).close();
}, ON_WINDOWS && "links are a privilege on Windows");

folderTest(
  "storage: a file with two names is refused: each would have its lock",
  async (folder) => {
    const path = await newDatabase(folder);
    await Deno.link(path, `${folder}/second.db`);
    for (const name of [path, `${folder}/second.db`]) {
      await refused(name, `${name} has several names (hard links); remove the others`);
    }
    await Deno.remove(`${folder}/second.db`);
    (await openNotes(path)).close();
  },
);

folderTest("storage: a folder that is not there is not made", async (folder) => {
  const path = `${folder}/typo/notes.db`;
  await refused(path, `cannot write ${path}: there is no folder ${folder}/typo/`, false);
  await assert.rejects(Deno.lstat(`${folder}/typo`), Deno.errors.NotFound);
});
