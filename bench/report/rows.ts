/**
 * What was measured, as rows of one table: the figures of each subject, and then what is wanted.
 *
 * @module
 */
import { compare, type MeasureResult, type Outcome, valuesOf } from "../harness/result.ts";
import { growthSlope, spread } from "../harness/statistics.ts";
import { medianText, number, rangeText, targetText, verdict } from "./numbers.ts";

/** A row: the measure, what of it, its median, from where to where, and what is wanted. */
export type Row = readonly [
  measure: string,
  what: string,
  median: string,
  range: string,
  wanted: string,
];

/** What stands above the rows. */
export const HEADINGS: Row = ["measure", "what", "median", "lowest to highest", "wanted"];

/** The figures. */
export function figureRows(result: MeasureResult): readonly Row[] {
  const { measure, subjects } = result;
  return subjects.flatMap(({ name }) =>
    Object.entries(measure.quantities).flatMap(([quantity, { label, unit }]): readonly Row[] => {
      const values = valuesOf(result, { subject: name, quantity });
      if (values.length === 0) return [];
      const found = spread(values);
      return [[
        measure.name,
        `${name}: ${label}`,
        medianText(found, unit),
        rangeText(found),
        "",
      ]];
    })
  );
}

/** What came of each comparison that could be made. */
export function outcomes(result: MeasureResult): readonly Outcome[] {
  return result.measure.comparisons.flatMap((comparison) => compare(result, comparison) ?? []);
}

/** The comparisons. */
export function comparisonRows(result: MeasureResult): readonly Row[] {
  return outcomes(result).map((outcome) => {
    const { comparison, spread } = outcome;
    const wanted = [targetText(comparison), verdict(outcome)].filter((text) => text !== "");
    return [
      result.measure.name,
      comparison.label,
      medianText(spread, comparison.unit ?? (comparison.kind === "ratio" ? "times" : "")),
      rangeText(spread),
      wanted.join(": "),
    ];
  });
}

/** How steep a curve is where it is steepest: fitted over its upper half, beyond the fixed costs. */
export function slopeOf(points: readonly { readonly size: number; readonly value: number }[]) {
  return growthSlope(points.slice(-Math.max(2, Math.ceil(points.length / 2))));
}

/** How steep each curve is. */
export function growthRows({ measure, curves }: MeasureResult): readonly Row[] {
  return (measure.growth ?? []).flatMap(({ name, title, steepest }) =>
    (curves.get(name) ?? []).flatMap(({ subject, points }): readonly Row[] => {
      const slope = slopeOf(points);
      if (slope === undefined) return [];
      return [[
        measure.name,
        `growth: ${title}, ${subject}`,
        `slope ${slope.toFixed(2)}`,
        "",
        `at most ${number(steepest)}: ${slope <= steepest ? "met" : "not met"}`,
      ]];
    })
  );
}

/** Everything of several measures. */
export function allRows(results: readonly MeasureResult[]): readonly Row[] {
  return results.flatMap((result) => [
    ...figureRows(result),
    ...comparisonRows(result),
    ...growthRows(result),
  ]);
}
