/**
 * The part of `docs/BENCHMARKS.md` that a run writes.
 *
 * @module
 */
import type { MeasureResult } from "../harness/result.ts";
import { comparisonRows, figureRows, growthRows, HEADINGS, type Row } from "./rows.ts";

/** Between these lines a run writes; what stands outside is written by people. */
export const BEGIN = "<!-- generated: begin -->";
/** The end of it. */
export const END = "<!-- generated: end -->";

/** What a run was made with. */
export interface Circumstances {
  /** Name and value: the machine, and the versions. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The command that installs the peers. */
  readonly install: string;
  readonly minutes: number;
}

/** The measures, with pictures that are there under `picture(name)`. */
export function markdown(
  results: readonly MeasureResult[],
  { facts, install, minutes }: Circumstances,
  picture: (name: string) => string,
): string {
  const skipped = results.flatMap(({ skipped }) => skipped);
  return [
    "## The machine",
    table(["what", "value"], facts.map(([name, value]) => [name, value])),
    `The run took ${minutes.toFixed(0)} minutes. The peers are Debian packages:`,
    ["```sh", install, "```"].join("\n"),
    "## What is wanted, and what is reached",
    "Ratios are taken round by round, and the median of them is shown: a machine that slows down for " +
    "a while slows down both sides.",
    table(
      HEADINGS.slice(1),
      results.flatMap((result) => [...comparisonRows(result), ...growthRows(result)])
        .map(([, ...row]) => row),
    ),
    "## Each measure",
    ...results.flatMap((result) => section(result, picture)),
    "## What was skipped",
    skipped.length === 0 ? "Nothing." : skipped.map((text) => `- ${cell(text)}`).join("\n"),
  ].join("\n\n");
}

function section(result: MeasureResult, picture: (name: string) => string): string[] {
  const { measure, curves } = result;
  const rows = figureRows(result).map(([, what, median, range]) => [what, median, range]);
  return [
    `### ${measure.title}`,
    `\`deno task bench ${measure.name}\`. ${measure.how}`,
    ...(rows.length === 0 ? [] : [table(HEADINGS.slice(1, 4), rows)]),
    ...(measure.growth ?? []).flatMap(({ name, title }) =>
      (curves.get(name)?.length ?? 0) === 0 ? [] : [`![${title}](${picture(name)})`]
    ),
  ];
}

/** A document with the generated part anew. Without the marks, it stands at the end. */
export function withGenerated(document: string, generated: string): string {
  const part = `${BEGIN}\n\n${generated}\n\n${END}`;
  const [start, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (start === -1 || end === -1) return `${document.trimEnd()}\n\n${part}\n`;
  return document.slice(0, start) + part + document.slice(end + END.length);
}

function table(
  headings: readonly string[],
  rows: readonly (readonly string[] | Row)[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
