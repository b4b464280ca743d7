import { characterWidth } from "../text/clusters.ts";
import type { PromptLayout } from "./layout.ts";
import type { PromptShape } from "./reflow.ts";

/** A drawn prompt. */
export interface DrawnPrompt {
  /** The bytes that draw it, from the beginning of a row on. */
  readonly text: string;
  /** How it lies in the terminal, with the row in which the cursor stands. */
  readonly shape: PromptShape;
}

/**
 * What all terminals take to be equally wide. Where they disagree, as on emoji, they would disagree on
 * where to wrap as well.
 */
const CERTAIN =
  /^[ -~\u00c0-\u02af\u0370-\u0482\u048a-\u052f\u25ba\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]*$/;

/**
 * Draws a layout. A row is filled up with blanks and left to the terminal to wrap, so that the prompt is one
 * line to it (see `reflow.ts`); only a row of uncertain width is ended by hand.
 *
 * Of a draft taller than the terminal, only the part around the cursor is drawn.
 *
 * @param columns the terminal's width.
 * @param terminalRows the terminal's height.
 */
export function drawPrompt(
  layout: PromptLayout,
  columns: number,
  terminalRows: number,
): DrawnPrompt {
  const height = Math.max(1, terminalRows - 1);
  const first = Math.max(
    0,
    Math.min(layout.cursorRow - Math.floor(height / 2), layout.rows.length - height),
  );
  const visible = layout.rows.slice(first, first + height);
  const cursorRow = layout.cursorRow - first;
  let text = "";
  const above: number[] = [];
  /** How long the line is that is being drawn, and how long it was where the cursor's row begins. */
  let length = 0;
  let offset = 0;
  for (const [index, row] of visible.entries()) {
    if (index === cursorRow) offset = length;
    const shown = withoutColours(row);
    const width = widthOfAll(shown);
    const next = visible[index + 1];
    text += row;
    length += width;
    if (next === undefined) break;
    // Nothing wraps before something is written into the next row.
    if (CERTAIN.test(shown) && width <= columns && withoutColours(next) !== "") {
      text += " ".repeat(columns - width);
      length += columns - width;
    } else {
      text += "\r\n";
      if (index < cursorRow) above.push(length);
      length = 0;
    }
  }
  const cursorColumn = widthOfAll(withoutColours(layout.beforeCursor));
  if (!layout.cursorAtEnd) {
    // Writing the same text again puts the cursor behind it whatever the terminal takes its width
    // to be; a column number of ours might not.
    text += cursorUp(visible.length - 1 - cursorRow) + "\r" + layout.beforeCursor;
  }
  const shape = { columns, above, offset: offset + cursorColumn, cursorRow, cursorColumn };
  return { text, shape };
}

/**
 * The bytes that clear a drawn prompt, from the cursor's row upwards, and leave the cursor where the
 * prompt began, or at the top of the screen if that is below.
 *
 * tmux takes ED from the first column of the first row to be the clearing of the screen, and first
 * puts all that stands there into its scrollback. So ED begins one column on.
 *
 * @param cursorRow the row of the prompt, counted from 0, in which the cursor stands.
 */
export function clearPrompt(cursorRow: number): string {
  return cursorUp(cursorRow) + "\r\x1b[C\x1b[J\r\x1b[K";
}

function cursorUp(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function withoutColours(text: string): string {
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}

function widthOfAll(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}
