/**
 * Where a drawn prompt is after the window has changed its width.
 *
 * Some terminals wrap anew what they show (tmux, kitty, VTE), some cut it off (xterm, the Linux console),
 * some leave alone the line in which the cursor stands (xterm.js). None says which. A prompt of several rows
 * is therefore drawn as one line that the terminal wraps, and the column in which the cursor is found
 * tells what has become of it. Pure.
 *
 * @module
 */

import { permittedVariable, type ReadVariable } from "../../environment.ts";

/** The lines that the terminal wraps, and the cursor's place in them. */
export interface PromptShape {
  /** The terminal's width when it was drawn. */
  readonly columns: number;
  /**
   * The lengths, in columns, of the lines above the one in which the cursor stands; first, those of
   * which a part has left the screen at its top (see {@linkcode firstRows}).
   */
  readonly above: readonly number[];
  /** How many columns of its own line are in front of the cursor. */
  readonly offset: number;
  /** The row of the prompt, counted from 0, in which the cursor stood. */
  readonly cursorRow: number;
  /** The column, counted from 0, in which it stood. */
  readonly cursorColumn: number;
}

/** What is known after a look at the cursor. */
export interface Found {
  /** How many rows of the prompt are above the cursor's. */
  readonly cursorRow: number;
  /** Whether the terminal wraps anew; `undefined` if that is still open. */
  readonly reflows: boolean | undefined;
  /** Whether the cursor was found where it was expected. */
  readonly isCertain: boolean;
}

/**
 * Finds the prompt's first row.
 *
 * Where it stays open what the terminal has done, it is the lowest row that it may be: some of the prompt may
 * stay, but no line above it is deleted.
 *
 * @param shape as it was drawn.
 * @param columns the present width.
 * @param column where the cursor was found, counted from 0; `undefined` if the terminal did not say.
 * @param reflows what is known of the terminal from before.
 */
export function findPrompt(
  shape: PromptShape,
  columns: number,
  column: number | undefined,
  reflows: boolean | undefined,
): Found {
  const { above, offset, cursorRow: row, cursorColumn } = shape;
  const wrapped = {
    row: rowsOf(above, columns) + Math.floor(offset / columns),
    column: offset % columns,
  };
  // Behind a full row, a cursor may wait at its end.
  const waiting = { row: wrapped.row - 1, column: columns - 1 };
  const isBehindFullRow = offset > 0 && wrapped.column === 0;
  const left = { row, column: Math.min(cursorColumn, columns - 1) };

  const hasWrapped = column === wrapped.column || isBehindFullRow && column === waiting.column;
  const wasLeft = column === left.column;
  const verdict = hasWrapped === wasLeft ? reflows : hasWrapped;
  const wrappedRow = isBehindFullRow && column === waiting.column ? waiting.row : wrapped.row;
  // xterm.js leaves alone the line in which the cursor stands, but not those above it.
  const ownRows = row - rowsOf(above, shape.columns);
  const leftRow = Math.min(row, rowsOf(above, columns) + ownRows);
  if (verdict === undefined) {
    return { cursorRow: Math.min(wrappedRow, leftRow), reflows, isCertain: false };
  }
  if (verdict) return { cursorRow: wrappedRow, reflows: verdict, isCertain: hasWrapped };
  const isCertain = wasLeft && rowsOf(above, columns) === rowsOf(above, shape.columns);
  return { cursorRow: leftRow, reflows: verdict, isCertain };
}

/**
 * How many rows of the prompt, at least, have left the screen at its top.
 *
 * @param at the cursor's row and column, as found, counted from 0.
 */
export function countHidden(found: Found, at: { row: number; column: number }): number {
  if (found.isCertain) return Math.max(0, found.cursorRow - at.row);
  // tmux leaves a cursor whose own row has left the screen in the first place of the first row.
  const isCursorRowHidden = found.reflows === true && at.row === 0 && at.column === 0;
  return isCursorRowHidden ? found.cursorRow + 1 : 0;
}

/** How many rows lines of these lengths fill. */
export function rowsOf(lines: readonly number[], columns: number): number {
  return lines.reduce((rows, length) => rows + Math.max(1, Math.ceil(length / columns)), 0);
}

/**
 * The lengths of the lines, or of the beginning of one, that fill the first rows of a prompt.
 *
 * When a terminal wraps anew, rows may leave the screen at its top, in tmux even while the lowest rows
 * are free. Nothing clears them there, but a wider or higher window brings them back.
 *
 * @param count how many rows; not more than there are above the cursor's.
 */
export function firstRows(shape: PromptShape, columns: number, count: number): number[] {
  const lines: number[] = [];
  let left = count;
  for (const length of [...shape.above, shape.offset]) {
    if (left <= 0) break;
    lines.push(Math.min(length, left * columns));
    left -= rowsOf([length], columns);
  }
  return lines;
}

/** The variables by which terminals that wrap anew make themselves known, for `--allow-env`. */
export const REFLOW_VARIABLES: readonly string[] = [
  "TMUX",
  "KITTY_WINDOW_ID",
  "VTE_VERSION",
  "WT_SESSION",
];

/** Whether the environment says that the terminal wraps anew; `undefined` if it says nothing. */
export function saysReflow(read: ReadVariable = permittedVariable): true | undefined {
  return REFLOW_VARIABLES.some((name) => Boolean(read(name))) || undefined;
}
