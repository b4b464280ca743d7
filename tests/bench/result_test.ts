import assert from "node:assert/strict";
import { compare } from "../../bench/harness/result.ts";
import { measured, RATIO } from "./measured.ts";

Deno.test("bench: ratios are taken round by round, and then their median", () => {
  // The machine was ten times slower in the second round: medians alone would say 30 : 4.
  const outcome = compare(measured([10, 300, 30], [5, 200, 4], []), RATIO);
  assert.equal(outcome?.spread.median, 2);
  assert.equal(outcome.isMet, false);
  assert.equal(compare(measured([3, 3, 3], [2, 2, 2]), RATIO)?.isMet, true);
});

Deno.test("bench: differences and single figures have targets, too", () => {
  const result = measured([50, 52], [20, 20]);
  const difference = compare(result, { ...RATIO, kind: "difference", target: { atMost: 30 } });
  assert.equal(difference?.spread.median, 31);
  assert.equal(difference.isMet, false);
  const value = compare(result, {
    label: "ours",
    kind: "value",
    of: RATIO.of,
    target: { atLeast: 51 },
  });
  assert.equal(value?.isMet, true);
  assert.equal(
    compare(result, { label: "ours", kind: "value", of: RATIO.of })?.isMet,
    undefined,
  );
});

Deno.test("bench: what was not measured is not compared", () => {
  assert.equal(compare(measured([1], []), RATIO), undefined);
  const other = { subject: "nobody", quantity: "time" };
  assert.equal(compare(measured([1], [1]), { ...RATIO, to: other }), undefined);
});
