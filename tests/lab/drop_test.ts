import assert from "node:assert/strict";
import { drop } from "../../lab/attacks/drop.ts";
import { run, screensOf } from "./run.ts";

Deno.test("drop: the naive protocol shows what is left, this one shows nothing of it", async () => {
  const { transcript } = await run(drop);
  const [naive, here] = screensOf("Bob", transcript);
  assert.equal(naive, "them: sell everything today");
  assert.equal(here, "(nothing)");
  const [, alice] = screensOf("Alice", transcript);
  assert.match(alice.replaceAll("\n", " "), /^error: .* a message to it was altered/);
});
