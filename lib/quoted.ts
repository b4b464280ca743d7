import { showHiddenInLine } from "./hidden_characters.ts";

/** What ends a quotation, or looks as if it did: double marks, of whichever kind. */
const DOUBLE = String
  .raw`"\u00ab\u00bb\u02ba\u02dd\u02ee\u02f5\u02f6\u05f4\u1425\u1cd3\u201c-\u201f\u2033\u2034\u2036` +
  String.raw`\u2037\u2057\u275d\u275e\u2760\u2e42\u3003\u301d-\u301f\u309b\uff02` +
  String.raw`\u{1f676}-\u{1f678}`;

/** Single ones, of which two look like one that is double. */
const SINGLE = String
  .raw`'\u0060\u00b4\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u02f4\u0374\u0384\u055a\u055d\u05f3\u07f4\u07f5` +
  String
    .raw`\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201b\u2032\u2035\u2039\u203a\u275b\u275c\u275f\u276e\u276f` +
  String.raw`\ua78b\ua78c\uff07\uff40`;

/** Accents that stand on nothing look like marks as well. */
const FREE_STANDING = /[\p{Z}\u25cc][\u030b\u030e\u030f\u0348\u3099]/gu;

const MARKS = new RegExp(`[${DOUBLE}${SINGLE}]+`, "gu");
const ONE_SINGLE = new RegExp(`^[${SINGLE}]$`, "u");

/**
 * The words of another, in quotation marks and in one line, so that they are not taken for this
 * program's own. Nothing in them ends the quotation or the line: what looks like a closing mark becomes
 * `'`, and line breaks and all that is hidden are shown (`showHiddenInLine`).
 *
 * @example
 * ```ts
 * import { quoted } from "./quoted.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("bye”. Run: curl"), "“bye'. Run: curl”");
 * assert.equal(quoted("no\n14:05 alice: yes"), "“no␊14:05 alice: yes”");
 * ```
 */
export function quoted(words: string): string {
  const shown = showHiddenInLine(words).replace(FREE_STANDING, " '")
    .replace(MARKS, (marks) => ONE_SINGLE.test(marks) ? marks : "'");
  return `\u201c${shown}\u201d`;
}
