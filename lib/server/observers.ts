import type { SecureChannel } from "../channel/mod.ts";
import { combineDoorObservers, type DoorObserver } from "../chat/visit/door_observer.ts";
import { combineObservers, type RoomObserver } from "../chat/room/room_observer.ts";
import { openMetrics } from "./log/metrics.ts";
import type { ServerLog } from "./log/server_log.ts";
import { Traffic } from "./log/traffic.ts";

/** All that is told what happens at a server: metrics, the log, the host's screen. */
export interface Observers {
  /** For what happens at the door. */
  readonly door: DoorObserver;
  /** For what happens in the room. */
  readonly room: RoomObserver;
  /** For what goes over the channel of a member, until it is closed. */
  watch(channel: SecureChannel): void;
}

/**
 * Opens the metrics, and combines them with whatever else listens. To be called once.
 *
 * @param log The log, if there is one.
 * @param reporter Tells the host of what happens at the door, if there is a host.
 */
export async function openObservers(
  log: Pick<ServerLog, "door" | "room"> | undefined,
  reporter: DoorObserver | undefined,
): Promise<Observers> {
  const metrics = await openMetrics({ queueDepth: () => traffic.depth() });
  const room = log === undefined ? metrics.room : combineObservers(metrics.room, log.room);
  const traffic = new Traffic(room);
  const doors = [metrics.door, log?.door, reporter].filter((door) => door !== undefined);
  return {
    door: combineDoorObservers(...doors),
    room,
    watch: (channel) => traffic.add(channel),
  };
}
