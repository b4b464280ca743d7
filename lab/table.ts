/** How all experiments came out, side by side. */
import type { Experiment } from "./experiment.ts";
import type { Finding, Outcome } from "./finding.ts";
import { wrap } from "./stage.ts";

/** What became of an experiment: an outcome, or the reason why there is none. */
export interface Result {
  readonly experiment: Pick<Experiment, "name">;
  readonly outcome?: Outcome;
  readonly failure?: string;
}

/** Narrower columns cannot be read; wider ones neither. */
const MIN_WIDTH = 60;
const MAX_WIDTH = 120;

const GAP = 2;
const SIGN_SIZE = 2;

/** A table in lines of at most `columns` characters: 60 at least, 120 at most. */
export function table(results: readonly Result[], columns: number): string[] {
  const heading = ["experiment", "the naive protocol", "this project"];
  const total = Math.min(Math.max(columns, MIN_WIDTH), MAX_WIDTH);
  const names = results.map(({ experiment }) => experiment.name);
  const first = Math.max(...[heading[0], ...names].map((name) => name.length));
  const other = Math.floor((total - first - 2 * GAP) / 2);
  const widths = [first, other, other];
  const rule = "─".repeat(first + 2 * (GAP + other));
  return [
    ...beside(heading.map((text) => [text]), widths),
    ...results.flatMap((result) => [rule, ...rows(result, widths)]),
    rule,
    "✗ Eve succeeds   ✓ Eve is stopped",
    ...(results.some(isOpenHere) ? ["Where she succeeds here as well, the story says why."] : []),
  ];
}

/** Whether an attack works on this project as well, as it is known to. */
function isOpenHere({ outcome }: Result): boolean {
  return outcome?.here.some(({ succeeded, expected }) => succeeded && expected) ?? false;
}

function rows({ experiment, outcome, failure }: Result, widths: readonly number[]): string[] {
  if (outcome === undefined) {
    const why = wrap(`did not finish: ${failure}`, widths[1] + GAP + widths[2]);
    return beside([[experiment.name], why], widths);
  }
  const { naive, here } = outcome;
  return Array.from({ length: Math.max(naive.length, here.length) }, (_, index) =>
    beside([
      index === 0 ? [experiment.name] : [],
      cell(naive[index], widths[1]),
      cell(here[index], widths[2]),
    ], widths)).flat();
}

function cell(finding: Finding | undefined, width: number): string[] {
  if (finding === undefined) return [];
  const { attack, result, succeeded, expected } = finding;
  const surprise = succeeded === expected ? "" : " (This is not the expected outcome.)";
  return wrap(`${attack}: ${result}${surprise}`, width - SIGN_SIZE)
    .map((line, index) => index > 0 ? `  ${line}` : `${succeeded ? "✗" : "✓"} ${line}`);
}

/** Cells of several lines each, side by side. */
function beside(cells: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from(
    { length: height },
    (_, line) =>
      cells.map((cell, index) => (cell[line] ?? "").padEnd(widths[index]))
        .join(" ".repeat(GAP)).trimEnd(),
  );
}
