/**
 * The bar at the left of each line that the program begins. A row without it is the rest of the row
 * above: a terminal has wrapped it, or the program has cut a sentence there. So a text may be left
 * whole, for the terminal to wrap and for a person to copy, and nothing in it can pass for the
 * beginning of another's, however wide the window is or becomes. What others write therefore never has the bar in it, nor what may be taken for it.
 *
 * @module
 */

import { SOFT_BREAK } from "./wrap.ts";

/** LEFT HALF BLOCK: as high as the row, so that the lines of one text have one bar. */
export const BAR = "\u258c";

/**
 * BLACK RIGHT-POINTING POINTER: stands in the place of the bar while a line is typed. What a terminal
 * leaves of a prompt when its window changes, or a program that ends, then looks like nothing that
 * was said.
 */
export const PROMPT_MARK = "\u25ba";

/**
 * Of what others may not write, in one line each, with the reason. The rule: what makes a row begin with
 * an edge or a stroke from its top to its bottom that is heavier than one light line. Light lines in the
 * middle of their column stay: tables are made of them, and they are as thin as letters.
 */
const LOOK_ALIKES: readonly string[] = [
  // The mark of the prompt.
  "\\u25ba",
  // The bar itself, and blocks at the left that are a little wider or narrower (▉▊▋▌▍▎▏).
  "\\u2589-\\u258f",
  // Blocks at the right: the same shape, half a column on (▐▕).
  "\\u2590\\u2595",
  // Quadrants that have the whole bar in them (▙▛), and their mirror images (▜▟).
  "\\u2599\\u259b\\u259c\\u259f",
  // Box drawing through the whole row that is heavy, at least in half of it: whole and dashed (┃┇┋╏╽╿),
  // with branches (┞-┣┦-┫), and crosses (╀-╋).
  "\\u2503\\u2507\\u250b\\u254f\\u257d\\u257f\\u251e-\\u2523\\u2526-\\u252b\\u2540-\\u254b",
  // The same where it is double (║╟╠╢╣╫╬).
  "\\u2551\\u255f\\u2560\\u2562\\u2563\\u256b\\u256c",
  // Two or three lines, and one of two strokes (‖∥⦀⫴⫼⫾).
  "\\u2016\\u2225\\u2980\\u2af4\\u2afc\\u2afe",
  // Vertical bars and rectangles that are filled (❙❚▮⏸⏽).
  "\\u2759\\u275a\\u25ae\\u23f8\\u23fd",
  // Lines at the edge of their column (⎸⎹), and the pieces of tall brackets and integrals (⎛-⎮⏐).
  "\\u23b8\\u23b9\\u239b-\\u23ae\\u23d0",
  // Columns of four dots, which a small font draws as a dotted bar (⡇⢸⁞⦙).
  "\\u2847\\u28b8\\u205e\\u2999",
  // Bar lines of music, one of which is heavy.
  "\\u{1d100}-\\u{1d105}",
  // Strokes of counting rods and tally marks.
  "\\u{1d360}-\\u{1d378}",
  // Blocks in parts of every size, halves of circles, and inverse pictures (Symbols for Legacy Computing
  // and its Supplement, but for the digits): fonts draw them as they like.
  "\\u{1cc00}-\\u{1cebf}\\u{1fb00}-\\u{1fbef}",
];

const NO_BAR = new RegExp(`[${LOOK_ALIKES.join("")}]`, "gu");

/** Braille with all four dots at the left, at the right, or both. */
const TALL_BRAILLE = Array.from({ length: 256 }, (_, dots) => dots)
  .filter((dots) => (dots & 0x47) === 0x47 || (dots & 0xb8) === 0xb8)
  .map((dots) => String.fromCharCode(0x2800 + dots)).join("");

/**
 * Blocks as high as the row, or nearly (█▇▆), and such Braille (⣿⣇⢹) are twice as wide, and stand in
 * pictures, graphs and QR codes, in front of their kind and blanks. In front of anything else they stand
 * as a bar does.
 */
const TALL = new RegExp(`[\u2586-\u2588${TALL_BRAILLE}]+`, "g");
const MAY_FOLLOW_TALL =
  /^(?:[\u2580-\u2588\u2591-\u2594\u2596-\u2598\u259a\u259d\u259e\u2800-\u28ff\s]|$)/;

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
    TALL,
    (tall, start: number, whole: string) => {
      const next = whole.charAt(start + tall.length);
      return MAY_FOLLOW_TALL.test(next) ? tall : Array.from(tall, nameOf).join("");
    },
  );
}

/**
 * The lines of a text, each with the bar at its left. The rows into which a line is cut
 * ({@linkcode SOFT_BREAK}) have none: in a sentence that holds others' words, they may begin a row.
 *
 * @param text Sanitised; it may be coloured, and what others wrote in it may hold anything.
 * @param paint Colours the bar.
 */
export function withBars(text: string, paint: (bar: string) => string): string {
  const bar = paint(BAR);
  return withoutBars(text).split("\n").map((line) => bar + line).join("\n")
    .replaceAll(SOFT_BREAK, "\n");
}

function nameOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}>`;
}
