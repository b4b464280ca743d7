import assert from "node:assert/strict";
import { truncate } from "../../lab/attacks/truncate.ts";
import { run, screensOf } from "./run.ts";

Deno.test("truncate: the naive protocol takes a cut for an end, this one reports it", async () => {
  const { transcript } = await run(truncate);
  const [naive, here] = screensOf("Alice", transcript);
  assert.equal(naive, "them: Sell everything.\nthey left");
  assert.match(here, /^bob: Sell everything\.\nerror: the connection was cut: it ended without/);
  assert.match(transcript.replaceAll("\n", " "), /ends with status 3, which is not that/);
});
