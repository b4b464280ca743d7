import type { RoomLimits, RoomLog, RoomObserver } from "../chat/mod.ts";
import { Room } from "../chat/room/room.ts";
import type { BanBook } from "../identity/mod.ts";
import { banList } from "./door/ban_list.ts";

/** Nobody notices so many milliseconds, and with a thousand members they save most of the work. */
const GATHER_FOR = 10;

/** What a server's room needs. */
export interface ServerRoomOptions {
  readonly limits: Partial<RoomLimits>;
  /** The server's own key (32 bytes), whose holder nobody can moderate. */
  readonly ownerKey: Uint8Array;
  /** Where its bans are kept. */
  readonly bans: BanBook;
  readonly observer: RoomObserver;
  /** For how many milliseconds the place of a member is kept whose connection was cut. */
  readonly grace: number;
  /** Where what is said is kept; in memory, if nowhere else. */
  readonly log: RoomLog | undefined;
}

/** Opens the room of a server. */
export function openRoom({ bans, log, ...options }: ServerRoomOptions): Room {
  return new Room({
    ...options,
    ...(log !== undefined && { log }),
    bans: banList(bans),
    gatherFor: GATHER_FOR,
  });
}
