import assert from "node:assert/strict";
import { CursorFinder } from "../../../lib/terminal/frames/cursor_finder.ts";
import { Emulator } from "../../support/emulator.ts";

/** A finder whose questions a terminal answers, as it does in one piece. */
async function look(emulator: Emulator) {
  const finder = new CursorFinder();
  const answers = emulator.terminal.onData((answer) => {
    const [, row, column] = /^\x1b\[(\d+);(\d+)R$/.exec(answer) ?? [];
    finder.hear({ row: Number(row), column: Number(column) });
  });
  try {
    return await finder.find((question) => emulator.write(question));
  } finally {
    answers.dispose();
  }
}

Deno.test("cursor finder: finds the cursor and the size of the screen, and moves nothing", async () => {
  using emulator = new Emulator(30, 10);
  await emulator.write("one\r\nhello");
  const size = { columns: 30, rows: 10 };
  assert.deepEqual(await look(emulator), { row: 1, column: 5, size });
  assert.deepEqual(emulator.cursor(), { row: 1, column: 5 });
});

Deno.test("cursor finder: a cursor beyond the last column waits in it", async () => {
  const finder = new CursorFinder();
  const found = await finder.find(() => {
    finder.hear({ row: 7, column: 32 });
    finder.hear({ row: 30, column: 31 });
    return Promise.resolve();
  });
  assert.deepEqual(found, { row: 6, column: 30, size: { columns: 31, rows: 30 } });
});

Deno.test("cursor finder: a terminal that has not answered is not asked again", async () => {
  const finder = new CursorFinder();
  let questions = 0;
  const ask = () => Promise.resolve(void questions++);
  assert.equal(await finder.find(ask), undefined);
  assert.equal(await finder.find(ask), undefined);
  assert.equal(questions, 1);
});

Deno.test("cursor finder: tells whether an answer is waited for, and until when", async () => {
  const finder = new CursorFinder();
  assert.equal(finder.answer, undefined);
  const found = finder.find(() => Promise.resolve());
  const { answer } = finder;
  assert.ok(answer !== undefined);
  finder.hear({ row: 1, column: 1 });
  finder.hear({ row: 30, column: 31 });
  assert.equal(await answer, await found);
  assert.equal(finder.answer, undefined);
});
