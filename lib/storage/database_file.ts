import { UsageError } from "../errors.ts";
import { reporting, reportingWrite } from "../identity/files/file_errors.ts";
import { followLink, orElse, prepareFolder } from "../identity/files/paths.ts";
import { demand } from "../identity/files/permissions.ts";
import { shellWord } from "../identity/files/plain_text.ts";

/**
 * Makes sure that a database's file is there, with mode 0600, which SQLite gives to the files beside it
 * as well. What stands behind a symbolic link is made or used in its place.
 *
 * @returns The file's own path.
 * @throws {UsageError} With code `permission` if Deno does not allow to read and to write its folder;
 *   with code `bad-file` if it cannot be written, is no regular file, or is open to other users.
 */
export async function prepareDatabaseFile(path: string): Promise<string> {
  return await reportingWrite(path, "nothing was written", async () => {
    await prepareFolder(path);
    const target = await followLink(path).catch(orElse(path));
    if (target !== path) await prepareFolder(target);
    try {
      (await Deno.open(target, { createNew: true, write: true, mode: 0o600 })).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      refuseUnfit(path, await Deno.stat(target));
    }
    return target;
  });
}

/**
 * Looks for a database's file.
 *
 * @returns The file's own path.
 * @throws {UsageError} With code `permission` if Deno does not allow to read it; with code `bad-file` if
 *   there is none, it is no regular file, or is open to other users.
 */
export async function findDatabaseFile(path: string): Promise<string> {
  return await reporting("read", path, "", async () => {
    demand("read", path);
    const target = await followLink(path).catch(orElse(undefined));
    if (target === undefined) throw new UsageError("bad-file", `there is no file ${path}`);
    refuseUnfit(path, await Deno.stat(target));
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

function refuseUnfit(path: string, info: Deno.FileInfo): void {
  if (info.isDirectory) throw new UsageError("bad-file", `${path} is a folder, not a file`);
  if (!info.isFile) throw new UsageError("bad-file", `${path} is not a regular file`);
  // On Windows a mode says nothing about other users.
  if (Deno.build.os !== "windows" && ((info.mode ?? 0) & 0o077) !== 0) {
    throw new UsageError(
      "bad-file",
      `${path} is accessible to other users of this computer; run: chmod 600 ${shellWord(path)}`,
    );
  }
}
