import { sanitiseLine } from "../text/sanitise.ts";
import type { Span } from "../text/wrap.ts";
import type { Paint } from "./paint.ts";

/** How sentences are shown. */
export interface Style {
  readonly paint: Paint;
  /** The terminal's width. Left out where lines may have any length. */
  readonly columns?: number;
  /** Your nickname in this room: it stands out in what others say. */
  readonly ownNick?: string;
  /** Your fingerprint: your name has a colour of its own. */
  readonly ownFingerprint?: string | undefined;
  /** How the time of a message (ISO 8601) is shown. Left out where it is not. */
  readonly timeOfDay?: (time: string) => string;
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
export function isOwn({ fingerprint }: Named, { ownFingerprint }: Style): boolean {
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
