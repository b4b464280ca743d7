import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import stringWidth from "npm:string-width@9.0.0";
import { sanitiseLine } from "../../../lib/terminal/text/sanitise.ts";
import { wrap, wrapSpans } from "../../../lib/terminal/text/wrap.ts";
import { Emulator } from "../../support/emulator.ts";
import { fitsBesideOne } from "./fits_beside_one.ts";

function wrapped(text: string, columns: number, indent = 2): string[] {
  return wrap(text, { columns, indent }).split("\n");
}

Deno.test("wrap: between words, and further rows are set in", () => {
  assert.deepEqual(wrapped("one two three four", 10), ["one two", "  three", "  four"]);
  assert.deepEqual(wrapped("one two", 7), ["one two"]);
  assert.deepEqual(wrapped("", 7), [""]);
  assert.deepEqual(wrapped("any length", Infinity), ["any length"]);
});

Deno.test("wrap: within a word only if the row has no other", () => {
  assert.deepEqual(wrapped("abcdefghij", 6), ["abcdef", "  ghij"]);
  assert.deepEqual(wrapped("a bcdefghij", 6), ["a", "  bcde", "  fghi", "  j"]);
});

Deno.test("wrap: blanks at a cut go, all others stay", () => {
  assert.deepEqual(wrapped("one     two", 5), ["one", "  two"]);
  assert.deepEqual(wrapped("a  b", 5), ["a  b"]);
  assert.deepEqual(wrapped("one       ", 5), ["one"], "nothing runs over the edge unseen");
  assert.deepEqual(wrapped("    code that goes on", 12), ["    code", "  that goes", "  on"]);
  assert.deepEqual(wrapped("    abcdefghij", 8), ["    abcd", "  efghij"], "no row of blanks");
});

Deno.test("wrap: wide characters count twice, and may be parted anywhere", () => {
  assert.deepEqual(wrapped("漢字漢字漢", 6, 0), ["漢字漢", "字漢"]);
  assert.deepEqual(wrapped("漢字漢字漢", 7, 0), ["漢字漢", "字漢"]);
  assert.deepEqual(wrapped("see 漢字漢字", 8, 0), ["see 漢字", "漢字"]);
});

Deno.test("wrap: a character with its marks, or of several, is never parted", () => {
  const family = "👨\u200d👩\u200d👧";
  for (const cluster of [family, "e\u0301\u0302", "🇩🇪", "❤\ufe0f", "한"]) {
    for (const row of wrapped(cluster.repeat(9), 13, 0)) {
      assert.equal(row.replaceAll(cluster, ""), "", row);
    }
  }
});

Deno.test("wrap: a text counts as wide as in the wider of two terminals", () => {
  const widths: [string, number][] = [
    ["abc", 3],
    ["漢字", 4],
    ["e\u0301", 1],
    ["❤\ufe0f", 2],
    ["👨\u200d👩\u200d👧", 6],
    ["😀", 2],
  ];
  for (const [text, width] of widths) {
    assert.ok(fitsBesideOne(text, width + 1), text);
    assert.ok(!fitsBesideOne(text, width), text);
  }
});

Deno.test("wrap: what is glued is parted from the text only where it does not fit", () => {
  const margins = { columns: 12, indent: 2 };
  const text = "14:05 ada: abcdef";
  assert.equal(wrap(text, { ...margins, glued: 11 }), "14:05 ada: a\n  bcdef");
  assert.equal(wrap(text, margins), "14:05 ada:\n  abcdef");
  assert.equal(wrap(text, { columns: 6, indent: 2, glued: 11 }), "14:05 \n  ada:\n   abc\n  def");
});

Deno.test("wrapSpans: each span is painted by itself, row by row", () => {
  const mark = (left: string, right: string) => (text: string) => left + text + right;
  const spans = [
    { text: "one ", paint: mark("<", ">") },
    { text: "" },
    { text: "two three", paint: mark("[", "]") },
    { text: " four" },
  ];
  const rows = wrapSpans(spans, { columns: 9, indent: 1, first: 1 }).split("\n");
  assert.deepEqual(rows, [" <one >[two]", " [three]", " four"]);
});

/** Clusters that are wider than any window. */
const ENDLESS = [
  "\u0915\u094d".repeat(33),
  "\u0915\u094d\u200d".repeat(33),
  "\u{1f469}\u200d".repeat(33) + "\u{1f469}",
  "\u{1f469}\u{1f3fd}\u200d\u2764\ufe0f\u200d".repeat(20),
  "\u0600".repeat(60) + "1",
  "\u1112".repeat(60) + "\u1161\u11a8",
  "a" + "\u093e".repeat(8),
  "\u1019\u1039".repeat(40) + "\u1019",
  "\u0d4e".repeat(50) + "\u0d15",
  "\u0301".repeat(60),
];

Deno.test("wrap: a cluster that is wider than the window is parted, and its rows are set in", async () => {
  for (const endless of ENDLESS) {
    for (const columns of [12, 24, 40]) {
      for (const before of ["", "ada: ", "x".repeat(columns - 1)]) {
        const text = sanitiseLine(`${before}${endless}bob: I pay`);
        const rows = wrapped(text, columns, 3);
        for (const row of rows) assert.ok(fitsBesideOne(row, columns + 1), row);
        for (const row of rows.slice(1)) assert.ok(row.startsWith("   "), row);
        assert.equal(rows.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
        using emulator = new Emulator(columns, 100);
        await emulator.write(rows.join("\r\n") + "\r\n");
        assert.equal(emulator.cursor().row, rows.length);
      }
    }
  }
});

const texts = fc.array(
  fc.oneof(
    fc.constantFrom(" ", "   ", "word", "漢字", "👨\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3"),
    fc.constantFrom(...ENDLESS),
    fc.constantFrom("🇩🇪", "한글", "é", "e\u0301", "👍🏽", "\u1112\u1161\u11ab", "✈\ufe0f", "ｶﾞ"),
    fc.string({ unit: "grapheme-composite", maxLength: 5 }),
  ),
  { maxLength: 30 },
).map((pieces) => sanitiseLine(pieces.join("")));

Deno.test("wrap: no row runs over, and nothing but blanks is lost", () => {
  fc.assert(fc.property(texts, fc.integer({ min: 12, max: 40 }), (text, columns) => {
    const rows = wrapped(text, columns, 3);
    for (const row of rows) assert.ok(fitsBesideOne(row, columns + 1), row);
    for (const row of rows.slice(1)) assert.ok(row.startsWith("   "), row);
    assert.equal(rows.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }));
});

Deno.test("wrap: a terminal never begins a row by itself", async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const rows = wrapped(text, 24, 3);
      using emulator = new Emulator(24, 60);
      await emulator.write(rows.join("\r\n") + "\r\n");
      assert.equal(emulator.cursor().row, rows.length);
    }),
    { numRuns: 200 },
  );
});

Deno.test("wrap: a text of 64 KiB is wrapped, whatever it is made of", () => {
  for (const unit of ["x", " ", "x ", "漢", "👩\u200d👩", "e\u0301", "🇩"]) {
    const text = unit.repeat(65_536 / unit.length);
    const rows = wrapped(text, 80);
    assert.equal(rows.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }
});

const WHOLE = `https://example.org/${"a".repeat(20)}`;

const WITH_WHOLE_WORDS: readonly (readonly [text: string, rows: readonly string[]])[] = [
  [`see ${WHOLE} there`, ["see", `  ${WHOLE}`, "  there"]],
  [`${WHOLE} there`, [WHOLE, "  there"]],
  [`${WHOLE} ${WHOLE}`, [WHOLE, `  ${WHOLE}`]],
  // As long as a row has room: cut nowhere, and not longer either.
  ["ab cdefghijklmnopqrst uv", ["ab", "  cdefghijklmnopqrst", "  uv"]],
  // What is not ASCII is cut, because it may be as wide as it likes.
  [`${"\u00e4".repeat(30)} b`, ["\u00e4".repeat(20), `  ${"\u00e4".repeat(10)} b`]],
];

for (const [text, rows] of WITH_WHOLE_WORDS) {
  Deno.test(`wrap: long words of ASCII stay whole: ${JSON.stringify(rows[0])}`, () => {
    assert.deepEqual(wrap(text, { columns: 20, indent: 2, hasWholeWords: true }).split("\n"), rows);
  });
}

Deno.test("wrap: what is longer than its row is one word of ASCII, whatever the text is", () => {
  const words = fc.oneof(
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom(" ", "x".repeat(30), "\u00e4".repeat(30), "\u6f22", "host: "),
  );
  const texts = fc.array(words).map((words) => words.join("").replaceAll("\n", " "));
  fc.assert(fc.property(texts, fc.integer({ min: 8, max: 40 }), (text, columns) => {
    const shown = sanitiseLine(text);
    const rows = wrap(shown, { columns, indent: 2, hasWholeWords: true }).split("\n");
    for (const row of rows) {
      if (stringWidth(row) > columns) assert.match(row.trim(), /^[!-~]+$/);
    }
  }));
});
