import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import stringWidth from "npm:string-width@9.0.0";
import { characterWidth, clustersOf, graphemes } from "../../../lib/terminal/text/clusters.ts";

/** All characters that there are, but for most of those that stand in long rows of their like. */
function* codePoints(): Iterable<string> {
  for (let code = 0; code < 0x110000; code++) {
    const character = String.fromCodePoint(code);
    const isOneOfMany = /[\p{Unified_Ideograph}\uac00-\ud7a3\p{Cn}\p{Co}\p{Cs}]/u.test(character);
    if (!isOneOfMany || code % 97 === 0) yield character;
  }
}

/** A vowel or a final of a Hangul syllable, which joins the consonant in front of it. */
const JOINS_SYLLABLE = /[\u1160-\u11ff\ud7b0-\ud7ff]/;

function widthOf(text: string): number {
  return clustersOf(text, Infinity).reduce((sum, { width }) => sum + width, 0);
}

Deno.test("characterWidth: what a library for widths says of each code point", () => {
  const different: string[] = [];
  for (const character of codePoints()) {
    if (JOINS_SYLLABLE.test(character)) continue;
    if (characterWidth(character) !== stringWidth(character)) different.push(character);
  }
  const codes = different.map((character) => character.codePointAt(0)?.toString(16));
  assert.deepEqual(codes, []);
});

Deno.test("clustersOf: no cluster is narrower than a library for widths says", () => {
  const modifier = "\u{1f3fb}";
  const selector = "\ufe0f";
  const narrower: string[] = [];
  for (const character of codePoints()) {
    if (!/[\p{Emoji}\p{Extended_Pictographic}\p{Mark}\p{Regional_Indicator}]/u.test(character)) {
      continue;
    }
    const sequences = [
      character + selector,
      `${character}\ufe0e`,
      character + modifier,
      `${character}${selector}\u20e3`,
      character + character,
      `a${character}`,
      `\u0e01${character}`,
      `${character}\u200d\u{1f525}`,
      `${character}${selector}\u200d\u{1f525}`,
    ];
    for (const text of sequences) if (widthOf(text) < stringWidth(text)) narrower.push(text);
  }
  assert.deepEqual(narrower, []);
});

Deno.test("clustersOf: flags, families, keycaps, syllables and hearts", () => {
  const texts = ["🇩🇪", "👩‍👩‍👧", "1️⃣", "❤️", "☝🏻", "한", "한", "각", "é", "漢", "ﾊﾞ", "นำ", "क्षि"];
  for (const text of texts) assert.ok(widthOf(text) >= stringWidth(text), text);
  assert.deepEqual(["❤️", "1️⃣", "漢", "é", "한"].map(widthOf), [2, 2, 2, 1, 2]);
});

Deno.test("clustersOf: what never joins is parted as the platform's segmenter parts it", () => {
  // The ranges of the shortcut, and a bit beyond.
  const unit = fc.oneof(
    fc.integer({ min: 0x20, max: 0x0530 }),
    fc.integer({ min: 0x2000, max: 0x27ff }),
    fc.integer({ min: 0x3000, max: 0x30ff }),
    fc.integer({ min: 0x4dff, max: 0xa000 }),
    fc.integer({ min: 0xabf0, max: 0xd7a8 }),
    fc.integer({ min: 0xff00, max: 0xff70 }),
  ).map((code) => String.fromCharCode(code));
  const property = fc.property(fc.string({ unit, minLength: 1, maxLength: 8 }), (text) => {
    const starts = clustersOf(text, Infinity).map(({ start }) => start);
    assert.deepEqual(starts, Array.from(graphemes.segment(text), ({ index }) => index));
  });
  fc.assert(property, { numRuns: 5_000 });
});
