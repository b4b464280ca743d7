import { assertSize, equalConstantTime, isCanonicalX25519, X25519_SIZE } from "../../crypto/mod.ts";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import type { TextStore } from "../files/text_store.ts";
import { contentOf, malformedLine, splitLines, withLine } from "./text_lines.ts";

/** A name and a key that belongs to it. */
export interface KeyBookEntry {
  /** Whose key it is: a server's `HOST:PORT`, a person's name. */
  readonly subject: string;
  /** 32 bytes: an X25519 public key. */
  readonly key: Uint8Array;
  /** The rest of the line, mostly a date; it may be empty. */
  readonly note: string;
  /** Where it stands, counted from 1. */
  readonly line: number;
}

/** The one type of key that is known here. */
const KEY_TYPE = "x25519";

/**
 * A text with names and their keys, one pair a line, in the manner of OpenSSH's `known_hosts`:
 * `SUBJECT x25519 BASE64 NOTE`, with blanks or tabulators between the words.
 *
 * People edit it. Comments, blank lines and lines with other types of keys count as nothing and stay
 * exactly as they are. But a line that is meant to count and cannot be read makes every method throw a
 * {@linkcode UsageError} with code `bad-file`, and nothing is changed: otherwise a slip of the keyboard
 * would make a stranger of a known host.
 */
export class KeyBook {
  readonly #store: TextStore;
  /** What the text was when it was read last: some books are asked often, and change seldom. */
  #last: { readonly text: string; readonly entries: readonly KeyBookEntry[] } | undefined;

  /** A book that is kept in a store. */
  constructor(store: TextStore) {
    this.#store = store;
  }

  /** What to call it in a sentence: a file's path, mostly. */
  get name(): string {
    return this.#store.name;
  }

  /** Whether changes hold for this run only, because they cannot be saved. */
  get isUnsaved(): boolean {
    return this.#store.isUnsaved ?? false;
  }

  /**
   * Everything in it, in the order of the lines. While the text does not change, it is the same array
   * each time.
   */
  async entries(): Promise<readonly KeyBookEntry[]> {
    const text = await this.#store.read();
    if (this.#last?.text !== text) {
      const entries = parseLines(this.name, text).flatMap(({ entry }) => entry ?? []);
      this.#last = { text, entries };
    }
    return this.#last.entries;
  }

  /**
   * Adds a line at the end, unless this key is there under this name.
   *
   * @param subject No blanks, no control characters, and no `#` at its start.
   * @param key 32 bytes, canonical.
   * @param note One line; it may be empty.
   * @param hasRoom Whether there may be one more besides those that are there. Default: always.
   * @returns Whether it is there now.
   * @throws {RangeError} If one of them is not like that.
   */
  async add(
    subject: string,
    key: Uint8Array,
    note: string,
    hasRoom: (entries: readonly KeyBookEntry[]) => boolean = () => true,
  ): Promise<boolean> {
    const added = formatEntry(subject, key, note);
    let isThere = false;
    await this.#store.update((text) => {
      const entries = parseLines(this.name, text).flatMap(({ entry }) => entry ?? []);
      isThere = entries.some((entry) =>
        entry.subject === subject && equalConstantTime(entry.key, key)
      );
      if (isThere || !hasRoom(entries)) return text;
      isThere = true;
      return withLine(text, added);
    });
    return isThere;
  }

  /**
   * Adds a line at the end, and removes every other one with this key, in one step: the key is never
   * missing in between.
   *
   * @param subject As in {@linkcode add}.
   * @param key 32 bytes, canonical.
   * @param note One line; it may be empty.
   * @throws {RangeError} If one of them is not like that.
   */
  async replace(subject: string, key: Uint8Array, note: string): Promise<void> {
    const added = formatEntry(subject, key, note);
    await this.#store.update((text) => {
      const rest = parseLines(this.name, text).filter(({ entry }) =>
        entry === undefined || !equalConstantTime(entry.key, key)
      );
      return withLine(rest.map((line) => line.text).join(""), added);
    });
  }

  /**
   * Removes lines, and leaves all others exactly as they are.
   *
   * @param which The name under which to remove every key, or whether an entry is to go.
   * @returns How many went.
   */
  async remove(which: string | ((entry: KeyBookEntry) => boolean)): Promise<number> {
    const goes = typeof which === "string"
      ? (entry: KeyBookEntry) => entry.subject === which
      : which;
    let removed = 0;
    await this.#store.update((text) => {
      const lines = parseLines(this.name, text);
      const rest = lines.filter(({ entry }) => entry === undefined || !goes(entry));
      removed = lines.length - rest.length;
      return rest.map((line) => line.text).join("");
    });
    return removed;
  }
}

function formatEntry(subject: string, key: Uint8Array, note: string): string {
  if (!/^(?!#)[^\s\p{Cc}\p{Cs}]+$/u.test(subject)) {
    throw new RangeError("a subject must be one word that does not begin with #");
  }
  assertSize("X25519 public key", key, X25519_SIZE);
  if (!isCanonicalX25519(key)) throw new RangeError("a key must be in its canonical form");
  if (/[\p{Cc}\p{Cs}]/u.test(note)) throw new RangeError("a note must be one line");
  return `${subject} ${KEY_TYPE} ${encodeBase64(key)} ${note}`.trimEnd();
}

/** A line, its end included, and what it says, if it says anything here. */
interface Line {
  readonly text: string;
  readonly entry: KeyBookEntry | undefined;
}

function parseLines(name: string, text: string): Line[] {
  return splitLines(text).map((line, index) => ({
    text: line,
    entry: parseEntry(name, contentOf(line), index + 1),
  }));
}

function parseEntry(name: string, text: string, line: number): KeyBookEntry | undefined {
  const malformed = (problem: string) => malformedLine(name, line, problem);
  if (/^[ \t]*(?:#|$)/.test(text)) return undefined;
  // Not \s: it takes more characters for blanks than those who write the file do.
  const [, subject = "", type = "", base64 = "", note = ""] =
    /^[ \t]*([^ \t]+)[ \t]+([^ \t]+)[ \t]+([^ \t]+)[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
  if (subject === "") throw malformed("a name, a key type and a key are needed");
  // Only a key that is plainly OpenSSH's is none of ours: a typo must not hide a line.
  if (/^(?:ssh|ecdsa|sk)-/.test(type)) return undefined;
  if (type !== KEY_TYPE) throw malformed("the type of the key is not x25519");
  const key = decodeBase64(base64);
  if (key === undefined) throw malformed("the key is not base64");
  if (key.length !== X25519_SIZE) {
    throw malformed(`the key has ${key.length} bytes instead of ${X25519_SIZE}`);
  }
  if (!isCanonicalX25519(key)) throw malformed("the key is not in its canonical form");
  return { subject, key, note, line };
}
