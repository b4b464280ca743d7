import { assertSize, equalConstantTime, hex, randomBytes, X25519_SIZE } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { encodeBase64 } from "../base64.ts";
import { memoryStore, type TextStore } from "../files/text_store.ts";
import { INVITATION_SECRET_SIZE } from "./invitation.ts";
import {
  formatDate,
  formatInvitationRecord,
  type InvitationRecord,
  isUnused,
  isUsedBy,
  parseInvitationLines,
  userOf,
  wholeSeconds,
} from "./invitation_record.ts";
import { type InvitedKey, InvitedKeys } from "./invited_keys.ts";
import { MAX_LIFETIME } from "./lifetime.ts";
import { endOf, withLine } from "./text_lines.ts";

/** How many invitations may be open at once: a handshake may have to try the secret of each. */
const MAX_OPEN_INVITATIONS = 256;

/** How long what has ended is kept, in milliseconds, so that its holder can be told why. */
const KEPT_AFTER_END = 30 * 24 * 60 * 60 * 1000;

/** What comes of using an invitation. */
export type Redemption = "welcome" | "expired" | "revoked" | "used" | "unknown";

/**
 * A server's invitations: a text with one a line, `ID SECRET created=DATE`, and behind that
 * `expires=DATE`, `single-use`, `used-by=KEY`, `revoked=DATE` and words of the form `name=value` that
 * are not known here. What is changed is added at the end of a line, and all else stays as it is,
 * comments and blank lines too.
 *
 * A key that was let in by an invitation may come back without it, until it is revoked
 * ({@linkcode admits}). That it expires ends only its use by others.
 *
 * A line that cannot be read makes every method throw a {@linkcode UsageError} with code `bad-file`,
 * and nothing is changed: otherwise a revoked invitation could become one that was never heard of. The
 * sentence holds nothing of the line, which has a secret in it.
 */
export class InvitationList {
  readonly #store: TextStore;
  readonly #invited: InvitedKeys;
  readonly #now: () => number;
  /** What the text was when it was read last: handshakes ask often, and it changes seldom. */
  #last: { readonly text: string; readonly records: readonly InvitationRecord[] } | undefined;

  /**
   * A list that is kept in a store, which must keep a secret.
   *
   * @param now The clock: milliseconds since 1970, UTC. Default `Date.now`.
   * @param invited Where the keys are remembered that came in. Default: in memory.
   */
  constructor(
    store: TextStore,
    now: () => number = Date.now,
    invited: InvitedKeys = new InvitedKeys(memoryStore("invited_keys")),
  ) {
    this.#store = store;
    this.#now = now;
    this.#invited = invited;
  }

  /**
   * All that are remembered, those that have ended as well, in the order of the lines. While the list
   * does not change, they are the same objects each time.
   */
  async records(): Promise<readonly InvitationRecord[]> {
    const text = await this.#store.read();
    if (this.#last?.text !== text) {
      const records = parseInvitationLines(this.#store.name, text).flatMap(({ record }) =>
        record ?? []
      );
      this.#last = { text, records };
    }
    return this.#last.records;
  }

  /** Whether a guest can still join by an invitation: it is neither revoked nor expired. */
  isOpen({ expires, revoked }: InvitationRecord): boolean {
    return revoked === undefined && (expires === undefined || this.#now() < expires.getTime());
  }

  /**
   * Makes an invitation, and forgets those that ended more than 30 days ago, unless keys are remembered
   * with them: their holders may come back.
   *
   * @param options.lifetime In milliseconds, more than 0 and at most ten years; until it is revoked if
   *   left out.
   * @param options.singleUse Default false.
   * @throws {UsageError} With code `usage` if 256 are open.
   * @throws {RangeError} If the lifetime is not like that.
   */
  async create(
    options: { readonly lifetime?: number | undefined; readonly singleUse?: boolean } = {},
  ): Promise<InvitationRecord> {
    const { lifetime, singleUse = false } = options;
    if (lifetime !== undefined && !(lifetime > 0 && lifetime <= MAX_LIFETIME)) {
      throw new RangeError("a lifetime must be more than 0 and at most ten years");
    }
    const { promise, resolve } = Promise.withResolvers<InvitationRecord>();
    const invited = await usable(this.#invited.all());
    // While it is not known which invitations have keys, none is forgotten.
    const inUse = invited instanceof UsageError
      ? undefined
      : new Set(invited.map(({ invitation }) => invitation));
    await this.#store.update((text) => {
      const lines = parseInvitationLines(this.#store.name, text).filter(({ record }) =>
        record === undefined || inUse?.has(record.id) !== false || !this.#isForgotten(record)
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
      return withLine(before, formatInvitationRecord(record));
    });
    return await promise;
  }

  /**
   * Ends an invitation, also for the keys that came by it. Guests who are in the room stay.
   *
   * @returns How many keys may not come back by it; `undefined` if there is none with this id that is
   *   open, or by which anybody may come back.
   * @throws {UsageError} If the keys that came by it cannot be read, or removed: it is revoked all the
   *   same, and the sentence says so.
   */
  async revoke(id: string): Promise<number | undefined> {
    const keys = await usable(this.keysOf(id));
    const count = keys instanceof UsageError ? undefined : keys.length;
    let isRevoked = false;
    await this.#store.update((text) =>
      this.#addWord(text, (record) => {
        const isOver = record.revoked !== undefined || (count === 0 && !this.isOpen(record));
        if (record.id !== id || isOver) return undefined;
        isRevoked = true;
        return `revoked=${formatDate(this.#now())}`;
      })
    );
    if (!isRevoked) return undefined;
    // What is left behind if this fails does not count: the invitation decides.
    const forgotten = keys instanceof UsageError ? keys : await usable(this.#invited.forget(id));
    if (!(forgotten instanceof UsageError)) return count;
    const { code, message } = forgotten;
    throw new UsageError(code, `invitation ${id} is revoked, but its keys stay listed: ${message}`);
  }

  /** The keys that have come by an invitation, in the order in which they did. */
  async keysOf(id: string): Promise<readonly InvitedKey[]> {
    const known = (await this.#invited.all()).filter(({ invitation }) => invitation === id);
    const record = (await this.records()).find((record) => record.id === id);
    const first = record && userOf(record);
    if (first === undefined || known.some(({ key }) => equalConstantTime(key, first))) return known;
    return [{ invitation: id, key: first, date: "", nick: "" }, ...known];
  }

  /**
   * Whether the holder of a key may enter without an invitation's line, because it came by one before
   * that is not revoked.
   *
   * @param key 32 bytes: a public key whose owner has proved to have it.
   */
  async admits(key: Uint8Array): Promise<boolean> {
    const valid = (await this.records()).filter(({ revoked }) => revoked === undefined);
    if (valid.some((record) => isUsedBy(record, key))) return true;
    const ids = await this.#invited.invitationsOf(key);
    return valid.some(({ id }) => ids.has(id));
  }

  /**
   * Remembers that a key has come by an invitation, if that is not revoked meanwhile.
   *
   * @param nick The nickname that it came under: one word.
   * @returns False if no more keys are remembered with this invitation, or in all.
   */
  async remember(id: string, key: Uint8Array, nick: string): Promise<boolean> {
    if ((await this.#invited.invitationsOf(key)).has(id)) return true;
    const record = (await this.records()).find((record) => record.id === id);
    if (record === undefined || record.revoked !== undefined) return true;
    const date = formatDate(this.#now()).slice(0, "2026-11-30".length);
    return await this.#invited.add({ invitation: id, key, date, nick });
  }

  /**
   * Lets the holder of a key in by an invitation. A single-use one belongs from then on to the key that
   * used it first. A key that came by it before is welcome until it is revoked.
   *
   * @param key 32 bytes: a public key whose owner has proved to have it, and to know the secret.
   * @throws {RangeError} If it has another size.
   */
  async redeem(id: string, key: Uint8Array): Promise<Redemption> {
    assertSize("X25519 public key", key, X25519_SIZE);
    const found = (await this.records()).find((record) => record.id === id);
    const answer = this.#judge(found, key, false);
    if (answer === "expired" || answer === "used") {
      return this.#judge(found, key, (await this.#invited.invitationsOf(key)).has(id));
    }
    if (answer !== "welcome" || !isUnused(found)) return answer;
    // Another guest may be using it at this moment. What counts is what is there when it is written.
    let outcome: Redemption = "unknown";
    await this.#store.update((text) =>
      this.#addWord(text, (record) => {
        if (record.id !== id) return undefined;
        outcome = this.#judge(record, key, false);
        return outcome === "welcome" && isUnused(record)
          ? `used-by=${encodeBase64(key)}`
          : undefined;
      })
    );
    return outcome;
  }

  #judge(record: InvitationRecord | undefined, key: Uint8Array, isKnown: boolean): Redemption {
    if (record === undefined) return "unknown";
    if (record.revoked !== undefined) return "revoked";
    if (isKnown || isUsedBy(record, key)) return "welcome";
    if (!this.isOpen(record)) return "expired";
    return userOf(record) === undefined ? "welcome" : "used";
  }

  #isForgotten(record: InvitationRecord): boolean {
    const { expires, revoked } = record;
    // Who has used it may come back by it, until it is revoked.
    if (revoked === undefined && userOf(record) !== undefined) return false;
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
    return parseInvitationLines(this.#store.name, text).map((line) => {
      const added = line.record && word(line.record);
      return added === undefined
        ? line.text
        : `${line.text.trimEnd()} ${added}${endOf(line.text) || "\n"}`;
    }).join("");
  }
}

/** What a promise gives, or the reason why a file cannot be used. */
async function usable<T>(promise: Promise<T>): Promise<T | UsageError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function randomId(): string {
  return hex(randomBytes(4));
}
