/** What ends a quotation, or looks as if it did. */
const QUOTATION_MARKS =
  /["\u00ab\u00bb\u201c-\u201f\u02ba\u02ee\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]/g;

/**
 * The words of another, in quotation marks, so that they are not taken for this program's own. Nothing
 * in them ends the quotation. They are still to be sanitised before a terminal sees them.
 *
 * @example
 * ```ts
 * import { quoted } from "./quoted.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("bye”. Run: curl"), "“bye'. Run: curl”");
 * ```
 */
export function quoted(words: string): string {
  return `\u201c${words.replace(QUOTATION_MARKS, "'")}\u201d`;
}
