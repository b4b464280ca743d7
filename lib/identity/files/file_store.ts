import { UsageError } from "../../errors.ts";
import { reportingWrite } from "./file_errors.ts";
import { FileLock } from "./file_lock.ts";
import { followLink, orElse, prepareFolder } from "./paths.ts";
import { encodeText } from "./plain_text.ts";
import { type ReadOptions, type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { TextStore } from "./text_store.ts";
import { replace } from "./write_file.ts";

/** What a {@linkcode fileStore} is like. */
export interface FileStoreOptions extends ReadOptions {
  /** Whether it is an error to read the file while there is none. Default false: it is empty then. */
  readonly required?: boolean;
  /** Whether a byte order mark in front of the text stays when it is changed. Default true. */
  readonly keepsMark?: boolean;
  /** How long another program may hold the lock, in milliseconds. Default 10,000. */
  readonly patience?: number;
}

/**
 * A text in a file.
 *
 * Reading notices every change at once, and reads the file again only if there may be one; those who ask
 * while it is being read share the next look at it, however many they are. Changing
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
  /** Settled when the read that is under way is over; it never rejects. */
  #reading: Promise<void> | undefined;
  /** The read behind it, for all who have asked meanwhile. */
  #next: Promise<string> | undefined;
  #lastUpdate: Promise<void> = Promise.resolve();
  readonly #lock: FileLock;

  constructor(path: string, options: FileStoreOptions) {
    this.name = path;
    this.#options = options;
    this.#lock = new FileLock(path, options.patience);
  }

  read(): Promise<string> {
    if (this.#reading === undefined) return this.#read();
    // The one that is under way may have looked already, before the last change that its caller knows of.
    return this.#next ??= this.#reading.then(() => {
      this.#next = undefined;
      return this.#read();
    });
  }

  async #read(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reading = promise;
    try {
      this.#snapshot = await takeSnapshot(this.name, this.#options, this.#snapshot);
      return this.#textOf(this.#snapshot);
    } finally {
      this.#reading = undefined;
      resolve();
    }
  }

  /** One after the other, so that those of one program do not use up each other's patience. */
  update(edit: (text: string) => string): Promise<void> {
    const done = this.#lastUpdate.then(() => this.#change(edit));
    this.#lastUpdate = done.catch(() => {});
    return done;
  }

  async #change(edit: (text: string) => string): Promise<void> {
    await reportingWrite(this.name, "the file is unchanged", async () => {
      await prepareFolder(this.name);
      const target = await followLink(this.name).catch(orElse(this.name));
      if (target !== this.name) await prepareFolder(target);
      using _lock = await this.#lock.take(target);
      const snapshot = await takeSnapshot(this.name, this.#options);
      const before = this.#textOf(snapshot);
      const after = edit(before);
      const mark = this.#options.keepsMark === false ? "" : snapshot?.mark ?? "";
      if (after !== before) await replace(target, encodeText(this.name, mark + after));
    });
  }

  #textOf(snapshot: Snapshot | undefined): string {
    if (snapshot === undefined && this.#options.required) {
      throw new UsageError("bad-file", `there is no file ${this.name}`);
    }
    return snapshot?.text ?? "";
  }
}
