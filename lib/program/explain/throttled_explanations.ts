import { Pace } from "../../chat/conduct/pace.ts";
import { type Explanation, omitted, routineOmitted } from "../../explain/mod.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";

/** About how many records a person is shown in a row, and how many a second after that. */
const RECORD_BURST = 20;
const RECORDS_PER_SECOND = 1;

/** When that was not enough, no record is shown for so many milliseconds. */
const REST = 10_000;

/** How many bytes may wait for a slow screen before explanations are left out. */
const MAX_WAITING = 4 * 1024 * 1024;

/** How explanations are shown. */
export interface ThrottledExplanationsOptions {
  /** Shows an event; resolves when there is room for the next. */
  show(event: ChatEvent): Promise<void>;
  /** Whether a person looks at a terminal, who cannot read everything as fast as it may come. */
  readonly isInteractive: boolean;
  /** Default `performance.now`. */
  now?(): number;
}

/** Brings explanations to a screen, and leaves some out where more come than can be shown. */
export class ThrottledExplanations {
  readonly #options: ThrottledExplanationsOptions;
  readonly #pace: Pace;
  readonly #now: () => number;
  #restUntil = -Infinity;
  #waiting = 0;
  #leftOut = 0;
  #hasLeftOutRoutine = false;

  /** For one screen. */
  constructor(options: ThrottledExplanationsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#pace = new Pace(RECORDS_PER_SECOND, { burst: RECORD_BURST, now: this.#now });
  }

  /** Shows an explanation, or counts it. */
  add(explanation: Explanation): void {
    if (explanation.routine && this.#options.isInteractive) {
      return this.#leaveOutRoutine(explanation.connection);
    }
    if (this.#isTooMuch(explanation)) {
      if (this.#leftOut++ === 0) {
        const what =
          "More happens than can be shown here. What is left out from now on is counted.";
        this.#show(omitted(explanation.connection, LEFT_OUT, what));
      }
      return;
    }
    this.#tellLeftOut(explanation.connection);
    this.#show(explanation);
  }

  /** Tells what was left out last. */
  end(): void {
    this.#tellLeftOut(1);
  }

  /** A person who reads would see what was said scroll away. */
  #leaveOutRoutine(connection: number): void {
    if (this.#hasLeftOutRoutine) return;
    this.#hasLeftOutRoutine = true;
    this.#show(routineOmitted(connection));
  }

  #isTooMuch({ kind }: Explanation): boolean {
    if (this.#waiting > MAX_WAITING) return true;
    if (!this.#options.isInteractive || kind !== "record") return false;
    if (this.#now() < this.#restUntil) return true;
    if (this.#pace.tryTake()) return false;
    this.#restUntil = this.#now() + REST;
    return true;
  }

  #tellLeftOut(connection: number): void {
    if (this.#leftOut === 0) return;
    const count = this.#leftOut === 1 ? "1 explanation was" : `${this.#leftOut} explanations were`;
    this.#leftOut = 0;
    const what = `${count} left out here: more happened than could be shown.`;
    this.#show(omitted(connection, LEFT_OUT, what));
  }

  #show(explanation: Explanation): void {
    const size = sizeOf(explanation);
    this.#waiting += size;
    const done = () => {
      this.#waiting -= size;
    };
    void this.#options.show({ event: "explain", ...explanation }).then(done, done);
  }
}

const LEFT_OUT = "Left out";

/** About as many bytes as it takes to show it. */
function sizeOf({ steps }: Explanation): number {
  const fields = steps.flatMap(({ wire, inside, state }) => [...wire, ...inside, ...state]);
  return fields.reduce((sum, { size }) => sum + 2 * size, 1024);
}
