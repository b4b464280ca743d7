import assert from "node:assert/strict";
import { KnownIds } from "../../lib/history/known_ids.ts";

/** Numbers that look random, and of which no two are the same. */
function markOf(number: number): number {
  return Math.imul(number, 2_654_435_761) >>> 0;
}

Deno.test("known ids: each is found by its mark, and nothing else", () => {
  const known = new KnownIds();
  for (let seq = 1; seq <= 5000; seq++) known.add(markOf(seq), seq, 0);
  for (let seq = 1; seq <= 5000; seq++) assert.deepEqual(known.find(markOf(seq)), [seq]);
  for (let seq = 5001; seq <= 9000; seq++) assert.deepEqual(known.find(markOf(seq)), []);
});

Deno.test("known ids: several with one mark are all found, whichever slot they come to", () => {
  const known = new KnownIds();
  // All of them want the last slots.
  const marks = [0xffffffff, 0xffffffff, 0x7fffffff, 0xffffffff, 0];
  for (const [at, mark] of marks.entries()) known.add(mark, at + 10, 0);
  assert.deepEqual(known.find(0xffffffff), [10, 11, 13]);
  assert.deepEqual(known.find(0x7fffffff), [12]);
  assert.deepEqual(known.find(0), [14]);
});

Deno.test("known ids: numbers may be large and have gaps", () => {
  const known = new KnownIds();
  const gaps = [0, 3, 1000];
  for (const gap of gaps) known.add(markOf(gap), 2 ** 52 + gap, 0);
  for (const gap of gaps) assert.deepEqual(known.find(markOf(gap)), [2 ** 52 + gap]);
});

Deno.test("known ids: generations are forgotten by their age", () => {
  const known = new KnownIds();
  const generation = 3 * 2 ** 16;
  for (let seq = 1; seq <= 2 * generation + 1; seq++) known.add(markOf(seq), seq, seq);
  known.forget(generation);
  assert.deepEqual(known.find(markOf(1)), [1]);
  known.forget(generation + 1);
  assert.deepEqual(known.find(markOf(1)), []);
  assert.deepEqual(known.find(markOf(generation + 1)), [generation + 1]);
  known.forget(Infinity);
  assert.deepEqual(known.find(markOf(2 * generation + 1)), []);
  known.add(7, 5_000_000, 0);
  assert.deepEqual(known.find(7), [5_000_000]);
});
