import { parseAddress } from "../channel/mod.ts";
import { origin } from "../channel/tcp/connection_counts.ts";
import { type Room, serveRoom } from "../chat/mod.ts";
import type { Door, DoorRules } from "./door/open_door.ts";
import { isThisMachine } from "./door/this_machine.ts";
import type { Host } from "./host/host.ts";
import type { Observers } from "./observers.ts";

/** What is served, to whom, and who is told of it. */
export interface ServeOptions {
  /** How many connections one address may have, if that was said: see {@linkcode DoorRules}. */
  readonly rules: Pick<DoorRules, "maxPerAddress">;
  readonly door: Pick<Door, "listener" | "admission">;
  readonly room: Room;
  /** The person in the room, if one sits there. */
  readonly host: Host | undefined;
  readonly observers: Observers;
  /** Ends it: every guest is told that the server shuts down. */
  readonly signal: AbortSignal;
}

/** Serves everybody who comes in at the door, until that is closed and the last guest has left. */
export function serve({ rules, door, room, host, observers, signal }: ServeOptions): Promise<void> {
  const { listener, admission } = door;
  return serveRoom(listener, room, {
    signal,
    whyNot: admission.whyBanned,
    isOperator: (key) => admission.entryOf(key).isOperator,
    originOf: (address) => joinOrigin(address, rules),
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

/**
 * By what the joins from an address are counted. As for its connections, this machine's own programs are
 * exempt, unless it was said how many they may have.
 *
 * @param address `HOST:PORT`.
 * @returns The address, or of IPv6 its network of 64 bits; `undefined` if they are not counted.
 */
export function joinOrigin(
  address: string | undefined,
  { maxPerAddress }: Pick<DoorRules, "maxPerAddress">,
): string | undefined {
  if (address === undefined) return undefined;
  const { hostname } = parseAddress(address);
  return maxPerAddress === undefined && isThisMachine(hostname) ? undefined : origin(hostname);
}
