import { equalConstantTime } from "../crypto/mod.ts";
import { shellWord } from "../identity/files/plain_text.ts";
import { startCommand } from "../program_name.ts";
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
  const home = flags.home === undefined ? "" : ` --home ${shellWord(flags.home)}`;
  // No program of these replaces an SSH key.
  const how = saved.format === "openssh" && saved.file !== undefined
    ? `move ${saved.file} away`
    : `run: ${startCommand("client")} id --new${home}`;
  return `You have the same key as the server, which takes you for its owner; for a key of your own, ${how}`;
}
