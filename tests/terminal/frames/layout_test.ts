import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { clearPrompt, drawPrompt } from "../../../lib/terminal/frames/draw.ts";
import { layOutPrompt } from "../../../lib/terminal/frames/layout.ts";
import { Emulator } from "../../support/emulator.ts";

const COLOURED = "\x1b[1;36myou\x1b[22;39m> ";

Deno.test("layOutPrompt: a coloured prompt takes the room of its letters", () => {
  const layout = layOutPrompt(COLOURED, "abcd", 2, 7);
  assert.deepEqual(layout, {
    rows: [COLOURED + "ab", "cd"],
    cursorRow: 1,
    beforeCursor: "",
    cursorAtEnd: false,
  });
});

Deno.test("layOutPrompt: a cursor behind a full row stands in the next one", () => {
  const layout = layOutPrompt("> ", "abc", 3, 5);
  assert.deepEqual(layout, {
    rows: ["> abc", ""],
    cursorRow: 1,
    beforeCursor: "",
    cursorAtEnd: true,
  });
});

Deno.test("layOutPrompt: a wide character that does not fit starts the next row", () => {
  const layout = layOutPrompt("> ", "漢字", 1, 5);
  assert.deepEqual(layout, {
    rows: ["> 漢", "字"],
    cursorRow: 1,
    beforeCursor: "",
    cursorAtEnd: false,
  });
});

Deno.test("layOutPrompt: what has no width does not start a row", () => {
  assert.deepEqual(layOutPrompt("", "漢\ufe0f字\u0301", 0, 2).rows, ["漢\ufe0f", "字\u0301"]);
  assert.deepEqual(layOutPrompt("", "aa가각", 0, 2).rows, ["aa", "가", "각"]);
});

Deno.test("layOutPrompt: a symbol in emoji style has room to be wide", () => {
  assert.deepEqual(layOutPrompt("", "❤\ufe0f❤❤", 0, 2).rows, ["❤\ufe0f", "❤❤"]);
});

Deno.test("layOutPrompt: a line break begins a row, and all rows but the first are set in", () => {
  assert.deepEqual(layOutPrompt("> ", "one two three\n\n\tfour five", 0, 12).rows, [
    "> one two th",
    "  ree",
    "  ",
    "      four f",
    "  ive",
  ]);
  assert.deepEqual(layOutPrompt("> ", "one two three", 0, 12).rows, ["> one two th", "ree"]);
});

Deno.test("layOutPrompt: a window of a few columns has no room to set rows in", () => {
  assert.deepEqual(layOutPrompt("", "abcdefgh\nij", 0, 8).rows, ["abcdefgh", "  ij"]);
  assert.deepEqual(layOutPrompt("", "abcdefgh\nij", 0, 7).rows, ["abcdefg", "h", "ij"]);
});

Deno.test("layOutPrompt: the cursor at a line break stands behind the text in front of it", () => {
  const layout = (cursor: number) => {
    const { cursorRow, beforeCursor, cursorAtEnd } = layOutPrompt("> ", "ab\n\nc\n", cursor, 20);
    return [cursorRow, beforeCursor, cursorAtEnd];
  };
  assert.deepEqual(layout(2), [0, "> ab", false]);
  assert.deepEqual(layout(3), [1, "  ", false]);
  assert.deepEqual(layout(4), [2, "  ", false]);
  assert.deepEqual(layout(5), [2, "  c", false]);
  assert.deepEqual(layout(6), [3, "  ", true]);
});

Deno.test("layOutPrompt: a cursor behind a full row has a row of its own, at a line break too", () => {
  assert.deepEqual(layOutPrompt("> ", "abcdef\ng", 6, 8), {
    rows: ["> abcdef", "  ", "  g"],
    cursorRow: 1,
    beforeCursor: "  ",
    cursorAtEnd: false,
  });
  assert.deepEqual(layOutPrompt("> ", "abcdef\ng", 7, 8).rows, ["> abcdef", "  g"]);
});

Deno.test("drawPrompt: a line taller than the terminal shows the part around the cursor", () => {
  const typed = "0123456789".repeat(5);
  const first = drawPrompt(layOutPrompt("", typed, 0, 10), 10, 4);
  assert.equal(first.text, "0123456789".repeat(3) + "\x1b[2A\r");
  assert.equal(first.shape.cursorRow, 0);
  const last = drawPrompt(layOutPrompt("", typed + "!", 51, 10), 10, 4);
  assert.equal(last.text, "0123456789".repeat(2) + "!");
  assert.equal(last.shape.cursorRow, 2);
});

/**
 * What people type and paste, and what wraps in unusual ways. Marks newer than the emulator's
 * Unicode 11 are left out: as on any older terminal, they are as wide as letters there.
 */
const character = fc.oneof(
  fc.constantFrom(
    "a",
    "ß",
    "漢",
    "字",
    "😀",
    "👨‍👩‍👧",
    "👍🏽",
    "❤️",
    "1️⃣",
    "🇩🇪",
    "é",
    "กำ",
    "क्ष",
    "각",
    "ア",
  ),
  fc.constantFrom(
    "\n",
    "\t",
    "\x1b",
    "\u009b",
    "\u202e",
    "\u200d",
    "\ufe0f",
    "\u0301",
    "\u2028",
    "\ud800",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 3 }),
  ...[
    [0xa0, 0x17f],
    [0x300, 0x52f],
    [0x590, 0x5ff],
    [0x620, 0x6d5],
    [0x900, 0x97f],
    [0xe00, 0xe7f],
    [0x1100, 0x115e],
    [0x2000, 0x33ff],
    [0x4e00, 0x9fff],
    [0xac00, 0xd7a3],
    [0xff00, 0xffef],
    [0x1f300, 0x1f6ff],
    [0x20000, 0x2ffff],
  ].map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code))),
);
const line = fc.array(character, { maxLength: 60, size: "max" }).map((characters) =>
  characters.join("")
);

Deno.test("drawing and clearing a prompt leave the lines above it as they were", async () => {
  await fc.assert(
    fc.asyncProperty(
      line,
      fc.nat(),
      fc.integer({ min: 12, max: 40 }),
      fc.integer({ min: 3, max: 12 }),
      async (typed, place, columns, height) => {
        const cursor = place % (typed.length + 1);
        const above = Array.from({ length: height - 1 }, (_, index) => `line ${index}`);
        using emulator = new Emulator(columns, height);
        await emulator.write(above.map((text) => text + "\r\n").join(""));

        const { text, shape: { cursorRow } } = drawPrompt(
          layOutPrompt(COLOURED, typed, cursor, columns),
          columns,
          height,
        );
        await emulator.write(text);
        assert.ok(emulator.cursor().row >= cursorRow);
        await emulator.write(clearPrompt(cursorRow));

        const rows = emulator.transcript();
        assert.deepEqual(rows.slice(0, height - 1), above);
        assert.equal(rows.slice(height - 1).join(""), "");
        const { row, column } = emulator.cursor();
        assert.equal(emulator.terminal.buffer.active.baseY + row, height - 1);
        assert.equal(column, 0);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("the cursor stands behind the text that is in front of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      line,
      line,
      fc.integer({ min: 12, max: 40 }),
      async (before, after, columns) => {
        const layout = layOutPrompt(COLOURED, before + after, before.length, columns);
        using whole = new Emulator(columns, 50);
        using part = new Emulator(columns, 50);
        await whole.write(drawPrompt(layout, columns, 50).text);
        await part.write(layout.rows.slice(0, layout.cursorRow).join("\r\n"));
        if (layout.cursorRow > 0) await part.write("\r\n");
        await part.write(layout.beforeCursor);
        assert.deepEqual(whole.cursor(), part.cursor());
      },
    ),
    { numRuns: 80 },
  );
});
