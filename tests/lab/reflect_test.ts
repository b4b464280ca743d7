import assert from "node:assert/strict";
import { reflect } from "../../lab/attacks/reflect.ts";
import { run, screensOf } from "./run.ts";

Deno.test("reflect: the naive protocol takes an echo for an answer, this one does not", async () => {
  const { transcript } = await run(reflect);
  const [naive, here] = screensOf("Alice", transcript);
  assert.equal(naive, "you: I will pay for both of us\nthem: I will pay for both of us");
  assert.match(here.replaceAll("\n", " "), /^error: a message was altered/);
  assert.deepEqual(screensOf("Bob", transcript), ["(nothing)"]);
  assert.match(transcript.replaceAll("\n", " "), /ends with status 4\./);
});
