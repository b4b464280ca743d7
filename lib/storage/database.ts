import { AuthenticationError } from "../errors.ts";
import type { Sealer } from "./sealer.ts";
import { type Connection, Statement } from "./sqlite.ts";
import { Damage, reportingStorage } from "./storage_errors.ts";
import type { WriterLock } from "./writer_lock.ts";

/** For how long a connection waits for another one, in milliseconds. */
export const BUSY_TIMEOUT = 2000;

/** What a {@linkcode Database} is made of. */
export interface DatabaseParts {
  /** What to call its file in a sentence. */
  readonly path: string;
  readonly connection: Connection;
  readonly sealer: Sealer;
  /** The right to write, if it has that. */
  readonly lock: WriterLock | undefined;
}

/**
 * An open database. Whatever fails throws a {@linkcode UsageError} with code `storage`: the disk is full
 * or broken, or the file is damaged.
 *
 * SQLite works on this thread and at once, so the caller waits for the disk.
 */
export class Database {
  /** What to call its file in a sentence. */
  readonly path: string;
  readonly #connection: Connection;
  readonly #sealer: Sealer;
  readonly #lock: WriterLock | undefined;

  /** For {@linkcode openDatabase}. */
  constructor({ path, connection, sealer, lock }: DatabaseParts) {
    this.path = path;
    this.#connection = connection;
    this.#sealer = sealer;
    this.#lock = lock;
  }

  /** A statement to run often. */
  prepare(sql: string): Statement {
    return new Statement(this.#connection, this.path, sql);
  }

  /** Runs statements without values, whose rows are of no interest. */
  execute(sql: string): void {
    reportingStorage("write", this.path, () => this.#connection.exec(sql));
  }

  /**
   * Does some work as one change. When this returns, all of it is on the disk; if it throws, nothing has
   * changed.
   *
   * @param work It must not wait. What it throws is thrown on.
   */
  transaction<T>(work: () => T): T {
    this.execute("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.execute("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** A single value that is kept under a name. */
  get(name: string): Uint8Array | undefined {
    return this.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.bytes("value");
  }

  /** Keeps a single value under a name; `undefined` takes it away. */
  set(name: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.prepare("DELETE FROM meta WHERE name = ?").run(name);
    else this.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(name, value);
  }

  /**
   * Encrypts bytes for one row of one table.
   *
   * @param row Its number, which is not negative.
   * @returns The bytes, longer by {@linkcode MAX_SEALED_OVERHEAD} at most.
   */
  seal(table: string, row: number, plaintext: Uint8Array): Uint8Array {
    return this.#sealer.seal(table, row, plaintext);
  }

  /** Decrypts what was sealed for this row of this table; anything else is damage. */
  open(table: string, row: number, sealed: Uint8Array): Uint8Array {
    try {
      return this.#sealer.open(table, row, sealed);
    } catch (error) {
      throw error instanceof AuthenticationError ? new Damage(this.path, error) : error;
    }
  }

  /** The mark of an id of 16 bytes: a number of 32 bits, which tells nothing without the key. */
  mark(id: Uint8Array): number {
    return this.#sealer.mark(id);
  }

  /**
   * Gives space that is free back to the disk. (SQLite's own VACUUM needs more permissions than the
   * programs have, and as much space again.)
   *
   * @param pages How many pages of 4 KiB, at most.
   * @returns How many there were.
   */
  giveBack(pages: number): number {
    return this.prepare(`PRAGMA incremental_vacuum(${pages})`).all().length;
  }

  /**
   * Moves everything from the log beside the file (`-wal`) into the file and empties the log. If another
   * connection is reading from it, that is left to the next time.
   */
  checkpoint(): void {
    // Without patience: a reader may take long, and this thread has more to do.
    this.execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    this.execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
  }

  /** Lets go of the file. The last one to do so takes away the files that SQLite has put beside it. */
  close(): void {
    this.#sealer.destroy();
    try {
      reportingStorage("write", this.path, () => this.#connection.close());
    } finally {
      this.#lock?.release();
    }
  }

  #rollBack(): void {
    try {
      this.#connection.exec("ROLLBACK");
    } catch {
      // After some errors, such as a full disk, SQLite has done so by itself.
    }
  }
}
