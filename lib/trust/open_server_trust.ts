import type { Address } from "../channel/mod.ts";
import type { Invitation } from "../identity/mod.ts";
import { KeyBook } from "../identity/books/key_book.ts";
import { knownHostName } from "./known_host_name.ts";
import type { OwnState } from "./own_state.ts";
import { ServerTrust, type ServerTrustOptions } from "./server_trust.ts";
import { openStore } from "./state_folder.ts";

/** How a server is trusted, as the flags of a client say. */
export interface TrustFlags extends Pick<ServerTrustOptions, "acceptNew" | "strict"> {
  readonly home?: string | undefined;
  /** Another file than the usual one. */
  readonly knownHosts: string | undefined;
}

/** Whose key is to be judged, by whom. */
export interface TrustOptions extends Pick<ServerTrustOptions, "ask"> {
  readonly flags: TrustFlags;
  readonly address: Address;
  /** By which the person comes, if they have one. */
  readonly invitation: Invitation | undefined;
  readonly own: Pick<OwnState, "folder" | "people">;
}

/** Opens the book of known hosts, by which the server at an address is judged. */
export async function openServerTrust(options: TrustOptions): Promise<ServerTrust> {
  const { flags, address, invitation, own, ask } = options;
  const { knownHosts, acceptNew, strict } = flags;
  const hosts = knownHosts === undefined ? own.folder.store("known_hosts") : openStore(knownHosts);
  return new ServerTrust({
    address: knownHostName(address),
    knownHosts: new KeyBook(await hosts),
    flags,
    people: own.people,
    invitedBy: invitation?.serverKey,
    acceptNew,
    strict,
    ask,
  });
}
