import { UsageError } from "../../errors.ts";
import { reporting } from "./file_errors.ts";
import { followLink } from "./paths.ts";
import { decodeText, MAX_FILE_SIZE, tooLarge } from "./plain_text.ts";
import { refuseForeignFile, refuseForeignFolders } from "./strict_modes.ts";

/**
 * How old a change must be, in milliseconds, before its times tell it from the next one. File systems
 * count in steps of up to 2 s, and a second change within a step leaves the times as they are.
 */
const SETTLED_AFTER = 2000;

/** How {@linkcode readTextFile} reads. */
export interface ReadOptions {
  /**
   * Whether other users must not be able to read it. Such a file may also be a pipe: one that a shell
   * makes for `<(…)`, or one with a name, of which the same is demanded as of a file. Default false.
   */
  readonly secret?: boolean;
}

/** How a shell names what it has opened itself: `/dev/fd/63` for `<(…)`. */
const OPEN_ALREADY = /^\/(dev\/fd\/\d+|proc\/self\/fd\/\d+|dev\/stdin)$/;

/** A byte order mark, which Windows' editors put in front of UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";

/** A file as it once was. */
export interface Snapshot {
  /** Without a byte order mark. */
  readonly text: string;
  /** The byte order mark in front of it, if there is one. */
  readonly mark: "" | typeof BYTE_ORDER_MARK;
  /** What differs once the file does; `undefined` if the next change may leave it the same. */
  readonly stamp: string | undefined;
}

/**
 * The text of a file, or `undefined` if there is none, as {@linkcode decodeText} reads it, without the
 * byte order mark that may stand in front of it.
 *
 * @throws {UsageError} With code `permission` if Deno does not allow it; with code `bad-file` if the
 *   file cannot be read, is larger than 1 MiB, is no regular file or is UTF-16, is secret while
 *   others may read it, or could have been put there or changed by somebody else.
 */
export async function readTextFile(
  path: string,
  options: ReadOptions = {},
): Promise<string | undefined> {
  return (await takeSnapshot(path, options))?.text;
}

/** Reads a file, or returns `known` if the file is still the same; `undefined` if there is none. */
export async function takeSnapshot(
  path: string,
  { secret = false }: ReadOptions,
  known?: Snapshot,
): Promise<Snapshot | undefined> {
  return await reporting("read", path, "", async () => {
    try {
      const target = await followLink(path);
      const info = await Deno.stat(target);
      // Before it is opened, because to open a pipe is to wait for its writer.
      await refuseUnfit(path, target, info, secret);
      if (known?.stamp !== undefined && known.stamp === stampOf(info)) return known;
      if (!isHandedOver(target, info)) await refuseForeignFolders(path);
      using file = await Deno.open(target);
      const opened = await file.stat();
      // It may be another one than the one that was looked at.
      await refuseUnfit(path, target, opened, secret);
      const whole = decodeText(path, await readWhole(path, file, opened));
      const mark = whole.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
      const text = whole.slice(mark.length);
      return { text, mark, stamp: isSettled(opened) ? stampOf(opened) : undefined };
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

async function refuseUnfit(
  path: string,
  target: string,
  info: Deno.FileInfo,
  secret: boolean,
): Promise<void> {
  if (info.isDirectory) throw new UsageError("bad-file", `${path} is a folder, not a file`);
  if (secret && isHandedOver(target, info)) return;
  if (!info.isFile && !(secret && info.isFifo)) {
    throw new UsageError("bad-file", `${path} is not a regular file`);
  }
  await refuseForeignFile(path, target, info, secret);
  if (info.size > MAX_FILE_SIZE) throw tooLarge(path);
}

/**
 * Whether this is a pipe without a name, which only who has started this program can have made. One with a
 * name anybody could have put there, and a link to it is not what is meant here.
 */
function isHandedOver(target: string, { isFifo }: Deno.FileInfo): boolean {
  return isFifo === true && OPEN_ALREADY.test(target);
}

/**
 * Reads to the end, or to what is too much: nobody knows how much comes out of a pipe, or is added to a
 * file meanwhile.
 */
async function readWhole(
  path: string,
  file: Deno.FsFile,
  { isFile, size }: Deno.FileInfo,
): Promise<Uint8Array> {
  // A server may read small files often: the most that is allowed would cost more than the rest.
  let bytes = new Uint8Array((isFile ? Math.min(size, MAX_FILE_SIZE) : MAX_FILE_SIZE) + 1);
  let length = 0;
  while (length <= MAX_FILE_SIZE) {
    if (length === bytes.length) {
      const longer = new Uint8Array(MAX_FILE_SIZE + 1);
      longer.set(bytes);
      bytes = longer;
    }
    const count = await file.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
  }
  throw tooLarge(path);
}
