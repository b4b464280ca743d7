import { assertSize, equalConstantTime, hex, randomBytes, X25519_SIZE } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../base64.ts";
import { INVITATION_SECRET_SIZE } from "./invitation.ts";
import { malformedLine, splitLines } from "./text_lines.ts";
import type { TextStore } from "./text_store.ts";

/** How many invitations may be open at once: a handshake may have to try the secret of each. */
export const MAX_OPEN_INVITATIONS = 256;

/** How long what has ended is kept, in milliseconds, so that its holder can be told why. */
const KEPT_AFTER_END = 30 * 24 * 60 * 60 * 1000;

/** The longest that an invitation may last, in milliseconds: ten years. */
const MAX_LIFETIME = 10 * 365 * 24 * 60 * 60 * 1000;

/** An invitation, as the server that made it remembers it. Dates are to the second. */
export interface InvitationRecord {
  /** 8 random hexadecimal digits, by which people name it. They say nothing about the secret. */
  readonly id: string;
  /** 16 random bytes. */
  readonly secret: Uint8Array;
  /** When it was made. */
  readonly created: Date;
  /** When it ends, if it ever does. */
  readonly expires?: Date;
  /** Whether it belongs to whoever uses it first. */
  readonly singleUse: boolean;
  /** 32 bytes: the public key of whoever used a single-use one first. */
  readonly usedBy?: Uint8Array;
  /** When it was revoked, if it was. */
  readonly revoked?: Date;
}

/** What comes of using an invitation. */
export type Redemption = "welcome" | "expired" | "revoked" | "used" | "unknown";

/**
 * A server's invitations: a text with one a line, `ID SECRET created=DATE`, and behind that
 * `expires=DATE`, `single-use`, `used-by=KEY`, `revoked=DATE` and words of the form `name=value` that
 * are not known here. What is changed is added at the end of a line, and all else stays as it is,
 * comments and blank lines too.
 *
 * A line that cannot be read makes every method throw a {@linkcode UsageError} with code `bad-file`,
 * and nothing is changed: otherwise a revoked invitation could become one that was never heard of. The
 * sentence holds nothing of the line, which has a secret in it.
 */
export class InvitationList {
  readonly #store: TextStore;
  readonly #now: () => number;
  /** What the text was when it was read last: handshakes ask often, and it changes seldom. */
  #last: { readonly text: string; readonly records: readonly InvitationRecord[] } | undefined;

  /**
   * A list that is kept in a store, which must keep a secret.
   *
   * @param now The clock: milliseconds since 1970, UTC. Default `Date.now`.
   */
  constructor(store: TextStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * All that are remembered, those that have ended as well, in the order of the lines. While the list
   * does not change, they are the same objects each time.
   */
  async records(): Promise<readonly InvitationRecord[]> {
    const text = await this.#store.read();
    if (this.#last?.text !== text) {
      const records = parseLines(this.#store.name, text).flatMap(({ record }) => record ?? []);
      this.#last = { text, records };
    }
    return this.#last.records;
  }

  /** Whether somebody can still come in by an invitation: it is neither revoked nor expired. */
  isOpen({ expires, revoked }: InvitationRecord): boolean {
    return revoked === undefined && (expires === undefined || this.#now() < expires.getTime());
  }

  /**
   * Makes an invitation, and forgets those that ended more than 30 days ago. A single-use one that was
   * used has not ended: whoever used it may come back.
   *
   * @param options.lifetime In milliseconds, more than 0 and at most ten years; until it is revoked if
   *   left out.
   * @param options.singleUse Default false.
   * @throws {UsageError} With code `usage` if 256 are open.
   * @throws {RangeError} If the lifetime is not like that.
   */
  async create(
    options: { readonly lifetime?: number; readonly singleUse?: boolean } = {},
  ): Promise<InvitationRecord> {
    const { lifetime, singleUse = false } = options;
    if (lifetime !== undefined && !(lifetime > 0 && lifetime <= MAX_LIFETIME)) {
      throw new RangeError("a lifetime must be more than 0 and at most ten years");
    }
    const { promise, resolve } = Promise.withResolvers<InvitationRecord>();
    await this.#store.update((text) => {
      const lines = parseLines(this.#store.name, text).filter(({ record }) =>
        record === undefined || !this.#isForgotten(record)
      );
      const records = lines.flatMap(({ record }) => record ?? []);
      if (records.filter((record) => this.isOpen(record)).length >= MAX_OPEN_INVITATIONS) {
        throw new UsageError(
          "usage",
          `there are ${MAX_OPEN_INVITATIONS} open invitations; revoke one first`,
        );
      }
      const record = this.#newRecord(new Set(records.map(({ id }) => id)), lifetime, singleUse);
      resolve(record);
      const before = lines.map((line) => line.text).join("");
      const end = before === "" || before.endsWith("\n") ? "" : "\n";
      return `${before}${end}${formatRecord(record)}\n`;
    });
    return await promise;
  }

  /**
   * Ends an invitation. Whoever came in by it stays until they leave.
   *
   * @returns False if there is no open one with this id.
   */
  async revoke(id: string): Promise<boolean> {
    let isRevoked = false;
    await this.#store.update((text) =>
      this.#addWord(text, (record) => {
        if (record.id !== id || !this.isOpen(record)) return undefined;
        isRevoked = true;
        return `revoked=${formatDate(this.#now())}`;
      })
    );
    return isRevoked;
  }

  /**
   * Lets the holder of a key in by an invitation. A single-use one belongs from then on to the key that
   * used it first, which may come back with it.
   *
   * @param key 32 bytes: a public key whose owner has proved to have it, and to know the secret.
   * @throws {RangeError} If it has another size.
   */
  async redeem(id: string, key: Uint8Array): Promise<Redemption> {
    assertSize("X25519 public key", key, X25519_SIZE);
    const found = (await this.records()).find((record) => record.id === id);
    const answer = this.#judge(found, key);
    if (answer !== "welcome" || !isUnused(found)) return answer;
    // Somebody else may be using it at this moment. What counts is what is there when it is written.
    let outcome: Redemption = "unknown";
    await this.#store.update((text) =>
      this.#addWord(text, (record) => {
        if (record.id !== id) return undefined;
        outcome = this.#judge(record, key);
        return outcome === "welcome" && isUnused(record)
          ? `used-by=${encodeBase64(key)}`
          : undefined;
      })
    );
    return outcome;
  }

  #judge(record: InvitationRecord | undefined, key: Uint8Array): Redemption {
    if (record === undefined) return "unknown";
    if (record.revoked !== undefined) return "revoked";
    if (!this.isOpen(record)) return "expired";
    const { singleUse, usedBy } = record;
    const isAnothers = singleUse && usedBy !== undefined && !equalConstantTime(usedBy, key);
    return isAnothers ? "used" : "welcome";
  }

  #isForgotten({ expires, revoked }: InvitationRecord): boolean {
    const end = Math.min(expires?.getTime() ?? Infinity, revoked?.getTime() ?? Infinity);
    return this.#now() - end > KEPT_AFTER_END;
  }

  #newRecord(
    taken: ReadonlySet<string>,
    lifetime: number | undefined,
    singleUse: boolean,
  ): InvitationRecord {
    let id: string;
    do id = randomId(); while (taken.has(id));
    const now = this.#now();
    return {
      id,
      secret: randomBytes(INVITATION_SECRET_SIZE),
      created: wholeSeconds(now),
      // Rounded up, so that it lasts at least as long as was asked for.
      ...(lifetime !== undefined && { expires: wholeSeconds(now + lifetime + 999) }),
      singleUse,
    };
  }

  /** The text with a word more at the end of each line for whose record `word` gives one. */
  #addWord(text: string, word: (record: InvitationRecord) => string | undefined): string {
    return parseLines(this.#store.name, text).map((line) => {
      const added = line.record && word(line.record);
      return added === undefined ? line.text : `${line.text.trimEnd()} ${added}\n`;
    }).join("");
  }
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60 * 1000],
  ["h", 60 * 60 * 1000],
  ["d", 24 * 60 * 60 * 1000],
  ["w", 7 * 24 * 60 * 60 * 1000],
]);

/**
 * A span of time, such as `90s`, `30m`, `24h`, `7d` or `2w`, in milliseconds.
 *
 * @throws {UsageError} With code `usage` if it is none, or not from one second to ten years (of 365
 *   days).
 */
export function parseLifetime(text: string): number {
  const [, count, unit] = /^([0-9]+)([smhdw])$/.exec(text) ?? [];
  const lifetime = Number(count) * (UNITS.get(unit) ?? NaN);
  if (!(lifetime > 0 && lifetime <= MAX_LIFETIME)) {
    throw new UsageError(
      "usage",
      "a lifetime is written like 90s, 30m, 24h, 7d or 2w, and is at most ten years",
    );
  }
  return lifetime;
}

/** A line, its end included, and the invitation on it, if there is one. */
interface Line {
  readonly text: string;
  readonly record: InvitationRecord | undefined;
}

function parseLines(name: string, text: string): Line[] {
  const places = new Map<string, number>();
  return splitLines(text).map((line, index) => {
    const malformed = (problem: string) => malformedLine(name, index + 1, problem);
    if (/^\s*(?:#|$)/.test(line)) return { text: line, record: undefined };
    const record = parseRecord(line.trim().split(/[ \t]+/), malformed);
    const place = places.get(record.id);
    // Which of the two counts? To guess could mean to let in whoever was to stay out.
    if (place !== undefined) throw malformed(`the id is that of line ${place}`);
    places.set(record.id, index + 1);
    return { text: line, record };
  });
}

/** The words that mean something here. */
const KNOWN_WORDS: ReadonlySet<string> = new Set([
  "created",
  "expires",
  "single-use",
  "used-by",
  "revoked",
]);

/** @param malformed Makes the error for a problem, which must not quote any of the words. */
function parseRecord(
  [id, secretText = "", ...words]: readonly string[],
  malformed: (problem: string) => UsageError,
): InvitationRecord {
  if (!/^[0-9a-f]{8}$/.test(id)) {
    throw malformed("it does not begin with an id of 8 hexadecimal digits");
  }
  const secret = decodeBase64Url(secretText);
  if (secret?.length !== INVITATION_SECRET_SIZE) {
    throw malformed("the secret is not 16 bytes in base64url");
  }
  const values = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined || (name === "single-use") !== (value === undefined)) {
      throw malformed("behind the secret, words are single-use or of the form name=value");
    }
    if (!KNOWN_WORDS.has(name)) continue;
    if (values.has(name)) throw malformed(`it says ${name} twice`);
    values.set(name, value ?? "");
  }
  const date = (name: string): Date | undefined => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const time = Date.parse(value);
    // Date.parse understands far more, and takes February 30 for March 2.
    if (Number.isNaN(time) || formatDate(time) !== value) {
      throw malformed(`${name} is not a date like 2026-01-31T23:59:59Z`);
    }
    return new Date(time);
  };
  const created = date("created");
  if (created === undefined) throw malformed("it does not say when it was created");
  const expires = date("expires");
  const revoked = date("revoked");
  const usedByText = values.get("used-by");
  const usedBy = usedByText === undefined ? undefined : decodeBase64(usedByText);
  if (usedByText !== undefined && usedBy?.length !== X25519_SIZE) {
    throw malformed(`used-by is not a key of ${X25519_SIZE} bytes in base64`);
  }
  return {
    id,
    secret,
    created,
    ...(expires && { expires }),
    singleUse: values.has("single-use"),
    ...(usedBy && { usedBy }),
    ...(revoked && { revoked }),
  };
}

/** The line of a new invitation, without its end. */
function formatRecord({ id, secret, created, expires, singleUse }: InvitationRecord): string {
  const words = [id, encodeBase64Url(secret), `created=${formatDate(created.getTime())}`];
  if (expires !== undefined) words.push(`expires=${formatDate(expires.getTime())}`);
  if (singleUse) words.push("single-use");
  return words.join(" ");
}

function isUnused(record: InvitationRecord | undefined): boolean {
  return record !== undefined && record.singleUse && record.usedBy === undefined;
}

function randomId(): string {
  return hex(randomBytes(4));
}

function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}

/** ISO 8601 in UTC, to the second. */
function formatDate(time: number): string {
  return wholeSeconds(time).toISOString().replace(".000Z", "Z");
}
