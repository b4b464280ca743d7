import { equalConstantTime } from "../crypto/mod.ts";
import { ownKeyAdvice } from "./own_key_advice.ts";
import type { OwnIdentity } from "./own_identity.ts";

/**
 * What a client is told that has the server's own key, if it does: after an upgrade of a home that had one
 * key for both, or because its owner chose the server's key to moderate the room.
 *
 * @param flags Which key was chosen.
 * @param saved Where it is kept, and in which format.
 */
export function sharedKeySentence(
  ownKey: Uint8Array,
  serverKey: Uint8Array,
  flags: { readonly identity?: string | undefined; readonly home?: string | undefined },
  saved: Partial<Pick<OwnIdentity, "file" | "format">> = {},
): string | undefined {
  if (!equalConstantTime(ownKey, serverKey)) return undefined;
  if (flags.identity !== undefined) {
    return "You are here with the server's own key, as its owner and an operator.";
  }
  const how = ownKeyAdvice(saved, flags.home);
  return `You have the same key as the server, which takes you for its owner; for a key of your own, ${how}`;
}
