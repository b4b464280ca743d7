import { type Link, linksIn } from "../text/links.ts";
import type { Span } from "../text/wrap.ts";
import type { Style } from "./style.ts";

/** What stands out: from the first code unit up to, and without, the last. */
type Range = readonly [start: number, end: number];

/**
 * A line that somebody wrote: parts of it stand out, and its URLs are links where the terminal has them
 * (OSC 8) and the line is whole.
 *
 * @param line Sanitised.
 * @param outstanding In order; none of them overlap.
 */
export function textSpans(
  line: string,
  outstanding: readonly Range[],
  { paint, hasLinks, hasBars }: Style,
): readonly Span[] {
  const links = hasLinks && hasBars ? linksIn(line) : [];
  const places = [0, line.length, ...outstanding.flat(), ...links.flat()].sort((a, b) => a - b);
  const spans: Span[] = [];
  const outstandingAt = rangeAt(outstanding);
  const linkAt = rangeAt(links);
  for (const [index, start] of places.entries()) {
    const end = places[index + 1] ?? start;
    if (start === end) continue;
    const colour = outstandingAt(start) === undefined ? undefined : paint.mention;
    spans.push(span(line, [start, end], linkAt(start), colour));
  }
  return spans;
}

/**
 * In which of the ranges a place is, if in any. Both the ranges and the places that are asked for come in
 * order, so that each range is looked at once.
 */
function rangeAt(ranges: readonly Range[]): (place: number) => Range | undefined {
  let index = 0;
  return (place) => {
    while ((ranges[index]?.[1] ?? Infinity) <= place) index++;
    const range = ranges[index];
    return range !== undefined && range[0] <= place ? range : undefined;
  };
}

function span(
  line: string,
  [start, end]: Range,
  link: Link | undefined,
  colour: Span["paint"],
): Span {
  const text = line.slice(start, end);
  if (link === undefined) return { text, ...(colour && { paint: colour }) };
  const target = line.slice(...link);
  return { text, paint: (piece) => hyperlink(colour?.(piece) ?? piece, target) };
}

/**
 * A link, by the sequence that terminals agreed on (OSC 8, ended by ST).
 *
 * @param target Printable ASCII without blanks.
 */
function hyperlink(text: string, target: string): string {
  return text === "" ? "" : `\x1b]8;;${target}\x1b\\${text}\x1b]8;;\x1b\\`;
}
