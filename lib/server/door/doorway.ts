import {
  type Address,
  type CipherChoice,
  type ConnectionTrace,
  listenSecureOn,
  protocolName,
  type SecureChannel,
  type SecureListener,
} from "../../channel/mod.ts";
import type { HandshakeResult, RoomObserver } from "../../chat/mod.ts";
import type { X25519KeyPair } from "../../crypto/mod.ts";
import { AuthenticationError, NetworkError } from "../../errors.ts";
import { BanBook, InvitationList } from "../../identity/mod.ts";
import { Admission } from "./admission.ts";
import { type EntryRules, isThisMachine, openGuestList } from "./door.ts";
import { Inviter } from "./inviter.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import type { Strangers } from "./strangers.ts";

/** How many connections an address of another machine may have, if nobody says otherwise. */
export const MAX_PER_ADDRESS = 100;

/** Where people may come in, how, and how many. */
export interface DoorwayFlags extends EntryRules {
  /** At least one. */
  readonly listen: readonly Address[];
  /** The only cipher that is accepted; both, if there is none. */
  readonly cipher: CipherChoice | undefined;
  /** Whether only clients are accepted that leave out ML-KEM-768. */
  readonly classical: boolean;
  /** How many handshakes may be under way at once. */
  readonly maxHandshakes: number;
  /** How many connections one address may have; `undefined` if nobody says. */
  readonly maxPerAddress: number | undefined;
  /** How others reach this machine, for invitations. */
  readonly publicAddress: string | undefined;
}

/** What a doorway needs. */
export interface DoorwayOptions {
  readonly flags: DoorwayFlags;
  readonly keyPair: X25519KeyPair;
  readonly folder: StateFolder;
  readonly observer: RoomObserver;
  /** Tells the host of those who do not get in; a server without a host has its log. */
  readonly strangers: Pick<Strangers, "refused" | "failed"> | undefined;
  /** Who watches a connection, where connections are explained. */
  readonly traceFor?: (() => ConnectionTrace | undefined) | undefined;
  tell(text: string): void;
}

/** Where people come in, and who decides about them. */
export interface Doorway {
  readonly listener: SecureListener;
  readonly admission: Admission;
  readonly invitations: InvitationList;
  readonly inviter: Inviter;
  readonly bans: BanBook;
  /** Whether an invitation, or a place on the guest list, is needed. */
  readonly isClosed: boolean;
}

/**
 * Opens the addresses that the flags name, to those whom the flags let in.
 *
 * @throws {NetworkError} If an address cannot be listened on.
 * @throws {UsageError} If a file cannot be used.
 */
export async function openDoorway(options: DoorwayOptions): Promise<Doorway> {
  const { flags, keyPair, folder, observer, strangers, traceFor, tell } = options;
  const serverKey = keyPair.publicKey;
  const invitations = new InvitationList(await folder.store("invitations", { secret: true }));
  const bans = new BanBook(await folder.store("banned_keys"));
  // What is wrong with a file is to be known now, and not when somebody knocks.
  await Promise.all([invitations.records(), bans.records()]);
  const guests = await openGuestList(flags.allow, tell);
  const isClosed = flags.invite || flags.inviteOnly || guests !== undefined;
  const admission = new Admission({
    serverKey,
    invitations,
    guests,
    bans,
    isClosed,
    onRefused: (fingerprint, address, why) => strangers?.refused(fingerprint, address, why),
  });
  const listener = listenSecureOn(flags.listen, {
    staticKeyPair: keyPair,
    protocols: acceptedProtocols(flags),
    candidatePreSharedKeys: admission.candidatePreSharedKeys,
    acceptPeer: admission.decide,
    maxPendingHandshakes: flags.maxHandshakes,
    ...(traceFor && { traceFor }),
    connectionLimit: (hostname) =>
      flags.maxPerAddress ?? (isThisMachine(hostname) ? Infinity : MAX_PER_ADDRESS),
    onChannel: ({ peer }: SecureChannel, milliseconds) =>
      observer.handshake?.("accepted", milliseconds, peer.address ?? "unknown"),
    onFailure(error, address, milliseconds) {
      const result = handshakeResult(error);
      // The words of a refusal may be an operator's.
      const reason = result === "refused" || !(error instanceof Error) ? undefined : error.message;
      observer.handshake?.(result, milliseconds, address, reason);
      // Whoever may not enter was told of by name.
      if (result !== "refused") strangers?.failed(error, address);
    },
  });
  const inviter = new Inviter({
    invitations,
    serverKey,
    listening: listener.address,
    publicAddress: flags.publicAddress,
  });
  return { listener, admission, invitations, inviter, bans, isClosed };
}

function handshakeResult(error: unknown): HandshakeResult {
  if (error instanceof AuthenticationError) {
    return error.code === "key-refused" ? "refused" : "failed";
  }
  if (!(error instanceof NetworkError)) return "failed";
  switch (error.code) {
    case "hung-up":
    case "timed-out":
      return error.code;
    case "too-many-connections":
      return "turned-away";
    default:
      return "failed";
  }
}

function acceptedProtocols(
  { cipher, classical }: { readonly cipher: CipherChoice | undefined; readonly classical: boolean },
): readonly string[] {
  const ciphers = cipher === undefined ? ["cbc", "gcm"] as const : [cipher];
  const choices = classical ? [true] : [false, true];
  return ciphers.flatMap((cipher) =>
    choices.flatMap((classical) =>
      [false, true].map((preSharedKey) => protocolName({ cipher, classical, preSharedKey }))
    )
  );
}
