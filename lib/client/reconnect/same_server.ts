import { type AcceptPeer, type Address, formatAddress } from "../../channel/mod.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { AuthenticationError } from "../../errors.ts";

/**
 * Accepts the server that this side was connected to, and nobody else: who comes back asks nobody
 * whether another key is right.
 *
 * @param key The key that the server has proved before: 32 bytes.
 */
export function sameServer(key: Uint8Array, address: Address): AcceptPeer {
  return (other) => {
    if (equalConstantTime(other, key)) return true;
    throw new AuthenticationError(
      "key-changed",
      `the server at ${
        formatAddress(address)
      } has shown another key than before the connection was ` +
        "lost; there may be a man in the middle, or another server was started there; nothing was " +
        "sent to it",
    );
  };
}
