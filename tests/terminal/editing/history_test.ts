import assert from "node:assert/strict";
import { Recall } from "../../../lib/terminal/editing/recall.ts";
import { Bench, ctrl, KEY } from "./bench.ts";

Deno.test("history: Up and Down go through what was entered, and back to what stood half-typed", () => {
  const bench = new Bench().enter("one", "two").type("half" + KEY.left);
  for (
    const [key, draft] of [
      [KEY.up, "two|"],
      [KEY.up, "one|"],
      [KEY.up, "one|"],
      [KEY.down, "two|"],
      [KEY.down, "hal|f"],
      [KEY.down, "hal|f"],
    ] as const
  ) {
    assert.equal(bench.type(key).draft, draft);
  }
});

Deno.test("history: from a draft of several lines it begins at the first and the last line", () => {
  const bench = new Bench().enter("old").type(`one${KEY.altEnter}two`);
  assert.equal(bench.type(KEY.up).draft, "one|\ntwo");
  assert.equal(bench.type(KEY.up).draft, "old|");
  assert.equal(bench.type(KEY.down).draft, "one|\ntwo");
  assert.equal(bench.type(KEY.down).draft, "one\ntwo|");
  // Ctrl-P and Ctrl-N never stay in the draft.
  assert.equal(bench.type(ctrl("p")).draft, "old|");
  assert.equal(bench.type(ctrl("n")).draft, "one\ntwo|");
});

Deno.test("history: Alt-< and Alt-> go to its ends", () => {
  const bench = new Bench().enter("one", "two", "three").type("half");
  assert.equal(bench.type("\x1b<").draft, "one|");
  assert.equal(bench.type("\x1b>").draft, "half|");
});

Deno.test("history: an entry that was edited keeps its changes until something is entered", () => {
  const bench = new Bench().enter("one", "two").type(KEY.up, "!", KEY.up, "?");
  assert.equal(bench.type(KEY.down).draft, "two!|");
  assert.equal(bench.type(KEY.up).draft, "one?|");
  // Each has what can be undone for itself.
  assert.equal(bench.type(KEY.undo).draft, "one|");
  bench.type(KEY.down, KEY.enter);
  assert.deepEqual(bench.entered, ["one", "two", "two!"]);
  assert.equal(bench.type(KEY.up).draft, "two!|");
  assert.equal(bench.type(KEY.up).draft, "two|");
  assert.equal(bench.type(KEY.up).draft, "one|");
});

Deno.test("history: what is the same as the last, empty, or behind a blank is not remembered", () => {
  const bench = new Bench().enter("one", "one", "", "   ", " secret", "two", "one");
  assert.deepEqual(bench.remembered, ["one", "one", "two", "one"]);
  assert.equal(bench.type(KEY.up).draft, "one|");
  assert.equal(bench.type(KEY.up).draft, "two|");
  assert.equal(bench.type(KEY.up).draft, "one|");
  assert.equal(bench.type(KEY.up).draft, "one|");
});

Deno.test("history: older entries come in front, and leave what is edited as it is", () => {
  const bench = new Bench().enter("new").type(KEY.up, "!");
  bench.editor.addHistory(["oldest", "older"]);
  assert.equal(bench.draft, "new!|");
  assert.equal(bench.type(KEY.up).draft, "older|");
  assert.equal(bench.type(KEY.down).draft, "new!|");
  assert.equal(bench.type(KEY.up + KEY.up + KEY.up).draft, "oldest|");
});

Deno.test("history: it keeps 1,000 entries, and less of long ones", () => {
  const recall = new Recall();
  for (let count = 0; count < 1_005; count++) recall.enter(`${count}`);
  assert.equal(recall.length, 1_000);
  assert.equal(recall.textAt(0), "5");
  recall.addOlder(["older"]);
  assert.equal(recall.length, 1_000);
  for (let count = 0; count < 20; count++) recall.enter(`${count}`.padEnd(262_144, "x"));
  assert.equal(recall.length, 8);
});

Deno.test("history: what was thrown away comes back with Up, undoing and Ctrl-Y", () => {
  for (const [back, draft] of [[KEY.up, "half|"], [KEY.undo, "hal|f"], [ctrl("y"), "half|"]]) {
    const bench = new Bench().enter("one").type("half" + KEY.left);
    assert.equal(bench.editor.discard(), "Up");
    assert.equal(bench.draft, "|");
    assert.equal(bench.editor.discard(), undefined);
    assert.equal(bench.type(back ?? "").draft, draft);
    // It was not entered, so it is not for the next time.
    assert.deepEqual(bench.remembered, ["one"]);
  }
  const bench = new Bench().type(" half");
  assert.equal(bench.editor.discard(), "Ctrl-Y");
  assert.equal(bench.type(KEY.up).draft, "|");
  assert.equal(bench.type(ctrl("y")).draft, " half|");
});

Deno.test("history: an answer is not remembered, and nothing comes back in its place", () => {
  const bench = new Bench({ isAnswer: true }).enter("yes").type(KEY.up, ctrl("r"), ctrl("p"));
  assert.equal(bench.draft, "|");
  assert.deepEqual(bench.remembered, []);
});
