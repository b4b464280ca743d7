/**
 * The bar at the left of each line that the program begins. A row without it is the rest of the row
 * above: a terminal has wrapped it. So a text may be left whole, for the terminal to wrap and for a
 * person to copy, and nothing in it can pass for the beginning of another's, however wide the window
 * is or becomes. What others write therefore never has the bar in it, nor what may be taken for it.
 *
 * @module
 */

/** LEFT HALF BLOCK: as high as the row, so that the lines of one text have one bar. */
export const BAR = "\u258c";

/**
 * BLACK RIGHT-POINTING POINTER: stands in the place of the bar while a line is typed. What a terminal
 * leaves of a prompt when its window changes, or a program that ends, then looks like nothing that
 * was said.
 */
export const PROMPT_MARK = "\u25ba";

/** Of what others may not write: in one line each, with the reason. */
const LOOK_ALIKES: readonly string[] = [
  // The mark of the prompt.
  "\\u25ba",
  // The bar itself, and blocks at the left that are a little wider or narrower (▉▊▋▌▍▎▏).
  "\\u2589-\\u258f",
  // Blocks at the right: the same shape, half a column on (▐▕).
  "\\u2590\\u2595",
  // Quadrants that have the whole bar in them (▙▛), and their mirror images (▜▟).
  "\\u2599\\u259b\\u259c\\u259f",
  // Box drawing as heavy as a bar, or double: whole, dashed, and half heavy (┃┇┋╏╽╿║).
  "\\u2503\\u2507\\u250b\\u254f\\u257d\\u257f\\u2551",
  // Vertical bars and rectangles that are filled (❙❚▮⏽).
  "\\u2759\\u275a\\u25ae\\u23fd",
  // Vertical lines at the edge of their column (⎸⎹).
  "\\u23b8\\u23b9",
  // A column of four dots, which a small font draws as a dotted bar (⡇⢸).
  "\\u2847\\u28b8",
  // Bar lines of music, one of which is heavy.
  "\\u{1d100}-\\u{1d105}",
  // Strokes of counting rods and tally marks.
  "\\u{1d360}\\u{1d369}\\u{1d377}",
  // Blocks in parts of every size (Symbols for Legacy Computing): fonts draw them as they like.
  "\\u{1cc00}-\\u{1cebf}\\u{1fb00}-\\u{1fbaf}",
];

const NO_BAR = new RegExp(`[${LOOK_ALIKES.join("")}]`, "gu");

/**
 * Full blocks (█) are twice as wide, and stand in pictures and QR codes, in front of other blocks and
 * blanks. In front of anything else they stand as a bar does.
 */
const FULL_BLOCKS = /\u2588+/g;
const MAY_FOLLOW_BLOCKS = /^(?:[\u2580-\u2587\u2591-\u2594\u2596-\u2598\u259a\u259d\u259e\s]|$)/;

/** Whether there may be something to replace: most texts are ASCII. */
// deno-lint-ignore no-control-regex -- a text may be coloured
const ASCII = /^[\x00-\x7f]*$/;

/**
 * A text in which nothing can be taken for the bar: such a character is shown as `<U+258C>`.
 *
 * @param text Sanitised; it may be coloured.
 */
export function withoutBars(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replaceAll(NO_BAR, nameOf).replaceAll(
    FULL_BLOCKS,
    (blocks, start: number, whole: string) => {
      const next = whole.charAt(start + blocks.length);
      return MAY_FOLLOW_BLOCKS.test(next) ? blocks : nameOf(blocks).repeat(blocks.length);
    },
  );
}

/**
 * The lines of a text, each with the bar at its left.
 *
 * @param text Sanitised; it may be coloured, and what others wrote in it may hold anything.
 * @param paint Colours the bar.
 */
export function withBars(text: string, paint: (bar: string) => string): string {
  const bar = paint(BAR);
  return withoutBars(text).split("\n").map((line) => bar + line).join("\n");
}

function nameOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}>`;
}
