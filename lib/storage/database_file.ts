import { UsageError } from "../errors.ts";
import { reporting, reportingWrite } from "../identity/files/file_errors.ts";
import { folderOf, followLink, orElse } from "../identity/files/paths.ts";
import { demand } from "../identity/files/permissions.ts";
import { refuseForeignFile, refuseForeignFolders } from "../identity/files/strict_modes.ts";

/**
 * Makes sure that a database's file is there, with mode 0600, which SQLite gives to the files beside it
 * as well. What stands behind a symbolic link is made or used in its place.
 *
 * @returns The file's own path.
 * @throws {UsageError} With code `permission` if Deno does not allow to read and to write its folder;
 *   with code `bad-file` if its folder is missing, or it cannot be written, is no regular file, or other
 *   users may read it or put another one there.
 */
export async function prepareDatabaseFile(path: string): Promise<string> {
  return await reportingWrite(path, "nothing was written", async () => {
    await requireFolder(path);
    const target = await followLink(path).catch(orElse(path));
    if (target !== path) await requireFolder(target);
    try {
      (await Deno.open(target, { createNew: true, write: true, mode: 0o600 })).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    await refuseUnfit(path, target);
    return target;
  });
}

/**
 * Makes sure that an empty file is there, with mode 0600, whose lock stands for something. A symbolic link
 * is not followed. It is not opened if it is there, because to close it would take away its lock.
 *
 * @throws {UsageError} With code `bad-file` if it cannot be made, or is something else.
 */
export async function prepareLockFile(path: string): Promise<void> {
  await reportingWrite(path, "nothing was written", async () => {
    try {
      (await Deno.open(path, { createNew: true, write: true, mode: 0o600 })).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    await refuseBeside(path, await Deno.lstat(path));
  });
}

/**
 * Looks for a database's file.
 *
 * @returns The file's own path.
 * @throws {UsageError} With code `permission` if Deno does not allow to read it; with code `bad-file` if
 *   there is none, it is no regular file, or other users may read it or put another one there.
 */
export async function findDatabaseFile(path: string): Promise<string> {
  return await reporting("read", path, "", async () => {
    demand("read", path);
    const target = await followLink(path).catch(orElse(undefined));
    if (target === undefined) throw new UsageError("bad-file", `there is no file ${path}`);
    await refuseForeignFolders(path, { isOwn: true });
    await refuseUnfit(path, target);
    return target;
  });
}

/**
 * Throws unless a database's file may be written. SQLite would open it all the same, and leave files
 * beside it that nobody may write.
 *
 * To close a file takes away the locks that SQLite has on it in this program: so this needs the right to
 * write it, which the program that has it open has already.
 *
 * @param path What to call the file in a sentence.
 * @param target The file itself.
 * @throws {UsageError} With code `bad-file`.
 */
export async function refuseReadOnly(path: string, target: string): Promise<void> {
  await reportingWrite(path, "nothing was written", async () => {
    (await Deno.open(target, { write: true })).close();
  });
}

/** The folder has to be there: one that is made because of a typo would be looked for in vain. */
async function requireFolder(path: string): Promise<void> {
  const folder = folderOf(path);
  demand("read", path, folder);
  demand("write", path, folder);
  await refuseForeignFolders(path, { isOwn: true });
  const info = await Deno.stat(folder).catch(orElse(undefined));
  if (info?.isDirectory !== true) {
    throw new UsageError("bad-file", `cannot write ${path}: there is no folder ${folder}`);
  }
}

/** The files that SQLite and the lock put beside a database. */
const BESIDE = ["-wal", "-shm", "-journal", ".lock"];

async function refuseUnfit(path: string, target: string): Promise<void> {
  const info = await Deno.stat(target);
  if (info.isDirectory) throw new UsageError("bad-file", `${path} is a folder, not a file`);
  if (!info.isFile) throw new UsageError("bad-file", `${path} is not a regular file`);
  await refuseForeignFile(path, target, info, true);
  if ((info.nlink ?? 1) > 1) {
    // SQLite would keep a log, and this program a lock, for each of the names.
    throw new UsageError("bad-file", `${path} has several names (hard links); remove the others`);
  }
  for (const ending of BESIDE) {
    const beside = await Deno.lstat(target + ending).catch(orElse(undefined));
    if (beside !== undefined) await refuseBeside(target + ending, beside);
  }
}

async function refuseBeside(path: string, info: Deno.FileInfo): Promise<void> {
  if (!info.isFile) throw new UsageError("bad-file", `${path} is not a regular file; remove it`);
  await refuseForeignFile(path, path, info);
}
