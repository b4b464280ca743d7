import { UsageError } from "../../errors.ts";
import { type Explanation, omitted, type Page, routineOmitted } from "../../explain/mod.ts";
import { openOwnFile } from "../../identity/files/own_file.ts";
import { refuseForeignFolders } from "../../identity/files/strict_modes.ts";
import { mayRead, mayWrite } from "../../identity/files/permissions.ts";

/** The most bytes that a page may have. */
const MAX_PAGE_SIZE = 64 * 1024 * 1024;

/** The most bytes of it that one connection may have, so that nobody takes the place of the others. */
const MAX_CONNECTION_SIZE = MAX_PAGE_SIZE / 32;

/** How much of a file is read to see whether it is such a page. */
const HEAD_SIZE = 4096;

/** All bits of a mode that give others anything. */
const ALL_OTHERS = 0o077;

const IS_WRITTEN = "another program is writing its page there";

/** A file with an advisory lock, on versions of Deno that can try for one without waiting. */
interface Lockable {
  tryLockSync?(exclusive: boolean): boolean;
}

/** How large a page may get. */
export interface PageLimits {
  /** The most bytes that it may have. Default 64 MiB. */
  readonly maxSize?: number;
  /** The most of them that one connection may have. Default 2 MiB. */
  readonly maxConnectionSize?: number;
}

/**
 * The file of `--explain-to`: a page that is written piece by piece, each at once, so that a program that
 * is killed leaves a page that can be read.
 */
export class PageFile {
  readonly #path: string;
  #file: Deno.FsFile;
  readonly #page: Page;
  readonly #maxSize: number;
  readonly #maxConnectionSize: number;
  /** How many bytes each connection has so far. */
  readonly #sizes = new Map<number, number>();
  #size = 0;
  #leftOut = 0;
  #failure: string | undefined;
  #hasBegun = false;
  #hasLeftOutRoutine = false;

  private constructor(path: string, page: Page, file: Deno.FsFile, limits: PageLimits) {
    this.#path = path;
    this.#page = page;
    this.#file = file;
    this.#maxSize = limits.maxSize ?? MAX_PAGE_SIZE;
    this.#maxConnectionSize = limits.maxConnectionSize ?? MAX_CONNECTION_SIZE;
    if (this.#file.statSync().size === 0) this.#begin();
    if (this.#failure !== undefined) {
      // What is left of it would be in the way of the next try.
      this.#file.truncateSync(0);
      this.#file.close();
      throw cannotWrite(path, this.#failure);
    }
  }

  /**
   * Makes the file (mode 0600) and begins the page. A file that is there already is replaced only if it
   * is empty or such a page, and a page only when there is something to explain. A symbolic link is not
   * followed, and what somebody else could have put there is not written.
   *
   * @throws {UsageError} If the file may not, or cannot, be written, or is something else.
   */
  static async open(path: string, page: Page, limits: PageLimits = {}): Promise<PageFile> {
    return new PageFile(path, page, await openPage(path, page.start()), limits);
  }

  /** Whether there is a page of this run. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether something is missing because there was no room for it. */
  get isFull(): boolean {
    return this.#leftOut > 0;
  }

  /** Why nothing more could be written, if so. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Adds an explanation, if there is room for it. */
  add(explanation: Explanation): void {
    if (this.#failure !== undefined) return;
    if (!this.#hasBegun) this.#begin();
    if (explanation.routine) return this.#leaveOutRoutine(explanation.connection);
    if (this.#leftOut > 0) {
      this.#leftOut++;
      return;
    }
    const { connection } = explanation;
    const before = this.#sizes.get(connection) ?? 0;
    if (before > this.#maxConnectionSize) return;
    const piece = this.#page.add(explanation);
    // In UTF-8 no code unit takes more than three bytes.
    const most = piece.length * 3;
    if (this.#size + most > this.#maxSize) {
      this.#leftOut++;
      this.#write(this.#page.add(omitted(connection, "The page is full", FULL)));
    } else if (before + most > this.#maxConnectionSize) {
      this.#sizes.set(connection, Infinity);
      this.#write(this.#page.add(omitted(connection, "Enough of this connection", ENOUGH)));
    } else {
      this.#sizes.set(connection, before + most);
      this.#write(piece);
    }
  }

  /** Ends the page, and says on it what was left out. */
  end(): void {
    if (this.#failure === undefined && this.#hasBegun) {
      if (this.#leftOut > 0) {
        const things = this.#leftOut === 1
          ? "1 explanation was"
          : `${this.#leftOut} explanations were`;
        this.#write(this.#page.add(omitted(1, "Left out", `${things} left out here.`)));
      }
      this.#write(this.#page.end());
    }
    this.#file.close();
  }

  #begin(): void {
    this.#hasBegun = true;
    try {
      this.#file = forOwnEyes(this.#path, this.#file);
      this.#file.truncateSync(0);
      this.#file.seekSync(0, Deno.SeekMode.Start);
    } catch (error) {
      this.#failure = reason(error);
      return;
    }
    this.#write(this.#page.start());
  }

  /** A page that grows while nobody says anything would be full of nothing. */
  #leaveOutRoutine(connection: number): void {
    if (this.#hasLeftOutRoutine) return;
    this.#hasLeftOutRoutine = true;
    this.add(routineOmitted(connection));
  }

  #write(piece: string): void {
    try {
      for (let bytes = new TextEncoder().encode(piece); bytes.length > 0;) {
        const written = this.#file.writeSync(bytes);
        this.#size += written;
        bytes = bytes.subarray(written);
      }
    } catch (error) {
      this.#failure = reason(error);
    }
  }
}

const FULL = "A page has at most 64 MiB: what follows is not on it.";

const ENOUGH = "One connection may fill only a part of a page: the rest of this one is left out.";

async function openPage(path: string, start: string): Promise<Deno.FsFile> {
  if (!mayRead(path) || !mayWrite(path)) {
    throw new UsageError(
      "permission",
      `--explain-to may not write ${path}; run with --allow-read and --allow-write`,
    );
  }
  let file: Deno.FsFile | undefined;
  try {
    await refuseForeignFolders(path);
    file = await openOwnFile(path, { read: true });
    assertReplaceable(path, file, start);
    return file;
  } catch (error) {
    file?.close();
    const isTold = error instanceof UsageError && error.message.startsWith("--explain-to");
    throw isTold ? error : cannotWrite(path, reason(error));
  }
}

function assertReplaceable(path: string, file: Deno.FsFile, start: string): void {
  const { size } = file.statSync();
  if (!takesLock(file)) throw cannotWrite(path, IS_WRITTEN);
  if (size === 0) return;
  const head = new Uint8Array(HEAD_SIZE);
  let read = 0;
  while (read < HEAD_SIZE) {
    const more = file.readSync(head.subarray(read));
    if (more === null) break;
    read += more;
  }
  const text = new TextDecoder().decode(head.subarray(0, read));
  const [title] = /<title>[^<]*<\/title>/.exec(start) ?? [start];
  if (text.startsWith("<!DOCTYPE html>") && text.includes(title)) return;
  throw cannotWrite(path, "it holds something else, which is not overwritten");
}

/**
 * The file itself if nobody else can read it, or else a new one in its place: who has opened the old one
 * would read on, whatever its mode became.
 */
function forOwnEyes(path: string, file: Deno.FsFile): Deno.FsFile {
  const { mode, dev, ino } = file.statSync();
  if (Deno.build.os === "windows" || ((mode ?? 0) & ALL_OTHERS) === 0) return file;
  const there = Deno.lstatSync(path);
  // It may have been replaced since it was opened, by a page of another program for instance.
  if (there.dev !== dev || there.ino !== ino) throw new Error("it was replaced by something else");
  Deno.removeSync(path);
  const made = Deno.openSync(path, { createNew: true, write: true, mode: 0o600 });
  if (!takesLock(made)) {
    made.close();
    throw new Error(IS_WRITTEN);
  }
  file.close();
  return made;
}

/** Takes the lock of a page, where that is possible; false if another program has it. */
function takesLock(file: Deno.FsFile): boolean {
  // On Windows nobody could read the page as long as it is locked.
  return Deno.build.os === "windows" || (file as Lockable).tryLockSync?.(true) !== false;
}

function cannotWrite(path: string, why: string): UsageError {
  return new UsageError("bad-file", `--explain-to cannot write ${path}: ${why}`);
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "its folder does not exist";
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno does not allow this program to write there";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "the system does not allow this user to write there";
  }
  return error instanceof Error ? error.message : String(error);
}
