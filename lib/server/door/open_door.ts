import {
  type Address,
  type ConnectionTrace,
  listenSecureOn,
  type SecureListener,
} from "../../channel/mod.ts";
import type { DoorObserver } from "../../chat/mod.ts";
import type { X25519KeyPair } from "../../crypto/mod.ts";
import type { InvitationList } from "../../identity/mod.ts";
import { BanBook } from "../../identity/books/ban_book.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import { acceptedProtocols, type ProtocolRules } from "./accepted_protocols.ts";
import { Admission } from "./admission.ts";
import type { EntryRules } from "./door_notice.ts";
import { openGuestList } from "./guest_list_file.ts";
import { openInvitations } from "./open_invitations.ts";
import { handshakeEnd } from "./handshake_end.ts";
import { Inviter } from "./inviter.ts";
import { MAX_PER_ADDRESS } from "./limits.ts";
import { isThisMachine } from "../../channel/tcp/this_machine.ts";

/** Where a door is, who may come in, how, and how many. */
export interface DoorRules extends EntryRules, ProtocolRules {
  /** At least one. */
  readonly listen: readonly Address[];
  /** How many handshakes may be under way at once. */
  readonly maxHandshakes: number;
  /** How many connections one address may have; `undefined` for {@linkcode MAX_PER_ADDRESS}. */
  readonly maxPerAddress: number | undefined;
  /** How others reach this machine, for invitations. */
  readonly publicAddress: string | undefined;
}

/** What a door needs. */
export interface DoorOptions {
  readonly rules: DoorRules;
  readonly keyPair: X25519KeyPair;
  /** Where invitations and bans are kept. */
  readonly folder: StateFolder;
  /** Told of each connection, until its handshake is over. */
  readonly observer: DoorObserver;
  /** Asked for each connection what watches it, where connections are explained. */
  readonly traceFor?: (() => ConnectionTrace | undefined) | undefined;
  /** Told of lines in the guest list that cannot be used, and of guests that are not remembered. */
  tell(text: string): void;
}

/** Where guests come in, and what decides about them. */
export interface Door {
  readonly listener: SecureListener;
  readonly admission: Admission;
  readonly invitations: InvitationList;
  readonly inviter: Inviter;
  readonly bans: BanBook;
  /** Whether an invitation, or a place on the guest list, is needed. */
  readonly isClosed: boolean;
}

/**
 * Listens at the addresses that the rules name, for those whom the rules let in.
 *
 * @throws {NetworkError} If an address cannot be listened on.
 * @throws {UsageError} If a file cannot be used.
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { rules, keyPair, folder, observer, traceFor, tell } = options;
  const serverKey = keyPair.publicKey;
  const invitations = await openInvitations(folder);
  const bans = new BanBook(await folder.store("banned_keys"));
  // What is wrong with a file is to be known now, and not when the first guest comes.
  await Promise.all([invitations.records(), invitations.admits(serverKey), bans.records()]);
  const guests = await openGuestList(rules.allow, tell);
  const isClosed = rules.invite || rules.inviteOnly || guests !== undefined;
  const admission = new Admission({
    serverKey,
    invitations,
    guests,
    bans,
    isClosed,
    tell,
    onRefused: (...event) => observer.refused?.(...event),
  });
  const listener = listenSecureOn(rules.listen, {
    staticKeyPair: keyPair,
    protocols: acceptedProtocols(rules),
    findPreSharedKey: admission.findPreSharedKey,
    acceptPeer: admission.decide,
    maxPendingHandshakes: rules.maxHandshakes,
    ...(traceFor && { traceFor }),
    connectionLimit: (hostname) =>
      rules.maxPerAddress ?? (isThisMachine(hostname) ? Infinity : MAX_PER_ADDRESS),
    onChannel: ({ peer: { address = "unknown" } }, milliseconds) =>
      observer.handshake?.({ result: "accepted", address, milliseconds }),
    onFailure: (...failure) => observer.handshake?.(handshakeEnd(...failure)),
  });
  const inviter = new Inviter({
    invitations,
    serverKey,
    listening: listener.address,
    publicAddress: rules.publicAddress,
  });
  return { listener, admission, invitations, inviter, bans, isClosed };
}
