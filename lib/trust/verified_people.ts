import type { Participant } from "../chat/mod.ts";
import { LookAlikes } from "../chat/names/look_alikes.ts";
import { nickKey } from "../chat/names/nick.ts";
import type { TextStore } from "../identity/mod.ts";
import { fingerprint } from "../identity/fingerprint.ts";
import { KeyBook, type KeyBookEntry } from "../identity/books/key_book.ts";
import { asContent, fromContent } from "../identity/books/text_lines.ts";
import { today } from "../terminal/text/dates.ts";

/** The names of people who have not chosen one: they tell nobody apart. */
const EVERYBODYS_NAME = /^(?:host|guest)(?:-\d+)?$/;

/** Whose key was compared on this side, and under which name they were known then. */
export class VerifiedPeople {
  readonly #book: KeyBook;
  /** What is known of each key, by fingerprint. */
  #entries = new Map<string, KeyBookEntry>();
  /** Who was verified, by name. */
  #byName = new Map<string, KeyBookEntry>();
  #looks = new LookAlikes();

  private constructor(book: KeyBook) {
    this.#book = book;
  }

  /**
   * Reads who is verified.
   *
   * @throws {UsageError} If the file cannot be read, with its line.
   */
  static async open(store: TextStore): Promise<VerifiedPeople> {
    const people = new VerifiedPeople(new KeyBook(store));
    await people.#load();
    return people;
  }

  /** Whether who is added is verified for this run only. */
  get isUnsaved(): boolean {
    return this.#book.isUnsaved;
  }

  /** Whether this key (32 bytes) was verified. */
  readonly has = (key: Uint8Array): boolean => this.#entries.has(fingerprint(key));

  /** Under which name a key was verified. */
  nameOf(key: Uint8Array): string | undefined {
    const entry = this.#entries.get(fingerprint(key));
    return entry && fromContent(entry.subject);
  }

  /** Remembers that a person's key was compared. */
  async add({ nick, key }: Participant): Promise<void> {
    await this.#book.add(asContent(nick), key, today());
    await this.#load();
  }

  /** Under which name, and when (possibly unknown: ""), a key was verified; `undefined` if it was not. */
  about(key: Uint8Array): { readonly name: string; readonly date: string } | undefined {
    const entry = this.#entries.get(fingerprint(key));
    return entry && { name: fromContent(entry.subject), date: entry.note };
  }

  /** Under which name, and when, a key was verified, for a warning; `undefined` if it was not. */
  history(key: Uint8Array): string | undefined {
    const about = this.about(key);
    return about && `${about.name}, on ${about.date}`;
  }

  /**
   * A warning, if a member has the name of a verified person and another key, or the reverse.
   *
   * @param isProved Whether this side has seen the member's key proved; else it is what the server says.
   */
  warning({ nick, key }: Participant, isProved: boolean): string | undefined {
    const name = this.nameOf(key);
    if (name !== undefined) {
      // A server is verified under its address, and whoever sits there has a name besides.
      const isOwnName = nickKey(name) === nickKey(nick) || name.includes(":");
      if (isOwnName || EVERYBODYS_NAME.test(name)) return undefined;
      return isProved
        ? `${nick} is ${name}, whose key you verified, under another name.`
        : `The server says that ${nick} is ${name}, whose key you verified, under another name.`;
    }
    const entry = this.#lookingLike(nick);
    if (entry === undefined || EVERYBODYS_NAME.test(nick)) return undefined;
    const verified = fromContent(entry.subject);
    if (nickKey(verified) !== nickKey(nick)) {
      return `Beware: ${nick} looks like ${verified}, whose key you verified on ${entry.note}, ` +
        "but has another key.";
    }
    const check = isProved
      ? `to check, type /verify ${nick}`
      : `the host can check with /verify ${nick}`;
    return `Beware: you verified ${nick}'s key on ${entry.note}, and this is another key.\n` +
      `Another person may be using the name; ${check}`;
  }

  #lookingLike(nick: string): KeyBookEntry | undefined {
    const [name = nick] = this.#looks.find(nick);
    return this.#byName.get(nick) ?? this.#byName.get(name);
  }

  async #load(): Promise<void> {
    const entries = await this.#book.entries();
    this.#entries = new Map(entries.map((entry) => [fingerprint(entry.key), entry]));
    this.#byName = new Map(entries.map((entry) => [fromContent(entry.subject), entry]));
    this.#looks = new LookAlikes();
    for (const name of this.#byName.keys()) this.#looks.add(name);
  }
}
