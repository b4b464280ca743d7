import { UsageError } from "../../errors.ts";

/** The longest that an invitation may last, in milliseconds: ten years. */
export const MAX_LIFETIME = 10 * 365 * 24 * 60 * 60 * 1000;

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60 * 1000],
  ["h", 60 * 60 * 1000],
  ["d", 24 * 60 * 60 * 1000],
  ["w", 7 * 24 * 60 * 60 * 1000],
  ["y", 365 * 24 * 60 * 60 * 1000],
]);

/**
 * A span of time, such as `90s`, `30m`, `24h`, `7d`, `2w` or `1y`, in milliseconds.
 *
 * @throws {UsageError} With code `usage` if it is none, or not from one second to ten years (of 365
 *   days).
 */
export function parseLifetime(text: string): number {
  const [, count, unit = ""] = /^([0-9]+)([smhdwy])$/.exec(text) ?? [];
  const lifetime = Number(count) * (UNITS.get(unit) ?? NaN);
  if (!(lifetime > 0 && lifetime <= MAX_LIFETIME)) {
    throw new UsageError(
      "usage",
      "a span of time is written like 90s, 30m, 24h, 7d, 2w or 1y, and is at most ten years",
    );
  }
  return lifetime;
}
