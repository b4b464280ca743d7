import { UsageError } from "../../errors.ts";
import { openOwnFile } from "./own_file.ts";

/** How long another program may hold a lock, in milliseconds, before this one gives up. */
export const PATIENCE = 10_000;

/** Takes the lock of one file, and waits for other programs that have it. */
export class FileLock {
  readonly #name: string;
  readonly #patience: number;
  /** Whether a wait for the lock that nobody wants any more is still under way. */
  #isStuck = false;

  /**
   * @param name What to call the file in a sentence.
   * @param patience How long another program may hold the lock, in milliseconds. Default 10,000.
   */
  constructor(name: string, patience: number = PATIENCE) {
    this.#name = name;
    this.#patience = patience;
  }

  /**
   * Takes the lock that goes with a file; closing what is returned gives it back.
   *
   * It is a file of its own, because a change puts a new file in the place of the old one: a program
   * that waits for a lock on the old one would get it, and change what is no longer there. It stays,
   * because a program could be waiting for the one that is removed while another locks the next.
   */
  async take(target: string): Promise<Deno.FsFile> {
    // A wait cannot be called off, and keeps one of the runtime's threads: one of them is enough.
    if (this.#isStuck) throw this.#locked();
    const file = await openOwnFile(`${target}.lock`);
    const patience = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#isStuck = true;
      patience.reject(this.#locked());
    }, this.#patience);
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
      `${this.#name} is locked by another program; end it and try again`,
    );
  }
}
