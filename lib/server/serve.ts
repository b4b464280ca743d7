import { type Room, serveRoom } from "../chat/mod.ts";
import type { Door } from "./door/open_door.ts";
import type { Host } from "./host/host.ts";
import type { Observers } from "./observers.ts";

/** What is served, to whom, and who is told of it. */
export interface ServeOptions {
  readonly door: Pick<Door, "listener" | "admission">;
  readonly room: Room;
  /** The person in the room, if one sits there. */
  readonly host: Host | undefined;
  readonly observers: Observers;
  /** Ends it: every guest is told that the server shuts down. */
  readonly signal: AbortSignal;
}

/** Serves everybody who comes in at the door, until that is closed and the last guest has left. */
export function serve({ door, room, host, observers, signal }: ServeOptions): Promise<void> {
  const { listener, admission } = door;
  return serveRoom(listener, room, {
    signal,
    whyNot: admission.whyBanned,
    isOperator: (key) => admission.entryOf(key).isOperator,
    observer: observers.room,
    door: observers.door,
    onJoin(channel, member, hasReturned) {
      observers.watch(channel);
      if (hasReturned) host?.meetAgain(member);
      else host?.greet(channel, member);
    },
    ...(host && { onGoodbye: host.finishSpeaking }),
    onFailure: (error, member) => host?.failed(error, member),
  });
}
