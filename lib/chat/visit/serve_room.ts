import { CloseCode, type SecureChannel } from "../../channel/mod.ts";
import { WaitingLine } from "../../waiting_line.ts";
import type { Membership } from "../room/membership.ts";
import type { Room } from "../room/room.ts";
import type { Participant } from "../wire/messages.ts";
import type { DoorObserver } from "./door_observer.ts";
import { type GuestOptions, serveGuest } from "./guest.ts";
import { Heartbeat } from "./heartbeat.ts";

/** How many guests may be on their way between handshake and introduction. */
export const MAX_WAITING_GUESTS = 256;

/** How long a guest that is turned away may take to hear why, in milliseconds: there may be many. */
const EVICTION_TIMEOUT = 200;

/** What happens while a room is served. */
export interface ServeRoomOptions extends
  Pick<
    GuestOptions,
    "signal" | "whyNot" | "isOperator" | "originOf" | "observer" | "onGoodbye"
  > {
  /** Called when a guest has its place, which may be the one that it had before. */
  onJoin?(channel: SecureChannel, member: Participant, hasReturned: boolean): void;
  /** Told of guests that never had a place. */
  readonly door?: Pick<DoorObserver, "turnedAway">;
  /** Called when the visit of a member ended badly, unless it has come back meanwhile. */
  onFailure?(error: unknown, member: Participant): void;
}

/**
 * Serves everybody who connects, beside each other, until there are no more channels and the last
 * guest has left.
 */
export async function serveRoom(
  channels: AsyncIterable<SecureChannel>,
  room: Room,
  options: ServeRoomOptions = {},
): Promise<void> {
  const visits = new Set<Promise<void>>();
  /** Guests that have not introduced themselves, or wait for their turn to join. */
  const waiting = new WaitingLine<SecureChannel>();
  using heartbeat = new Heartbeat();

  const visit = async (channel: SecureChannel) => {
    let membership: Membership | undefined;
    try {
      await serveGuest(channel, room, {
        ...options,
        heartbeat,
        onJoin(joined) {
          membership = joined;
          waiting.remove(channel);
          options.onJoin?.(channel, joined.member, joined.hasReturned);
        },
      });
    } catch (error) {
      if (membership === undefined) {
        options.door?.turnedAway?.(error, channel.peer.address ?? "unknown");
      } else if (!membership.hasSuccessor) options.onFailure?.(error, membership.member);
    } finally {
      waiting.remove(channel);
    }
  };

  for await (const channel of channels) {
    if (waiting.size >= MAX_WAITING_GUESTS) {
      const info = { code: CloseCode.timeout, reason: "" };
      void waiting.giveWay()?.close(info, EVICTION_TIMEOUT).catch(() => {});
    }
    const { address = "" } = channel.peer;
    const origin = options.originOf?.(address);
    waiting.add(origin?.site ?? origin?.name ?? address, channel);
    const visiting = visit(channel).finally(() => visits.delete(visiting));
    visits.add(visiting);
  }
  await Promise.all(visits);
}
