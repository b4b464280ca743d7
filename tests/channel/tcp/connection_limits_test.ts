import assert from "node:assert/strict";
import { ConnectionLimits } from "../../../lib/channel/tcp/connection_limits.ts";
import { originOf } from "../../../lib/channel/tcp/origin.ts";
import { Clock } from "../support.ts";

const TOO_FAST = { code: "too-many-connections", message: /too fast/ };

/** Opens and ends connections until one is refused; says how many were taken. */
function openAll(limits: ConnectionLimits, address: string): number {
  const origin = originOf(address);
  for (let count = 0; count < 20_000; count++) {
    try {
      limits.take(origin, Infinity);
    } catch (error) {
      assert.throws(() => {
        throw error;
      }, TOO_FAST);
      return count;
    }
    limits.release(origin);
  }
  throw new Error("there is no limit");
}

Deno.test("connection limits: an address opens so many at once, then so many a second", async () => {
  using clock = new Clock();
  const limits = new ConnectionLimits();
  assert.equal(openAll(limits, "192.0.2.1"), 2_500);
  assert.equal(openAll(limits, "192.0.2.2"), 2_500, "another address");
  await clock.pass(1_000);
  assert.equal(openAll(limits, "192.0.2.1"), 100);
});

Deno.test("connection limits: all networks of one IPv6 site together open four times as many", () => {
  using _clock = new Clock();
  const limits = new ConnectionLimits();
  let opened = 0;
  for (let network = 0; network < 6; network++) {
    opened += openAll(limits, `2001:db8:1:${network}::1`);
  }
  assert.equal(opened, 10_000);
  assert.equal(openAll(limits, "2001:db8:2::1"), 2_500, "another site");
});

Deno.test("connection limits: of those that an address has too many, four are told, the others not even read", () => {
  const limits = new ConnectionLimits();
  const origin = originOf("192.0.2.1");
  const told = Array.from({ length: 7 }, () => limits.take(origin, 3));
  assert.deepEqual(told, [false, false, false, true, true, true, true]);
  assert.throws(() => limits.take(origin, 3), {
    code: "too-many-connections",
    message: "too many connections from this address (3 at most)",
  });
  limits.release(origin);
  assert.equal(limits.take(origin, 3), true);
});
