import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { alt, Bench, ctrl, KEY } from "./bench.ts";

/** Presses keys one after the other in a draft, and compares it after each. */
function assertKeys(draft: string, steps: readonly (readonly [keys: string, draft: string])[]) {
  const bench = new Bench();
  const [before = "", behind = ""] = draft.split("|");
  bench.editor.paste(before + behind);
  const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(behind);
  bench.type(KEY.left.repeat([...characters].length));
  assert.equal(bench.draft, draft);
  for (const [keys, expected] of steps) {
    bench.type(keys);
    assert.equal(bench.draft, expected, JSON.stringify(keys));
  }
}

Deno.test("keys: Up and Down move between the lines of a draft, and keep the column", () => {
  assertKeys("first line\nab\n\nlast line|", [
    [KEY.up, "first line\nab\n|\nlast line"],
    [KEY.up, "first line\nab|\n\nlast line"],
    [KEY.up, "first lin|e\nab\n\nlast line"],
    [KEY.up, "first lin|e\nab\n\nlast line"],
    [KEY.down, "first line\nab|\n\nlast line"],
    [KEY.down + KEY.down, "first line\nab\n\nlast line|"],
    [KEY.down, "first line\nab\n\nlast line|"],
    // A move along the line chooses another column.
    [KEY.home + KEY.right + KEY.up, "first line\nab\n|\nlast line"],
    [KEY.up, "first line\na|b\n\nlast line"],
  ]);
});

Deno.test("keys: a column is one of the terminal, and no character is cut", () => {
  assertKeys("漢字漢\n12345|", [
    [KEY.up, "漢字|漢\n12345"],
    [KEY.down, "漢字漢\n12345|"],
  ]);
  assertKeys("a👨‍👩‍👧b\n12|", [[KEY.up, "a|👨‍👩‍👧b\n12"]]);
  assertKeys("xe\u0301y\n12|", [[KEY.up, "xe\u0301|y\n12"]]);
});

Deno.test("keys: Home and End go to the line's ends, and again to the draft's", () => {
  for (const [home, end] of [[KEY.home, KEY.end], [ctrl("a"), ctrl("e")]] as const) {
    assertKeys("one\ntwo thr|ee\nfour", [
      [home, "one\n|two three\nfour"],
      [home, "|one\ntwo three\nfour"],
      [home, "|one\ntwo three\nfour"],
      [end, "one|\ntwo three\nfour"],
      [end, "one\ntwo three\nfour|"],
      [end, "one\ntwo three\nfour|"],
    ]);
  }
});

Deno.test("keys: words are moved over, as readline has them", () => {
  for (const back of [alt("b"), KEY.ctrlLeft, KEY.altLeft, "\x1b\x1b[D"]) {
    assertKeys("tell bob: it's at_noon, größer 漢字|", [
      [back, "tell bob: it's at_noon, größer |漢字"],
      [back, "tell bob: it's at_noon, |größer 漢字"],
      [back, "tell bob: it's at_|noon, größer 漢字"],
      [back + back, "tell bob: it'|s at_noon, größer 漢字"],
      [back + back + back + back, "|tell bob: it's at_noon, größer 漢字"],
    ]);
  }
  for (const forward of [alt("f"), KEY.ctrlRight, KEY.altRight]) {
    assertKeys("|tell bob: e\u0301te\u0301\nend", [
      [forward, "tell| bob: e\u0301te\u0301\nend"],
      [forward, "tell bob|: e\u0301te\u0301\nend"],
      [forward, "tell bob: e\u0301te\u0301|\nend"],
      [forward + forward, "tell bob: e\u0301te\u0301\nend|"],
    ]);
  }
});

Deno.test("keys: what is deleted by words and lines comes back with Ctrl-Y", () => {
  assertKeys("cp /etc/hosts here|", [
    [KEY.altBackspace, "cp /etc/hosts |"],
    [ctrl("w"), "cp |"],
    // What is deleted in one go is one text.
    [ctrl("y"), "cp /etc/hosts here|"],
    [KEY.home + alt("d"), "| /etc/hosts here"],
    [alt("d"), "|/hosts here"],
    [ctrl("y"), "cp /etc|/hosts here"],
    [ctrl("u"), "|/hosts here"],
    [ctrl("k"), "|"],
    [ctrl("y"), "cp /etc/hosts here|"],
  ]);
});

Deno.test("keys: Alt-Y goes back in what was deleted, right behind Ctrl-Y", () => {
  assertKeys("one two|", [
    [ctrl("w") + KEY.left + ctrl("k") + KEY.backspace, "on|"],
    [ctrl("y"), "on |"],
    [alt("y"), "ontwo|"],
    [alt("y"), "on |"],
    ["!" + alt("y"), "on !|"],
  ]);
});

Deno.test("keys: Ctrl-U and Ctrl-K delete to the line's ends, and then the line break", () => {
  assertKeys("one\ntwo three|\nfour", [
    [KEY.altLeft + ctrl("u"), "one\n|three\nfour"],
    [ctrl("u"), "one|three\nfour"],
    [ctrl("k"), "one|\nfour"],
    [ctrl("k"), "one|four"],
  ]);
});

Deno.test("keys: Ctrl-T exchanges characters, at a line's end the last two", () => {
  assertKeys("ab👍🏽|\nx", [
    [ctrl("t"), "a👍🏽b|\nx"],
    [KEY.left + ctrl("t"), "ab👍🏽|\nx"],
    [KEY.right + ctrl("t"), "ab👍🏽\n|x"],
    [KEY.end + ctrl("t"), "ab👍🏽\nx|"],
  ]);
});

Deno.test("keys: Alt-U, Alt-L and Alt-C change a word's case", () => {
  assertKeys("|straße and MORE words", [
    [alt("u"), "STRASSE| and MORE words"],
    [alt("c"), "STRASSE And| MORE words"],
    [alt("l"), "STRASSE And more| words"],
  ]);
});

Deno.test("keys: undoing takes back typing in groups, and each deletion by itself", () => {
  for (const undo of [KEY.undo, ctrl("x") + ctrl("u")]) {
    assertKeys("|", [
      ["a".repeat(20) + "bcd", `${"a".repeat(20)}bcd|`],
      [ctrl("w") + "xy z" + KEY.backspace, "xy |"],
      [undo, "xy z|"],
      [undo, "|"],
      [undo, `${"a".repeat(20)}bcd|`],
      [undo, `${"a".repeat(20)}|`],
      [undo, "|"],
      [undo, "|"],
    ]);
  }
  assertKeys("|", [["abc" + KEY.home + "x" + KEY.undo, "|abc"], [alt("r"), "|"]]);
});

Deno.test("keys: a key that does nothing inserts nothing", () => {
  const nothing = [ctrl("g"), ctrl("q"), ctrl("v"), ctrl("o"), ctrl("@"), "\x1c", "\x1d", "\x1e"];
  const sequences = ["\x1b[5~", "\x1b[6~", "\x1b[2~", "\x1bOP", "\x1b[15~", "\x1b[Z", alt("x")];
  for (const key of [...nothing, ...sequences, ctrl("x") + "a", ctrl("x") + "\x1b"]) {
    const bench = new Bench().type("ab" + KEY.left, key);
    assert.equal(bench.draft, "a|b", JSON.stringify(key));
    assert.deepEqual(bench.entered, []);
  }
});

Deno.test("keys: Tab completes, and tells what it cannot decide", () => {
  const names = ["/help", "/hello", "😀a", "😁b"];
  const bench = new Bench({
    completer: (line) => [names.filter((name) => line !== "" && name.startsWith(line)), line],
  });
  bench.type("\t/he\t");
  assert.equal(bench.draft, "/hel|");
  assert.deepEqual(bench.candidates, []);
  bench.type("\t");
  assert.deepEqual(bench.candidates, ["/help", "/hello"]);
  bench.type("p\t", KEY.enter, "nothing\t");
  assert.deepEqual(bench.entered, ["/help"]);
  assert.equal(bench.draft, "nothing|");
});

/** All keys that edit, and some text. */
const keys = fc.array(
  fc.constantFrom(
    ...Object.values(KEY).filter((key) => key !== KEY.escape),
    ...["a", "b", "d", "e", "f", "k", "n", "p", "t", "u", "w", "y"].map(ctrl),
    ...["b", "c", "d", "f", "l", "r", "u", "y"].map(alt),
    ...["a", " ", "é", "漢", "😀", "-"],
  ),
  { maxLength: 40 },
);
const texts = fc.array(
  fc.constantFrom("a", " ", "\n", "👨‍👩‍👧", "🇩🇪", "e\u0301", "1️⃣", "각", "字", "_", "क्‍ष"),
  { maxLength: 20 },
).map((parts) => parts.join(""));

Deno.test("keys: the cursor never stands inside of what people take for one character", () => {
  fc.assert(
    fc.property(texts, keys, (text, pressed) => {
      const bench = new Bench();
      bench.editor.paste(text);
      for (const key of pressed) {
        bench.type(key);
        const { line, cursor } = bench.editor;
        const places = [...new Intl.Segmenter().segment(line)].map(({ index }) => index);
        assert.ok(
          [...places, line.length].includes(cursor),
          `${JSON.stringify(line)} at ${cursor} after ${JSON.stringify(key)}`,
        );
        assert.ok(line.isWellFormed());
      }
    }),
  );
});

Deno.test("keys: undoing everything leaves the draft as it was", () => {
  const editing = keys.map((all) =>
    all.filter((key) =>
      ![KEY.enter, KEY.up, KEY.down, KEY.undo, ctrl("p"), ctrl("n")].includes(key) &&
      key !== ctrl("d")
    )
  );
  fc.assert(
    fc.property(editing, (pressed) => {
      const bench = new Bench().type(...pressed, KEY.undo.repeat(pressed.length + 1));
      assert.equal(bench.editor.line, "");
    }),
  );
});
