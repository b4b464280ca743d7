import type { LogLevelName, LogProperties } from "./log_format.ts";

/** The period for which lines of one kind are counted, in milliseconds. */
const LIMIT_PERIOD = 10_000;

/** Writes a line of a log. */
export type WriteLine = (
  level: LogLevelName,
  category: string,
  template: string,
  properties: LogProperties,
) => void;

/** Lines of one kind, and how many of them there were in the period that is running. */
interface LineCount {
  readonly level: LogLevelName;
  readonly category: string;
  readonly event: string;
  until: number;
  lines: number;
  omitted: number;
}

/** Leaves out lines of which there are too many, and tells how many they were once that is over. */
export class LineLimits {
  readonly #write: WriteLine;
  readonly #now: () => number;
  readonly #counts = new Map<string, LineCount>();

  /**
   * @param write Writes a line that says how many were left out.
   * @param now The clock, in milliseconds. Default `performance.now`.
   */
  constructor(write: WriteLine, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
  }

  /** Calls `tell`, unless it did so `max` times in this period for the same event. */
  admit(level: LogLevelName, category: string, event: string, max: number, tell: () => void): void {
    const count = this.#count(level, category, event);
    if (this.#now() >= count.until) {
      this.#tellOmitted(count);
      count.until = this.#now() + LIMIT_PERIOD;
      count.lines = 0;
    }
    if (count.lines >= max) {
      count.omitted++;
      return;
    }
    count.lines++;
    tell();
  }

  /** Tells now what was left out so far. */
  tellAll(): void {
    for (const count of this.#counts.values()) this.#tellOmitted(count);
  }

  #count(level: LogLevelName, category: string, event: string): LineCount {
    const key = `${category}:${event}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = { level, category, event, until: -Infinity, lines: 0, omitted: 0 };
      this.#counts.set(key, count);
    }
    return count;
  }

  #tellOmitted(count: LineCount): void {
    if (count.omitted === 0) return;
    const { level, category, event, omitted } = count;
    count.omitted = 0;
    this.#write(level, category, "{omitted} more such lines were left out", { omitted, event });
  }
}
