import type { Room } from "../../chat/mod.ts";
import { editorCommand } from "../../conversation/commands/editor_command.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { OwnState } from "../../trust/own_state.ts";
import type { Door } from "../door/open_door.ts";
import { Host } from "./host.ts";
import { hostCommands } from "./host_commands.ts";

/** Whether somebody sits at the server, and how they speak. */
export interface HostFlags {
  readonly headless: boolean;
  /** Whether piped lines may be command objects, in JSON. */
  readonly json: boolean;
}

/** Where the host sits. */
export interface OpenHostOptions {
  readonly flags: HostFlags;
  readonly room: Room;
  readonly door: Door;
  readonly screen: Screen;
  readonly own: OwnState;
}

/** Gives the person at the server a place in the room; without one, with `--headless`. */
export function openHost({ flags, room, door, screen, own }: OpenHostOptions): Host | undefined {
  if (flags.headless) return undefined;
  const { people, ignored, highlights, folder, ownNick, identity } = own;
  const editor = editorCommand(screen, { home: folder.path, name: "server" });
  return new Host({
    room,
    screen,
    ownNick,
    serverKey: identity.keyPair.publicKey,
    people,
    ignored,
    highlights,
    entryOf: door.admission.entryOf,
    commands: [...hostCommands(door, room, screen), editor],
    json: flags.json,
  });
}
