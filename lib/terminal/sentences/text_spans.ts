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
  for (const [index, start] of places.entries()) {
    const end = places[index + 1] ?? start;
    if (start === end) continue;
    const isIn = ([from, to]: Range) => from <= start && end <= to;
    const colour = outstanding.some(isIn) ? paint.mention : undefined;
    const link = links.find(isIn);
    spans.push(span(line, [start, end], link, colour));
  }
  return spans;
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
