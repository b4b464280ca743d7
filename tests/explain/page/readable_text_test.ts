import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { count } from "../../../lib/explain/fields.ts";
import { readableText, visibleText, withCommas } from "../../../lib/explain/page/readable_text.ts";
import { sanitiseLine } from "../../../lib/terminal/text/sanitise.ts";

const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u200b\u2060\ufeff\u2800]/u;

Deno.test("page text: what cannot be seen is named", () => {
  assert.equal(visibleText("\x1b[2J\0\x7f\n"), "␛[2J␀␡␊");
  assert.equal(visibleText("a\u202eb\u2066c\u200bd"), "a<U+202E>b<U+2066>c<U+200B>d");
  assert.equal(visibleText("\ud800a\udc00"), "<U+D800>a<U+DC00>");
  assert.equal(visibleText("\u2028\ue000\u{e0041}\x9b"), "<U+2028><U+E000><U+E0041><U+009B>");
  assert.equal(visibleText(`a${"\u0301".repeat(12)}`), `a${"\u0301".repeat(8)}<+4 marks>`);
});

Deno.test("page text: what people write stays as it is", () => {
  const texts = ["grüß dich", "שלום", "日本語", "क्‍ष", "می‌خواهم", "👩‍💻 ❤️ 👍🏽 🏳️‍🌈", "a < b && c"];
  for (const text of texts) assert.equal(visibleText(text), text);
  assert.equal(visibleText("a\u200db\ufe0f"), "a<U+200D>b<U+FE0F>");
});

Deno.test("page text: nothing hidden is left of any text or bytes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(visibleText(text), HIDDEN);
    assert.equal(visibleText(visibleText(text)), visibleText(text));
  }));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assert.doesNotMatch(readableText(bytes), HIDDEN);
  }));
});

Deno.test("page text: what it hides is what a terminal hides", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    // Blanks have a meaning of their own on a terminal: CR LF is one line break, a tab several blanks.
    const oneLine = text.replaceAll(/[\r\t]/g, " ");
    assert.equal(visibleText(oneLine), sanitiseLine(oneLine));
  }));
});

Deno.test("page text: bytes that are no text are dots", () => {
  assert.equal(
    readableText(Uint8Array.of(0xa2, 0x64, 0x74, 0x65, 0, 0xff, 0x20, 0x7e)),
    "·dte·· ~",
  );
  assert.equal(readableText(new TextEncoder().encode("\ufeffé\u202e")), "·é·");
});

Deno.test("page text: sizes are words", () => {
  assert.equal(count(0, "byte"), "0 bytes");
  assert.equal(count(1, "byte"), "1 byte");
  assert.equal(count(65_520, "byte"), "65,520 bytes");
  assert.equal(withCommas(999), "999");
  assert.equal(withCommas(2n ** 64n - 1n), "18,446,744,073,709,551,615");
});
