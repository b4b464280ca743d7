import { hex } from "../../crypto/mod.ts";
import { Conduct } from "./conduct.ts";
import { Receipts } from "./receipts.ts";

/**
 * For how long the holder of a key is remembered that has left, in milliseconds: so long its clients may
 * ask again for what they have asked for.
 */
export const REMEMBERED_FOR = 600_000;

/** How many of those that have left are remembered, at most. */
const MAX_REMEMBERED = 10_000;

/**
 * How many answers of theirs are remembered, at most, all together: about 100 MB. New keys cost nothing
 * where a room is open, and each may leave 1,024.
 */
const MAX_RECEIPTS = 500_000;

/** What belongs to the holder of a key, over all connections that it has, one after the other too. */
export interface Keyholder {
  /** How fast it goes. */
  readonly conduct: Conduct;
  /** What its last requests came to. */
  readonly receipts: Receipts;
}

interface Entry extends Keyholder {
  places: number;
  /** Since when it has no place, by `performance.now`. */
  leftAt: number;
  /** How many answers were remembered then. */
  receiptsLeft: number;
}

/** The holders of all keys that are in a room, and of those that left it a while ago. */
export class Keyholders {
  readonly #messagesPerSecond: number;
  readonly #maxReceipts: number;
  /** By the SHA-256 of the key, those that came last at the end. */
  readonly #present = new Map<string, Entry>();
  readonly #gone = new Map<string, Entry>();
  /** How many answers those have that are gone. */
  #goneReceipts = 0;

  /**
   * Nobody yet.
   *
   * @param messagesPerSecond How fast each may go.
   * @param maxReceipts How many answers to those that have left are remembered. Default 500,000.
   */
  constructor(messagesPerSecond: number, maxReceipts: number = MAX_RECEIPTS) {
    this.#messagesPerSecond = messagesPerSecond;
    this.#maxReceipts = maxReceipts;
  }

  /** The holder of a key, by its SHA-256, for one more place. */
  take(target: Uint8Array): Keyholder {
    const key = hex(target);
    this.#forgetOld();
    const gone = this.#gone.get(key);
    if (gone !== undefined) this.#forget(key, gone);
    const entry = this.#present.get(key) ?? gone ?? {
      conduct: new Conduct(this.#messagesPerSecond),
      receipts: new Receipts(),
      places: 0,
      leftAt: 0,
      receiptsLeft: 0,
    };
    entry.places++;
    this.#present.set(key, entry);
    return entry;
  }

  /** Gives the place back. */
  release(target: Uint8Array): void {
    const key = hex(target);
    const entry = this.#present.get(key);
    if (entry === undefined) return;
    entry.places--;
    if (entry.places > 0) return;
    this.#present.delete(key);
    entry.leftAt = performance.now();
    // What is answered later is little, and not counted.
    entry.receiptsLeft = entry.receipts.count;
    this.#goneReceipts += entry.receiptsLeft;
    this.#gone.set(key, entry);
    this.#forgetOld();
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [key, entry] of this.#gone) {
      const { leftAt, conduct } = entry;
      const isOld = now - leftAt > REMEMBERED_FOR && conduct.lastSpoken < now;
      const areTooMany = this.#gone.size > MAX_REMEMBERED || this.#goneReceipts > this.#maxReceipts;
      if (!isOld && !areTooMany) return;
      this.#forget(key, entry);
    }
  }

  #forget(key: string, { receiptsLeft }: Entry): void {
    this.#gone.delete(key);
    this.#goneReceipts -= receiptsLeft;
  }
}
