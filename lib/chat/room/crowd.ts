import type { Broadcast } from "./broadcast.ts";
import type { Seat } from "./seat.ts";

/** How many bytes are gathered at most before they are handed on. */
const MAX_GATHERED = 65_536;

/** In a crowd of more, messages are gathered for longer: each round costs a record for everybody. */
const SMALL_CROWD = 100;

/** For how many times as long, at most. */
const MAX_STRETCH = 10;

/** A seat, and what it has got. */
interface Row {
  readonly seat: Seat;
  /** Whether it has said that it has no space for more, and not yet that it has. */
  isFull: boolean;
  /** How many of the gathered messages it has got already. */
  got: number;
}

/** A speaker that waits until it may go on. */
interface Waiter {
  readonly seat: Seat;
  /** To whom it speaks alone; to all if it is not there. */
  readonly to: Seat | undefined;
  resolve(): void;
}

/** A message for everybody but one. */
interface Gathered {
  readonly broadcast: Broadcast;
  readonly except: Seat | undefined;
}

/**
 * The seats of a room: hands messages to all of them, in one order, and knows what holds a speaker
 * back.
 *
 * A speaker waits while more than half of the others have no space. So nobody is faster than most can
 * read, one slow reader holds up only a speaker that speaks to it alone, and what the slow one misses
 * fills its own queue, until that is full.
 *
 * In a busy room, messages for all are gathered for a moment, so that each member gets several in one
 * record: with a thousand members, that is what a message costs.
 */
export class Crowd {
  readonly #gatherFor: number;
  readonly #rows = new Map<Seat, Row>();
  readonly #waiters = new Set<Waiter>();
  #fullCount = 0;
  #gathered: Gathered[] = [];
  #gatheredSize = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #handedOnAt = -Infinity;
  #waking: ReturnType<typeof setTimeout> | undefined;

  /**
   * A crowd of nobody.
   *
   * @param gatherFor For how many milliseconds messages are gathered, when one follows the other that
   *   fast; in a crowd over a hundred for longer, up to ten times. 0 hands each on at once.
   */
  constructor(gatherFor: number) {
    this.#gatherFor = gatherFor;
  }

  /** How many seats there are. */
  get size(): number {
    return this.#rows.size;
  }

  /** Adds a seat. What was said before is not for it. */
  add(seat: Seat): void {
    this.#rows.set(seat, { seat, isFull: false, got: this.#gathered.length });
    this.#wake();
  }

  /** Takes a seat away. */
  remove(seat: Seat): void {
    const row = this.#rows.get(seat);
    if (row === undefined) return;
    this.#rows.delete(seat);
    for (const waiter of this.#waiters) {
      if (waiter.seat !== seat && waiter.to !== seat) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
    this.#empty(row);
    // It may have been the one that had space; or one of those that had none.
    this.#wake();
  }

  /** Hands a message to one seat, behind all that was said to everybody before. */
  deliver(seat: Seat, broadcast: Broadcast): void {
    const row = this.#rows.get(seat);
    if (row === undefined) return;
    this.#catchUp(row);
    this.#deliver(row, broadcast);
  }

  /** Hands a message to every seat but one. */
  deliverToAll(broadcast: Broadcast, except?: Seat): void {
    this.#gathered.push({ broadcast, except });
    this.#gatheredSize += broadcast.bytes.length;
    const stretch = Math.min(MAX_STRETCH, Math.max(1, this.#rows.size / SMALL_CROWD));
    const rest = this.#handedOnAt + stretch * this.#gatherFor - performance.now();
    if (rest <= 0 || this.#gatheredSize > MAX_GATHERED) this.handOn();
    else this.#timer ??= setTimeout(() => this.handOn(), rest);
  }

  /** Hands on what has been gathered, now. */
  handOn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#handedOnAt = performance.now();
    for (const row of this.#rows.values()) {
      this.#catchUp(row);
      row.got = 0;
    }
    this.#gathered = [];
    this.#gatheredSize = 0;
  }

  /** Hands one seat what has been gathered, before it is given something of its own. */
  catchUp(seat: Seat): void {
    const row = this.#rows.get(seat);
    if (row !== undefined) this.#catchUp(row);
  }

  /**
   * Resolves when the member in this seat may go on to speak, to all or to one; `undefined` if it may at
   * once. Those that wait go on one after the other, so that they do not all fill the same space; each
   * has to ask once more.
   */
  ready(seat: Seat, to?: Seat): Promise<void> | undefined {
    if (!this.#isHeld(seat, to)) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.add({ seat, to, resolve });
    return promise;
  }

  #catchUp(row: Row): void {
    let next = this.#gathered[row.got];
    while (next !== undefined) {
      row.got++;
      if (row.seat !== next.except) this.#deliver(row, next.broadcast);
      next = this.#gathered[row.got];
    }
  }

  #deliver(row: Row, broadcast: Broadcast): void {
    if (row.seat.deliver(broadcast) || row.isFull) return;
    row.isFull = true;
    this.#fullCount++;
    void row.seat.drained().then(() => this.#empty(row));
  }

  #empty(row: Row): void {
    if (!row.isFull) return;
    row.isFull = false;
    this.#fullCount--;
    this.#wake();
  }

  #isHeld(seat: Seat, to: Seat | undefined): boolean {
    if (to !== undefined) return this.#rows.get(to)?.isFull ?? false;
    const own = this.#rows.get(seat);
    if (own === undefined) return false;
    const full = this.#fullCount - (own.isFull ? 1 : 0);
    return 2 * full > this.#rows.size - 1;
  }

  /** Lets the first one who may go on do so, and the next one in the next moment. */
  #wake(): void {
    if (this.#waiters.size === 0 || this.#waking !== undefined) return;
    // While nobody may speak to all, there is no need to look at each.
    const areAllHeld = 2 * (this.#fullCount - 1) > this.#rows.size - 1;
    for (const waiter of this.#waiters) {
      if (areAllHeld && waiter.to === undefined) continue;
      if (this.#isHeld(waiter.seat, waiter.to)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
      this.#waking = setTimeout(() => {
        this.#waking = undefined;
        this.#wake();
      }, 0);
      return;
    }
  }
}
