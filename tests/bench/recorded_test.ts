import assert from "node:assert/strict";
import { recordOf, regressions } from "../../bench/report/recorded.ts";
import { outcomes } from "../../bench/report/rows.ts";
import { measured, RATIO } from "./measured.ts";

const found = (ours: readonly number[], target = RATIO.target) =>
  outcomes(measured(ours, ours.map(() => 100), [{ ...RATIO, ...(target && { target }) }]));

const before = recordOf(found([100, 101, 99, 100, 102]));

Deno.test("check: a run like the recorded one has no regression, nor has a better one", () => {
  assert.deepEqual(regressions(found([101, 102, 100, 103, 99]), before), []);
  assert.deepEqual(regressions(found([50, 51, 49, 50, 52]), before), []);
});

Deno.test("check: what is worse than noise explains is told in a sentence", () => {
  assert.deepEqual(regressions(found([140, 141, 139, 140, 142]), before), [
    "ours : theirs: 1.4 times, recorded 1 (40 % worse; noise explains 10 %).",
  ]);
});

Deno.test("check: in a noisy run the same change is none", () => {
  assert.deepEqual(regressions(found([140, 100, 180, 120, 160]), before), []);
});

Deno.test("check: where more is better, less is a regression", () => {
  const more = { atLeast: 1 };
  assert.equal(regressions(found([60, 61, 59, 60, 62], more), before).length, 1);
  assert.deepEqual(regressions(found([160, 161, 159, 160, 162], more), before), []);
});

Deno.test("check: only what does not depend on the machine's speed is recorded", () => {
  const value = { kind: "value", of: RATIO.of } as const;
  const record = recordOf(outcomes(measured([100], [50], [
    RATIO,
    { ...value, label: "time", unit: "ms" },
    { ...value, label: "memory", unit: "MiB" },
  ])));
  assert.deepEqual(record, {
    "ours : theirs": { median: 2, noise: 0 },
    memory: { median: 100, noise: 0 },
  });
});

Deno.test("check: what was never recorded is no regression", () => {
  assert.deepEqual(regressions(found([900]), {}), []);
});
