import type { PeerContext, PeerDecision } from "../../channel/mod.ts";
import { equalConstantTime, sha256 } from "../../crypto/mod.ts";
import {
  type BanBook,
  fingerprint,
  type GuestList,
  type InvitationList,
  invitationPreSharedKey,
  type InvitationRecord,
  type Redemption,
} from "../../identity/mod.ts";
import type { Trust } from "../../terminal/events/events.ts";

/** How many invitations that are over are still told from unknown ones. */
const MAX_REMEMBERED = 64;

/** What decides who may enter. */
export interface AdmissionOptions {
  /** The server's own static public key: 32 bytes. */
  readonly serverKey: Uint8Array;
  readonly invitations: InvitationList;
  /** Those who may enter without an invitation, if there is a list. */
  readonly guests: GuestList | undefined;
  /** Those who may not enter whatever else they have. */
  readonly bans: BanBook;
  /** Whether an invitation, or a place on the list, is needed. */
  readonly isClosed: boolean;
  /** Told of everybody who is refused. */
  onRefused(fingerprint: string, address: string, why: string): void;
}

/** How somebody came to be let in. */
export interface Entry {
  readonly trust: Trust;
  readonly listedAs?: string;
}

/** What a guest is told whose invitation does not open the door. */
const REFUSALS: Readonly<Record<Exclude<Redemption, "welcome">, string>> = {
  expired: "this invitation has expired; ask for a new one",
  revoked: "this invitation was revoked; ask for a new one",
  used: "this invitation is for one person, and somebody else has used it; ask for a new one",
  unknown: "this invitation does not hold any more; ask for a new one",
};

/** Decides who may enter a server's room: everybody, the invited, those on a list. */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Each is derived once: a stranger can make the server try them all in every handshake. */
  readonly #preSharedKeys = new WeakMap<InvitationRecord, Uint8Array>();

  /** The rules for one room. */
  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** The pre-shared keys of all invitations; those that are over as well, to say so to their holders. */
  readonly candidatePreSharedKeys = async (): Promise<Uint8Array[]> => {
    const { invitations } = this.#options;
    const records = await invitations.records();
    // Of those that are over only the latest: a stranger makes the server try every one of these.
    const open = records.filter((record) => invitations.isOpen(record));
    const over = records.filter((record) => !invitations.isOpen(record)).slice(-MAX_REMEMBERED);
    return [...open, ...over].map((record) => this.#preSharedKey(record));
  };

  /** Whether somebody may enter, who has proved this key. */
  readonly decide = async (key: Uint8Array, context: PeerContext): Promise<PeerDecision> => {
    const { address = "an unknown address", preSharedKey } = context;
    const banned = await this.whyBanned(key);
    const why = banned ??
      (preSharedKey === undefined
        ? await this.#whyNotWithout(key)
        : await this.#whyNotBy(preSharedKey, key));
    if (why === undefined) return true;
    this.#options.onRefused(fingerprint(key), address, banned === undefined ? why : "banned");
    return { refusal: why };
  };

  /** How somebody came in, who did. */
  async entry(key: Uint8Array, isInvited: boolean): Promise<Entry> {
    if (isInvited) return { trust: "invited" };
    const guest = await this.#options.guests?.find(key);
    if (guest === undefined) return { trust: "new" };
    return guest.name === "" ? { trust: "known" } : { trust: "known", listedAs: guest.name };
  }

  /** Whether whoever has this key may put others out: the host's own, and those marked in the list. */
  readonly isOperator = async (key: Uint8Array): Promise<boolean> => {
    const { serverKey, guests } = this.#options;
    return equalConstantTime(key, serverKey) || (await guests?.find(key))?.isOperator === true;
  };

  /** Why whoever has this key may not enter, if it is banned. */
  readonly whyBanned = async (key: Uint8Array): Promise<string | undefined> => {
    const ban = await this.#options.bans.find(sha256(key));
    if (ban === undefined) return undefined;
    return `you were put out for good${ban.reason === "" ? "" : `; reason: ${ban.reason}`}`;
  };

  #preSharedKey(record: InvitationRecord): Uint8Array {
    let key = this.#preSharedKeys.get(record);
    if (key === undefined) {
      const { serverKey } = this.#options;
      key = invitationPreSharedKey({ serverKey, secret: record.secret });
      this.#preSharedKeys.set(record, key);
    }
    return key;
  }

  async #whyNotWithout(key: Uint8Array): Promise<string | undefined> {
    const { guests, isClosed } = this.#options;
    if (!isClosed || await guests?.find(key) !== undefined) return undefined;
    return guests === undefined
      ? "only the invited may enter; ask for an invitation"
      : "this key is not on the guest list; ask to be put on it, or for an invitation";
  }

  async #whyNotBy(preSharedKey: Uint8Array, key: Uint8Array): Promise<string | undefined> {
    const { invitations } = this.#options;
    const record = (await invitations.records()).find((record) =>
      equalConstantTime(this.#preSharedKey(record), preSharedKey)
    );
    const result = record === undefined ? "unknown" : await invitations.redeem(record.id, key);
    return result === "welcome" ? undefined : REFUSALS[result];
  }
}
