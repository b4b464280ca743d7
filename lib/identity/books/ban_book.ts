import { assertSize, SHA256_SIZE } from "../../crypto/mod.ts";
import { encodeBase64 } from "../base64.ts";
import type { TextStore } from "../files/text_store.ts";
import { formatFingerprint, parseFingerprint } from "../fingerprint.ts";
import { contentOf, malformedLine, splitLines, withLine } from "./text_lines.ts";

/** A person who is banned. */
export interface BanRecord {
  /** The SHA-256 of their static public key: 32 bytes, as {@linkcode fingerprint} shows them. */
  readonly target: Uint8Array;
  /** The same, as people read it: `SHA256:…`. */
  readonly fingerprint: string;
  /** What they were called; possibly empty, and not sanitised. */
  readonly nick: string;
  /** The day of the ban, as `2026-11-30`. */
  readonly date: string;
  /** Why, in the words of who did it; possibly empty, and not sanitised. */
  readonly reason: string;
}

/** What stands in the place of a name that is not known: no nickname has white space, or is this. */
const NO_NAME = "-";

/**
 * Who is banned: a text with one a line, `FINGERPRINT DATE NAME REASON`, where the reason is the rest
 * of the line and may be missing. Comments and blank lines stay as they are.
 *
 * People edit it, and it counts at once. A line that cannot be read makes every method throw a
 * {@linkcode UsageError} with code `bad-file`: a slip of the keyboard must not lift a ban.
 */
export class BanBook {
  readonly #store: TextStore;
  /** What the text was when it was read last: every handshake asks, and it changes seldom. */
  #last: { readonly text: string; readonly records: ReadonlyMap<string, BanRecord> } | undefined;

  /** A book that is kept in a store. */
  constructor(store: TextStore) {
    this.#store = store;
  }

  /** Everybody in it, in the order of the lines. */
  async records(): Promise<readonly BanRecord[]> {
    return [...(await this.#read()).values()];
  }

  /** The ban of the person whose key has this SHA-256 (32 bytes), if there is one. */
  async find(target: Uint8Array): Promise<BanRecord | undefined> {
    // Fingerprints are public, so it gives nothing away how long it takes to look one up.
    return (await this.#read()).get(encodeBase64(target));
  }

  /**
   * Adds a ban, in the place of an older one of the same key.
   *
   * @throws {RangeError} If the target has not 32 bytes.
   */
  async add(record: Omit<BanRecord, "fingerprint">): Promise<void> {
    const { target, date } = record;
    assertSize("target", target, SHA256_SIZE);
    const nick = oneLine(record.nick).replaceAll(" ", "_") || NO_NAME;
    const line = `${formatFingerprint(target)} ${date} ${nick} ${oneLine(record.reason)}`.trimEnd();
    await this.#store.update((text) => withLine(this.#without(target, text), line));
  }

  /** Ends a ban; false if there was none. */
  async remove(target: Uint8Array): Promise<boolean> {
    let isGone = false;
    await this.#store.update((text) => {
      const rest = this.#without(target, text);
      isGone = rest !== text;
      return rest;
    });
    return isGone;
  }

  async #read(): Promise<ReadonlyMap<string, BanRecord>> {
    const text = await this.#store.read();
    if (this.#last?.text !== text) {
      const lines = parseLines(this.#store.name, text);
      const records = new Map(
        lines.flatMap(({ record }) => record ? [[encodeBase64(record.target), record]] : []),
      );
      this.#last = { text, records };
    }
    return this.#last.records;
  }

  #without(target: Uint8Array, text: string): string {
    const gone = encodeBase64(target);
    return parseLines(this.#store.name, text)
      .filter(({ record }) => record === undefined || encodeBase64(record.target) !== gone)
      .map((line) => line.text)
      .join("");
  }
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

interface Line {
  readonly text: string;
  readonly record: BanRecord | undefined;
}

function parseLines(name: string, text: string): Line[] {
  return splitLines(text).map((line, index) => ({
    text: line,
    record: parseRecord(name, contentOf(line), index + 1),
  }));
}

function parseRecord(name: string, text: string, line: number): BanRecord | undefined {
  if (/^[ \t]*(?:#|$)/.test(text)) return undefined;
  const [first = "", date = "", nick = "", ...reason] = text.trim().split(/[ \t]+/);
  const target = parseFingerprint(first);
  if (target === undefined) {
    throw malformedLine(name, line, "it does not begin with a fingerprint (SHA256:…)");
  }
  const called = nick === NO_NAME ? "" : nick.toWellFormed();
  const why = reason.join(" ").toWellFormed();
  return { target, fingerprint: first, date, nick: called, reason: why };
}
