import { NetworkError } from "../../errors.ts";
import { requireAcceptPeer } from "../handshake/accept_peer.ts";
import type { Address } from "./address.ts";
import { type Acceptor, type ListenerOptions, SecureListener } from "./listener.ts";
import { tcpAcceptor } from "./tcp.ts";

/** Where to listen, and how. */
export interface ListenSecureOptions extends ListenerOptions, Address {}

/**
 * Listens for connections, as `Deno.listen` does, and makes a channel of each. See
 * {@linkcode connectSecure} for an example.
 *
 * Handshakes run beside each other, so a connection that stalls holds up nobody; when too many are
 * under way, the oldest is given up.
 *
 * @throws {UsageError} If `acceptPeer` is missing, or the program may not use the network.
 * @throws {NetworkError} If the address is in use, or not one of this machine's.
 */
export function listenSecure(options: ListenSecureOptions): SecureListener {
  return listenSecureOn([options], options);
}

/**
 * As {@linkcode listenSecure}, on several addresses: all of them, or none.
 *
 * @param addresses At least one. Port 0 takes a free one, for each by itself.
 * @throws As {@linkcode listenSecure} does.
 */
export function listenSecureOn(
  addresses: readonly Address[],
  options: ListenerOptions,
): SecureListener {
  requireAcceptPeer(options);
  const acceptors = new Map<Address, Acceptor>();
  // `::` first: on most systems it takes IPv4 as well, and then 0.0.0.0 is in use by ourselves.
  const inOrder = addresses.toSorted((one, other) =>
    Number(other.hostname === "::") - Number(one.hostname === "::")
  );
  try {
    for (const address of inOrder) {
      const isCovered = address.hostname === "0.0.0.0" &&
        [...acceptors.values()].some(({ address: taken }) =>
          taken.hostname === "::" && taken.port === address.port
        );
      try {
        acceptors.set(address, tcpAcceptor(address));
      } catch (error) {
        if (!isCovered || !isInUse(error)) throw error;
      }
    }
  } catch (error) {
    for (const acceptor of acceptors.values()) acceptor.close();
    throw error;
  }
  const asAsked = addresses.flatMap((address) => acceptors.get(address) ?? []);
  return new SecureListener(asAsked, options);
}

function isInUse(error: unknown): boolean {
  return error instanceof NetworkError && error.code === "address-in-use";
}
