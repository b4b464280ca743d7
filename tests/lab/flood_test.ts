import assert from "node:assert/strict";
import { flood } from "../../lab/attacks/flood.ts";
import { run, screensOf } from "./run.ts";

Deno.test("flood: the naive program serves nobody but Eve, this one serves Alice", async () => {
  const { naive, here, transcript } = await run(flood);
  assert.deepEqual([naive.length, here.length], [2, 2]);

  const [waiting, served] = screensOf("The first Bob", transcript).map((text) => text.split("\n"));
  assert.equal(waiting.length, 1, "while Eve is there, Bob has said only where he listens");
  assert.equal(served.at(-1), "them: are you there?");
  assert.match(screensOf("The second Bob", transcript)[0], /^them: are you there\?\nthey left$/m);

  assert.match(transcript, /of them, those that Bob has ended {8}25\n/);
  assert.match(transcript.replaceAll("\n", " "), /has ended are the 25 oldest/);
  const [room, hungUp] = screensOf("Bob", transcript);
  assert.match(room, /too many handshakes\s+were\s+in\s+progress/);
  assert.match(room, /^alice: are you there\?$/m);
  assert.match(hungUp, /does\s+not\s+speak\s+this\s+protocol/);
});
