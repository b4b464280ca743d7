import type { ChatEvent } from "../events/events.ts";
import { textWidth } from "../text/clusters.ts";
import { mentionsOfAny } from "../text/mentions.ts";
import { occurrences } from "../text/occurrences.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { type Span, wrapSpans } from "../text/wrap.ts";
import { isOwn, nameSpan, type Style } from "./style.ts";
import { textSpans } from "./text_spans.ts";

/** Something that a member says. */
export type Message = ChatEvent & { readonly event: "message" };

/** How many lines of one message are shown on a terminal. */
const MAX_LINES = 300;

/** How many characters. */
const MAX_CHARACTERS = 16_384;

/** How far further lines are set in where the window is too narrow to set them in by the name. */
const NARROW_INDENT = 4;

/**
 * What a member says: `14:05 alice: text`, or `alice: text` where no time is shown. Further lines
 * are set in, so that no text can look as if another member had begun to speak.
 */
export function messageSentence(message: Message, style: Style): string {
  const { columns = Infinity } = style;
  const header = headerOf(message, style);
  const headerText = header.map(({ text }) => text).join("");
  const width = textWidth(headerText);
  const isNarrow = width > columns / 2;
  const indent = isNarrow ? Math.min(NARROW_INDENT, Math.floor(columns / 2)) : width;
  const glued = headerText.length;
  return sanitiseText(shortened(message.text, style)).split("\n").map((line, index) => {
    const spans = textSpans(line, outstanding(line, message, style), style);
    // A line that is set in, as in code, stays so in its further rows, if that leaves half of them.
    const most = Math.max(0, Math.floor((columns - indent - 1) / 2));
    const further = {
      columns: style.hasBars ? Infinity : columns,
      indent: indent + Math.min(line.search(/[^ ]|$/), most),
      hasWholeWords: style.plain === true,
    };
    return index === 0
      ? wrapSpans([...header, ...spans], { ...further, glued })
      : wrapSpans(spans, { ...further, first: indent });
  }).join("\n");
}

/** What stands in front of the text. */
function headerOf(message: Message, style: Style): readonly Span[] {
  const { from, time, action, found } = message;
  const { paint, timestamp } = style;
  // What was found may be of any day, and each of another.
  const when = timestamp?.(time, found !== undefined);
  return [
    ...(when ? [{ text: when, paint: paint.dim }, { text: " " }] : []),
    ...(action ? [{ text: "* " }] : []),
    nameSpan(from, style),
    ...(message.private ? [{ text: " " }, { text: whoAlone(message), paint: paint.notice }] : []),
    { text: action ? " " : ": " },
  ];
}

/**
 * As much of a text as a person would look at on a terminal: one message may have 65,536 lines, and
 * push away everything else.
 */
function shortened(text: string, { columns }: Style): string {
  if (columns === undefined || columns === Infinity) return text;
  const end = Math.min(MAX_CHARACTERS, lineEnd(text, MAX_LINES));
  if (end >= text.length) return text;
  return `${text.slice(0, end)}\n… (${text.length - end} more characters are not shown)`;
}

/** Where so many lines end, or the text does. */
function lineEnd(text: string, lines: number): number {
  let end = -1;
  for (let count = 0; count < lines; count++) {
    end = text.indexOf("\n", end + 1);
    if (end === -1) return text.length;
  }
  return end;
}

function whoAlone({ to }: Message): string {
  return `(to ${to === undefined ? "you" : sanitiseLine(to.nick)} alone)`;
}

/** What was searched for, or one's own name and one's words in what others say. */
function outstanding(
  line: string,
  { from, found }: Message,
  style: Style,
): readonly (readonly [start: number, end: number])[] {
  if (found !== undefined) return occurrences(line, found);
  return isOwn(from, style)
    ? []
    : mentionsOfAny(line, [style.ownNick ?? "", ...style.highlights ?? []]);
}
