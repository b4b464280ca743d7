import type { ChatEvent } from "../events/events.ts";
import type { MemberChange } from "./member_sentences.ts";

/** How many joins and leaves in how many milliseconds are shown one by one. */
const CALM_COUNT = 3;
const CALM_PERIOD = 5_000;

/** How long it has to be quiet until what was gathered is shown, in milliseconds. */
const QUIET_TIME = 3_000;

/** How long anything is held back at most, in milliseconds. */
const LONGEST_TIME = 5_000;

/** How many are held back at most, so that memory stays flat when the room is flooded. */
const MOST_GATHERED = 1_000;

/** Time, and what happens later; tests have their own. */
export interface Timing {
  /** Milliseconds from some moment on. */
  now(): number;
  /** Runs something later, unless the function that comes back is called before. */
  after(milliseconds: number, run: () => void): () => void;
}

/** Time as it passes. */
const realTiming: Timing = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * Joins and leaves on their way to the screen: one by one while they are few, gathered when they come
 * thick and fast, so that they do not bury what is said.
 */
export class JoinsAndLeaves {
  readonly #show: (changes: readonly MemberChange[]) => Promise<void>;
  readonly #timing: Timing;
  /** When the last few came. */
  #recent: number[] = [];
  #gathered: MemberChange[] = [];
  #gatheredSince = 0;
  #cancelTimer = () => {};

  /** @param show Shows one or more joins and leaves in one line. */
  constructor(
    show: (changes: readonly MemberChange[]) => Promise<void>,
    timing: Timing = realTiming,
  ) {
    this.#show = show;
    this.#timing = timing;
  }

  /** Shows a join or a leave, now or with others. Resolves when there is room for the next. */
  add(change: MemberChange): Promise<void> {
    const now = this.#timing.now();
    const [oldest = -Infinity] = this.#recent;
    const isCalm = this.#recent.length < CALM_COUNT || now - oldest >= CALM_PERIOD;
    this.#recent = [...this.#recent, now].slice(-CALM_COUNT);
    if (isCalm && this.#gathered.length === 0) return this.#show([change]);
    if (this.#gathered.length === 0) this.#gatheredSince = now;
    this.#gathered.push(change);
    if (this.#gathered.length === MOST_GATHERED) return this.flush();
    const left = this.#gatheredSince + LONGEST_TIME - now;
    this.#cancelTimer();
    this.#cancelTimer = this.#timing.after(
      Math.max(0, Math.min(QUIET_TIME, left)),
      () => void this.flush(),
    );
    return Promise.resolve();
  }

  /** Shows what was gathered; begins to do so before it returns. */
  flush(): Promise<void> {
    this.#cancelTimer();
    const gathered = this.#gathered;
    this.#gathered = [];
    return gathered.length === 0 ? Promise.resolve() : this.#show(gathered);
  }
}

/** Whether an event is a join or a leave like many others. One with a reason or with words is not. */
export function isJoinOrLeave(event: ChatEvent): event is MemberChange {
  return event.event === "member" && (event.change === "joined" || event.change === "left") &&
    event.reason === undefined && event.farewell === undefined;
}
