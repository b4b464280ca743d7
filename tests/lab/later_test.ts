import assert from "node:assert/strict";
import { later } from "../../lab/attacks/later.ts";
import { run, screensOf } from "./run.ts";

const SECRET = "I am leaving him in April";

Deno.test("later: a stolen key opens the recording there; both of them do not open it here", async () => {
  const { naive, here, transcript } = await run(later);
  assert.deepEqual([naive.length, here.length], [1, 1]);
  assert.deepEqual(screensOf("Eve", transcript), [SECRET, "(nothing)"]);
  assert.deepEqual(screensOf("Bob", transcript), [`alice: ${SECRET}`]);
  assert.equal(transcript.match(/ all 16 {2,}Bob's lasting public key$/gm)?.length, 4);
});
