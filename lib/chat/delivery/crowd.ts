import type { Broadcast } from "./broadcast.ts";
import { Bundle } from "./bundle.ts";
import type { Seat } from "./seat.ts";

/** A seat, and what it has got. */
interface Row {
  readonly seat: Seat;
  /** The how manyth it was to come. */
  readonly number: number;
  /** Whether messages are for it; else it is still reading those before. */
  isFollowing: boolean;
  /** Whether it has said that it has no space for more, and not yet that it has. */
  isFull: boolean;
}

/** A speaker that waits until it may go on. */
interface Waiter {
  readonly seat: Seat;
  /** To whom it speaks alone; to all if it is not there. */
  readonly to: Seat | undefined;
  resolve(): void;
}

/** Something that is to be handed on, and to whom. */
export interface HandOn {
  readonly broadcast: Broadcast;
  /** To this one alone. */
  readonly only?: Seat;
  /** To all but this one. */
  readonly except?: Seat | undefined;
  /** Only to the first so many who came: the others know it already. */
  readonly upTo?: number;
}

/**
 * The seats of a room: hands messages to all of them, in one order, and knows what holds a speaker
 * back.
 *
 * A speaker waits while more than half of the others have no space. So nobody is faster than most can
 * read, one slow reader holds up only a speaker that speaks to it alone, and what the slow one misses
 * fills its own queue, until that is full.
 */
export class Crowd {
  readonly #rows = new Map<Seat, Row>();
  readonly #waiters = new Set<Waiter>();
  #count = 0;
  #fullCount = 0;
  #gathered: HandOn[] = [];
  #waking: ReturnType<typeof setTimeout> | undefined;

  /** How many seats there are. */
  get size(): number {
    return this.#rows.size;
  }

  /** How many have come so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a seat. It hears what is told to all; messages only when it has caught up: {@linkcode follow}. */
  add(seat: Seat): void {
    const number = ++this.#count;
    this.#rows.set(seat, { seat, number, isFollowing: false, isFull: false });
    this.#wake();
  }

  /** From now on messages are for this seat as well. */
  follow(seat: Seat): void {
    const row = this.#rows.get(seat);
    if (row !== undefined) row.isFollowing = true;
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

  /**
   * Hands something to one seat, now.
   *
   * @returns Whether it has space for more. If not, those who speak may have to wait for it.
   */
  deliver(seat: Seat, broadcast: Broadcast): boolean {
    const row = this.#rows.get(seat);
    return row === undefined || this.#deliver(row, broadcast);
  }

  /** As {@linkcode deliver}, for several in their order. */
  deliverAll(seat: Seat, bundle: Bundle): boolean {
    const row = this.#rows.get(seat);
    return row === undefined || this.#deliverAll(row, bundle);
  }

  /** Adds to what is handed on next. */
  gather(item: HandOn): void {
    this.#gathered.push(item);
  }

  /**
   * Hands on what has been gathered: seat by seat, so that what one gets shares its records. What is for
   * all is packed once; a seat that is not given all of it, such as that of a speaker, has its own.
   *
   * @returns Whether there was a message to all among it.
   */
  handOn(): boolean {
    const gathered = this.#gathered;
    if (gathered.length === 0) return false;
    this.#gathered = [];
    const toAll = gathered.filter(({ only }) => only === undefined);
    const named = seatsNamed(gathered);
    if (toAll.length === 0) {
      for (const row of this.#rowsOf(named)) this.#handOnTo(row, gathered);
      return false;
    }
    const bundle = new Bundle(toAll.map(({ broadcast }) => broadcast));
    const areMessages = toAll.some(isMessage);
    const upTo = toAll.reduce((least, item) => Math.min(least, item.upTo ?? Infinity), Infinity);
    for (const row of this.#rows.values()) {
      const isGivenAll = row.number <= upTo && (row.isFollowing || !areMessages) &&
        !named.has(row.seat);
      if (isGivenAll) this.#deliverAll(row, bundle);
      else this.#handOnTo(row, gathered);
    }
    return areMessages;
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

  #rowsOf(seats: ReadonlySet<Seat>): Row[] {
    return [...seats].map((seat) => this.#rows.get(seat)).filter((row) => row !== undefined);
  }

  #handOnTo(row: Row, gathered: readonly HandOn[]): void {
    const own = gathered.filter((item) => isFor(row, item));
    if (own.length > 0) this.#deliverAll(row, new Bundle(own.map(({ broadcast }) => broadcast)));
  }

  #deliverAll(row: Row, bundle: Bundle): boolean {
    const { seat } = row;
    if (seat.deliverAll !== undefined) return this.#note(row, seat.deliverAll(bundle));
    let hasSpace = true;
    for (const broadcast of bundle.broadcasts) hasSpace = this.#deliver(row, broadcast);
    return hasSpace;
  }

  #deliver(row: Row, broadcast: Broadcast): boolean {
    return this.#note(row, row.seat.deliver(broadcast));
  }

  #note(row: Row, hasSpace: boolean): boolean {
    if (hasSpace) return true;
    if (row.isFull) return false;
    row.isFull = true;
    this.#fullCount++;
    void row.seat.drained().then(() => this.#empty(row));
    return false;
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

function isMessage({ broadcast }: HandOn): boolean {
  return broadcast.message.type === "message";
}

/** Those to which something is told alone, or is not told. */
function seatsNamed(gathered: readonly HandOn[]): ReadonlySet<Seat> {
  const named = gathered.map(({ only, except }) => only ?? except);
  return new Set(named.filter((seat) => seat !== undefined));
}

function isFor(row: Row, item: HandOn): boolean {
  const { only, except, upTo } = item;
  if (only !== undefined) return row.seat === only;
  if (row.seat === except) return false;
  if (upTo !== undefined && row.number > upTo) return false;
  return row.isFollowing || !isMessage(item);
}
