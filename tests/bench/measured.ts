import type { Comparison, Figures, Growth, Measure, Subject } from "../../bench/harness/measure.ts";
import type { Curve, MeasureResult } from "../../bench/harness/result.ts";

/** A subject whose rounds give these figures, one after the other. */
export function subject(name: string, rounds: readonly Figures[], isOwn = false): Subject {
  let at = 0;
  return { name, isOwn, run: () => Promise.resolve(rounds[at++ % rounds.length]) };
}

/** A measure of these subjects. */
export function measure(
  subjects: readonly Subject[],
  comparisons: readonly Comparison[] = [],
  growth: readonly Growth[] = [],
): Measure {
  return {
    name: "sample",
    title: "A sample",
    how: "By hand.",
    size: 8,
    quickSize: 4,
    rounds: 3,
    quickRounds: 1,
    quantities: {
      time: { label: "time", unit: "ms" },
      all: { label: "", unit: "", isHidden: true },
    },
    subjects,
    comparisons,
    growth,
  };
}

/** What a run could have measured: the times of "ours" and "theirs". */
export function measured(
  ours: readonly number[],
  theirs: readonly number[],
  comparisons: readonly Comparison[] = [],
  growth: { readonly growth: Growth; readonly curves: readonly Curve[] } | undefined = undefined,
): MeasureResult {
  const rounds = (times: readonly number[]) => times.map((time) => ({ time, all: 1 }));
  return {
    measure: measure([], comparisons, growth === undefined ? [] : [growth.growth]),
    subjects: [{ name: "ours", rounds: rounds(ours) }, { name: "theirs", rounds: rounds(theirs) }],
    curves: new Map(growth === undefined ? [] : [[growth.growth.name, growth.curves]]),
    skipped: ["sample, another: it is not installed"],
  };
}

/** Our time by theirs. */
export const RATIO: Comparison = {
  label: "ours : theirs",
  kind: "ratio",
  of: { subject: "ours", quantity: "time" },
  to: { subject: "theirs", quantity: "time" },
  target: { atMost: 1.5 },
};
