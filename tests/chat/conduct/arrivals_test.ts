import assert from "node:assert/strict";
import { Arrivals, MAX_ARRIVAL_WAIT } from "../../../lib/chat/conduct/arrivals.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { Clock } from "../../channel/support.ts";

const SECONDS = 1_000;

/** Somebody with a key of many. */
function arrival(
  number: number,
  { from, isExempt = false, isReturn = false }: {
    from?: string;
    isExempt?: boolean;
    isReturn?: boolean;
  } = {},
) {
  const target = sha256(Uint8Array.of(number >> 16, number >> 8, number));
  return { target, origin: from === undefined ? undefined : { name: from, isExempt }, isReturn };
}

/** How often somebody may come until it is turned away, or has to wait. */
function atOnce(arrivals: Arrivals, next: (count: number) => ReturnType<typeof arrival>): number {
  for (let count = 0;; count++) {
    try {
      if (arrivals.take(next(count)) > 0) return count;
    } catch {
      return count;
    }
  }
}

Deno.test("arrivals: a key joins a few times at once, then waits for its turn, or is turned away", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  assert.equal(atOnce(arrivals, () => arrival(1)), 8);
  // The ninth waits; those that come meanwhile are told when to come again.
  const tooOften = {
    name: "NetworkError",
    code: "too-many-connections",
    message: "this key has joined too often; try again in 10 s",
  };
  for (let count = 0; count < 100; count++) {
    assert.throws(() => arrivals.take(arrival(1)), tooOften, "to be turned away costs no turn");
  }
  assert.equal(arrivals.take(arrival(2)), 0, "another key");
  await clock.pass(5 * SECONDS);
  assert.equal(arrivals.take(arrival(1)), MAX_ARRIVAL_WAIT);
  assert.throws(() => arrivals.take(arrival(1)), tooOften);
});

Deno.test("arrivals: new keys from one address are counted together", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  const from = "192.0.2.1";
  let number = 0;
  assert.equal(atOnce(arrivals, () => arrival(++number, { from })), 150);
  for (let count = 0; count < 14; count++) arrivals.take(arrival(++number, { from }));
  const turnedAway = arrival(++number, { from });
  assert.throws(() => arrivals.take(turnedAway), {
    code: "too-many-connections",
    message: "too many have joined from this address; try again in 6 s",
  });
  // Neither the key itself, nor other addresses, nor those that are not counted, are hindered.
  assert.equal(
    atOnce(arrivals, () => ({
      ...turnedAway,
      origin: { name: "192.0.2.2", isExempt: false },
    })),
    8,
  );
  assert.equal(arrivals.take(arrival(++number)), 0);
  await clock.pass(60 * SECONDS);
  assert.equal(atOnce(arrivals, () => arrival(++number, { from })), 150);
});

Deno.test("arrivals: all networks of one IPv6 site together may join four times as often as one", () => {
  using _clock = new Clock();
  const arrivals = new Arrivals();
  const from = (number: number, site: string) => ({
    ...arrival(number),
    origin: { name: `${site}:${number}`, site, isExempt: false },
  });
  let number = 0;
  assert.equal(atOnce(arrivals, () => from(++number, "2001:db8:1/48")), 600);
  assert.equal(arrivals.take(from(++number, "2001:db8:2/48")), 0, "another site");
});

Deno.test("arrivals: from the own machine any number with one key may join that stay; those that go again count", () => {
  using _clock = new Clock();
  const arrivals = new Arrivals();
  const own = () => arrival(1, { from: "127.0.0.1", isExempt: true });
  const here = Array.from({ length: 1000 }, own);
  for (const each of here) assert.equal(arrivals.take(each), 0);
  for (const each of here.slice(0, 9)) arrivals.leftSoon(each);
  assert.equal(arrivals.take(own()), 5 * SECONDS);
  arrivals.leftSoon(here[9]);
  assert.throws(() => arrivals.take(own()), { code: "too-many-connections" });
});

Deno.test("arrivals: 300 from one office are in within a minute of the server's restart", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  let waiting = Array.from({ length: 300 }, (_, number) => arrival(number, { from: "office" }));
  for (let second = 0; second < 60 && waiting.length > 0; second += 5) {
    waiting = waiting.filter((one) => {
      try {
        arrivals.take(one);
        return false;
      } catch {
        return true;
      }
    });
    await clock.pass(5 * SECONDS);
  }
  assert.equal(waiting.length, 0);
});

Deno.test("arrivals: to come back to one's place counts for little, unless the place was gone", () => {
  using _clock = new Clock();
  const arrivals = new Arrivals();
  assert.equal(atOnce(arrivals, () => arrival(1, { isReturn: true })), 32);
  const back = arrival(2, { isReturn: true });
  for (let count = 0; count < 8; count++) {
    assert.equal(arrivals.take(back), 0);
    arrivals.takeRest(back);
  }
  assert.ok(arrivals.take(back) > 0);
});

Deno.test("arrivals: those who go again at once are counted by address, on every machine", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  let number = 0;
  const next = () => arrival(++number, { from: "127.0.0.1", isExempt: true });
  const staying = Array.from({ length: 2_000 }, next);
  for (const one of staying) assert.equal(arrivals.take(one), 0, "any number may join that stay");
  for (const one of staying.slice(0, 30)) arrivals.leftSoon(one);
  assert.throws(() => arrivals.take(next()), {
    message: "too many from this address have joined and left at once; try again in 10 s",
  });
  assert.equal(arrivals.take({ ...next(), isReturn: true }), 0, "their places wait for them");
  await clock.pass(10 * SECONDS);
  assert.equal(arrivals.take(next()), 0);
});

Deno.test("arrivals: those who wait because others went at once come in one after the other", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  let number = 0;
  const next = () => arrival(++number, { from: "127.0.0.1", isExempt: true });
  for (let count = 0; count < 21; count++) arrivals.leftSoon(next());
  const waiting = Array.from({ length: 5 }, next);
  assert.deepEqual(waiting.map((one) => arrivals.take(one) / SECONDS), [1, 2, 3, 4, 5]);
  assert.throws(() => arrivals.take(next()), { code: "too-many-connections" });
  // Each counts once, whether it goes at once as well or not.
  for (const one of waiting) arrivals.leftSoon(one);
  await clock.pass(6 * SECONDS);
  assert.equal(arrivals.take(next()), 0);
});

Deno.test("arrivals: what members at one address tell without a word has a pace", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  const { origin } = arrival(1, { from: "127.0.0.1", isExempt: true });
  const told = () => {
    let count = 0;
    while (count < 100 && arrivals.takeNews(origin) === 0) count++;
    return count;
  };
  assert.equal(told(), 10);
  assert.equal(arrivals.takeNews(origin), 2 * SECONDS);
  assert.equal(arrivals.takeNews({ name: "192.0.2.1", isExempt: false }), 0, "another address");
  assert.equal(arrivals.takeNews(undefined), 0, "one that does not count");
  await clock.pass(6 * SECONDS);
  assert.equal(told(), 3);
});

Deno.test("arrivals: those that have rested are forgotten, and no others", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  for (let count = 0; count < 8; count++) arrivals.take(arrival(0));
  for (let number = 1; number <= 1_000; number++) arrivals.take(arrival(number));
  await clock.pass(39 * SECONDS);
  assert.equal(atOnce(arrivals, () => arrival(0)), 7);
  await clock.pass(60 * SECONDS);
  arrivals.take(arrival(1));
  assert.equal(arrivals.size, 1);
});

Deno.test("arrivals: waiting ends with the wait, or with the signal", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  for (let count = 0; count < 8; count++) await arrivals.turn(arrival(1));
  let isIn = false;
  const waiting = arrivals.turn(arrival(1)).then(() => isIn = true);
  await clock.pass(MAX_ARRIVAL_WAIT - 1);
  assert.ok(!isIn);
  await clock.pass(1);
  await waiting;
  const leaving = new AbortController();
  const ended = arrivals.turn(arrival(1), () => leaving.signal);
  leaving.abort(new Error("the server ends"));
  await assert.rejects(ended, /the server ends/);
  assert.equal(arrivals.take(arrival(1)), MAX_ARRIVAL_WAIT, "the turn is another's");
});

Deno.test("arrivals: one that does not wait to the end counts for nothing", async () => {
  using _clock = new Clock();
  const arrivals = new Arrivals();
  const from = "192.0.2.1";
  const leaving = new AbortController();
  for (let number = 0; number < 20; number++) arrivals.leftSoon(arrival(number, { from }));
  for (let number = 0; number < 151; number++) arrivals.take(arrival(number, { from }));
  arrivals.leftSoon(arrival(0, { from }));
  const waits = () => {
    const wait = arrivals.take(arrival(500, { from, isReturn: true }));
    return Math.round(wait);
  };
  const before = waits();
  const ended = arrivals.turn(arrival(501, { from }), () => leaving.signal);
  leaving.abort(new Error("gone"));
  await assert.rejects(ended, /gone/);
  const late = arrivals.turn(arrival(502, { from }), () => leaving.signal);
  await assert.rejects(late, /gone/);
  // A return takes a quarter of a join, at three joins a second.
  assert.equal(waits() - before, Math.round(1_000 / 12));
  assert.equal(arrivals.take(arrival(503, { from })), 1_000, "nor for a short stay");
});
