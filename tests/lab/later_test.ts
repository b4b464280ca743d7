import assert from "node:assert/strict";
import { later } from "../../lab/attacks/later.ts";
import { run, screensOf } from "./run.ts";

const SECRET = "I am leaving him in April";

Deno.test("later: a stolen key opens the recording there; both of them do not open it here", async () => {
  const { naive, here, transcript } = await run(later);
  assert.deepEqual([naive.length, here.length], [1, 1]);
  assert.deepEqual(screensOf("Eve", transcript), [SECRET, "(nothing)"]);
  assert.deepEqual(screensOf("Bob", transcript), [`alice: ${SECRET}\nalice: or in May`]);
  assert.equal(transcript.match(/ all 16 {2,}Bob's long-term public key$/gm)?.length, 5);
  for (const owner of ["Alice", "Bob"]) {
    const [, first, second] =
      new RegExp(`^  ${owner}'s +([0-9a-f]{16})… +([0-9a-f]{16})…$`, "m").exec(transcript) ??
        assert.fail(transcript);
    assert.notEqual(first, second, `${owner}'s fresh keys`);
  }
  assert.match(transcript, /^ {2}nothing at all +all 16 /m);
});
