import { isLocal } from "./lost_connection.ts";

/** How long the first attempt waits at most, in milliseconds. */
const FIRST_DELAY = 500;

/** How long any attempt waits at most, in milliseconds. */
const MAX_DELAY = 10_000;

/** How long an attempt waits that costs nobody anything, in milliseconds. */
const LOCAL_DELAY = 1_000;

/** After so long a connection is taken to have been a good one, in milliseconds. */
const GOOD_CONNECTION = 5_000;

/** How many failures count at most where a connection was lost at once: it waits up to 2 seconds then. */
const MAX_CARRIED = 2;

/**
 * How long to wait before each attempt to connect again: exponential back-off with full jitter. A server
 * that was restarted, and loses all its clients at once, gets them back one after the other.
 */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random A number from 0 on and below 1; tests have their own. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * A connection was lost.
   *
   * @param lasted For how long there was one, in milliseconds. To one that was lost at once it does not
   *   come back as fast.
   */
  begin(lasted: number): void {
    this.#failures = lasted >= GOOD_CONNECTION ? 0 : Math.min(this.#failures, MAX_CARRIED);
  }

  /**
   * How long to wait, in milliseconds.
   *
   * @param failure Why the attempt before has failed, if there was one.
   */
  next(failure?: unknown): number {
    if (isLocal(failure)) return LOCAL_DELAY;
    const most = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** this.#failures);
    this.#failures++;
    return Math.round(this.#random() * most);
  }
}
