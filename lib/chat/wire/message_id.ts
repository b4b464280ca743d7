import { randomBytes } from "../../crypto/mod.ts";
import { MESSAGE_ID_SIZE } from "./messages.ts";

/** How many bytes of an id are its time. */
const TIME_SIZE = 6;

/**
 * A new id for a request, 16 bytes: the time in milliseconds since 1970, big-endian, in 6 bytes, and 10
 * random ones. So a room that keeps many ids finds the new ones side by side.
 *
 * @param now The time, for tests.
 */
export function newMessageId(now: number = Date.now()): Uint8Array {
  const id = randomBytes(MESSAGE_ID_SIZE);
  // Not by shifting, which has 32 bits only.
  for (let index = TIME_SIZE - 1, rest = now; index >= 0; index--) {
    id[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return id;
}
