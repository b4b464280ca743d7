import { type PeerContext, type PeerDecision, secretId } from "../../channel/mod.ts";
import { equalConstantTime, hex, sha256 } from "../../crypto/mod.ts";
import type {
  BanBook,
  GuestList,
  InvitationList,
  InvitationRecord,
  ListedGuest,
  Redemption,
} from "../../identity/mod.ts";
import { invitationPreSharedKey } from "../../identity/books/invitation.ts";
import type { Trust } from "../../terminal/events/events.ts";
import { BANNED } from "./turned_away.ts";

/** What decides who may enter. */
export interface AdmissionOptions {
  /** The server's own static public key: 32 bytes. */
  readonly serverKey: Uint8Array;
  readonly invitations: InvitationList;
  /** Keys that may enter without an invitation, if there is a list. */
  readonly guests: GuestList | undefined;
  /** Keys that may not enter, on the list, invited or not. */
  readonly bans: BanBook;
  /** Whether an invitation, or a place on the list, is needed. */
  readonly isClosed: boolean;
  /** Told what the host is to know about keys that cannot be remembered. */
  tell(text: string): void;
  /** Told of each key that is refused, where it is, and why, in this program's words. */
  onRefused(key: Uint8Array, address: string, reason: string): void;
}

/** What was known of a guest when it was let in. */
export interface Entry {
  readonly trust: Trust;
  /** The name on the guest list, if it has one there. */
  readonly listedAs?: string;
  /** Whether it may moderate the others: the server's own key, and those marked in the list. */
  readonly isOperator: boolean;
}

/** An invitation, and the key (32 bytes) that it stands for. */
interface KnownInvitation {
  readonly record: InvitationRecord;
  readonly preSharedKey: Uint8Array;
}

/** The invitations of one state of the list. */
interface InvitationsById {
  readonly records: readonly InvitationRecord[];
  readonly known: ReadonlyMap<string, KnownInvitation>;
}

/** What a guest is told whose invitation does not open the door. */
const REFUSALS: Readonly<Record<Exclude<Redemption, "welcome">, string>> = {
  expired: "this invitation has expired; ask for a new one",
  revoked: "this invitation was revoked; ask for a new one",
  used: "this invitation was for one person and has been used; ask for a new one",
  unknown: "this invitation is not valid any more; ask for a new one",
};

/**
 * Decides who may enter a server's room: everybody, the invited, those on a list. A key that came by an
 * invitation is remembered with it, and may come back without it.
 *
 * The guest list is asked once for each connection, during its handshake; what it said then, trust, name
 * and operator's rights, holds until the visit is over ({@linkcode entryOf}). A list that is edited
 * meanwhile counts from the next connection on. Bans, and invitations that are revoked, are asked about
 * again when the guest takes its place ({@linkcode whyNot}).
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Found by the ids of their secrets; made anew when the list has changed. */
  #byId: InvitationsById | undefined;

  /** By the array in which the key came, so for each connection: it goes when the channel does. */
  readonly #entries = new WeakMap<Uint8Array, Entry>();

  /** The ids of the invitations by which connections have come, as above. */
  readonly #cameBy = new WeakMap<Uint8Array, string>();

  /** The connections that an invitation admitted by which their keys came before, as above. */
  readonly #remembered = new WeakSet<Uint8Array>();

  /** What the host was told already. */
  readonly #told = new Set<string>();

  /** The rules for one room. */
  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * The pre-shared key of the invitation that a guest means; also of one that is over, to say so to its
   * holder.
   */
  readonly findPreSharedKey = async (id: Uint8Array): Promise<Uint8Array | undefined> =>
    (await this.#invitations()).get(hex(id))?.preSharedKey;

  /** Whether a key may enter that the other side has proved to hold. */
  readonly decide = async (key: Uint8Array, context: PeerContext): Promise<PeerDecision> => {
    const { address = "unknown", preSharedKey } = context;
    const banned = await this.#whyBanned(key);
    if (banned !== undefined) {
      this.#options.onRefused(key, address, "banned");
      return { refusal: banned };
    }
    const guest = await this.#options.guests?.find(key);
    const isInvited = preSharedKey !== undefined ||
      (this.#options.isClosed && guest === undefined &&
        await this.#options.invitations.admits(key));
    const why = preSharedKey !== undefined
      ? await this.#whyNotBy(preSharedKey, key)
      : this.#whyNotWithout(guest, isInvited);
    if (why !== undefined) {
      this.#options.onRefused(key, address, why);
      return { refusal: why };
    }
    if (isInvited && preSharedKey === undefined) this.#remembered.add(key);
    this.#entries.set(key, {
      trust: isInvited ? "invited" : guest === undefined ? "new" : "known",
      ...(!isInvited && guest !== undefined && guest.name !== "" && { listedAs: guest.name }),
      isOperator: guest?.isOperator === true || equalConstantTime(key, this.#options.serverKey),
    });
    return true;
  };

  /**
   * What was known of a guest when it was let in.
   *
   * @param key The very array that {@linkcode decide} was given, which is the channel's
   *   `peer.publicKey`: an equal one may be another connection's.
   * @throws {Error} If no connection with this array was let in.
   */
  readonly entryOf = (key: Uint8Array): Entry => {
    const entry = this.#entries.get(key);
    if (entry === undefined) throw new Error("this connection was not let in");
    return entry;
  };

  /**
   * Remembers a key that has come by an invitation, once it has its place. Never rejects: what goes wrong
   * is told, once.
   *
   * @param key As for {@linkcode entryOf}.
   * @param nick The nickname that it came under.
   */
  readonly remember = async (key: Uint8Array, nick: string): Promise<void> => {
    const id = this.#cameBy.get(key);
    if (id === undefined) return;
    try {
      if (await this.#options.invitations.remember(id, key, nick)) return;
      this.#tellOnce(
        `Too many keys have come by invitation ${id} to remember more: further ones need its line ` +
          "each time.",
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#tellOnce(`A guest who came by invitation cannot be remembered: ${why}`);
    }
  };

  /**
   * Why a guest that was let in may not take a place any more, as it is told: it may have waited since its
   * handshake, and was banned meanwhile, or its invitation is revoked. That one expires is no reason.
   *
   * @param key As for {@linkcode entryOf}.
   */
  readonly whyNot = async (key: Uint8Array): Promise<string | undefined> => {
    const banned = await this.#whyBanned(key);
    if (banned !== undefined) return banned;
    const { invitations } = this.#options;
    const id = this.#cameBy.get(key);
    if (id !== undefined) {
      const record = (await invitations.records()).find((record) => record.id === id);
      if (record === undefined) return REFUSALS.unknown;
      return record.revoked === undefined ? undefined : REFUSALS.revoked;
    }
    return this.#remembered.has(key)
      ? this.#whyNotWithout(undefined, await invitations.admits(key))
      : undefined;
  };

  async #whyBanned(key: Uint8Array): Promise<string | undefined> {
    const ban = await this.#options.bans.find(sha256(key));
    if (ban === undefined) return undefined;
    return `${BANNED}${ban.reason === "" ? "" : `; reason: ${ban.reason}`}`;
  }

  async #invitations(): Promise<ReadonlyMap<string, KnownInvitation>> {
    const { invitations, serverKey } = this.#options;
    const records = await invitations.records();
    if (this.#byId?.records !== records) {
      this.#byId = { records, known: byId(records, serverKey) };
    }
    return this.#byId.known;
  }

  #tellOnce(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#options.tell(text);
  }

  #whyNotWithout(guest: ListedGuest | undefined, isInvited: boolean): string | undefined {
    const { guests, isClosed } = this.#options;
    if (!isClosed || guest !== undefined || isInvited) return undefined;
    return guests === undefined
      ? "only the invited may enter; ask for an invitation"
      : "your key is not on the guest list; ask to be added, or for an invitation";
  }

  async #whyNotBy(preSharedKey: Uint8Array, key: Uint8Array): Promise<string | undefined> {
    const { invitations } = this.#options;
    const record = (await this.#invitations()).get(hex(secretId(preSharedKey)))?.record;
    const result = record === undefined ? "unknown" : await invitations.redeem(record.id, key);
    if (record !== undefined && result === "welcome") this.#cameBy.set(key, record.id);
    return result === "welcome" ? undefined : REFUSALS[result];
  }
}

function byId(
  records: readonly InvitationRecord[],
  serverKey: Uint8Array,
): Map<string, KnownInvitation> {
  return new Map(records.map((record) => {
    const preSharedKey = invitationPreSharedKey({ serverKey, secret: record.secret });
    return [hex(secretId(preSharedKey)), { record, preSharedKey }];
  }));
}
