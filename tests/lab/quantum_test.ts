import assert from "node:assert/strict";
import { quantum } from "../../lab/attacks/quantum.ts";
import { run, screensOf } from "./run.ts";

const SECRET = "keep this between us for fifty years";

Deno.test("quantum: X25519 alone falls, there and here; with ML-KEM the recording stays closed", async () => {
  const { naive, here, transcript } = await run(quantum);
  assert.deepEqual(naive.map(({ succeeded }) => succeeded), [true]);
  assert.deepEqual(here.map(({ succeeded }) => succeeded), [true, false]);
  assert.deepEqual(screensOf("Eve", transcript), [SECRET, SECRET, "(nothing)"]);
  const failures = transcript.match(/ the ML-KEM ciphertext {2,}Bob's long-term public key$/gm);
  assert.equal(failures?.length, 5, "each guess opens one field and no more");
});
