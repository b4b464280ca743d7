import { hex } from "../../crypto/mod.ts";
import { NetworkError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import { Pace } from "./pace.ts";

/** How often one key may join at once, after a rest: everybody is told of each, and that it left. */
const JOINS_AT_ONCE = 8;

/** How often it may join in a second, from then on: every five seconds. */
const JOINS_PER_SECOND = 0.2;

/**
 * How often all keys at one address may join at once, after a rest: a key costs nothing where a room is
 * open. With the pace below that is 330 in the first minute, as many as a server that was started anew
 * may get back from one office.
 */
const ADDRESS_JOINS_AT_ONCE = 150;

/** How often they may join in a second, from then on. */
const ADDRESS_JOINS_PER_SECOND = 3;

/** A member that is gone again after less than this has hardly been here, in milliseconds. */
export const SHORT_STAY = 10_000;

/** How many of those there may be at once from one address, even from one whose joins do not count. */
const ADDRESS_SHORT_STAYS_AT_ONCE = 20;

/** How many there may be in a second, from then on. */
const ADDRESS_SHORT_STAYS_PER_SECOND = 1;

/**
 * How often it is told at once of members at one address that they are away, or have come back under
 * another name: they could be cut off, and come back, as often as they like.
 */
const ADDRESS_NEWS_AT_ONCE = 10;

/** How often in a second, from then on. */
const ADDRESS_NEWS_PER_SECOND = 0.5;

/** How many times as often as one address all addresses of an IPv6 site may. */
const ADDRESSES_PER_SITE = 4;

/** What it counts for, in joins, to come back to a place that waits: that is no news to anybody. */
const RETURN_STEPS = 0.25;

/**
 * How long somebody is let wait who has come too early, in milliseconds: until the next turn of its
 * key. It must be well under the ten seconds in which a client wants an answer.
 */
export const MAX_ARRIVAL_WAIT = 5_000;

/** Where somebody comes from. */
export interface Origin {
  /** What stands for the address: the same for all addresses that count as one. */
  readonly name: string;
  /** What stands for the IPv6 site around it, if it is one: that counts more loosely. */
  readonly site?: string | undefined;
  /** Whether any number may join from there, as long as they stay. */
  readonly isExempt: boolean;
}

/** Somebody who wants to come in. */
export interface Arrival {
  /** The SHA-256 of its key: 32 bytes. */
  readonly target: Uint8Array;
  /** The address that it comes from; `undefined` if that is not known, and does not count. */
  readonly origin: Origin | undefined;
  /** Whether a place waits for it. */
  readonly isReturn: boolean;
}

/**
 * How often keys, and the addresses that they come from, have joined lately. It counts until they would
 * have rested, whether they are in the room or not. So it forgets nobody whom that would help, and needs
 * no limit: there are only as many as joined in the last minute.
 */
export class Arrivals {
  readonly #keys = new Paces(() => new Pace(JOINS_PER_SECOND, { burst: JOINS_AT_ONCE }));
  readonly #joins = new OriginPaces(ADDRESS_JOINS_PER_SECOND, ADDRESS_JOINS_AT_ONCE);
  readonly #shortStays = new OriginPaces(
    ADDRESS_SHORT_STAYS_PER_SECOND,
    ADDRESS_SHORT_STAYS_AT_ONCE,
  );
  /** Those whose stay counts as a short one already, because they had to wait for it. */
  readonly #counted = new WeakSet<Arrival>();
  readonly #news = new OriginPaces(ADDRESS_NEWS_PER_SECOND, ADDRESS_NEWS_AT_ONCE);

  /** How many keys and addresses are remembered. */
  get size(): number {
    return this.#keys.size + this.#joins.size + this.#shortStays.size + this.#news.size;
  }

  /**
   * Waits for the turn of somebody.
   *
   * @param untilGone Called if there is anything to wait for: what it returns ends the waiting, with its
   *   reason; the turn is another's then.
   * @throws {NetworkError} As {@linkcode take} does.
   */
  async turn(arrival: Arrival, untilGone?: () => AbortSignal): Promise<void> {
    const wait = this.take(arrival);
    if (wait === 0) return;
    try {
      await pause(wait, untilGone?.());
    } catch (error) {
      this.#giveBack(arrival);
      throw error;
    }
  }

  /**
   * Takes a turn.
   *
   * @returns How many milliseconds to wait for it, at most {@linkcode MAX_ARRIVAL_WAIT}.
   * @throws {NetworkError} With code `too-many-connections`, if it would be longer: then nothing is taken.
   */
  take(arrival: Arrival): number {
    const { target } = arrival;
    const steps = stepsOf(arrival);
    const key = this.#keys.of(hex(target));
    const forKey = key.reserve(steps, MAX_ARRIVAL_WAIT);
    if (forKey === undefined) {
      throw tooOften("this key has joined too often", key.waitFor(steps));
    }
    try {
      return Math.max(forKey, this.#takeFrom(arrival));
    } catch (error) {
      key.take(-steps);
      throw error;
    }
  }

  #giveBack(arrival: Arrival): void {
    const { target, origin } = arrival;
    const steps = stepsOf(arrival);
    this.#keys.of(hex(target)).take(-steps);
    if (origin?.isExempt === false) this.#joins.take(origin, -steps);
    if (origin !== undefined && this.#counted.delete(arrival)) this.#shortStays.take(origin, -1);
  }

  /**
   * The place was gone before the one could take it who wanted to return to it: so that is a join, which
   * is told, and may not be had for less than others.
   *
   * @throws {NetworkError} With code `too-many-connections`, if too many from its address have joined and
   *   left at once: then nothing is taken.
   */
  takeRest(arrival: Arrival): void {
    const { target, origin } = arrival;
    const steps = 1 - RETURN_STEPS;
    if (origin !== undefined) this.#wait(arrival, origin, this.#forShortStays(origin));
    this.#keys.of(hex(target)).take(steps);
    if (origin?.isExempt === false) this.#joins.take(origin, steps);
  }

  /** One has left, or is away, that has hardly been here. */
  leftSoon(arrival: Arrival): void {
    const { target, origin, isReturn } = arrival;
    if (origin === undefined) return;
    // What did not count when it came counts now.
    if (origin.isExempt && !isReturn) this.#keys.of(hex(target)).take(1);
    if (this.#counted.delete(arrival)) return;
    this.#shortStays.take(origin, 1);
  }

  /**
   * Takes a turn to tell everybody that a member from an address is away, or has come back under another
   * name.
   *
   * @returns How many milliseconds to wait before asking again; 0 if it has its turn.
   */
  takeNews(origin: Origin | undefined): number {
    if (origin === undefined) return 0;
    const wait = this.#news.waitFor(origin, 1);
    if (wait === 0) this.#news.take(origin, 1);
    return wait;
  }

  #takeFrom(arrival: Arrival): number {
    const { origin, isReturn } = arrival;
    if (origin === undefined) return 0;
    // A network that loses everybody at once is no reason to keep them out.
    const forShortStays = isReturn ? 0 : this.#forShortStays(origin);
    if (origin.isExempt) return this.#wait(arrival, origin, forShortStays);
    const steps = stepsOf(arrival);
    const forAddress = this.#joins.waitFor(origin, steps);
    if (forAddress > MAX_ARRIVAL_WAIT) {
      throw tooOften("too many have joined from this address", forAddress);
    }
    this.#joins.take(origin, steps);
    return Math.max(this.#wait(arrival, origin, forShortStays), forAddress);
  }

  #forShortStays(origin: Origin): number {
    const wait = this.#shortStays.waitFor(origin, 0);
    if (wait <= MAX_ARRIVAL_WAIT) return wait;
    throw tooOften("too many from this address have joined and left at once", wait);
  }

  /** Those that have to wait come in one after the other, however long they will stay. */
  #wait(arrival: Arrival, origin: Origin, forShortStays: number): number {
    if (forShortStays > 0) {
      this.#shortStays.take(origin, 1);
      this.#counted.add(arrival);
    }
    return forShortStays;
  }
}

/** What an arrival counts for, in joins: where any number may join that stay, it counts once it has left. */
function stepsOf({ origin, isReturn }: Arrival): number {
  if (isReturn) return RETURN_STEPS;
  return origin?.isExempt === true ? 0 : 1;
}

/** A pace for each address, and a faster one for the site around it. */
class OriginPaces {
  readonly #addresses: Paces;
  readonly #sites: Paces;

  constructor(perSecond: number, burst: number) {
    const paces = (times: number) =>
      new Paces(() => new Pace(times * perSecond, { burst: times * burst }));
    this.#addresses = paces(1);
    this.#sites = paces(ADDRESSES_PER_SITE);
  }

  get size(): number {
    return this.#addresses.size + this.#sites.size;
  }

  take(origin: Origin, steps: number): void {
    for (const pace of this.#of(origin)) pace.take(steps);
  }

  waitFor(origin: Origin, steps: number): number {
    return Math.max(...this.#of(origin).map((pace) => pace.waitFor(steps)));
  }

  #of({ name, site }: Origin): Pace[] {
    const address = this.#addresses.of(name);
    return site === undefined ? [address] : [address, this.#sites.of(site)];
  }
}

/** Paces by name, until each would be rested. */
class Paces {
  readonly #create: () => Pace;
  /** Those that were asked for last at the end. */
  readonly #paces = new Map<string, Pace>();

  constructor(create: () => Pace) {
    this.#create = create;
  }

  get size(): number {
    return this.#paces.size;
  }

  of(name: string): Pace {
    const pace = this.#paces.get(name) ?? this.#create();
    this.#paces.delete(name);
    for (const [other, { isRested }] of this.#paces) {
      // Those behind it were asked for later.
      if (!isRested) break;
      this.#paces.delete(other);
    }
    this.#paces.set(name, pace);
    return pace;
  }
}

function tooOften(what: string, wait: number): NetworkError {
  const seconds = Math.ceil(wait / 1000);
  return new NetworkError("too-many-connections", `${what}; try again in ${seconds} s`);
}
