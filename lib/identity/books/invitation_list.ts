import { assertSize, equalConstantTime, hex, randomBytes, X25519_SIZE } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { encodeBase64 } from "../base64.ts";
import type { TextStore } from "../files/text_store.ts";
import { INVITATION_SECRET_SIZE } from "./invitation.ts";
import {
  formatDate,
  formatInvitationRecord,
  type InvitationRecord,
  parseInvitationLines,
  wholeSeconds,
} from "./invitation_record.ts";
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
   * Makes an invitation, and forgets those that ended more than 30 days ago. A single-use one that was
   * used has not ended: the guest who used it may come back.
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
    await this.#store.update((text) => {
      const lines = parseInvitationLines(this.#store.name, text).filter(({ record }) =>
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
      return withLine(before, formatInvitationRecord(record));
    });
    return await promise;
  }

  /**
   * Ends an invitation. Guests who joined by it stay until they leave.
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
    // Another guest may be using it at this moment. What counts is what is there when it is written.
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
    return parseInvitationLines(this.#store.name, text).map((line) => {
      const added = line.record && word(line.record);
      return added === undefined
        ? line.text
        : `${line.text.trimEnd()} ${added}${endOf(line.text) || "\n"}`;
    }).join("");
  }
}

function isUnused(record: InvitationRecord | undefined): boolean {
  return record !== undefined && record.singleUse && record.usedBy === undefined;
}

function randomId(): string {
  return hex(randomBytes(4));
}
