import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { clearPrompt, drawPrompt } from "../../../lib/terminal/frames/draw.ts";
import { layOutPrompt } from "../../../lib/terminal/frames/layout.ts";
import {
  countHidden,
  findPrompt,
  firstRows,
  type PromptShape,
  saysReflow,
} from "../../../lib/terminal/frames/reflow.ts";
import { PROMPT_MARK } from "../../../lib/terminal/text/bar.ts";
import { Emulator } from "../../support/emulator.ts";

/** Two rows of 20 columns and a third one, as one line to the terminal. */
const SHAPE: PromptShape = { columns: 20, above: [], offset: 47, cursorRow: 2, cursorColumn: 7 };

Deno.test("findPrompt: the cursor's column tells a terminal that wraps anew from one that does not", () => {
  assert.deepEqual(findPrompt(SHAPE, 15, 2, undefined), {
    cursorRow: 3,
    reflows: true,
    isCertain: true,
  });
  assert.deepEqual(findPrompt(SHAPE, 15, 7, undefined), {
    cursorRow: 2,
    reflows: false,
    isCertain: true,
  });
  assert.deepEqual(findPrompt(SHAPE, 30, 17, undefined), {
    cursorRow: 1,
    reflows: true,
    isCertain: true,
  });
  assert.deepEqual(findPrompt(SHAPE, 30, 7, undefined), {
    cursorRow: 2,
    reflows: false,
    isCertain: true,
  });
});

Deno.test("findPrompt: where the column does not tell, what is known does, and else nothing is risked", () => {
  assert.deepEqual(findPrompt(SHAPE, 10, 7, undefined), {
    cursorRow: 2,
    reflows: undefined,
    isCertain: false,
  });
  assert.deepEqual(findPrompt(SHAPE, 10, 7, true), {
    cursorRow: 4,
    reflows: true,
    isCertain: true,
  });
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
  assert.deepEqual(findPrompt(shape, 11, 3, undefined), {
    cursorRow: 9,
    reflows: true,
    isCertain: true,
  });
});

Deno.test("findPrompt: behind a full row the cursor may wait at its end", () => {
  const shape = { columns: 20, above: [], offset: 30, cursorRow: 1, cursorColumn: 10 };
  assert.deepEqual(findPrompt(shape, 15, 14, undefined), {
    cursorRow: 1,
    reflows: true,
    isCertain: true,
  });
  assert.deepEqual(findPrompt(shape, 15, 0, undefined), {
    cursorRow: 2,
    reflows: true,
    isCertain: true,
  });
});

Deno.test("saysReflow: says yes, or nothing", () => {
  assert.equal(saysReflow((name) => name === "TMUX" ? "/tmp/tmux,1,0" : undefined), true);
  // Set to nothing is as good as not set.
  assert.equal(saysReflow(() => ""), undefined);
  assert.equal(saysReflow(() => undefined), undefined);
});

Deno.test("firstRows: the lines that have left the screen, or the beginning of one", () => {
  assert.deepEqual(firstRows(SHAPE, 20, 0), []);
  assert.deepEqual(firstRows(SHAPE, 20, 1), [20]);
  assert.deepEqual(firstRows(SHAPE, 10, 4), [40]);
  const shape = { ...SHAPE, above: [33, 0, 12] };
  assert.deepEqual(firstRows(shape, 10, 2), [20]);
  assert.deepEqual(firstRows(shape, 10, 5), [33, 0]);
  assert.deepEqual(firstRows(shape, 10, 8), [33, 0, 12, 10]);
});

Deno.test("countHidden: as many rows as there is no room for above the cursor", () => {
  const found = { cursorRow: 3, reflows: true, isCertain: true };
  assert.equal(countHidden(found, { row: 5, column: 7 }), 0);
  assert.equal(countHidden(found, { row: 1, column: 7 }), 2);
  // Nothing is counted that may be another's.
  assert.equal(countHidden({ ...found, isCertain: false }, { row: 1, column: 7 }), 0);
});

Deno.test("countHidden: a cursor at the first place, where it is not expected, has lost its row", () => {
  const found = { cursorRow: 3, reflows: true, isCertain: false };
  assert.equal(countHidden(found, { row: 0, column: 0 }), 4);
  assert.equal(countHidden({ ...found, reflows: undefined }, { row: 0, column: 0 }), 0);
});

Deno.test("clearPrompt: never begins ED at the first place of the screen", async () => {
  // tmux would put all that stands there into its scrollback.
  using emulator = new Emulator(20, 10);
  const begins: string[] = [];
  emulator.terminal.parser.registerCsiHandler({ final: "J" }, () => {
    const { row, column } = emulator.cursor();
    begins.push(`${row} ${column}`);
    return false;
  });
  for (const cursorRow of [0, 1, 5]) {
    await emulator.write("\x1b[Hwe are two rows\r\nof the prompt" + clearPrompt(cursorRow + 1));
    assert.equal(emulator.screen().join(""), "");
    assert.deepEqual(emulator.cursor(), { row: 0, column: 0 });
  }
  assert.equal(begins.length, 3);
  assert.ok(!begins.includes("0 0"));
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
      fc.constantFrom(false, undefined),
      async (typed, place, before, after, known) => {
        const above = ["line 1", "line 2", "line 3"];
        using emulator = new Emulator(before, 60);
        await emulator.write(above.map((line) => `${line}\r\n`).join(""));
        const prompt = `${PROMPT_MARK}you: `;
        const layout = layOutPrompt(prompt, typed, place % (typed.length + 1), before);
        const { text, shape } = drawPrompt(layout, before, 60);
        await emulator.write(text);
        emulator.terminal.resize(after, 60);
        const found = findPrompt(shape, after, emulator.cursor().column, known);
        await emulator.write(clearPrompt(found.cursorRow));
        const rows = emulator.transcript();
        assert.deepEqual(rows.slice(0, 3), above);
        // Of a terminal that nothing is known of, the column may not tell what it has done.
        if (found.isCertain) assert.equal(rows.slice(3).join(""), "");
        else assert.ok(known === undefined || shape.above.length > 0);
      },
    ),
    {
      numRuns: 300,
      examples: [
        // The cursor's column is the same whether the rows are wrapped anew or not.
        ["ab 漢字漢a\n\n", 1379403019, 16, 24, undefined],
        ["ab 漢字漢aa\n\n", 10, 16, 24, undefined],
        ["ab 漢字漢aa\n\n", 10, 16, 24, false],
        // The rows are full, and the cursor is alone in a line of its own.
        ["a".repeat(219), 219, 25, 60, false],
      ],
    },
  );
});
