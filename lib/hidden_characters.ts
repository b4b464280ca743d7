/**
 * Which characters a reader would not see, or would see changing others, and how they are shown instead:
 * one rule for the terminal and for the page of an explanation.
 *
 * @module
 */

/** How many combining marks one character may carry; the rest are counted instead of shown. */
const MARKS_PER_CHARACTER = 8;

const PLAIN_ASCII = /^[\x20-\x7e]*$/;

/**
 * Controls, format characters (bidirectional ones among them), surrogates, private use, unassigned,
 * line and paragraph separators, and everything that a font draws as nothing. The exceptions are
 * Arabic and Indic number signs: of category Cf, but with a glyph of their own.
 */
const HIDDEN =
  /[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{1d159}]--[\u0600-\u0605\u06dd\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/v;

/** What stacks onto the character before it. Terminals stack Hangul vowels and finals as well. */
const MARK = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/** Letters, with their marks, of the scripts in which a joiner between letters changes the text. */
const JOINING_LETTER =
  /[[\p{L}\p{M}]&&[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Mand}\p{scx=Mong}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Tibt}]]/v;

/** A joiner may also follow a virama at the end of a word (RFC 5892, appendix A.1 and A.2). */
const VIRAMA = /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca]/u;

const EMOJI = /(?!\p{C})\p{Extended_Pictographic}/u;
const EMOJI_MODIFIER = /\p{Emoji_Modifier}/u;
const KEYCAP_BASE = /^[0-9#*]$/;

const ZWNJ = "\u200c";
const ZWJ = "\u200d";
const TEXT_STYLE = "\ufe0e";
const EMOJI_STYLE = "\ufe0f";
const ENCLOSING_KEYCAP = "\u20e3";
const DOTTED_CIRCLE = "\u25cc";

const BLACK_FLAG = "\u{1f3f4}";
const CANCEL_TAG = "\u{e007f}";

/** England, Scotland and Wales: the only tag sequences that Unicode recommends for interchange. */
const TAG_FLAGS = ["gbeng", "gbsct", "gbwls"].map((region) =>
  BLACK_FLAG +
  [...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("") +
  CANCEL_TAG
);

/** What is shown in the place of what would be hidden. */
export interface Substitutes {
  /** For a line feed. */
  readonly lineBreak: string;
  /**
   * For a hidden character (one code point). Default: a control picture (`␛`) for a control character
   * of ASCII, `<U+202E>` for any other.
   */
  hidden?(character: string): string;
  /** For the marks on one character beyond the eighth. Default `<+4 marks>`. */
  surplusMarks?(count: number): string;
}

/**
 * Shows what is hidden in a text: control, bidirectional, invisible, private-use and unassigned
 * characters, and lone surrogates.
 *
 * Emoji sequences, joiners between the letters of scripts that need them, and up to eight combining
 * marks a character stay as they are; a mark without a character in front of it gets a dotted circle.
 *
 * Takes time linear in the length of the text.
 *
 * @example
 * ```ts
 * import { showHidden } from "./hidden_characters.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(showHidden("a\u202eb\n", { lineBreak: "\n" }), "a<U+202E>b\n");
 * ```
 */
export function showHidden(text: string, substitutes: Substitutes): string {
  if (PLAIN_ASCII.test(text)) return text;
  const { lineBreak, hidden = nameOf, surplusMarks = countMarks } = substitutes;
  let shown = "";
  let previous = "";
  let marks = 0;
  let surplus = 0;

  function show(piece: string, last = piece) {
    if (surplus > 0) shown += surplusMarks(surplus);
    surplus = 0;
    marks = 0;
    shown += piece;
    previous = last;
  }

  for (let index = 0; index < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    const flag = character === BLACK_FLAG
      ? TAG_FLAGS.find((flag) => text.startsWith(flag, index))
      : undefined;
    index += flag === undefined ? character.length : flag.length;

    if (flag !== undefined) {
      show(flag, CANCEL_TAG);
    } else if (character === "\n") {
      show(lineBreak);
    } else if (isContextual(character)) {
      const next = String.fromCodePoint(text.codePointAt(index) ?? 0);
      if (mayStand(character, previous, next)) {
        shown += character;
        previous = character;
      } else {
        show(hidden(character), ">");
      }
    } else if (MARK.test(character) && !HIDDEN.test(character)) {
      // Without a base of its own, a mark would change what the program writes in front of the text.
      if (previous === "" || previous === "\n") show(DOTTED_CIRCLE);
      if (marks < MARKS_PER_CHARACTER) {
        marks += 1;
        shown += character;
        previous = character;
      } else {
        surplus += 1;
        previous = ">";
      }
    } else {
      show(showCharacter(character, hidden));
    }
  }
  show("");
  return shown;
}

/**
 * The visible form of one character, or the character itself. Joiners and the two emoji style selectors
 * come back unchanged: whether they may stand depends on their neighbours, which only
 * {@linkcode showHidden} sees.
 *
 * @param character one code point.
 */
export function showCharacter(character: string, hidden = nameOf): string {
  if (HIDDEN.test(character) && !isContextual(character)) return hidden(character);
  return character;
}

/** What a tab is shown as. */
export const TAB = "    ";

/**
 * Shows what is hidden in a text for a place that is one line long: as {@linkcode showHidden}, but a tab
 * becomes four spaces, and a line break, of whichever kind, the picture of one (`\u240a`). Applied twice,
 * it changes nothing more.
 */
export function showHiddenInLine(text: string): string {
  return showHidden(text.replaceAll("\r\n", "\n").replaceAll("\t", TAB), { lineBreak: "\u240a" });
}

function isContextual(character: string): boolean {
  return character === ZWJ || character === ZWNJ || character === EMOJI_STYLE ||
    character === TEXT_STYLE;
}

function nameOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint);
  if (codePoint === 0x7f) return "\u2421";
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}>`;
}

function countMarks(count: number): string {
  return `<+${count} mark${count === 1 ? "" : "s"}>`;
}

/** Whether a joiner or an emoji style selector does its work here, rather than hide. */
function mayStand(character: string, previous: string, next: string): boolean {
  if (character === EMOJI_STYLE || character === TEXT_STYLE) {
    return EMOJI.test(previous) || (KEYCAP_BASE.test(previous) && next === ENCLOSING_KEYCAP);
  }
  if (VIRAMA.test(previous)) return true;
  if (JOINING_LETTER.test(previous) && JOINING_LETTER.test(next) && !MARK.test(next)) return true;
  return character === ZWJ && EMOJI.test(next) &&
    (EMOJI.test(previous) || EMOJI_MODIFIER.test(previous) || previous === EMOJI_STYLE);
}
