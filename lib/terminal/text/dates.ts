/** A time of day, local, as `14:05`. */
export function timeOfDay(time: string | Date): string {
  const date = new Date(time);
  const twoDigits = (part: number) => String(part).padStart(2, "0");
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** A day and a time of day, local, as `2026-11-24 14:05`. */
export function dateAndTime(time: string | Date): string {
  const date = new Date(time);
  const digits = (part: number, count: number) => String(part).padStart(count, "0");
  const day = `${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
  return `${digits(date.getFullYear(), 4)}-${day} ${timeOfDay(date)}`;
}

/** How much of a message's time is shown: nothing, `14:05`, or `2026-11-24 14:05:09`. */
export type Timestamps = "off" | "short" | "full";

/**
 * A message's time (ISO 8601) as it is shown.
 *
 * @param isAlone Whether its day is told nowhere else, as of what was searched for.
 */
export type Timestamp = (time: string, isAlone?: boolean) => string;

/** How times are shown; `undefined` where they are not. */
export function timestamp(timestamps: Timestamps): Timestamp | undefined {
  switch (timestamps) {
    case "off":
      return undefined;
    case "short":
      return (time, isAlone = false) => isAlone ? dateAndTime(time) : timeOfDay(time);
    case "full":
      return (time) => {
        const seconds = String(new Date(time).getSeconds()).padStart(2, "0");
        return `${dateAndTime(time)}:${seconds}`;
      };
  }
}

/** The date, as the files note it: `2026-11-23`, UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** A day, local, as `Tuesday 24 November 2026`. */
function day(time: string | Date): string {
  const date = new Date(time);
  const name = (part: "weekday" | "month") => date.toLocaleDateString("en-GB", { [part]: "long" });
  return `${name("weekday")} ${date.getDate()} ${name("month")} ${date.getFullYear()}`;
}

/** Notices when a day has passed between two messages. */
export class Calendar {
  #day: string;

  /** @param now What day it is while nothing has been shown. */
  constructor(now: Date = new Date()) {
    this.#day = now.toDateString();
  }

  /** The day of a message that is shown now, if the one shown last was of another. */
  turn(time: string): string | undefined {
    // For most messages this is all: it costs less than the names of days and months.
    const next = new Date(time).toDateString();
    if (next === this.#day) return undefined;
    this.#day = next;
    return day(time);
  }
}
