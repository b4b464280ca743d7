import { nickKey, type Participant } from "../chat/mod.ts";
import { fingerprint, KeyBook, type TextStore } from "../identity/mod.ts";
import { today } from "./today.ts";

/** Names that everybody has who has not chosen one: they tell nobody apart. */
const EVERYBODYS_NAME = /^(?:host|guest)(?:-\d+)?$/;

/** Whose key was compared on this side, and under which name they were known then. */
export class VerifiedPeople {
  readonly #book: KeyBook;
  #fingerprints = new Set<string>();
  #names = new Map<string, string>();

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

  /** Whether this key (32 bytes) was verified. */
  readonly has = (key: Uint8Array): boolean => this.#fingerprints.has(fingerprint(key));

  /** Remembers that somebody's key was compared. */
  async add({ nick, key }: Participant): Promise<void> {
    await this.#book.add(nick.replace(/^#/, "_"), key, today());
    await this.#load();
  }

  /** Under which name, and when, a key was verified, for a warning; `undefined` if it was not. */
  async history(key: Uint8Array): Promise<string | undefined> {
    const [entry] = await this.#book.findKey(key);
    return entry && `${entry.subject}, on ${entry.note}`;
  }

  /** A warning, if somebody has the name of a verified person and another key. */
  warning({ nick, key }: Participant): string | undefined {
    const since = this.#names.get(nickKey(nick));
    if (since === undefined || this.has(key) || EVERYBODYS_NAME.test(nick)) return undefined;
    return `Beware: you verified ${nick}'s key on ${since}, and this is another key.\n` +
      `Somebody else may be using the name. /verify ${nick} tells.`;
  }

  async #load(): Promise<void> {
    const entries = await this.#book.entries();
    this.#fingerprints = new Set(entries.map(({ key }) => fingerprint(key)));
    this.#names = new Map(entries.map(({ subject, note }) => [nickKey(subject), note]));
  }
}
