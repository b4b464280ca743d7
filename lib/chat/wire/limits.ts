import { MAX_BODY_SIZE } from "./messages.ts";

/** How much a room takes, of whom. */
export interface RoomLimits {
  /** How many members it has room for, the host included. Default 2,000. */
  readonly members: number;
  /**
   * How many messages a second one member may send before it is throttled; each 256 bytes of one count
   * as a message. Default 5,000.
   */
  readonly messagesPerSecond: number;
  /** The longest body of a message, in bytes, at most 131,072. Default 131,072. */
  readonly messageSize: number;
  /**
   * How many bytes may wait for one member before it is disconnected. Default 8 MiB. What is said to all is
   * in memory once, however many it waits for.
   */
  readonly queueSize: number;
  /** How many of the last messages latecomers are given. Default 200. */
  readonly history: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_LIMITS: RoomLimits = {
  members: 2000,
  messagesPerSecond: 5000,
  messageSize: MAX_BODY_SIZE,
  queueSize: 8 * 1024 * 1024,
  history: 200,
};

/** The smallest queue that is of use, in bytes: it has to hold what a member gets when it comes. */
export const MIN_QUEUE_SIZE = 262_144;
