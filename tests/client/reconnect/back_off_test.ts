import assert from "node:assert/strict";
import { BackOff } from "../../../lib/client/reconnect/back_off.ts";
import { NetworkError } from "../../../lib/errors.ts";

const REFUSED = new NetworkError("connection-refused", "no server is listening");
const UNREACHABLE = new NetworkError("unreachable", "the network is down");

/** The longest delays, one after the other. */
const longest = () => new BackOff(() => 1 - Number.EPSILON);

Deno.test("back-off: it doubles, from half a second to half a minute", () => {
  const backOff = longest();
  const delays = Array.from({ length: 9 }, () => backOff.next(REFUSED));
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
  for (let count = 0; count < 2000; count++) backOff.next(REFUSED);
  assert.equal(backOff.next(REFUSED), 10_000);
});

Deno.test("back-off: the jitter is full: clients that come at once are spread over the whole time", () => {
  for (const random of [0, 0.25, 0.5]) {
    const backOff = new BackOff(() => random);
    assert.deepEqual([backOff.next(), backOff.next()], [500 * random, 1000 * random]);
  }
  const delays = Array.from({ length: 1000 }, () => new BackOff().next());
  // A tenth of the time each gets some of them.
  for (let tenth = 0; tenth < 10; tenth++) {
    const from = 50 * tenth;
    assert.ok(delays.some((delay) => delay >= from && delay < from + 50), `none from ${from} on`);
  }
});

Deno.test("back-off: what costs nobody anything is tried each second, and counts for nothing", () => {
  const backOff = longest();
  backOff.next();
  for (let count = 0; count < 20; count++) assert.equal(backOff.next(UNREACHABLE), 1000);
  assert.equal(backOff.next(REFUSED), 1000);
});

Deno.test("back-off: it begins anew after a good connection, and waits a little where one is lost at once", () => {
  const backOff = longest();
  const afterLoss = (lasted: number) => (backOff.begin(lasted), backOff.next());
  assert.deepEqual([1, 1, 1, 1].map(afterLoss), [500, 1000, 2000, 2000]);
  for (let count = 0; count < 5; count++) backOff.next();
  assert.deepEqual([4_999, 5_000, 5_000].map(afterLoss), [2000, 500, 500]);
});
