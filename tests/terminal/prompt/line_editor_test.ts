import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { emitKeypressEvents, type Key } from "node:readline";
import { Readable } from "node:stream";
import { LineEditor } from "../../../lib/terminal/prompt/line_editor.ts";

const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const HOME = "\x1b[H";
const END = "\x1b[F";
const DELETE = "\x1b[3~";
const BACKSPACE = "\x7f";
const ALT_ENTER = "\x1b\r";
const CTRL = { B: "\x02", D: "\x04", F: "\x06", W: "\x17" };

/** An editor without a terminal. */
class Bench implements Disposable {
  readonly entered: string[] = [];
  ends = 0;
  readonly editor: LineEditor;
  readonly #keys = new Readable({ read() {} });

  constructor() {
    this.editor = new LineEditor({
      onLine: (text) => this.entered.push(text),
      onInterrupt: () => {},
      onEnd: () => this.ends++,
      onCandidates: () => Promise.resolve(),
      onChange: () => {},
      onPause: () => {},
      onResume: () => {},
    });
    emitKeypressEvents(this.#keys, this.editor.readline);
    this.#keys.on("keypress", (text: string | undefined, key: Key) => this.editor.press(text, key));
  }

  type(keys: string): void {
    this.#keys.emit("data", Buffer.from(keys));
  }

  /** The draft, with a bar where the cursor stands. */
  get draft(): string {
    const { line, cursor } = this.editor;
    return `${line.slice(0, cursor)}|${line.slice(cursor)}`;
  }

  [Symbol.dispose]() {
    this.editor.close();
  }
}

Deno.test("LineEditor: a paste goes where the cursor is, and the cursor behind it", () => {
  using bench = new Bench();
  bench.type("abef" + LEFT + LEFT);
  bench.editor.paste("c\n\td");
  assert.equal(bench.draft, "abc\n\td|ef");
  assert.deepEqual(bench.entered, []);
  bench.type("\r");
  assert.deepEqual(bench.entered, ["abc\n\tdef"]);
  assert.equal(bench.draft, "|");
});

Deno.test("LineEditor: line breaks at the end are dropped, blanks and other line breaks stay", () => {
  using bench = new Bench();
  bench.editor.paste("\n  a \n\n b\n\n\n");
  bench.type("\r");
  bench.editor.paste("\n\n");
  bench.type("\r");
  assert.deepEqual(bench.entered, ["\n  a \n\n b", ""]);
});

Deno.test("LineEditor: Alt-Enter begins a line, and Enter in any form enters", () => {
  using bench = new Bench();
  bench.type(`a${ALT_ENTER}b\r`);
  bench.type("c\n");
  bench.type("d\r\ne");
  assert.deepEqual(bench.entered, ["a\nb", "c", "d"]);
  assert.equal(bench.draft, "e|");
});

Deno.test("LineEditor: LF enters if more than Enter came in front of it", () => {
  using bench = new Bench();
  bench.type("a\r");
  bench.editor.paste("b");
  bench.type("\n");
  bench.type("c\r" + ALT_ENTER + "\n");
  assert.deepEqual(bench.entered, ["a", "b", "c", ""]);
});

Deno.test("LineEditor: the editing keys treat a line break as a character", () => {
  using bench = new Bench();
  bench.editor.paste("one\ntwo");
  bench.type(LEFT.repeat(4));
  assert.equal(bench.draft, "one|\ntwo");
  bench.type(RIGHT);
  assert.equal(bench.draft, "one\n|two");
  bench.type(BACKSPACE);
  assert.equal(bench.draft, "one|two");
  bench.type(ALT_ENTER + LEFT + DELETE);
  assert.equal(bench.draft, "one|two");
  bench.type(ALT_ENTER + HOME);
  assert.equal(bench.draft, "|one\ntwo");
  bench.type(END);
  assert.equal(bench.draft, "one\ntwo|");
  bench.type(CTRL.W + CTRL.W);
  assert.equal(bench.draft, "|");
  bench.type(LEFT + RIGHT + BACKSPACE + DELETE);
  assert.equal(bench.draft, "|");
});

Deno.test("LineEditor: the history brings back an entry of several lines whole", () => {
  using bench = new Bench();
  bench.editor.paste("  one\n\ttwo\n");
  bench.type("\rthree\r" + UP);
  assert.equal(bench.draft, "three|");
  bench.type(UP);
  assert.equal(bench.draft, "  one\n\ttwo|");
  bench.type(DOWN + DOWN);
  assert.equal(bench.draft, "|");
});

Deno.test("LineEditor: a search in the history begins anew with what was typed or pasted", () => {
  using bench = new Bench();
  bench.type("first\rsecond\r");
  bench.type(UP);
  bench.editor.paste("!");
  bench.type(UP);
  assert.equal(bench.draft, "second!|");
  bench.type("?" + UP);
  assert.equal(bench.draft, "second!?|");
});

const CHARACTERS = ["a", "漢", "😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301", "1️⃣", "각", "\u2028"];

Deno.test("LineEditor: moves and deletes by what people take for one character", () => {
  using bench = new Bench();
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

Deno.test("LineEditor: a single line takes the first line of a paste, and no Alt-Enter", () => {
  using bench = new Bench();
  bench.editor.isSingleLine = true;
  bench.type("a" + ALT_ENTER);
  bench.editor.paste("b\nc");
  assert.equal(bench.draft, "ab|");
});
