import assert from "node:assert/strict";
import { Conducts } from "../../../lib/chat/room/conduct.ts";
import { keyOf } from "../support.ts";

Deno.test("conduct: it is one for each key, over all its connections", () => {
  const conducts = new Conducts(100);
  const first = conducts.take(keyOf(1));
  assert.equal(conducts.take(keyOf(1)), first);
  const other = conducts.take(keyOf(2));
  assert.notEqual(other, first);
  first.pace.take(200);
  assert.ok(first.pace.take(1) > 0);
  assert.equal(other.pace.take(100), 0);
  assert.equal(first.lastSpoken, -Infinity);
});

Deno.test("conduct: it is forgotten with the last connection, unless it matters", () => {
  const conducts = new Conducts(100);
  const first = conducts.take(keyOf(1));
  conducts.take(keyOf(1));
  conducts.release(keyOf(1), false);
  assert.equal(conducts.take(keyOf(1)), first, "one is still there");
  conducts.release(keyOf(1), false);
  conducts.release(keyOf(1), true);
  assert.equal(conducts.take(keyOf(1)), first, "it matters");
  conducts.release(keyOf(1), false);
  assert.notEqual(conducts.take(keyOf(1)), first);
  // What nobody has cannot be given back.
  conducts.release(keyOf(3), false);
});
