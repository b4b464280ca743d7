import type { Participant } from "../chat/mod.ts";
import { UsageError } from "../errors.ts";
import type { TextStore } from "../identity/mod.ts";
import { fingerprint } from "../identity/fingerprint.ts";
import { KeyBook, type KeyBookEntry } from "../identity/books/key_book.ts";
import { asContent, fromContent } from "../identity/books/text_lines.ts";
import { today } from "../terminal/text/dates.ts";

/** How many people can be ignored: whoever makes keys all the time does not fill the file. */
const MAX_IGNORED = 1_000;

/** Whose messages are hidden on this side: keys, and the names under which they were ignored. */
export class IgnoredPeople {
  readonly #book: KeyBook;
  /** By fingerprint. */
  #entries = new Map<string, KeyBookEntry>();

  private constructor(book: KeyBook) {
    this.#book = book;
  }

  /**
   * Reads who is ignored.
   *
   * @throws {UsageError} If the file cannot be read, with its line.
   */
  static async open(store: TextStore): Promise<IgnoredPeople> {
    const people = new IgnoredPeople(new KeyBook(store));
    await people.#load();
    return people;
  }

  /** Whether who is added is ignored for this run only. */
  get isUnsaved(): boolean {
    return this.#book.isUnsaved;
  }

  /** Whether a key is ignored, by its fingerprint. */
  has(fingerprint: string): boolean {
    return this.#entries.has(fingerprint);
  }

  /** Those who are ignored, by fingerprint, with their names. */
  get names(): ReadonlyMap<string, string> {
    return new Map([...this.#entries].map(([shown, entry]) => [shown, fromContent(entry.subject)]));
  }

  /**
   * Ignores a key, under the name that its holder has now.
   *
   * @throws {UsageError} If too many are ignored already, or the file cannot be written.
   */
  async add({ nick, key }: Participant): Promise<void> {
    const shown = fingerprint(key);
    if (!this.has(shown) && this.#entries.size >= MAX_IGNORED) {
      throw new UsageError(
        "usage",
        `${MAX_IGNORED} people are ignored already; /unignore one of them first`,
      );
    }
    await this.#book.replace(asContent(nick), key, today());
    await this.#load();
  }

  /** Ignores a key no longer, by its fingerprint. */
  async remove(shown: string): Promise<void> {
    await this.#book.remove((entry) => fingerprint(entry.key) === shown);
    await this.#load();
  }

  async #load(): Promise<void> {
    const entries = await this.#book.entries();
    this.#entries = new Map(entries.map((entry) => [fingerprint(entry.key), entry]));
  }
}
