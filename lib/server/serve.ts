import { parseAddress } from "../channel/mod.ts";
import { originOf } from "../channel/tcp/origin.ts";
import type { Origin, Room } from "../chat/mod.ts";
import { serveRoom } from "../chat/visit/serve_room.ts";
import type { Door, DoorRules } from "./door/open_door.ts";
import { isThisMachine } from "../channel/tcp/this_machine.ts";
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
    whyNot: admission.whyNot,
    isOperator: (key) => admission.entryOf(key).isOperator,
    originOf: (address) => joinOrigin(address, rules),
    observer: observers.room,
    door: observers.door,
    onJoin(channel, member, hasReturned) {
      observers.watch(channel);
      void admission.remember(channel.peer.publicKey, member.nick);
      if (hasReturned) host?.meetAgain(member);
      else host?.greet(channel, member);
    },
    ...(host && { onGoodbye: host.finishSpeaking }),
    onFailure: (error, member) => host?.failed(error, member),
  });
}

/**
 * What an address counts as when joins are counted. As for connections, from this machine there may be
 * any number, as long as they stay, unless it was said how many one address may have.
 *
 * @param address `HOST:PORT`. Of IPv6, each network of 64 bits counts as one, and a site of 48 as four.
 */
export function joinOrigin(
  address: string | undefined,
  { maxPerAddress }: Pick<DoorRules, "maxPerAddress">,
): Origin | undefined {
  if (address === undefined) return undefined;
  const { hostname } = parseAddress(address);
  const isExempt = maxPerAddress === undefined && isThisMachine(hostname);
  const { address: name, network: site } = originOf(hostname);
  return { name, site, isExempt };
}
