import assert from "node:assert/strict";
import { EnteredLines } from "../../../lib/terminal/prompt/entered_lines.ts";

Deno.test("EnteredLines: a reader gets what waits, and what comes later, until the end", async () => {
  const entered = new EnteredLines();
  entered.add("a");
  entered.add("b");
  const lines = entered.read();
  assert.equal((await lines.next()).value, "a");
  assert.equal((await lines.next()).value, "b");
  const later = lines.next();
  entered.add("c");
  assert.equal((await later).value, "c");
  entered.add("d");
  entered.end();
  assert.equal((await lines.next()).value, "d", "what was entered before the end counts");
  assert.equal((await lines.next()).done, true);
});

Deno.test("EnteredLines: what is forgotten answers no question", async () => {
  const entered = new EnteredLines();
  entered.add("typed before the question");
  entered.forget();
  const answer = entered.read().next();
  entered.add("yes");
  assert.equal((await answer).value, "yes");
});
