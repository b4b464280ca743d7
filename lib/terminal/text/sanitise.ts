/**
 * Makes text from another person safe to show: nothing in it is obeyed by the terminal, and nothing
 * in it is hidden from the reader. Which characters that concerns, `lib/hidden_characters.ts` decides.
 *
 * @module
 */

import {
  showCharacter as showHiddenCharacter,
  showHidden,
  showHiddenInLine,
  TAB,
} from "../../hidden_characters.ts";
import { withoutBars } from "./bar.ts";

/**
 * Makes a message safe for a terminal.
 *
 * Line feeds stay, CR LF becomes a line feed and a tab becomes four spaces. Every other control
 * character is shown as its control picture (`␛`), every other invisible, bidirectional, private-use
 * or unassigned character and every lone surrogate as `<U+202E>`. Emoji sequences, joiners between
 * the letters of scripts that need them, and up to eight combining marks a character stay as they
 * are; further marks become one `<+4 marks>`. Applied twice, it changes nothing more.
 *
 * Takes time linear in the length of the text.
 *
 * @example
 * ```ts
 * import { sanitiseText } from "./sanitise.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(sanitiseText("\x1b[2Jhello\u202e"), "␛[2Jhello<U+202E>");
 * ```
 */
export function sanitiseText(text: string): string {
  return showHidden(text.replaceAll("\r\n", "\n").replaceAll("\t", TAB), { lineBreak: "\n" });
}

/**
 * Makes text safe for a place that is one line long, such as a nickname or a reason: as
 * {@linkcode sanitiseText}, but a line break is shown as `␊`.
 */
export function sanitiseLine(text: string): string {
  return showHiddenInLine(text);
}

/**
 * The visible form of one character that must not be drawn at a prompt, or the character itself: what
 * a terminal obeys, what nobody sees, and what could be taken for the program's own bar.
 * Joiners and the two emoji style selectors come back unchanged: whether they may stand depends on
 * their neighbours, which only {@linkcode sanitiseText} sees.
 *
 * @param character one code point.
 */
export function showCharacter(character: string): string {
  return character === "\t" ? TAB : withoutBars(showHiddenCharacter(character));
}
