import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { isShortEnough, MAX_TEXT_SIZE, splitText } from "../../../lib/chat/mod.ts";
import { cutText } from "../../../lib/chat/wire/text.ts";

const sizeOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("text: the limit is 65,536 bytes of UTF-8", () => {
  assert.equal(MAX_TEXT_SIZE, 65_536);
  for (const character of ["x", "\u00fc", "\u6c34", "\u{1f600}"]) {
    const most = Math.floor(MAX_TEXT_SIZE / sizeOf(character));
    assert.equal(isShortEnough(character.repeat(most)), true);
    assert.equal(isShortEnough(character.repeat(most) + character), false);
  }
  assert.equal(isShortEnough(""), true);
});

Deno.test("text: a short one stays in one piece, an empty one too", () => {
  for (const text of ["", "a", "\n", "x".repeat(MAX_TEXT_SIZE)]) {
    assert.deepEqual(splitText(text), [text]);
  }
});

Deno.test("text: a long one is cut between characters, into as few pieces as can be", () => {
  const character = fc.constantFrom("x", "\u00fc", "\u6c34", "\u{1f600}");
  const runs = fc.array(fc.tuple(character, fc.nat(60_000)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(runs, (parts) => {
      const text = parts.map(([character, count]) => character.repeat(count)).join("");
      const pieces = splitText(text);
      assert.ok(pieces.join("") === text);
      for (const [index, piece] of pieces.entries()) {
        assert.ok(sizeOf(piece) <= MAX_TEXT_SIZE);
        assert.doesNotMatch(piece, /^[\udc00-\udfff]|[\ud800-\udbff]$/);
        // A character has at most four bytes: with the next one, the piece would have been too long.
        if (index < pieces.length - 1) assert.ok(sizeOf(piece) > MAX_TEXT_SIZE - 4);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("text: another limit holds where one is given", () => {
  assert.equal(isShortEnough("\u00fc".repeat(50), 100), true);
  assert.equal(isShortEnough("\u00fc".repeat(50) + "x", 100), false);
  const character = fc.constantFrom("x", "\u00fc", "\u6c34", "\u{1f600}");
  const texts = fc.array(character, { maxLength: 100 }).map((parts) => parts.join(""));
  fc.assert(fc.property(texts, fc.integer({ min: 4, max: 60 }), (text, size) => {
    const pieces = splitText(text, size);
    assert.equal(pieces.join(""), text);
    assert.equal(isShortEnough(text, size), pieces.length === 1);
    for (const [index, piece] of pieces.entries()) {
      assert.ok(sizeOf(piece) <= size);
      if (index < pieces.length - 1) assert.ok(sizeOf(piece) > size - 4);
    }
  }));
});

Deno.test("text: lone surrogates neither stop the cutting nor make a piece too long", () => {
  const pieces = splitText("\ud800".repeat(50_000));
  assert.equal(pieces.join("").length, 50_000);
  for (const piece of pieces) assert.ok(sizeOf(piece) <= MAX_TEXT_SIZE);
});

Deno.test("text: what is too long is cut between characters, and ends in an ellipsis", () => {
  assert.equal(cutText("abcdef", 6), "abcdef");
  assert.equal(cutText("abcdefg", 6), "abc…");
  assert.equal(cutText("\u{1f600}\u{1f600}", 7), "\u{1f600}…");
  // Neither an accent nor the half of a family is left without the rest.
  assert.equal(cutText("abe\u0301xyz", 6), "ab…");
  assert.equal(cutText("a\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", 12), "a…");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 3, max: 60 }), (text, size) => {
      const cut = cutText(text, size);
      assert.ok(sizeOf(cut) <= size);
      assert.ok(cut === text || text.startsWith(cut.slice(0, -1)));
    }),
  );
});
