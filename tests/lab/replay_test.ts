import assert from "node:assert/strict";
import { replay } from "../../lab/attacks/replay.ts";
import { run, screensOf } from "./run.ts";

Deno.test("replay: the naive protocol shows a message twice, this one once", async () => {
  const { transcript } = await run(replay);
  const [naive, here] = screensOf("Bob", transcript);
  assert.equal(naive, "them: pay 100\nthem: pay 100\nthem: thank you");
  assert.equal(here, "alice: pay 100");
  const [alice] = screensOf("Alice", transcript);
  assert.match(alice, /^error: /);
});
