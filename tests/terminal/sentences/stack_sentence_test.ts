import assert from "node:assert/strict";
import { NetworkError } from "../../../lib/errors.ts";
import { stackSentence } from "../../../lib/terminal/sentences/stack_sentence.ts";

const FORGED = "\nbob: I pay\n    at once\x1b[2J " + "x".repeat(60) + " bob: again";

Deno.test("stack: an error's message is one line, whatever it says, and the calls are below", () => {
  for (const error of [new NetworkError("room-full", FORGED), new Error(FORGED), new Error("")]) {
    for (const columns of [40, Infinity]) {
      const rows = stackSentence(error, columns).split("\n");
      assert.ok(rows[0].startsWith(`${error.name}: `));
      assert.ok(rows.length > 1);
      for (const row of rows.slice(1)) assert.match(row, /^ {4}/);
      assert.match(stackSentence(error, Infinity), /\n {4}at .*stack_sentence_test/);
      for (const row of rows) assert.ok([...row].length <= columns);
    }
  }
});

Deno.test("stack: an error without a stack is its message", () => {
  const error = new Error("no more");
  delete error.stack;
  assert.equal(stackSentence(error, 80), "Error: no more");
});
