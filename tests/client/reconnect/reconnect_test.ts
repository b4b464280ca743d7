import assert from "node:assert/strict";
import { BackOff } from "../../../lib/client/reconnect/back_off.ts";
import { type Attempt, OutOfPatience, reconnect } from "../../../lib/client/reconnect/reconnect.ts";
import { Waker } from "../../../lib/client/reconnect/waker.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "../../../lib/errors.ts";
import { Clock, isPending, rejection } from "../../channel/support.ts";

const CUT = new NetworkError("cut", "the connection was cut: it ended without a goodbye");
const REFUSED = new NetworkError("connection-refused", "no server is listening at host:1");
const UNREACHABLE = new NetworkError("unreachable", "host:1 cannot be reached");

/** Attempts that end as the test says, on a clock of its own. */
class Attempts implements Disposable {
  readonly clock = new Clock();
  readonly waker = new Waker({ now: () => performance.now(), addresses: () => this.network });
  network = "home";
  isLast = false;
  readonly told: Attempt[] = [];
  made = 0;
  readonly stop = new AbortController();

  begin(connect: (attempt: number, signal: AbortSignal) => Promise<string>): Promise<string> {
    const connected = reconnect(CUT, {
      connect: (signal) => connect(++this.made, signal),
      backOff: new BackOff(() => 0.5),
      waker: this.waker,
      onAttempt: (attempt) => this.told.push(attempt),
      isLast: () => this.isLast,
      signal: this.stop.signal,
    });
    connected.catch(() => {});
    return connected;
  }

  [Symbol.dispose](): void {
    this.waker[Symbol.dispose]();
    this.clock[Symbol.dispose]();
  }
}

Deno.test("reconnect: it tries until it succeeds, and tells of each attempt", async () => {
  using attempts = new Attempts();
  const failures = [REFUSED, UNREACHABLE, new ProtocolError("not-this-protocol", "it is HTTP")];
  const connected = attempts.begin((attempt) => {
    const failure = failures[attempt - 1];
    return failure === undefined ? Promise.resolve("connected") : Promise.reject(failure);
  });
  await attempts.clock.pass(250 + 500 + 1_000 + 1_000);
  assert.equal(await connected, "connected");
  assert.deepEqual(attempts.told, [
    { attempt: 1, delayMs: 250, reason: "the connection was cut" },
    { attempt: 2, delayMs: 500, reason: REFUSED.message },
    { attempt: 3, delayMs: 1_000, reason: UNREACHABLE.message },
    { attempt: 4, delayMs: 1_000, reason: "it is HTTP" },
  ]);
});

Deno.test("reconnect: what is final ends it", async () => {
  const finals = [
    new AuthenticationError("key-changed", "another key"),
    new NetworkError("removed", "banned"),
    new ProtocolError("malformed-message", "nonsense"),
  ];
  for (const final of finals) {
    using attempts = new Attempts();
    const connected = rejection(attempts.begin(() => Promise.reject(final)));
    await attempts.clock.pass(250);
    assert.equal(await connected, final);
    assert.equal(attempts.made, 1);
  }
});

Deno.test("reconnect: after the last attempt it says why that has failed", async () => {
  using attempts = new Attempts();
  const connected = rejection(attempts.begin(() => Promise.reject(REFUSED)));
  await attempts.clock.pass(250);
  attempts.isLast = true;
  attempts.waker.call();
  await attempts.clock.pass(1_000);
  const error = await connected;
  assert.ok(error instanceof OutOfPatience);
  assert.equal(
    error.message,
    `the connection was lost, and connecting again failed: ${REFUSED.message}`,
  );
  assert.equal(attempts.made, 2);
});

Deno.test("reconnect: a person has the next attempt made at once, but not more than one a second", async () => {
  using attempts = new Attempts();
  const connected = attempts.begin(() => Promise.reject(REFUSED));
  // The delays would be 250, 500, 1,000, 2,000, 4,000, …
  attempts.waker.call();
  await attempts.clock.pass(0);
  assert.equal(attempts.made, 1);
  for (let tenth = 0; tenth < 100; tenth++) {
    attempts.waker.call();
    await attempts.clock.pass(100);
  }
  assert.equal(await isPending(connected), true);
  assert.ok(attempts.made >= 10 && attempts.made <= 12, `${attempts.made} attempts`);
  attempts.stop.abort("enough");
  assert.equal(await rejection(connected), "enough");
});

Deno.test("reconnect: an attempt is given up where the network has changed under it", async () => {
  using attempts = new Attempts();
  const connected = attempts.begin((attempt, signal) => {
    if (attempt > 1) return Promise.resolve("connected");
    // As on a network on which nobody answers.
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  });
  await attempts.clock.pass(250);
  // A person has no influence on it: a slow network would never come to its end.
  attempts.waker.call();
  assert.equal(await isPending(connected), true);
  attempts.network = "office";
  attempts.waker.look();
  await attempts.clock.pass(1_000);
  assert.equal(await connected, "connected");
  assert.equal(attempts.told.at(-1)?.reason, "the network has changed");
});

Deno.test("reconnect: it ends when it is told to, waiting or trying", async () => {
  using waiting = new Attempts();
  const first = rejection(waiting.begin(() => Promise.reject(REFUSED)));
  waiting.stop.abort("enough");
  assert.equal(await first, "enough");
  assert.equal(waiting.made, 0);

  using trying = new Attempts();
  const second = rejection(trying.begin((_, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new NetworkError("cut", "aborted")));
    })
  ));
  await trying.clock.pass(250);
  trying.stop.abort("enough");
  assert.equal(await second, "enough", "whatever the attempt has come to");
});
