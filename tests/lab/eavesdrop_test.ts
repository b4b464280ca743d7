import assert from "node:assert/strict";
import { eavesdrop } from "../../lab/attacks/eavesdrop.ts";
import { run, screensOf } from "./run.ts";

Deno.test("eavesdrop: no words on either wire; the naive one shows who talks, both show lengths", async () => {
  const { naive, here, transcript } = await run(eavesdrop);
  assert.deepEqual(naive.map(({ succeeded }) => succeeded), [false, true, true]);
  assert.deepEqual(here.map(({ succeeded }) => succeeded), [false, false, true]);

  const [naiveWords, naiveKeys, name, words, keys] = screensOf("Eve", transcript);
  assert.equal(naiveWords, "(nothing)");
  const [, alices, bobs] =
    /^from alice's side, both times:\n([0-9a-f]{64})\nfrom bob's side, both times:\n([0-9a-f]{64})$/
      .exec(naiveKeys) ?? assert.fail(naiveKeys);
  assert.notEqual(alices, bobs);
  assert.equal(name, "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256");
  assert.deepEqual([words, keys], ["(nothing)", "(nothing)"]);

  const story = transcript.replaceAll("\n", " ");
  const [, size, least, most, other, shortest, longest] =
    /next record of hers \((\d+) bytes\) has (\d+) to (\d+) bytes .* (\d+) of them .* between (\d+) and (\d+) /
      .exec(story)?.map(Number) ?? assert.fail(story);
  assert.equal(size, 4 + 16 + most + 1 + 32);
  assert.deepEqual([shortest, longest], [least - other, most - other]);

  // Alice really had the same key both times.
  const [first, second] = screensOf("Bob", transcript)[0].split("\n");
  assert.match(first, /^Their fingerprint is SHA256:/);
  assert.equal(first, second);
});
