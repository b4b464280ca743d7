import type { Broadcast } from "./broadcast.ts";
import type { Bundle } from "./bundle.ts";

/** Why a member is removed. */
export interface Removal {
  /** One of the channel's close codes. */
  readonly code: number;
  /** For that member: one sentence. */
  readonly reason: string;
}

/** Where a member's messages go: a channel, or the terminal of the server itself. */
export interface Seat {
  /**
   * Takes a message. It queues it and returns at once, so that all seats see one order and none waits
   * for another. It must not throw.
   *
   * @returns Whether it has space for more. One that has not is asked when it has: {@linkcode drained}.
   */
  deliver(broadcast: Broadcast): boolean;
  /** As {@linkcode deliver}, for several in their order. A seat without it is given one after the other. */
  deliverAll?(bundle: Bundle): boolean;
  /** Resolves when it has space for more, or is given up. It must not reject. */
  drained(): Promise<void>;
  /** Whether the member gives a sign of life when it is asked for one. It must not reject. */
  isAlive(): Promise<boolean>;
  /** Disconnects the member that sits here, and has lost its place already. */
  remove(removal: Removal): void;
}
