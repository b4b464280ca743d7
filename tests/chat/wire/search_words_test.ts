import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hasWords, searchWords } from "../../../lib/chat/wire/search_words.ts";

/** Whether a text is found by what is searched for. */
function finds(words: string, text: string): boolean {
  return hasWords(text, searchWords(words));
}

const FOUND: readonly (readonly [words: string, text: string])[] = [
  ["lunch", "Lunch at noon?"],
  ["noon LUNCH", "Lunch at noon?"],
  ["unch oo", "Lunch at noon?"],
  ["a a", "a"],
  ["noon\u3000lunch\t", "Lunch at noon?"],
  ["你好", "大家你好吗"],
  ["好", "你好"],
  ["abc", "\uff21\uff22\uff23"],
  ["カタカナ", "\uff76\uff80\uff76\uff85"],
  ["caf\u00e9", "un cafe\u0301"],
  ["fi", "o\ufb03ce"],
  ["straße", "STRAẞE"],
  ["STRASSE", "Strasse"],
  ["ΟΔΟΣ", "η οδος"],
  ["οδοσ", "η οδος"],
  ["ΣΟΦΟΣ", "σοφοσμα"],
  ["İSTANBUL", "İstanbul"],
  ["stanbul", "İstanbul"],
  ["👋", "hello 👋🏽"],
  ["line", "first\nsecond line"],
];

const NOT_FOUND: readonly (readonly [words: string, text: string])[] = [
  ["lunch dinner", "Lunch at noon?"],
  ["好你", "你好"],
  ["at  noon?x", "Lunch at noon?"],
  ["strasse", "Straße"],
  ["istanbul", "İstanbul"],
  ["cafe", "coffee"],
  ["", "anything"],
  [" \u3000\n", "anything"],
];

for (const [words, text] of FOUND) {
  Deno.test(`search words: ${JSON.stringify(words)} is in ${JSON.stringify(text)}`, () => {
    assert.ok(finds(words, text));
  });
}

for (const [words, text] of NOT_FOUND) {
  Deno.test(`search words: ${JSON.stringify(words)} is not in ${JSON.stringify(text)}`, () => {
    assert.ok(!finds(words, text));
  });
}

Deno.test("search words: a text is found by its own words, the last one first", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => text.trim() !== "");
  fc.assert(fc.property(text, (text) => {
    assert.ok(finds(text.split(/\s+/u).reverse().join("\u3000"), text));
  }));
});
