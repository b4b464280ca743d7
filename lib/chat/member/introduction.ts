import type { SecureChannel } from "../../channel/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import type { Envelope, Participant, Welcome } from "../wire/messages.ts";
import { decodeRoomMessage } from "../wire/wire.ts";

/** How many bytes a room may send before its welcome: enough for its members, and their last words. */
const MAX_INTRODUCTION_SIZE = 64 * 1024 * 1024;

/** How many members a room may name. */
export const MAX_MEMBERS = 100_000;

/** What a room tells a new member. */
export interface Introduction {
  readonly welcome: Welcome;
  /** Everybody who is there. */
  readonly members: readonly Participant[];
  /** The last messages before, oldest first. */
  readonly past: readonly Envelope[];
}

/**
 * Reads what a room says first, up to its welcome.
 *
 * @param onProgress Called with each message.
 * @throws {NetworkError} If the room leaves before, or the signal's reason.
 * @throws {ProtocolError} If the room does not keep to the protocol.
 */
export async function receiveIntroduction(
  channel: SecureChannel,
  signal: AbortSignal,
  onProgress: () => void = () => {},
): Promise<Introduction> {
  const members: Participant[] = [];
  const past: Envelope[] = [];
  for (let size = 0; size <= MAX_INTRODUCTION_SIZE;) {
    const bytes = await channel.receive({ signal });
    if (bytes === undefined) throw new NetworkError("ended", "the server left without a welcome");
    onProgress();
    size += bytes.length;
    const message = decodeRoomMessage(bytes);
    switch (message.type) {
      case "members":
        members.push(...message.members);
        if (members.length > MAX_MEMBERS) throw tooManyMembers();
        break;
      case "message":
        past.push(message);
        break;
      case "welcome":
        return { welcome: message, members, past };
      default:
        throw new ProtocolError("malformed-message", "the server did not begin with a welcome");
    }
  }
  throw new ProtocolError("malformed-message", "the server's welcome is too long");
}

/** The error for a room that names more members than there can be. */
export function tooManyMembers(): ProtocolError {
  return new ProtocolError(
    "malformed-message",
    `the server lists more than ${MAX_MEMBERS} members`,
  );
}
