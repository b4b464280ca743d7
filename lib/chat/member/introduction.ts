import type { SecureChannel } from "../../channel/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import type { Participant } from "../wire/messages.ts";
import type { Welcome } from "../wire/room_messages.ts";
import { decodeRoomMessage } from "../wire/wire.ts";

/** How many members a room may name. */
export const MAX_MEMBERS = 100_000;

/** What a room tells a new member. */
export interface Introduction {
  readonly welcome: Welcome;
  /** Everybody who is there. */
  readonly members: readonly Participant[];
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
  while (true) {
    const bytes = await channel.receive({ signal });
    if (bytes === undefined) throw new NetworkError("ended", "the server left without a welcome");
    onProgress();
    const message = decodeRoomMessage(bytes);
    switch (message.type) {
      case "members":
        members.push(...message.members);
        if (members.length > MAX_MEMBERS) throw tooManyMembers();
        break;
      case "welcome":
        assertDifferentNames([message.you, ...members]);
        return { welcome: message, members };
      default:
        throw new ProtocolError("malformed-message", "the server did not begin with a welcome");
    }
  }
}

function assertDifferentNames(members: readonly Participant[]): void {
  if (new Set(members.map(({ nick }) => nick)).size === members.length) return;
  throw new ProtocolError("malformed-message", "the server lists two members with one name");
}

/** The error for a room that names more members than there can be. */
export function tooManyMembers(): ProtocolError {
  return new ProtocolError(
    "malformed-message",
    `the server lists more than ${MAX_MEMBERS} members`,
  );
}
