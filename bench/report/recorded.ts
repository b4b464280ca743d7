/**
 * What an earlier run has recorded, and whether this one is worse.
 *
 * @module
 */
import type { Outcome } from "../harness/result.ts";
import { number } from "./numbers.ts";

/** One comparison as it was: its median, and how far single rounds were from it, as a part of it. */
export interface Recorded {
  readonly median: number;
  readonly noise: number;
}

/** All of them, by their labels. */
export type Record = Readonly<{ [label: string]: Recorded }>;

/** What may always differ, as a part: machines are never alike. */
const TOLERANCE = 0.1;
/** How many times its noise something has to be away. */
const NOISES = 3;

/** What is to be recorded: what does not depend on how fast a machine is. */
export function recordOf(outcomes: readonly Outcome[]): Record {
  return Object.fromEntries(
    outcomes.filter(isPortable).map(({ comparison, spread, noise }) => [
      comparison.label,
      { median: rounded(spread.median), noise: rounded(noise) },
    ]),
  );
}

/**
 * What has become worse than the noise of both runs explains: a sentence for each. The limit is three
 * times what rounds differ by, at least a tenth.
 */
export function regressions(outcomes: readonly Outcome[], record: Record): readonly string[] {
  return outcomes.filter(isPortable).flatMap((outcome) => {
    const { comparison: { label, unit = "times" }, spread: { median }, noise } = outcome;
    const before = record[label];
    if (before === undefined || before.median <= 0) return [];
    const limit = Math.max(TOLERANCE, NOISES * Math.hypot(noise, before.noise));
    const change = median / before.median - 1;
    const worse = isBetterHigh(outcome) ? -change : change;
    if (worse <= limit) return [];
    return [
      `${label}: ${number(median)} ${unit}, recorded ${number(before.median)} ` +
      `(${(100 * worse).toFixed(0)} % worse; noise explains ${(100 * limit).toFixed(0)} %).`,
    ];
  });
}

/** Ratios, and sizes in memory. */
function isPortable({ comparison: { kind, unit = "" } }: Outcome): boolean {
  return kind === "ratio" || kind === "value" && unit.endsWith("iB");
}

function isBetterHigh({ comparison: { target } }: Outcome): boolean {
  return target !== undefined && "atLeast" in target;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
