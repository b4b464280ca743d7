import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Budget, Budgets } from "../lib/budget.ts";

Deno.test("budget: whoever waits as it says uses no more than a share, and what was saved", () => {
  const turns = fc.array(fc.tuple(fc.nat(50), fc.nat(100)), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(100), turns, (tenths, most, turns) => {
      const share = tenths / 10;
      let now = 5;
      const budget = new Budget(share, most, () => now);
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

Deno.test("budget: it saves up to its limit, and is overdrawn once", () => {
  let now = 0;
  const budget = new Budget(0.25, 10, () => now);
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

Deno.test("budgets: each name has its own; those that have rested are forgotten, the oldest if need be", () => {
  let now = 0;
  const budgets = new Budgets(() => new Budget(1, 10, () => now), 3);
  budgets.of("a").use(4);
  assert.equal(budgets.of("a").left, 6);
  assert.equal(budgets.of("b").left, 10);
  budgets.of("c").use(1);
  assert.equal(budgets.size, 3);
  budgets.of("d").use(1);
  assert.equal(budgets.size, 3, "b is as good as new");
  assert.equal(budgets.of("a").left, 6);
  budgets.of("e").use(1);
  assert.equal(budgets.size, 3);
  assert.equal(budgets.of("c").left, 9, "a came first");
  now = 100;
  assert.equal(budgets.of("a").left, 10);
  assert.equal(budgets.size, 1);
});
