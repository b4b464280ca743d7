import type { Broadcast } from "./broadcast.ts";

/** The last messages of a room, for latecomers. */
export class History {
  readonly #maxCount: number;
  readonly #maxSize: number;
  #broadcasts: Broadcast[] = [];
  #size = 0;

  /**
   * A history without messages.
   *
   * @param maxCount How many messages are kept.
   * @param maxSize How many bytes they may have together: the whole of it goes into a member's queue.
   */
  constructor(maxCount: number, maxSize: number) {
    this.#maxCount = maxCount;
    this.#maxSize = maxSize;
  }

  /** The messages, oldest first. */
  get broadcasts(): readonly Broadcast[] {
    return this.#broadcasts;
  }

  /** Adds a message, and lets go of the oldest ones for which there is no space any more. */
  add(broadcast: Broadcast): void {
    if (this.#maxCount === 0) return;
    this.#broadcasts.push(broadcast);
    this.#size += broadcast.bytes.length;
    while (this.#broadcasts.length > this.#maxCount || this.#size > this.#maxSize) {
      this.#size -= this.#broadcasts.shift()?.bytes.length ?? 0;
    }
  }
}
