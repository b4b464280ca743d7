import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { TimeBudget } from "../../../lib/channel/handshake/time_budget.ts";

Deno.test("time budget: whoever waits as it says uses no more than a share, and what was saved", () => {
  const turns = fc.array(fc.tuple(fc.nat(50), fc.nat(100)), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(100), turns, (tenths, most, turns) => {
      const share = tenths / 10;
      let now = 5;
      const budget = new TimeBudget(share, most, () => now);
      assert.equal(budget.left, most);
      assert.ok(budget.isRested);
      let used = 0;
      let last = 0;
      for (const [milliseconds, pause] of turns) {
        now += pause + budget.wait();
        assert.ok(budget.left >= -1e-6);
        budget.use(milliseconds);
        used += milliseconds;
        last = milliseconds;
        now += milliseconds;
      }
      assert.ok(used - last <= most + share * (now - 5) + 1e-6);
    }),
  );
});

Deno.test("time budget: it saves up to its limit, and is overdrawn once", () => {
  let now = 0;
  const budget = new TimeBudget(0.25, 10, () => now);
  budget.use(30);
  assert.equal(budget.left, -20);
  assert.equal(budget.isRested, false);
  assert.equal(budget.wait(), 80);
  now = 80;
  assert.equal(budget.wait(), 0);
  now = 10_000;
  assert.equal(budget.left, 10);
  assert.ok(budget.isRested);
});
