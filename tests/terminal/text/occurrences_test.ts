import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hasWords, searchWords } from "../../../lib/chat/mod.ts";
import { occurrences } from "../../../lib/terminal/text/occurrences.ts";
import { sanitiseText } from "../../../lib/terminal/text/sanitise.ts";

const FOUND: readonly (readonly [words: string, text: string, marked: string])[] = [
  ["lunch", "Lunch, lunch", "[Lunch], [lunch]"],
  ["noon LUNCH", "Lunch at noon", "[Lunch] at [noon]"],
  ["unc", "Lunch", "L[unc]h"],
  ["aa", "aaa", "[aaa]"],
  ["ab bc", "xabcx", "x[abc]x"],
  ["ab cd", "abcd", "[abcd]"],
  ["你好", "大家你好吗", "大家[你好]吗"],
  ["caf\u00e9", "cafe\u0301!", "[cafe\u0301]!"],
  // Whatever is drawn as one stands out as one.
  ["f", "o\ufb03ce", "o[\ufb03]ce"],
  ["οδοσ", "ΟΔΟΣ", "[ΟΔΟΣ]"],
  ["x", "nothing", "nothing"],
  [" ", "a b", "a b"],
  ["lunch dinner", "lunch", "[lunch]"],
];

for (const [words, text, marked] of FOUND) {
  Deno.test(`occurrences: ${JSON.stringify(words)} in ${JSON.stringify(text)}`, () => {
    let shown = "";
    let done = 0;
    for (const [start, end] of occurrences(text, words)) {
      shown += `${text.slice(done, start)}[${text.slice(start, end)}]`;
      done = end;
    }
    assert.equal(shown + text.slice(done), marked);
  });
}

Deno.test("occurrences: in any text they are in order, and do not touch; what has a word has one", () => {
  const unit = fc.constantFrom("a", "B", "ﬁ", "\u0301", "Σ", "ς", "İ", "好", "👋🏽", " ", "-");
  const text = fc.string({ unit, maxLength: 20 });
  fc.assert(fc.property(text, fc.string({ unit, maxLength: 3 }), (said, words) => {
    const shown = sanitiseText(said);
    const found = occurrences(shown, words);
    let last = -1;
    for (const [start, end] of found) {
      assert.ok(last < start && start < end && end <= shown.length);
      last = end;
    }
    if (found.length > 0) {
      assert.ok(searchWords(words).some((word) => hasWords(shown, [word])));
    }
  }));
});
