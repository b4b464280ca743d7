import { UsageError } from "../errors.ts";
import { prepareLockFile } from "./database_file.ts";
import { connect, type Connection } from "./sqlite.ts";

/**
 * The right to write a database, which one program has at a time. The system takes it back when the
 * program ends, however it ends.
 *
 * It is an open transaction of SQLite on an empty file of its own, because those who read are not to
 * wait, and because Deno before 2.5 can only wait for a file's lock, not ask for it. The file stays, so
 * that no two programs ever lock two files by the same name.
 */
export class WriterLock {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Takes the lock that goes with a database.
   *
   * @param path What to call its file in a sentence.
   * @param target The file itself.
   * @param holder What to call a program that has it, in a sentence.
   * @throws {UsageError} With code `bad-file` if another program has it, or this one already.
   */
  static async take(path: string, target: string, holder: string): Promise<WriterLock> {
    await prepareLockFile(`${target}.lock`);
    const connection = await connect(`${target}.lock`, false);
    try {
      // Nothing is ever changed in it, and so it needs no journal on the disk.
      connection.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    } catch (cause) {
      connection.close();
      throw new UsageError("bad-file", `${path} is in use by ${holder}; end that first`, { cause });
    }
    return new WriterLock(connection);
  }

  /** Gives it back. */
  release(): void {
    this.#connection.close();
  }
}
