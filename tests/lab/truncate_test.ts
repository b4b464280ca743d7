import assert from "node:assert/strict";
import { truncate } from "../../lab/attacks/truncate.ts";
import { run, screensOf } from "./run.ts";

Deno.test("truncate: the naive protocol takes a cut for an end, this one reports it", async () => {
  const { transcript } = await run(truncate);
  const [naive, here] = screensOf("Alice", transcript);
  assert.equal(naive, "them: Sell everything.\nthey left");
  const words = here.replaceAll("\n", " ");
  assert.equal(
    words,
    "bob: Sell everything. Connection lost (the connection was cut); reconnecting … " +
      "bob: But only if you get more than 100.",
  );
  assert.match(transcript.replaceAll("\n", " "), /and her program comes back for the rest\./);
});
