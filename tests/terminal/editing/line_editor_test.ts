import assert from "node:assert/strict";
import { Bench, ctrl, KEY } from "./bench.ts";

const { left: LEFT, right: RIGHT, up: UP, down: DOWN, home: HOME, end: END } = KEY;
const { delete: DELETE, backspace: BACKSPACE, altEnter: ALT_ENTER } = KEY;
const CTRL = { B: ctrl("b"), D: ctrl("d"), F: ctrl("f"), W: ctrl("w") };

Deno.test("LineEditor: a paste goes where the cursor is, and the cursor behind it", () => {
  const bench = new Bench();
  bench.type("abef" + LEFT + LEFT);
  bench.editor.paste("c\n\td");
  assert.equal(bench.draft, "abc\n\td|ef");
  assert.deepEqual(bench.entered, []);
  bench.type("\r");
  assert.deepEqual(bench.entered, ["abc\n\tdef"]);
  assert.equal(bench.draft, "|");
});

Deno.test("LineEditor: line breaks at the end are dropped, blanks and other line breaks stay", () => {
  const bench = new Bench();
  bench.editor.paste("\n  a \n\n b\n\n\n");
  bench.type("\r");
  bench.editor.paste("\n\n");
  bench.type("\r");
  assert.deepEqual(bench.entered, ["\n  a \n\n b", ""]);
});

Deno.test("LineEditor: Alt-Enter begins a line, and Enter in any form enters", () => {
  const bench = new Bench();
  bench.type(`a${ALT_ENTER}b\r`);
  bench.type("c\n");
  bench.type("d\r\ne");
  assert.deepEqual(bench.entered, ["a\nb", "c", "d"]);
  assert.equal(bench.draft, "e|");
});

Deno.test("LineEditor: LF enters if more than Enter came in front of it", () => {
  const bench = new Bench();
  bench.type("a\r");
  bench.editor.paste("b");
  bench.type("\n");
  bench.type("c\r" + ALT_ENTER + "\n");
  assert.deepEqual(bench.entered, ["a", "b", "c", ""]);
});

Deno.test("LineEditor: the editing keys treat a line break as a character", () => {
  const bench = new Bench();
  bench.editor.paste("one\ntwo");
  bench.type(LEFT.repeat(4));
  assert.equal(bench.draft, "one|\ntwo");
  bench.type(RIGHT);
  assert.equal(bench.draft, "one\n|two");
  bench.type(BACKSPACE);
  assert.equal(bench.draft, "one|two");
  bench.type(ALT_ENTER + LEFT + DELETE);
  assert.equal(bench.draft, "one|two");
  bench.type(ALT_ENTER + HOME + HOME);
  assert.equal(bench.draft, "|one\ntwo");
  bench.type(END + END);
  assert.equal(bench.draft, "one\ntwo|");
  bench.type(CTRL.W + CTRL.W);
  assert.equal(bench.draft, "|");
  bench.type(LEFT + RIGHT + BACKSPACE + DELETE);
  assert.equal(bench.draft, "|");
});

Deno.test("LineEditor: the history brings back an entry of several lines whole", () => {
  const bench = new Bench();
  bench.editor.paste("one\n\ttwo\n");
  bench.type("\rthree\r" + UP);
  assert.equal(bench.draft, "three|");
  bench.type(UP);
  assert.equal(bench.draft, "one\n\ttwo|");
  bench.type(DOWN + DOWN);
  assert.equal(bench.draft, "|");
});

const CHARACTERS = ["a", "漢", "😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301", "1️⃣", "각", "\u2028"];

Deno.test("LineEditor: moves and deletes by what people take for one character", () => {
  const bench = new Bench();
  bench.type(CHARACTERS.join(""));
  const whole = CHARACTERS.join("");
  assert.equal(bench.draft, `${whole}|`);
  for (const left of [LEFT, CTRL.B]) {
    for (let count = CHARACTERS.length; count > 0; count--) {
      bench.type(left);
      const before = CHARACTERS.slice(0, count - 1).join("");
      assert.equal(bench.draft, `${before}|${whole.slice(before.length)}`);
    }
    for (const [index] of CHARACTERS.entries()) {
      bench.type(left === LEFT ? RIGHT : CTRL.F);
      const before = CHARACTERS.slice(0, index + 1).join("");
      assert.equal(bench.draft, `${before}|${whole.slice(before.length)}`);
    }
  }
  for (let count = CHARACTERS.length; count > 0; count--) {
    bench.type(BACKSPACE);
    assert.equal(bench.draft, `${CHARACTERS.slice(0, count - 1).join("")}|`);
  }
  for (const key of [DELETE, CTRL.D]) {
    bench.editor.paste(whole);
    bench.type(HOME);
    for (const [index] of CHARACTERS.entries()) {
      bench.type(key);
      assert.equal(bench.draft, `|${CHARACTERS.slice(index + 1).join("")}`);
    }
  }
  assert.equal(bench.ends, 0);
  bench.type(CTRL.D);
  assert.equal(bench.ends, 1);
});

Deno.test("LineEditor: an answer takes the first line of a paste, and no Alt-Enter", () => {
  const bench = new Bench({ isAnswer: true });
  bench.type("a" + ALT_ENTER);
  bench.editor.paste("b\nc");
  assert.equal(bench.draft, "ab|");
});
