import assert from "node:assert/strict";
import { EnteredLines } from "../../../lib/terminal/prompt/entered_lines.ts";

Deno.test("EnteredLines: a reader gets what waits, and what comes later, until the end", async () => {
  const entered = new EnteredLines();
  entered.add("a", true);
  entered.add("b", true);
  const lines = entered.read();
  assert.equal((await lines.next()).value, "a");
  assert.equal((await lines.next()).value, "b");
  const later = lines.next();
  entered.add("c", true);
  assert.equal((await later).value, "c");
  entered.add("d", true);
  entered.end();
  assert.equal((await lines.next()).value, "d", "what was entered before the end counts");
  assert.equal((await lines.next()).done, true);
});

Deno.test("EnteredLines: what is forgotten answers no question", async () => {
  const entered = new EnteredLines();
  entered.add("typed before the question", true);
  entered.forget();
  const answer = entered.read().next();
  entered.add("yes", true);
  assert.equal((await answer).value, "yes");
});

Deno.test("EnteredLines: the drafts that nobody has read can be had back, but no answer", () => {
  const entered = new EnteredLines();
  entered.add("one", true);
  entered.add("a secret", false);
  entered.add("two", true);
  assert.deepEqual(entered.takeDrafts(), ["one", "two"]);
  assert.deepEqual(entered.takeDrafts(), []);
});
