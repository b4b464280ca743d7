/**
 * What a run has measured.
 *
 * @module
 */
import type { Comparison, Figures, Measure, Place } from "./measure.ts";
import { noise, type Point, type Spread, spread } from "./statistics.ts";

/** All rounds of one subject. */
export interface SubjectResult {
  readonly name: string;
  readonly rounds: readonly Figures[];
}

/** The figure of each size, of one subject. */
export interface Curve {
  readonly subject: string;
  readonly points: readonly Point[];
}

/** All of one measure. */
export interface MeasureResult {
  readonly measure: Measure;
  readonly subjects: readonly SubjectResult[];
  /** The curves of each of the measure's growths, by its name. */
  readonly curves: ReadonlyMap<string, readonly Curve[]>;
  /** What was left out, and why: a sentence each. */
  readonly skipped: readonly string[];
}

/** What came of a comparison. */
export interface Outcome {
  readonly comparison: Comparison;
  readonly spread: Spread;
  /** How much single rounds differ, as a part of the median. */
  readonly noise: number;
  /** `undefined` without a target. */
  readonly isMet: boolean | undefined;
}

/** The values of one figure, a round each; empty if it was not measured. */
export function valuesOf(result: MeasureResult, { subject, quantity }: Place): readonly number[] {
  const rounds = result.subjects.find(({ name }) => name === subject)?.rounds ?? [];
  return rounds.flatMap((figures) => figures[quantity] ?? []);
}

/**
 * Compares round by round, and takes the median then: a machine that slows down for a while slows down
 * both sides of a round.
 *
 * @returns `undefined` if one of the sides was not measured.
 */
export function compare(result: MeasureResult, comparison: Comparison): Outcome | undefined {
  const ones = valuesOf(result, comparison.of);
  const others = comparison.to === undefined ? ones : valuesOf(result, comparison.to);
  const values = ones.slice(0, others.length).map((one, at) => {
    const other = others[at] ?? NaN;
    if (comparison.kind === "value") return one;
    return comparison.kind === "ratio" ? one / other : one - other;
  });
  if (values.length === 0) return undefined;
  const found = spread(values);
  const { target } = comparison;
  const isMet = target === undefined
    ? undefined
    : "atMost" in target
    ? found.median <= target.atMost
    : found.median >= target.atLeast;
  return { comparison, spread: found, noise: noise(values), isMet };
}
