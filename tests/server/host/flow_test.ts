import assert from "node:assert/strict";
import { Flow } from "../../../lib/server/host/flow.ts";

/** A clock that the test moves. */
class Clock implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;
  readonly #timers = new Map<number, { due: number; run: () => void }>();
  #now = 0;
  #nextId = 1;

  constructor() {
    const setTimeout = (run: () => void, delay: number) => {
      this.#timers.set(this.#nextId, { due: this.#now + delay, run });
      return this.#nextId++;
    };
    const clearTimeout = (id: number) => void this.#timers.delete(id);
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  /** How many timers are running. */
  get running(): number {
    return this.#timers.size;
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    while (true) {
      const [next] = [...this.#timers].filter(([, { due }]) => due <= end)
        .sort(([, left], [, right]) => left.due - right.due);
      if (next === undefined) break;
      const [id, { due, run }] = next;
      this.#timers.delete(id);
      this.#now = due;
      run();
      await settle();
    }
    this.#now = end;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, { setTimeout: this.#setTimeout, clearTimeout: this.#clearTimeout });
  }
}

/** Lets promises that are resolved be noticed. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function isIdle(flow: Flow): Promise<boolean> {
  let idle = false;
  void flow.idle().then(() => idle = true);
  await settle();
  return idle;
}

Deno.test("flow: what has never moved is idle, and needs no timer", async () => {
  using clock = new Clock();
  assert.equal(await isIdle(new Flow()), true);
  assert.equal(clock.running, 0);
});

Deno.test("flow: what moves is idle again a while after the last message", async () => {
  using clock = new Clock();
  const flow = new Flow();
  for (let message = 0; message < 20; message++) {
    flow.touch();
    assert.equal(await isIdle(flow), false);
    await clock.pass(900);
    assert.equal(await isIdle(flow), false, "a short pause is none");
  }
  const waiting = flow.idle();
  await clock.pass(2000);
  await waiting;
  assert.equal(clock.running, 0);

  flow.touch();
  assert.equal(await isIdle(flow), false, "it can move again");
  await clock.pass(2000);
  assert.equal(await isIdle(flow), true);
});

Deno.test("flow: a thousand messages need one timer", () => {
  using clock = new Clock();
  const flow = new Flow();
  for (let message = 0; message < 1000; message++) flow.touch();
  assert.equal(clock.running, 1);
  flow.stop();
});

Deno.test("flow: its end is no pause to wait for", async () => {
  using clock = new Clock();
  const flow = new Flow();
  flow.touch();
  const waiting = flow.idle();
  flow.stop();
  await waiting;
  assert.equal(clock.running, 0);
  assert.equal(await isIdle(flow), true);
});

Deno.test("flow: a message that a slow reader holds up keeps it moving, but not for ever", async () => {
  using clock = new Clock();
  const flow = new Flow();
  const taken = Promise.withResolvers<void>();
  const passing = flow.during(taken.promise);
  await clock.pass(30_000);
  assert.equal(await isIdle(flow), false);
  taken.resolve();
  await passing;
  assert.equal(await isIdle(flow), false, "the next one may follow at once");
  await clock.pass(2000);
  assert.equal(await isIdle(flow), true);

  void flow.during(new Promise(() => {}));
  await clock.pass(30_000);
  assert.equal(await isIdle(flow), false);
  await clock.pass(40_000);
  assert.equal(await isIdle(flow), true);
  assert.equal(clock.running, 0);
});

Deno.test("flow: a message that fails is told to whoever sends it, and is over", async () => {
  using clock = new Clock();
  const flow = new Flow();
  await assert.rejects(flow.during(Promise.reject(new Error("gone"))), /gone/);
  await clock.pass(2000);
  assert.equal(await isIdle(flow), true);
});
