import { editorCommand } from "../conversation/commands/editor_command.ts";
import { Conversation } from "../conversation/conversation.ts";
import type { RoomAccess } from "../conversation/room/room_access.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { OwnState } from "../trust/own_state.ts";
import type { ServerTrust } from "../trust/server_trust.ts";
import type { ProvedHost } from "./proved_host.ts";

/** Who talks to whom. */
export interface GuestConversationOptions {
  readonly screen: Screen;
  readonly room: RoomAccess;
  readonly own: OwnState;
  readonly host: ProvedHost;
  readonly trust: Pick<ServerTrust, "isCompared">;
  /** Whether piped lines may be command objects, in JSON. */
  readonly json: boolean;
}

/** The conversation of a guest, who can verify the host alone: the other keys are what the server says. */
export function openConversation(options: GuestConversationOptions): Conversation {
  const { screen, room, own, host, trust, json } = options;
  const { people, ignored, highlights, folder, ownNick } = own;
  return new Conversation({
    screen,
    room,
    people,
    ignored,
    highlights,
    verifiable: () => [host.participant],
    isVerified: host.isVerified,
    isCompared: (key) => trust.isCompared && host.isProved(key),
    json,
    ownCommands: [editorCommand(screen, { home: folder.path, name: "client" })],
    onNick: ownNick.keep,
  });
}
