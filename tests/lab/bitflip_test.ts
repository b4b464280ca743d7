import assert from "node:assert/strict";
import { bitflip } from "../../lab/attacks/bitflip.ts";
import { run, screensOf } from "./run.ts";

Deno.test("bitflip: the naive protocol delivers another sum, this one hangs up", async () => {
  const { naive, here, transcript } = await run(bitflip);
  assert.deepEqual([naive.length, here.length], [1, 1]);
  assert.deepEqual(screensOf("Bob", transcript), ["them: pay 900"]);
  const [alice] = screensOf("Alice", transcript);
  assert.match(alice.replaceAll("\n", " "), /says that a message to it was altered on its way/);
});
