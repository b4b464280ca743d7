import { UsageError } from "../../errors.ts";
import { decodeText, encodeText, MAX_FILE_SIZE, shellWord, tooLarge } from "./plain_text.ts";
import type { TextStore } from "./text_store.ts";

/** How long another program may hold the lock, in milliseconds. */
const PATIENCE = 10_000;

/**
 * How old a change must be, in milliseconds, before its times tell it from the next one. File systems
 * count in steps of up to 2 s, and a second change within a step leaves the times as they are.
 */
const SETTLED_AFTER = 2000;

/** How {@linkcode readTextFile} reads. */
export interface ReadOptions {
  /**
   * Whether nobody else may be able to read it. Such a file may also be a pipe, as a shell makes it
   * for `<(…)`. Default false.
   */
  readonly secret?: boolean;
}

/** What a {@linkcode fileStore} is like. */
export interface FileStoreOptions extends ReadOptions {
  /** Whether it is an error to read the file while there is none. Default false: it is empty then. */
  readonly required?: boolean;
  /** How long another program may hold the lock, in milliseconds. Default 10,000. */
  readonly patience?: number;
}

/** Whether a file, or all of a folder, may be read. Never asks the user. */
export function mayRead(path: string): boolean {
  return isGranted("read", path);
}

/** Whether a file, or all of a folder, may be written. Never asks the user. */
export function mayWrite(path: string): boolean {
  return isGranted("write", path);
}

/**
 * The text of a file, or `undefined` if there is none: UTF-8, whose only control characters are the
 * line feed and the tabulator.
 *
 * @throws {UsageError} With code `permission` if Deno does not allow it; with code `bad-file` if the
 *   file cannot be read, is larger than 1 MiB, is no regular file or no such text, or is secret while
 *   others may read it.
 */
export async function readTextFile(
  path: string,
  options: ReadOptions = {},
): Promise<string | undefined> {
  return (await takeSnapshot(path, options))?.text;
}

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
    const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
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
 * A text in a file.
 *
 * Reading notices every change at once, and reads the file again only if there may be one. Changing
 * leaves, whatever happens, the old file or the new one, with the mode of the old one (0600 if there
 * was none) and behind the same symbolic link. Programs that change it at once wait for each other;
 * an editor knows nothing of that, and what it saves within the same millisecond may be lost.
 *
 * Both throw a {@linkcode UsageError}, as {@linkcode readTextFile} and {@linkcode createTextFile} do;
 * changing also if another program holds the lock for too long, with code `bad-file`.
 */
export function fileStore(path: string, options: FileStoreOptions = {}): TextStore {
  return new FileStore(path, options);
}

class FileStore implements TextStore {
  readonly name: string;
  readonly #options: FileStoreOptions;
  #snapshot: Snapshot | undefined;
  #lastUpdate: Promise<void> = Promise.resolve();
  /** Whether a wait for the lock that nobody wants any more is still under way. */
  #isStuck = false;

  constructor(path: string, options: FileStoreOptions) {
    this.name = path;
    this.#options = options;
  }

  async read(): Promise<string> {
    this.#snapshot = await takeSnapshot(this.name, this.#options, this.#snapshot);
    return this.#textOf(this.#snapshot);
  }

  /** One after the other, so that those of one program do not use up each other's patience. */
  update(edit: (text: string) => string): Promise<void> {
    const done = this.#lastUpdate.then(() => this.#change(edit));
    this.#lastUpdate = done.catch(() => {});
    return done;
  }

  async #change(edit: (text: string) => string): Promise<void> {
    await reportingWrite(this.name, "it is as it was", async () => {
      await prepareFolder(this.name);
      const target = await followLink(this.name).catch(orElse(this.name));
      if (target !== this.name) await prepareFolder(target);
      using _lock = await this.#lock(target);
      const before = this.#textOf(await takeSnapshot(this.name, this.#options));
      const after = edit(before);
      if (after !== before) await replace(target, encodeText(this.name, after));
    });
  }

  #textOf(snapshot: Snapshot | undefined): string {
    if (snapshot === undefined && this.#options.required) {
      throw new UsageError("bad-file", `there is no file ${this.name}`);
    }
    return snapshot?.text ?? "";
  }

  /**
   * Takes the lock that goes with a file; closing what is returned gives it back.
   *
   * It is a file of its own, because a change puts a new file in the place of the old one: whoever
   * waits for a lock on the old one would get it, and change what is no longer there. It stays, because
   * a program could be waiting for the one that is removed while another locks the next.
   */
  async #lock(target: string): Promise<Deno.FsFile> {
    // A wait cannot be called off, and keeps one of the runtime's threads: one of them is enough.
    if (this.#isStuck) throw this.#locked();
    const file = await Deno.open(`${target}.lock`, { write: true, create: true, mode: 0o600 });
    const patience = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#isStuck = true;
      patience.reject(this.#locked());
    }, this.#options.patience ?? PATIENCE);
    const locking = file.lock(true).finally(() => clearTimeout(timer));
    try {
      await Promise.race([locking, patience.promise]);
    } catch (error) {
      const giveBack = () => {
        this.#isStuck = false;
        file.close();
      };
      locking.then(giveBack, giveBack);
      throw error;
    }
    return file;
  }

  #locked(): UsageError {
    return new UsageError(
      "bad-file",
      `${this.name} has been locked by another program for too long; end that one and try again`,
    );
  }
}

/** A file as it once was. */
interface Snapshot {
  readonly text: string;
  /** What differs once the file does; `undefined` if the next change may leave it the same. */
  readonly stamp: string | undefined;
}

/** Reads a file, or returns `known` if the file is still the same; `undefined` if there is none. */
async function takeSnapshot(
  path: string,
  { secret = false }: ReadOptions,
  known?: Snapshot,
): Promise<Snapshot | undefined> {
  return await reporting("read", path, "", async () => {
    try {
      const target = await followLink(path);
      const info = await Deno.stat(target);
      // Before it is opened, because to open a pipe is to wait for whoever writes.
      refuseUnfit(path, info, secret);
      if (known?.stamp !== undefined && known.stamp === stampOf(info)) return known;
      using file = await Deno.open(target);
      const opened = await file.stat();
      const text = decodeText(path, await readWhole(path, file));
      return { text, stamp: isSettled(opened) ? stampOf(opened) : undefined };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  });
}

/** Nobody can set a change time (ctime). Where there is none, the others have to do. */
function stampOf({ dev, ino, size, mtime, ctime }: Deno.FileInfo): string {
  return [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
}

function isSettled({ mtime, ctime }: Deno.FileInfo): boolean {
  if (mtime === null) return false;
  const changed = Math.max(mtime.getTime(), ctime?.getTime() ?? 0);
  return Date.now() - changed > SETTLED_AFTER;
}

function refuseUnfit(path: string, info: Deno.FileInfo, secret: boolean): void {
  if (info.isDirectory) throw new UsageError("bad-file", `${path} is a folder, not a file`);
  if (secret && info.isFifo) return;
  if (!info.isFile) throw new UsageError("bad-file", `${path} is not a regular file`);
  // On Windows a mode says nothing about other users.
  if (secret && Deno.build.os !== "windows" && ((info.mode ?? 0) & 0o077) !== 0) {
    throw new UsageError(
      "bad-file",
      `${path} is open to other users of this computer; run: chmod 600 ${shellWord(path)}`,
    );
  }
  if (Deno.build.os !== "windows" && ((info.mode ?? 0) & 0o002) !== 0) {
    throw new UsageError(
      "bad-file",
      `${path} may be changed by everybody; run: chmod o-w ${shellWord(path)}`,
    );
  }
  if (info.size > MAX_FILE_SIZE) throw tooLarge(path);
}

/** Reads to the end, or to what is too much: nobody knows how much comes out of a pipe. */
async function readWhole(path: string, file: Deno.FsFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_FILE_SIZE + 1);
  let length = 0;
  while (length <= MAX_FILE_SIZE) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
  }
  throw tooLarge(path);
}

/**
 * The file that a symbolic link leads to, so that the link stays when the file is replaced; any other
 * path as it is.
 *
 * @throws {Deno.errors.NotFound} If there is nothing by this name.
 */
async function followLink(path: string): Promise<string> {
  demand("read", path);
  if (!(await Deno.lstat(path)).isSymlink) return path;
  const target = await Deno.realPath(path).catch(orElse(undefined));
  if (target !== undefined) {
    demand("read", path, target);
    return target;
  }
  // The shell's pipes, such as /dev/fd/63, are links that can be opened and lead to no path.
  if (await Deno.stat(path).catch(orElse(undefined)) !== undefined) return path;
  throw new UsageError("bad-file", `${path} is a symbolic link to a file that is not there`);
}

/** For `catch`: a value in the place of what is not there. */
function orElse<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Deno.errors.NotFound) return value;
    throw error;
  };
}

/** The folder of a file, with the separator at its end if there is one. */
function folderOf(path: string): string {
  const name = Deno.build.os === "windows" ? /[^/\\]*$/ : /[^/]*$/;
  return path.replace(name, "") || ".";
}

/** Makes sure that the folder of a file is there and may be changed, and returns it. */
async function prepareFolder(path: string): Promise<string> {
  const folder = folderOf(path);
  // The temporary file and the lock stand beside the file, under names of their own.
  demand("read", path, folder);
  demand("write", path, folder);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Puts a new file in the place of an old one, in one step. Only for whoever holds the lock. */
async function replace(target: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${target}.tmp`;
  const old = await Deno.stat(target).catch(orElse(undefined));
  // To rename takes a right to the folder only; but whoever made a file read-only meant it.
  if (old !== undefined) (await Deno.open(target, { write: true })).close();
  // Under the lock nobody else writes one: this was left behind by a program that was killed.
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

type Action = "read" | "write";

function isGranted(name: Action, path: string): boolean {
  // Of an empty path the question itself is an error.
  return path !== "" && Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * Throws unless `place`, which it takes to read or to write `path`, may be read or written. Without
 * this, Deno would ask the user in the middle of a conversation.
 */
function demand(action: Action, path: string, place = path): void {
  if (path === "") throw new UsageError("bad-file", "the name of a file is empty");
  if (isGranted(action, place)) return;
  // Whoever allowed the file alone needs to be told what else.
  const what = isGranted(action, path) ? `=${shellWord(place)}` : "";
  throw new UsageError("permission", `to ${action} ${path}, run with --allow-${action}${what}`);
}

function reportingWrite<T>(path: string, outcome: string, work: () => Promise<T>): Promise<T> {
  return reporting("write", path, `; ${outcome}`, work);
}

/** Does some work, and puts the system's errors into words. */
async function reporting<T>(
  action: Action,
  path: string,
  outcome: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // All that was demanded is granted, so this is a place like /dev/fd, which takes everything.
    if (cause instanceof Deno.errors.NotCapable) {
      throw new UsageError("permission", `to ${action} ${path}, run with --allow-all`, { cause });
    }
    const reason = reasonOf(cause);
    if (reason === undefined) throw cause;
    throw new UsageError("bad-file", `cannot ${action} ${path}: ${reason}${outcome}`, { cause });
  }
}

/** The system's errors, as POSIX names them, in words that say more than its own. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EEXIST", "a part of its path is not a folder"],
  ["EINVAL", "no file can have this name"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its symbolic links lead in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ENOSPC", "no space is left"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["EPERM", "permission denied"],
  ["EROFS", "the disk is read-only"],
]);

/** Why the system refused, or `undefined` if this is no error of the system. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const reason = "code" in error ? REASONS.get(String(error.code)) : undefined;
  // Not every one has a code; but each has the system's own words, and its number behind them.
  const words = /^(.+?) \(os error \d+\)/.exec(error.message)?.[1];
  return reason ?? words?.toLowerCase();
}
