import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { familiesByTurns, firstToSucceed } from "../../../lib/channel/tcp/race.ts";
import { turns } from "../support.ts";

/** Later than any test lasts, in milliseconds. */
const NEVER = 2_000_000;

/** Attempts, each of which ends when the test says so. */
class Attempts {
  readonly begun: string[] = [];
  readonly aborted: string[] = [];
  readonly discarded: string[] = [];
  readonly #open = new Map<string, PromiseWithResolvers<string>>();

  readonly attempt = (address: string, signal: AbortSignal): Promise<string> => {
    this.begun.push(address);
    const open = Promise.withResolvers<string>();
    this.#open.set(address, open);
    signal.addEventListener("abort", () => {
      this.aborted.push(address);
      // One that is stubborn succeeds all the same.
      if (!address.startsWith("stubborn")) open.reject(signal.reason);
    });
    return open.promise;
  };

  succeed(address: string): void {
    this.#open.get(address)?.resolve(address);
  }

  fail(address: string): void {
    this.#open.get(address)?.reject(new Error(address));
  }

  race(addresses: readonly string[], delay: number, signal = new AbortController().signal) {
    const { attempt } = this;
    return firstToSucceed(addresses, {
      attempt,
      discard: (result) => this.discarded.push(result),
      signal,
      delay,
    });
  }
}

Deno.test("race: an address that is good is the only one that is tried", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["a", "b"], NEVER);
  attempts.succeed("a");
  assert.equal(await racing, "a");
  assert.deepEqual(attempts.begun, ["a"]);
});

Deno.test("race: one that fails is followed by the next at once", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["a", "b", "c"], NEVER);
  attempts.fail("a");
  await turns();
  assert.deepEqual(attempts.begun, ["a", "b"]);
  attempts.succeed("b");
  assert.equal(await racing, "b");
});

Deno.test("race: one that does not answer is not waited for, and given up when another does", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["a", "b"], 0);
  while (attempts.begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(attempts.aborted, []);
  attempts.succeed("b");
  assert.equal(await racing, "b");
  assert.deepEqual(attempts.aborted, ["a", "b"]);
});

Deno.test("race: while one is open, the failure of another does not hurry the next", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["a", "b"], 0);
  while (attempts.begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  attempts.fail("b");
  await turns();
  attempts.succeed("a");
  assert.equal(await racing, "a");
});

Deno.test("race: what succeeds too late is given back", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["stubborn", "b"], 0);
  while (attempts.begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  attempts.succeed("b");
  assert.equal(await racing, "b");
  attempts.succeed("stubborn");
  await turns();
  assert.deepEqual(attempts.discarded, ["stubborn"]);
});

Deno.test("race: if all fail, the errors of all are told", async () => {
  const attempts = new Attempts();
  const racing = attempts.race(["a", "b"], NEVER);
  attempts.fail("a");
  await turns();
  attempts.fail("b");
  await assert.rejects(racing, (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors.map(({ message }) => message), ["a", "b"]);
    return true;
  });
});

Deno.test("race: a signal ends all, and what succeeds then is given back", async () => {
  const attempts = new Attempts();
  const stop = new AbortController();
  const racing = attempts.race(["stubborn", "b", "c"], 0, stop.signal);
  while (attempts.begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  stop.abort();
  await assert.rejects(racing, AggregateError);
  const { length } = attempts.begun;
  attempts.succeed("stubborn");
  await turns();
  assert.deepEqual(attempts.discarded, ["stubborn"]);
  assert.equal(attempts.begun.length, length);
});

Deno.test("families by turns: begins with the first one's, and loses none", () => {
  assert.deepEqual(familiesByTurns(["::1", "::2", "::3", "1.1.1.1"]), [
    ...["::1", "1.1.1.1", "::2", "::3"],
  ]);
  assert.deepEqual(familiesByTurns(["1.1.1.1", "2.2.2.2", "::1"]), ["1.1.1.1", "::1", "2.2.2.2"]);
  assert.deepEqual(familiesByTurns([]), []);
  fc.assert(fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6())), (addresses) => {
    const turned = familiesByTurns(addresses);
    assert.deepEqual(turned.toSorted(), addresses.toSorted());
    assert.equal(turned[0], addresses[0]);
  }));
});
