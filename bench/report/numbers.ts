/**
 * Numbers and words of a report.
 *
 * @module
 */
import type { Comparison } from "../harness/measure.ts";
import type { Outcome } from "../harness/result.ts";
import type { Spread } from "../harness/statistics.ts";

/** A number with three digits that say something: `0.0123`, `1.23`, `123`, `12,300`. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "—";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** A median with its unit. */
export function medianText({ median }: Spread, unit: string): string {
  return unit === "" ? number(median) : `${number(median)} ${unit}`;
}

/** From the lowest to the highest of several rounds; nothing for one. */
export function rangeText({ lowest, highest, count }: Spread): string {
  return count < 2 ? "" : `${number(lowest)} to ${number(highest)}`;
}

/** What is wanted: `at most 1.5`. */
export function targetText({ target, unit = "" }: Comparison): string {
  if (target === undefined) return "";
  const [words, value] = "atMost" in target
    ? ["at most", target.atMost]
    : ["at least", target.atLeast];
  return `${words} ${number(value)}${unit === "" ? "" : ` ${unit}`}`;
}

/** Whether it was reached. */
export function verdict({ isMet }: Outcome): string {
  return isMet === undefined ? "" : isMet ? "met" : "not met";
}
