import { Pace } from "./pace.ts";

/** How many names and topics a member may change in a second, on average: everybody is told of each. */
const CHANGES_PER_SECOND = 1;

/** How many of them at once. */
const CHANGES_AT_ONCE = 5;

/** How many requests of a member may be refused in a second, on average: an answer costs time as well. */
const REFUSALS_PER_SECOND = 5;

/** How many of them at once: some lines that were pasted for a member who has just left. */
const REFUSALS_AT_ONCE = 30;

/** For how long refused requests hold a member back, at most, in milliseconds: many may be under way. */
const MAX_REFUSAL_WAIT = 5_000;

/** How fast the holder of one key goes, over all connections that it has. */
export class Conduct {
  /** For requests of all kinds. */
  readonly pace: Pace;
  /** For names and topics. */
  readonly changes: Pace = new Pace(CHANGES_PER_SECOND, { burst: CHANGES_AT_ONCE });
  readonly #refusals: Pace = new Pace(REFUSALS_PER_SECOND, { burst: REFUSALS_AT_ONCE });
  /** When it said something last that slow mode would count, by `performance.now`. */
  lastSpoken: number = -Infinity;

  /**
   * The conduct of a member that is rested.
   *
   * @param messagesPerSecond How fast it may go.
   */
  constructor(messagesPerSecond: number) {
    this.pace = new Pace(messagesPerSecond);
  }

  /** How many milliseconds to wait before the next request, because too many were refused. */
  get refusalWait(): number {
    return this.#refusals.waitFor(0);
  }

  /** Takes note that a request was refused. */
  refused(): void {
    this.#refusals.reserve(1, MAX_REFUSAL_WAIT);
  }

  /**
   * Whether nothing is lost by forgetting it.
   *
   * @param pause The pause that an operator has set for this key, in milliseconds; 0 if none has.
   */
  isRested(pause: number): boolean {
    return this.pace.isRested && this.changes.isRested && this.#refusals.isRested &&
      this.lastSpoken + pause <= performance.now();
  }
}
