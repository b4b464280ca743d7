const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Writes a value as JSON (RFC 8259) on one line that is safe to print: every control, format,
 * bidirectional, invisible, private-use or unassigned character stands there as `\uXXXX`, which
 * `JSON.parse` turns back into the same character. No line break follows.
 *
 * @throws {TypeError} if the value has no JSON form (`undefined`, a function, a cycle, a bigint).
 *
 * @example
 * ```ts
 * import { jsonLine } from "./json_line.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(jsonLine({ text: "a\u202eb" }), String.raw`{"text":"a\u202eb"}`);
 * ```
 */
export function jsonLine(value: unknown): string {
  // The library's types leave it out, but a value without a JSON form gives undefined.
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError("value has no JSON form");
  return json.replace(UNPRINTABLE, escapeCodeUnits);
}

function escapeCodeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += "\\u" + character.charCodeAt(index).toString(16).padStart(4, "0");
  }
  return escaped;
}
