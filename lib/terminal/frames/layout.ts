/**
 * Where the prompt and the draft (what has been typed so far) stand on the screen. Pure:
 * {@linkcode Prompt} does the writing.
 *
 * `node:readline` could draw by itself, but in Deno it loses count of the rows when a wide character
 * does not fit into the last column, when the window changes and when the line is taller than the
 * window, and then deletes lines that are not its own.
 *
 * @module
 */

import { BAR } from "../text/bar.ts";
import { characterWidth } from "../text/clusters.ts";
import { showCharacter } from "../text/sanitise.ts";

/** The prompt and the draft, cut into rows of the terminal. */
export interface PromptLayout {
  /** What to write, one piece for each row. */
  rows: string[];
  /** The row, counted from 0, in which the cursor stands. */
  cursorRow: number;
  /** The part of that row in front of the cursor. */
  beforeCursor: string;
  /** Whether nothing follows the cursor, so that the end of the text is its place. */
  cursorAtEnd: boolean;
}

// deno-lint-ignore no-control-regex -- the prompt may be coloured
const SGR_OR_CHARACTER = /\x1b\[[0-9;]*m|[^]/gu;

const EMOJI_STYLE = "\ufe0f";
const STYLED_OR_CHARACTER = /\p{Emoji}\ufe0f|[^]/gu;

/** What goes in front of the further rows of a draft with line breaks. */
const INDENT = "  ";

/** In a window narrower than this, there is no room for {@linkcode INDENT}. */
const MIN_INDENTED_COLUMNS = 8;

/** It may be as wide as a Chinese character, where a terminal is set so. */
const BAR_WIDTH = 2;

/**
 * Cuts the prompt and the draft into rows.
 *
 * Characters that a terminal would obey are shown as `sanitiseText` shows them, because people paste
 * what others wrote. A line break (LF) begins a row. All rows but the first of a draft with line
 * breaks are set in by two blanks, so that none looks like something that was said.
 *
 * @param prompt text in front of the draft; may hold SGR colours.
 * @param typed the draft as the person typed it.
 * @param cursor the cursor's place in `typed`, in UTF-16 code units.
 * @param columns the terminal's width.
 */
export function layOutPrompt(
  prompt: string,
  typed: string,
  cursor: number,
  columns: number,
): PromptLayout {
  const indent = columns >= MIN_INDENTED_COLUMNS && typed.includes("\n") ? INDENT : "";
  const rows: string[] = [];
  let row = "";
  let used = 0;
  let place: { row: number; before: string } | undefined;
  let cursorPassed = false;

  function nextRow() {
    rows.push(row);
    row = indent;
    used = indent.length;
  }

  function markCursor() {
    if (cursorPassed) place ??= { row: rows.length, before: row };
  }

  function put(piece: string, width: number) {
    if (used + width > columns && used > 0) nextRow();
    // The cursor stands where the next character does, which may be the next row.
    markCursor();
    row += piece;
    used += width;
  }

  function putBreak() {
    // As at the end of the draft, a cursor behind a full row needs one of its own.
    if (cursorPassed && place === undefined && used >= columns) nextRow();
    markCursor();
    nextRow();
  }

  function putTyped(text: string) {
    for (const [character] of text.matchAll(STYLED_OR_CHARACTER)) {
      if (character === "\n") putBreak();
      else for (const piece of piecesOf(character)) put(piece.text, piece.width);
    }
  }

  for (const [piece] of prompt.matchAll(SGR_OR_CHARACTER)) {
    put(piece, promptWidth(piece));
  }
  putTyped(typed.slice(0, cursor));
  cursorPassed = true;
  putTyped(typed.slice(cursor));
  const cursorAtEnd = place === undefined;
  if (cursorAtEnd && used >= columns) nextRow();
  place ??= { row: rows.length, before: row };
  rows.push(row);
  return { rows, cursorRow: place.row, beforeCursor: place.before, cursorAtEnd };
}

/** How many columns a piece of the prompt takes: colours take none. */
function promptWidth(piece: string): number {
  if (piece.startsWith("\x1b")) return 0;
  return piece === BAR ? BAR_WIDTH : characterWidth(piece);
}

/** Something shown that stands in one row, and its width in columns. */
interface Piece {
  readonly text: string;
  readonly width: number;
}

/** How many characters' pieces are remembered. */
const MAX_KNOWN_PIECES = 4_096;

/** A long draft is laid out anew for each key, and finding out what is not ASCII takes time. */
const knownPieces = new Map<string, readonly Piece[]>();

/** How a typed character, alone or in emoji style, is shown. */
function piecesOf(character: string): readonly Piece[] {
  const known = knownPieces.get(character);
  if (known !== undefined) return known;
  // Some terminals widen a narrow symbol in emoji style and some do not. Counting the wider form
  // keeps the count of rows right on both: a row may end early, but never runs over.
  const pieces = character.length > 1 && character.endsWith(EMOJI_STYLE)
    ? [{ text: character, width: 2 }]
    : Array.from(showCharacter(character), (text) => ({ text, width: characterWidth(text) }));
  if (knownPieces.size >= MAX_KNOWN_PIECES) knownPieces.clear();
  knownPieces.set(character, pieces);
  return pieces;
}
