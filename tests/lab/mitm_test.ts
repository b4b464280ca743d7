import assert from "node:assert/strict";
import { mitm } from "../../lab/attacks/mitm.ts";
import { run, screensOf } from "./run.ts";

Deno.test("mitm: the naive protocol is read and rewritten both ways, this one never", async () => {
  const { naive, here, transcript } = await run(mitm);
  assert.deepEqual([naive.length, here.length], [1, 4]);

  const eve = screensOf("Eve", transcript);
  assert.equal(
    eve[0],
    "alice wrote: meet at 9   (I made it: meet at 7)\n" +
      "bob wrote: 7 is fine   (I made it: 9 is fine)",
  );
  const [aliceNaive, unknown, changed, invited] = screensOf("Alice", transcript);
  const [bobNaive] = screensOf("Bob", transcript);
  assert.match(aliceNaive, /^them: 9 is fine$/m);
  assert.match(bobNaive, /^them: meet at 7$/m);
  const [alicesCheck, bobsCheck] = [aliceNaive, bobNaive].map((screen) => screen.split("\n")[0]);
  assert.match(alicesCheck, /key check/);
  assert.notEqual(alicesCheck, bobsCheck);

  assert.match(unknown, /is not known here/);
  assert.match(changed, /^error: THE KEY OF .* HAS CHANGED;$/m);
  assert.match(invited.replaceAll("\n", " "), /is not the one that the invitation names/);
  const [nothingUnknown, nothingChanged, nothingInvited, refused] = eve.slice(1);
  assert.deepEqual([nothingUnknown, nothingChanged], ["(nothing)", "(nothing)"]);
  assert.match(nothingInvited, /^\(my key: SHA256:\S+\)$/);
  assert.match(refused, /only the invited may enter/);
  assert.match(transcript.replaceAll("\n", " "), /refuses the other key and ends with status 4\./);
});
