import assert from "node:assert/strict";
import { reorder } from "../../lab/attacks/reorder.ts";
import { run, screensOf } from "./run.ts";

const QUESTIONS = "you: Shall I lock the house?\nyou: Shall I sell the car?";

Deno.test("reorder: the naive protocol lets answers change places, this one shows neither", async () => {
  const { transcript } = await run(reorder);
  const [naive, here] = screensOf("Bob", transcript);
  assert.equal(naive, `${QUESTIONS}\nthem: no\nthem: yes`);
  assert.equal(here, QUESTIONS);
  const [said, alice] = screensOf("Alice", transcript);
  assert.match(said, /\nyou: yes\nyou: no$/);
  assert.match(alice.replaceAll("\n", " "), /^error: .* a message to it was altered/);
});
