import type { Timestamp } from "../text/dates.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import { type Margins, SOFT_BREAK, type Span, wrapSpans } from "../text/wrap.ts";
import type { Paint } from "./paint.ts";

/** How sentences are shown. */
export interface Style {
  readonly paint: Paint;
  /** The terminal's width, without the bar. Left out where lines may have any length. */
  readonly columns?: number;
  /**
   * Whether each line begins with the bar of `bar.ts`. Then what others say is left whole, for the
   * terminal to wrap.
   */
  readonly hasBars?: boolean;
  /** Your nickname in this room: it stands out in what others say. */
  readonly ownNick?: string;
  /** Your fingerprint: your name has a colour of its own. */
  readonly ownFingerprint?: string | undefined;
  /** How the time of a message is shown. Left out where it is not. */
  readonly timestamp?: Timestamp | undefined;
  /** Words that stand out in what others say, as your nickname does. */
  readonly highlights?: readonly string[];
  /** Whether the terminal knows hyperlinks (OSC 8). */
  readonly hasLinks?: boolean;
  /** Whether it is read aloud, or on a terminal that draws nothing: words only, one line a thing. */
  readonly plain?: boolean;
}

/** Whose name is shown. */
export interface Named {
  readonly nick: string;
  readonly fingerprint: string;
}

/** How many blanks go in front of the further rows of a sentence that does not fit. */
export const INDENT = 2;

/** Whether this is the person at this terminal. */
export function isOwn(
  { fingerprint }: Pick<Named, "fingerprint">,
  { ownFingerprint }: Pick<Style, "ownFingerprint">,
): boolean {
  return fingerprint === ownFingerprint;
}

/** A name in its colour. */
export function nameSpan(named: Named, style: Style, nick: string = named.nick): Span {
  const { paint } = style;
  return {
    text: sanitiseLine(nick),
    paint: (text) => isOwn(named, style) ? paint.self(text) : paint.person(text, named.fingerprint),
  };
}

/** A sentence of the program's own: cut between words, and further rows are set in. */
export function flow(spans: readonly Span[], style: Style): string {
  return wrapSpans(spans, marginsOf(style));
}

/**
 * Where the rows of such a sentence stand. Where they may, long words stay whole, to be copied. With bars,
 * only the first row has one, as if the terminal had wrapped it.
 */
export function marginsOf({ columns = Infinity, plain, hasBars }: Style): Margins {
  return {
    columns,
    indent: INDENT,
    hasWholeWords: plain === true || hasBars === true,
    rowBreak: hasBars ? SOFT_BREAK : "\n",
  };
}
