import { reportingWrite } from "./file_errors.ts";
import { FileLock } from "./file_lock.ts";
import { folderOf, followLink, orElse, prepareFolder } from "./paths.ts";
import { mayRead, mayWrite } from "./permissions.ts";
import { encodeText } from "./plain_text.ts";
import { refuseForeignFolders } from "./strict_modes.ts";

/** What a new file is called until it is whole: the name of the one that it replaces, and this. */
export const UNFINISHED = ".x25519-chat.tmp";

/** How long to wait for a program that may be writing what looks like left behind, in milliseconds. */
const BRIEFLY = 1000;

/**
 * Makes a file with mode 0600, and the folders that are missing with mode 0700. It is there with all
 * of its text or not at all, and never in the place of another.
 *
 * @returns False if something has that name already.
 * @throws {UsageError} With code `permission` if Deno does not allow to read and to write its folder;
 *   with code `bad-file` if the file cannot be written.
 */
export async function createTextFile(path: string, text: string): Promise<boolean> {
  return await reportingWrite(path, "nothing was written", async () => {
    const folder = await prepareFolder(path);
    const bytes = encodeText(path, text);
    using _lock = await new FileLock(path).take(path);
    const temporary = path + UNFINISHED;
    // Under the lock nobody else writes one: this was left behind by a program that was killed.
    await removeIfThere(temporary);
    await writeNew(temporary, bytes);
    try {
      await linkOrWrite(temporary, path, bytes);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    } finally {
      await removeIfThere(temporary);
    }
    await syncFolder(folder);
    return true;
  });
}

/**
 * Gives a file a second name beside it, under which it stays when it is replaced.
 *
 * @returns The second name, or `undefined` if there is no such file.
 * @throws {UsageError} As {@linkcode createTextFile} does.
 */
export async function keepCopy(path: string): Promise<string | undefined> {
  return await reportingWrite(path, "nothing was changed", async () => {
    // A link to a symbolic link would show the new file as soon as there is one.
    const target = await followLink(path).catch(orElse(undefined));
    if (target === undefined) return undefined;
    await prepareFolder(path);
    for (let number = 1;; number++) {
      const copy = number === 1 ? `${path}.old` : `${path}.old-${number}`;
      try {
        await Deno.link(target, copy);
        return copy;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  });
}

/**
 * Removes what a program has left behind that was killed while it wrote a file: it may hold a secret. What
 * is being written now stays, and so does what cannot be removed.
 *
 * @param ending What it is called behind the file's name.
 * @param patience How long to wait for a program that holds the lock, in milliseconds. Default 1000.
 */
export async function removeUnfinished(
  path: string,
  ending: string = UNFINISHED,
  patience: number = BRIEFLY,
): Promise<void> {
  try {
    const target = await followLink(path).catch(orElse(path));
    const folder = folderOf(target);
    if (!mayRead(folder) || !mayWrite(folder)) return;
    const isThere = async () => (await Deno.lstat(target + ending)).isFile;
    if (!await isThere()) return;
    await refuseForeignFolders(target);
    using _lock = await new FileLock(path, patience).take(target);
    if (await isThere()) await Deno.remove(target + ending);
  } catch {
    return;
  }
}

/** Puts a new file in the place of an old one, in one step. The caller holds the lock. */
export async function replace(target: string, bytes: Uint8Array): Promise<void> {
  const temporary = target + UNFINISHED;
  const old = await Deno.stat(target).catch(orElse(undefined));
  // To rename takes a right to the folder only; but a file that was made read-only is meant to stay.
  if (old !== undefined) (await Deno.open(target, { write: true })).close();
  await removeIfThere(temporary);
  await writeNew(temporary, bytes);
  try {
    if (old !== undefined) await makeAlike(temporary, old);
    await Deno.rename(temporary, target);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncFolder(folderOf(target));
}

/** Gives a file the mode of another, and its owner: `root` may have edited a user's file. */
async function makeAlike(path: string, { mode, uid, gid }: Deno.FileInfo): Promise<void> {
  if (Deno.build.os === "windows" || mode === null) return;
  const own = await Deno.stat(path);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(path, uid, gid);
  await Deno.chmod(path, mode & 0o7777);
}

/** Writes a file that is not there yet, all of it and to the disk, or leaves none behind. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  try {
    try {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    await removeIfThere(path);
    throw error;
  }
}

/**
 * Gives a finished file its name, in one step.
 *
 * Some file systems know no second name for a file (FAT, some of the network). There the file is
 * written anew: still never in the place of another, but a crash can leave a part of it.
 *
 * @throws {Deno.errors.AlreadyExists} If the name is taken.
 */
async function linkOrWrite(finished: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await Deno.link(finished, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    await writeNew(path, bytes);
  }
}

/** Removes a temporary file. If it cannot be removed it stays: what went wrong before matters more. */
async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
}

/**
 * Makes a new name last, come a power cut. The file is whole either way, so where folders cannot be
 * synchronised (Windows, some file systems of the network) that is no error.
 */
async function syncFolder(folder: string): Promise<void> {
  try {
    using opened = await Deno.open(folder);
    await opened.sync();
  } catch {
    return;
  }
}
