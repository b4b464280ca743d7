import assert from "node:assert/strict";
import { WaitingLine } from "../lib/waiting_line.ts";

Deno.test("waiting line: the oldest of the address that has most gives way", () => {
  const line = new WaitingLine<string>();
  line.add("honest", "a");
  for (const one of ["b", "c", "d", "e", "f"]) line.add("flood", one);
  assert.deepEqual([line.giveWay(), line.giveWay()], ["b", "c"]);
  // Of one that has given way, or waits no longer, nothing is left.
  for (const one of ["b", "e", "nobody"]) line.remove(one);
  assert.deepEqual([...line], ["a", "d", "f"]);
  assert.equal(line.size, 3);
  assert.equal(line.giveWay(), "d");
  // Where none has more than another, it is the oldest of all.
  assert.deepEqual([line.giveWay(), line.giveWay(), line.giveWay()], ["a", "f", undefined]);
  assert.equal(line.size, 0);
});

Deno.test("waiting line: whose turn it is does not depend on the address", () => {
  const line = new WaitingLine<number>();
  line.add("x", 1);
  line.add("y", 2);
  line.add("x", 3);
  assert.deepEqual([line.shift(), line.shift(), line.shift(), line.shift()], [1, 2, 3, undefined]);
});
