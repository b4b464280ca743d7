import assert from "node:assert/strict";
import { CASES, tamper } from "./tampering.ts";

/** One of each kind; tests/slow has them all. */
const KINDS: readonly string[] = [
  "the protocol's name is replaced with a weaker one",
  "a bit of the server's static key is flipped",
  "a bit is flipped in the client's first line",
  "somebody drops what the server says first",
  "somebody injects an endless frame before what the server says first",
  "the connection is cut after the client's first line",
];

Deno.test("tampering: whatever is done to the bytes between two programs, both notice", async (test) => {
  const cases = CASES.filter(({ what }) => KINDS.includes(what));
  assert.equal(cases.length, KINDS.length);
  await tamper(test, cases);
});
