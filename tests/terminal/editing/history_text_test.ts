import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { addEntry, readEntries } from "../../../lib/terminal/editing/history_text.ts";

const NAME = "input_history";

function textOf(entries: readonly string[]): string {
  return entries.reduce((text, entry) => addEntry(NAME, text, entry), "");
}

Deno.test("history text: an entry a line, with escapes that a person can read", () => {
  const text = textOf(["hello", "one\n\ttwo", "#topic", "C:\\new", "a\x1b[2Jb"]);
  const [comment, ...lines] = text.split("\n");
  assert.match(comment ?? "", /^# /);
  assert.deepEqual(lines, [
    "hello",
    String.raw`one\n\ttwo`,
    String.raw`\#topic`,
    String.raw`C:\\new`,
    String.raw`a\u{1b}[2Jb`,
    "",
  ]);
});

Deno.test("history text: every entry comes back as it was", () => {
  const entry = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom("\\", "n", "#", "\n", "\r", "\x1b", "\ufeff", "u{41}", "\ud800"))
      .map((parts) => parts.join("")),
  ).filter((text) => text.trim() !== "");
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 10 }), (entries) => {
      const expected = entries.filter((entry, index) => entry !== entries[index - 1]);
      assert.deepEqual(readEntries(NAME, textOf(entries)), expected);
    }),
  );
});

Deno.test("history text: what a person has written stays, and counts as far as it can be read", () => {
  const own = "# mine\r\n\r\nkept \\q \\u{110000}\r\nlast";
  assert.deepEqual(readEntries(NAME, own), ["kept \\q \\u{110000}", "last"]);
  assert.equal(addEntry(NAME, own, "last"), own);
  assert.equal(addEntry(NAME, own, "new"), `${own}\r\nnew\r\n`);
});

Deno.test("history text: of 1,000 entries the oldest goes, and comments stay", () => {
  const text = textOf(Array.from({ length: 1_003 }, (_, index) => `entry ${index}`));
  const entries = readEntries(NAME, text);
  assert.equal(entries.length, 1_000);
  assert.equal(entries[0], "entry 3");
  assert.equal(entries.at(-1), "entry 1002");
  assert.match(text, /^# /);
});

Deno.test("history text: it stays under half a mebibyte", () => {
  const long = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(65_000, "漢"));
  const text = textOf(long);
  assert.ok(new TextEncoder().encode(text).length <= 524_288);
  assert.deepEqual(readEntries(NAME, text), long.slice(-2));
});

Deno.test("history text: a damaged one is told by its line, and is not added to", () => {
  for (const damage of ["\0", "\x1b[2J", "\udc80", "\u009b"]) {
    const text = `good\nbad ${damage}\n`;
    for (const use of [() => readEntries(NAME, text), () => addEntry(NAME, text, "new")]) {
      assert.throws(use, /^UsageError: input_history, line 2: it is not plain text; fix the line/);
    }
  }
});
