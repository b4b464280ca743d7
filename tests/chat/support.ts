import type { SecureChannel } from "../../lib/channel/mod.ts";
import {
  encodeMessage,
  type GuestOptions,
  type Member,
  type MemberEvent,
  type Room,
  type Seat,
  serveGuest,
} from "../../lib/chat/mod.ts";
import { establish } from "../channel/support.ts";
import { memoryPair } from "../support/wire.ts";

export const HOST_KEY = new Uint8Array(32).fill(7);

/** A seat of which nobody takes notice. */
export const SOMEBODY: Seat = { deliver: () => Promise.resolve() };

/** A channel whose server's end is served as a guest. */
export async function visit(
  room: Room,
  options: GuestOptions = {},
  transports = memoryPair(),
): Promise<{ client: SecureChannel; server: SecureChannel; served: Promise<void> }> {
  const { client, server } = await establish({ transports });
  const served = serveGuest(server, room, options);
  served.catch(() => {});
  return { client, server, served };
}

export function hello(nick = "guest"): Uint8Array {
  return encodeMessage({ type: "hello", version: 1, nick });
}

/** Listens to a member until the end; what it has heard so far, and how that ended. */
export function listen(member: Member): { events: MemberEvent[]; ended: Promise<void> } {
  const events: MemberEvent[] = [];
  const ended = (async () => {
    for await (const event of member.events()) events.push(event);
  })();
  ended.catch(() => {});
  return { events, ended };
}
