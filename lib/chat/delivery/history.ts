import type { RoomMessage } from "../wire/room_messages.ts";
import type { Broadcast } from "./broadcast.ts";
import { Bundle } from "./bundle.ts";

/** The last messages of a room as they were handed on: encoded once, for all who come late. */
export class History {
  readonly #maxCount: number;
  readonly #maxSize: number;
  #broadcasts: Broadcast[] = [];
  #size = 0;
  /** What was asked for last: when many come at once, they miss the same. */
  #asked: { readonly after: number; readonly bundle: Bundle } | undefined;

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

  /**
   * The messages behind a number, oldest first, packed once for all who ask before there is another one;
   * `undefined` if some of them are not here.
   */
  after(seq: number): Bundle | undefined {
    if (this.#asked?.after === seq) return this.#asked.bundle;
    const from = this.#broadcasts.findIndex(({ message }) => seqOf(message) > seq);
    const first = this.#broadcasts[0];
    if (first === undefined || from === -1 || seqOf(first.message) > seq + 1) return undefined;
    const bundle = new Bundle(this.#broadcasts.slice(from));
    this.#asked = { after: seq, bundle };
    return bundle;
  }

  /**
   * The number before the last so many messages.
   *
   * @param first The number of the first message that there is at all.
   * @returns `undefined` if there are more of them than are here.
   */
  beginningOf(count: number, first: number): number | undefined {
    const from = this.#broadcasts.at(-count) ?? this.#broadcasts[0];
    if (from === undefined) return undefined;
    const seq = seqOf(from.message);
    return this.#broadcasts.length >= count || seq <= first ? seq - 1 : undefined;
  }

  /** Adds a message, and lets go of the oldest ones for which there is no space any more. */
  add(broadcast: Broadcast): void {
    if (this.#maxCount === 0) return;
    this.#asked = undefined;
    this.#broadcasts.push(broadcast);
    this.#size += broadcast.bytes.length;
    while (this.#broadcasts.length > this.#maxCount || this.#size > this.#maxSize) {
      this.#size -= this.#broadcasts.shift()?.bytes.length ?? 0;
    }
  }
}

function seqOf(message: RoomMessage): number {
  return message.type === "message" ? message.seq : 0;
}
