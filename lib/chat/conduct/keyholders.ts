import { hex } from "../../crypto/mod.ts";
import { Conduct } from "./conduct.ts";
import { Receipts } from "./receipts.ts";

/**
 * For how long the holder of a key is remembered that has left, in milliseconds: so long its clients may
 * ask again for what they have asked for.
 */
export const REMEMBERED_FOR = 600_000;

/** How many of those that have left are remembered, at most, if they have rested. */
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
  /** What it was called last in this room. */
  nick: string | undefined;
}

/** How a key goes, and which: the SHA-256 of it. */
interface Tired {
  readonly target: Uint8Array;
  readonly conduct: Conduct;
}

interface Entry extends Keyholder, Tired {
  readonly conduct: Conduct;
  places: number;
  /** Since when it has no place, by `performance.now`. */
  leftAt: number;
  /** How many answers were remembered then. */
  receiptsLeft: number;
}

/** How holders of keys are remembered. */
export interface KeyholdersOptions {
  /** How many answers to those that have left are remembered. Default 500,000. */
  readonly maxReceipts?: number;
  /** The pause that an operator has set for a key, by its SHA-256, in milliseconds. Default: none. */
  pauseOf?(target: Uint8Array): number;
}

/**
 * The holders of all keys that are in a room, and of those that left it a while ago. How fast one goes is
 * never forgotten before it would have rested, however many come and go meanwhile: what makes it tired
 * is limited by the paces at which keys may join, so there are never many of those.
 */
export class Keyholders {
  readonly #messagesPerSecond: number;
  readonly #maxReceipts: number;
  readonly #pauseOf: (target: Uint8Array) => number;
  /** By the SHA-256 of the key, those that came last at the end. */
  readonly #present = new Map<string, Entry>();
  readonly #gone = new Map<string, Entry>();
  /** How those went that are forgotten otherwise, but have not rested. */
  readonly #tired = new Map<string, Tired>();
  /** How many answers those have that are gone. */
  #goneReceipts = 0;

  /**
   * Nobody yet.
   *
   * @param messagesPerSecond How fast each may go.
   */
  constructor(messagesPerSecond: number, options: KeyholdersOptions = {}) {
    this.#messagesPerSecond = messagesPerSecond;
    this.#maxReceipts = options.maxReceipts ?? MAX_RECEIPTS;
    this.#pauseOf = (target) => options.pauseOf?.(target) ?? 0;
  }

  /** The holder of a key, by its SHA-256, for one more place. */
  take(target: Uint8Array): Keyholder {
    const key = hex(target);
    this.#forgetOld();
    const gone = this.#gone.get(key);
    if (gone !== undefined) this.#forget(key, gone);
    const entry = this.#present.get(key) ?? gone ?? {
      target,
      conduct: this.#tired.get(key)?.conduct ?? new Conduct(this.#messagesPerSecond),
      receipts: new Receipts(),
      nick: undefined,
      places: 0,
      leftAt: 0,
      receiptsLeft: 0,
    };
    this.#tired.delete(key);
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
      const isOld = now - entry.leftAt > REMEMBERED_FOR;
      const areTooMany = this.#gone.size > MAX_REMEMBERED || this.#goneReceipts > this.#maxReceipts;
      if (!isOld && !areTooMany) break;
      this.#forget(key, entry);
      const { target, conduct } = entry;
      if (!this.#isRested(entry)) this.#tired.set(key, { target, conduct });
    }
    // Most rest in seconds, and slow mode holds few: a look at the first ones each time is enough.
    let looks = 0;
    for (const [key, tired] of this.#tired) {
      if (++looks > MAX_LOOKS) return;
      this.#tired.delete(key);
      if (!this.#isRested(tired)) this.#tired.set(key, tired);
    }
  }

  #isRested({ target, conduct }: Tired): boolean {
    return conduct.isRested(this.#pauseOf(target));
  }

  #forget(key: string, { receiptsLeft }: Entry): void {
    this.#gone.delete(key);
    this.#goneReceipts -= receiptsLeft;
  }
}

/** At how many of the tired one looks each time somebody comes or goes. */
const MAX_LOOKS = 4;
