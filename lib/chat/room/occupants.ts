import { orAborted, settledWithin } from "../../abort.ts";
import { equalConstantTime, hex } from "../../crypto/mod.ts";
import type { Participant } from "../wire/messages.ts";
import type { Occupant } from "./occupant.ts";

/** Those who have a place, connected or away: how to find one of them, or to wait for one to come. */
export class Occupants implements Iterable<Occupant> {
  readonly #all = new Set<Occupant>();
  /** Those of each key, by the SHA-256 of it: in a crowd everybody who comes is looked for. */
  readonly #byKey = new Map<string, Set<Occupant>>();
  /** Resolves when a member has come, or nobody comes any more. */
  #arrival = Promise.withResolvers<void>();
  #isClosed = false;

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** All, in the order in which they came first. */
  [Symbol.iterator](): Iterator<Occupant> {
    return this.#all.values();
  }

  /** Adds one that has come. */
  add(occupant: Occupant): void {
    this.#all.add(occupant);
    const key = hex(occupant.target);
    const own = this.#byKey.get(key);
    if (own === undefined) this.#byKey.set(key, new Set([occupant]));
    else own.add(occupant);
  }

  /** Takes one away; false if it has gone already. */
  delete(occupant: Occupant): boolean {
    const key = hex(occupant.target);
    const own = this.#byKey.get(key);
    own?.delete(occupant);
    if (own?.size === 0) this.#byKey.delete(key);
    return this.#all.delete(occupant);
  }

  /** The member that is meant: a name alone could be another's by now. */
  find({ nick, key }: Participant): Occupant | undefined {
    for (const occupant of this.#all) {
      if (occupant.member.nick === nick && equalConstantTime(occupant.member.key, key)) {
        return occupant;
      }
    }
    return undefined;
  }

  /** All of one key, by the SHA-256 of it. */
  of(target: Uint8Array): Occupant[] {
    return [...this.#byKey.get(hex(target)) ?? []];
  }

  /**
   * The place that the holder of a key has left without a goodbye, if there is one.
   *
   * @param target The SHA-256 of the key: 32 bytes.
   * @param visit By which its client is known: 32 hexadecimal digits.
   */
  placeOf(target: Uint8Array, nick: string, visit: string | undefined): Occupant | undefined {
    const own = this.of(target);
    const away = own.filter(({ seat }) => seat === undefined);
    return own.find((other) => visit !== undefined && other.visit === visit) ??
      away.find(({ member }) => member.nick === nick) ?? away[0];
  }

  /** The one that is away whose time is over first, if one is away. */
  nextToGo(): Occupant | undefined {
    let next: Occupant | undefined;
    for (const occupant of this.#all) {
      if (occupant.seat !== undefined) continue;
      if (next === undefined || occupant.awaitedUntil < next.awaitedUntil) next = occupant;
    }
    return next;
  }

  /** Wakes those that wait for a member: one has come, or come back. */
  noteArrival(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  /**
   * Waits for a member to come.
   *
   * @param until How long, by `performance.now`.
   * @param givenUp Ends the waiting before.
   * @returns `undefined` if it has not come by then.
   */
  async awaitMember(
    wanted: Participant,
    until: number,
    givenUp?: AbortSignal,
  ): Promise<Occupant | undefined> {
    let found: Occupant | undefined;
    const isOver = () => performance.now() >= until || this.#isClosed || givenUp?.aborted === true;
    while (found === undefined && !isOver()) {
      const arrival = orAborted(this.#arrival.promise, givenUp).catch(() => {});
      await settledWithin(arrival, until - performance.now());
      found = this.find(wanted);
    }
    return found;
  }

  /** Ends all waiting: nobody comes any more. */
  close(): void {
    this.#isClosed = true;
    this.noteArrival();
  }
}
