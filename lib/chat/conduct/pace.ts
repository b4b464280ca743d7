import { Budget } from "../../budget.ts";

/** A wait shorter than this, in milliseconds, is not worth a timer: it is added to the next one. */
const SHORTEST_WAIT = 5;

/** How fast a member may go: so many steps a second, and as many at once after a second of rest. */
export class Pace {
  readonly #steps: Budget;

  /**
   * A pace that begins rested.
   *
   * @param perSecond How many steps a second; more than 0.
   * @param options.burst How many at once after a rest. Default: those of a second.
   * @param options.now The clock, in milliseconds. Default `performance.now`.
   */
  constructor(
    perSecond: number,
    { burst = perSecond, now = systemClock }: {
      readonly burst?: number;
      readonly now?: () => number;
    } = {},
  ) {
    this.#steps = new Budget(perSecond / 1000, Math.max(1, burst), now);
  }

  /** Takes some steps, and says how many milliseconds to wait before the next ones. */
  take(steps: number): number {
    this.#steps.use(steps);
    const wait = this.#steps.wait();
    return wait < SHORTEST_WAIT ? 0 : wait;
  }

  /**
   * Takes some steps if that needs no waiting, or not too long.
   *
   * @param longest How long one would wait for them, at most, in milliseconds.
   * @returns How many milliseconds to wait before them; `undefined` if they were not taken.
   */
  reserve(steps: number, longest: number): number | undefined {
    const wait = this.take(steps);
    if (wait <= longest) return wait;
    this.#steps.use(-steps);
    return undefined;
  }

  /** How many milliseconds to wait before some steps, if they were taken now. */
  waitFor(steps: number): number {
    const wait = this.take(steps);
    this.#steps.use(-steps);
    return wait;
  }

  /** Whether it is as if no step had been taken yet: then nothing is lost by forgetting it. */
  get isRested(): boolean {
    return this.#steps.isRested;
  }

  /** Takes one step if that needs no waiting; says whether it did. */
  tryTake(): boolean {
    if (this.take(0) > 0) return false;
    this.take(1);
    return true;
  }
}

/** One for all: each member has several paces. */
function systemClock(): number {
  return performance.now();
}
