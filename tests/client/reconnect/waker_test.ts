import assert from "node:assert/strict";
import { Waker, type WakeUpCall } from "../../../lib/client/reconnect/waker.ts";
import { Clock, isPending, rejection } from "../../channel/support.ts";

/** A waker in a world that the test makes. */
function world() {
  const state = { now: 1_000_000, addresses: "eth0 10.0.0.1" as string | undefined };
  const calls: WakeUpCall[] = [];
  const waker = new Waker({ now: () => state.now, addresses: () => state.addresses });
  waker.listen((call) => calls.push(call));
  return { state, calls, waker };
}

const NEVER = new AbortController().signal;

Deno.test("waker: it waits as long as it is told to", async () => {
  using clock = new Clock();
  using waker = new Waker({ now: () => performance.now() });
  const waiting = waker.wait(5_000, 0, NEVER);
  await clock.pass(4_999);
  assert.equal(await isPending(waiting), true);
  await clock.pass(1);
  await waiting;
});

Deno.test("waker: a call ends the wait, but not before its time", async () => {
  using clock = new Clock();
  using waker = new Waker({ now: () => performance.now() });
  const waiting = waker.wait(30_000, 1_000, NEVER);
  await clock.pass(400);
  // As somebody types.
  for (let count = 0; count < 5; count++) waker.call();
  await clock.pass(599);
  assert.equal(await isPending(waiting), true);
  await clock.pass(1);
  await waiting;
  const second = waker.wait(30_000, 1_000, NEVER);
  await clock.pass(1_000);
  waker.call();
  await second;
  await clock.pass(0);
  assert.equal(clock.timers, 0, "nothing is left behind");
});

Deno.test("waker: a call does not make a wait longer", async () => {
  using clock = new Clock();
  const state = { now: 1_000_000 };
  using waker = new Waker({ now: () => state.now });
  const waiting = waker.wait(300, 1_000, NEVER);
  waker.call();
  await clock.pass(300);
  await waiting;
  // A clock that was put back by a day.
  const second = waker.wait(30_000, 1_000, NEVER);
  state.now -= 86_400_000;
  waker.call();
  await second;
});

Deno.test("waker: it is told to stop, and throws why", async () => {
  using waker = new Waker();
  const stop = new AbortController();
  const waiting = rejection(waker.wait(30_000, 0, stop.signal));
  stop.abort("enough");
  assert.equal(await waiting, "enough");
  assert.equal(await rejection(waker.wait(0, 0, stop.signal)), "enough");
});

Deno.test("waker: it notices that the machine has slept", () => {
  const { state, calls, waker } = world();
  using _ = waker;
  for (const passed of [1_000, 1_000, 3_000]) {
    state.now += passed;
    waker.look();
  }
  assert.deepEqual(calls, []);
  state.now += 40_000;
  waker.look();
  assert.deepEqual(calls, ["slept"]);
  state.now += 1_000;
  waker.look();
  assert.deepEqual(calls, ["slept"]);
});

Deno.test("waker: it notices another network, if it may see it", () => {
  const { state, calls, waker } = world();
  using _ = waker;
  for (const addresses of ["", "eth0 10.0.0.1", "eth0 10.0.0.1", "wlan0 192.168.1.7"]) {
    state.addresses = addresses;
    waker.look();
  }
  assert.deepEqual(calls, ["network", "network", "network"]);
  const blind = world();
  using _blind = blind.waker;
  blind.state.addresses = undefined;
  blind.waker.look();
  blind.waker.look();
  assert.deepEqual(blind.calls, ["network"]);
});

Deno.test({
  name: "waker: nobody is asked for a permission",
  permissions: { sys: false },
  fn() {
    using waker = new Waker();
    waker.look();
  },
});

Deno.test("waker: it looks once a second, until it is disposed of", () => {
  const { state, calls, waker } = world();
  const before = calls.length;
  waker[Symbol.dispose]();
  state.now += 40_000;
  waker.look();
  assert.equal(calls.length, before, "nobody listens any more");
});
