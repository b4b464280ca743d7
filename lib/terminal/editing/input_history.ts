import { UsageError } from "../../errors.ts";
import type { TextStore } from "../../identity/mod.ts";
import { holdsInvitation } from "../../identity/books/invitation.ts";
import { addEntry, readEntries } from "./history_text.ts";

/** The longest entry that is kept over runs, in UTF-16 code units. */
const MAX_ENTRY = 65_536;

/** What was typed at the prompt, kept over runs, in a text that several programs may share. */
export class InputHistory {
  readonly #store: TextStore;
  readonly #tell: (problem: string) => void;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #isOff = false;

  /**
   * A history in a store.
   *
   * @param tell Called once, with a sentence, if the store cannot be used: from then on nothing is kept.
   */
  constructor(store: TextStore, tell: (problem: string) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  /** What was kept, oldest first; nothing if it cannot be read. */
  async load(): Promise<readonly string[]> {
    try {
      return readEntries(this.#store.name, await this.#store.read());
    } catch (error) {
      this.#turnOff(error);
      return [];
    }
  }

  /**
   * Keeps an entry, at the next opportunity.
   *
   * Not what holds an invitation: whoever reads the text could enter with it.
   */
  add(entry: string): void {
    if (this.#isOff || entry.length > MAX_ENTRY || holdsInvitation(entry)) return;
    this.#waiting.push(entry);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was added is kept. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isOff) {
      const entries = this.#waiting;
      this.#waiting = [];
      try {
        await this.#store.update((text) =>
          entries.reduce((sum, entry) => addEntry(this.#store.name, sum, entry), text)
        );
      } catch (error) {
        this.#turnOff(error);
      }
    }
    this.#writing = undefined;
  }

  #turnOff(error: unknown): void {
    if (this.#isOff) return;
    this.#isOff = true;
    const why = error instanceof UsageError ? error.message : String(error);
    this.#tell(`what you type is not remembered: ${why}`);
  }
}
