import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { clearPrompt, drawPrompt } from "../../../lib/terminal/frames/draw.ts";
import { layOutPrompt } from "../../../lib/terminal/frames/layout.ts";
import { findPrompt, type PromptShape, saysReflow } from "../../../lib/terminal/frames/reflow.ts";
import { Emulator } from "../../support/emulator.ts";

/** Two rows of 20 columns and a third one, as one line to the terminal. */
const SHAPE: PromptShape = { columns: 20, above: [], offset: 47, cursorRow: 2, cursorColumn: 7 };

Deno.test("findPrompt: the cursor's column tells a terminal that wraps anew from one that does not", () => {
  assert.deepEqual(findPrompt(SHAPE, 15, 2, undefined), { cursorRow: 3, reflows: true });
  assert.deepEqual(findPrompt(SHAPE, 15, 7, undefined), { cursorRow: 2, reflows: false });
  assert.deepEqual(findPrompt(SHAPE, 30, 17, undefined), { cursorRow: 1, reflows: true });
  assert.deepEqual(findPrompt(SHAPE, 30, 7, undefined), { cursorRow: 2, reflows: false });
});

Deno.test("findPrompt: where the column does not tell, what is known does, and else nothing is risked", () => {
  assert.deepEqual(findPrompt(SHAPE, 10, 7, undefined), { cursorRow: 2, reflows: undefined });
  assert.deepEqual(findPrompt(SHAPE, 10, 7, true), { cursorRow: 4, reflows: true });
  assert.deepEqual(findPrompt(SHAPE, 10, undefined, undefined).cursorRow, 2);
  assert.deepEqual(findPrompt(SHAPE, 40, undefined, undefined).cursorRow, 1);
  assert.deepEqual(
    findPrompt(SHAPE, 15, 11, undefined).cursorRow,
    2,
    "a column that nobody expects",
  );
});

Deno.test("findPrompt: lines of their own are counted one by one, and an empty one as a row", () => {
  const shape = { columns: 20, above: [40, 0, 12], offset: 25, cursorRow: 5, cursorColumn: 5 };
  assert.deepEqual(findPrompt(shape, 11, 3, undefined), { cursorRow: 9, reflows: true });
});

Deno.test("findPrompt: behind a full row the cursor may wait at its end", () => {
  const shape = { columns: 20, above: [], offset: 30, cursorRow: 1, cursorColumn: 10 };
  assert.deepEqual(findPrompt(shape, 15, 14, undefined), { cursorRow: 1, reflows: true });
  assert.deepEqual(findPrompt(shape, 15, 0, undefined), { cursorRow: 2, reflows: true });
});

Deno.test("saysReflow: says yes, or nothing", () => {
  assert.equal(saysReflow((name) => name === "TMUX" ? "/tmp/tmux,1,0" : undefined), true);
  // Set to nothing is as good as not set.
  assert.equal(saysReflow(() => ""), undefined);
  assert.equal(saysReflow(() => undefined), undefined);
});

const draft = fc.array(fc.constantFrom("a", "b ", "c", "漢", "字", "é", "\n"), { maxLength: 150 })
  .map((characters) => characters.join(""));

Deno.test("a changed width deletes no line above the prompt, and leaves nothing of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      draft,
      fc.nat(),
      fc.integer({ min: 12, max: 60 }),
      fc.integer({ min: 12, max: 60 }),
      async (typed, place, before, after) => {
        const above = ["line 1", "line 2", "line 3"];
        using emulator = new Emulator(before, 60);
        await emulator.write(above.map((line) => `${line}\r\n`).join(""));
        const layout = layOutPrompt("▌you: ", typed, place % (typed.length + 1), before);
        const { text, shape } = drawPrompt(layout, before, 60);
        await emulator.write(text);
        emulator.terminal.resize(after, 60);
        const { column } = emulator.cursor();
        await emulator.write(clearPrompt(findPrompt(shape, after, column, undefined).cursorRow));
        const rows = emulator.transcript();
        assert.deepEqual(rows.slice(0, 3), above);
        assert.equal(rows.slice(3).join(""), "");
      },
    ),
    { numRuns: 300 },
  );
});
