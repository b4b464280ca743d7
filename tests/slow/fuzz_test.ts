import assert from "node:assert/strict";
import { report, run } from "../fuzz/run.ts";
import { TARGETS } from "../fuzz/targets.ts";

/** How long, in seconds; an hour is `deno task fuzz 3600`. */
const SECONDS = 60;

Deno.test("fuzz: no decoder, and no room, does what nobody meant", async () => {
  const seed = Date.now() % 2 ** 32;
  const targets = TARGETS.map(({ name }) => name);
  const result = await run({ targets, seed, seconds: SECONDS });
  assert.equal(result.failures.length, 0, report(result));
  for (const [name, count] of result.counts) assert.ok(count > 0, name);
});
