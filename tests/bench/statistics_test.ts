import assert from "node:assert/strict";
import { growthSlope, median, noise, quantile, spread } from "../../bench/harness/statistics.ts";

Deno.test("bench: quantiles lie between neighbours, in whatever order the values come", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(quantile([10, 20], 0.25), 12.5);
  assert.equal(quantile([5], 0.99), 5);
  assert.throws(() => median([]), RangeError);
});

Deno.test("bench: a spread has the lowest and the highest value", () => {
  assert.deepEqual(spread([7, 1, 4]), { median: 4, lowest: 1, highest: 7, count: 3 });
});

Deno.test("bench: noise is a part of the median, and one bad round hardly moves it", () => {
  assert.equal(noise([5, 5, 5]), 0);
  const usual = noise([98, 99, 100, 101, 102]);
  assert.ok(Math.abs(usual - 0.014826) < 1e-9, `${usual}`);
  assert.equal(noise([98, 99, 100, 101, 500]), usual);
  assert.ok(noise([-98, -99, -100, -101, -102]) > 0);
});

Deno.test("bench: the slope of a power is its exponent", () => {
  const curve = (exponent: number) =>
    [1, 10, 100, 1000].map((size) => ({ size, value: 3 * size ** exponent }));
  for (const exponent of [0, 0.5, 1, 2]) {
    const slope = growthSlope(curve(exponent));
    assert.ok(slope !== undefined && Math.abs(slope - exponent) < 1e-9, `${exponent}: ${slope}`);
  }
  assert.equal(growthSlope([{ size: 10, value: 1 }]), undefined);
  assert.equal(growthSlope([{ size: 10, value: 1 }, { size: 10, value: 2 }]), undefined);
  // What no logarithm has is left out.
  assert.equal(growthSlope([{ size: 10, value: 1 }, { size: 100, value: 0 }]), undefined);
});
