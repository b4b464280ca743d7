import assert from "node:assert/strict";
import { lowOrder } from "../../lab/attacks/low_order.ts";
import { run, screensOf } from "./run.ts";

Deno.test("low-order: everything is read there, without a key; here nobody gets in without one", async () => {
  const { naive, here, transcript } = await run(lowOrder);
  assert.deepEqual([naive.length, here.length], [1, 1]);
  const [eve, nothing] = screensOf("Eve", transcript);
  assert.equal(eve, "the gate code is 4711");
  assert.match(nothing, /nothing has come/);
  const [alice] = screensOf("Alice", transcript);
  const [bob, said, refused] = screensOf("Bob", transcript);
  assert.match(alice, /^connected; key check [0-9a-f]{4}-[0-9a-f]{4}$/);
  assert.equal(bob, alice, "the key checks are the same");
  assert.equal(said, "them: the gate code is 4711");
  assert.match(refused.replaceAll("\n", " "), /the public key is one of low order/);
  assert.match(transcript.replaceAll("\n", " "), /Bob's program does not answer\./);
});
