import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Pace } from "../../../lib/chat/conduct/pace.ts";

/** A pace with a clock that the test moves. */
function paceOf(
  perSecond: number,
  burst = perSecond,
): { pace: Pace; pass(milliseconds: number): void } {
  let now = 1_000;
  return {
    pace: new Pace(perSecond, { burst, now: () => now }),
    pass: (milliseconds) => now += milliseconds,
  };
}

Deno.test("pace: unless it is told otherwise, a rest is worth a second, by the clock of the system", () => {
  const pace = new Pace(1_000_000);
  assert.equal(pace.take(1_000_000), 0);
  assert.ok(pace.take(1_000_000) > 0);
});

Deno.test("pace: whoever is rested may take a second's worth at once, and then waits", () => {
  const { pace, pass } = paceOf(10);
  for (let step = 0; step < 10; step++) assert.equal(pace.take(1), 0);
  assert.equal(Math.round(pace.take(1)), 100);
  pass(100);
  assert.equal(Math.round(pace.take(1)), 100, "one step in each tenth of a second");
  // Who does not wait, waits longer.
  assert.equal(Math.round(pace.take(1)), 200);
  assert.equal(Math.round(pace.take(3)), 500);
});

Deno.test("pace: a longer rest is worth no more than a second", () => {
  const { pace, pass } = paceOf(10);
  pass(3_600_000);
  assert.equal(pace.take(10), 0);
  assert.equal(Math.round(pace.take(1)), 100);
});

Deno.test("pace: as many at once after a rest as it is told, be it more or less than a second's worth", () => {
  for (const burst of [5, 20]) {
    const { pace, pass } = paceOf(10, burst);
    for (let turn = 0; turn < 3; turn++) {
      assert.equal(pace.take(burst), 0);
      assert.equal(Math.round(pace.take(1)), 100);
      pass(3_600_000);
    }
  }
});

Deno.test("pace: more than a second's worth is allowed, and paid for afterwards", () => {
  const { pace } = paceOf(3);
  assert.equal(Math.round(pace.take(6)), 1_000);
});

Deno.test("pace: slower than one a second", () => {
  const { pace, pass } = paceOf(0.5);
  assert.equal(pace.take(1), 0);
  assert.equal(Math.round(pace.take(1)), 2_000);
  pass(2_000);
  assert.equal(Math.round(pace.take(1)), 2_000);
});

Deno.test("pace: a wait that is not worth a timer is added to the next", () => {
  const { pace } = paceOf(1_000);
  assert.equal(pace.take(1_000), 0);
  for (let step = 1; step <= 4; step++) assert.equal(pace.take(1), 0, `${step} ms`);
  assert.ok(pace.take(2) > 5.9);
});

Deno.test("pace: whoever waits as told is as fast as it may be, and no faster", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 128 }), fc.nat(50)), {
    minLength: 1,
    maxLength: 100,
  });
  fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), steps, (perSecond, takes) => {
    const { pace, pass } = paceOf(perSecond);
    let time = 0;
    let taken = 0;
    let idle = 0;
    for (const [count, rest] of takes) {
      taken += count;
      const wait = pace.take(count);
      assert.ok(wait === 0 || wait >= 5);
      // What it was rested for, and what came in since; 5 ms are not worth a timer.
      const allowed = perSecond * (1 + (time + wait + 5) / 1000);
      assert.ok(taken <= allowed + 1e-6, `${taken} of ${allowed}`);
      // Nobody waits for longer than what was taken is worth.
      assert.ok(time - idle + wait <= 1000 * taken / perSecond + 1e-6);
      pass(wait + rest);
      time += wait + rest;
      idle += rest;
    }
  }));
});

Deno.test("pace: a step that would have to wait is not taken, and costs nothing", () => {
  let now = 0;
  const pace = new Pace(1, { burst: 2, now: () => now });
  const taken = Array.from({ length: 10 }, () => pace.tryTake()).filter((wasTaken) => wasTaken);
  assert.equal(pace.tryTake(), false);
  now += 2_000;
  assert.equal(pace.tryTake(), true, "what was refused before did not count");
  assert.ok(taken.length === 2 || taken.length === 3, `${taken.length}`);
});
