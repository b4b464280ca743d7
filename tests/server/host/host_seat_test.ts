import assert from "node:assert/strict";
import {
  Broadcast,
  encodeText,
  type Envelope,
  type MemberEvent,
  type RoomMessage,
} from "../../../lib/chat/mod.ts";
import { Flow } from "../../../lib/server/host/flow.ts";
import { HostSeat } from "../../../lib/server/host/host_seat.ts";
import { isPending, turns } from "../../channel/support.ts";
import { key } from "../../support/doubles.ts";

const ADA = { nick: "ada", key: key(1) };
const ID = new Uint8Array(16);

/** What a message of 60,000 bytes takes up while it waits, at the least. */
const LARGE = 60_000;

/** How many bytes may wait before speakers are asked to wait, and before messages are left out. */
const [HIGH_WATER_MARK, MAX_WAITING] = [65_536, 4 * 1024 * 1024];

function message(seq: number, size = 5): Envelope {
  const body = encodeText("x".repeat(size));
  return { type: "message", id: ID, seq, time: 0, from: ADA, body };
}

/** A seat whose screen shows something only when the test lets it. */
function setUp() {
  const waiting: { readonly event: MemberEvent; readonly shown: () => void }[] = [];
  const heard: MemberEvent[] = [];
  const leftOut: number[] = [];
  const got: number[] = [];
  const flow = new Flow();
  const seat = new HostSeat({
    hear(event) {
      heard.push(event);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ event, shown: resolve });
      return promise;
    },
    onPrivate: (number) => void got.push(number),
    onLeftOut: (count) => void leftOut.push(count),
    flow,
    isInteractive: false,
  });
  const deliver = (event: RoomMessage) => seat.deliver(new Broadcast(event));
  /** Lets the screen show so many of those that wait, or all. */
  const show = async (count = Infinity) => {
    for (const { shown } of waiting.splice(0, count)) shown();
    await turns(1);
  };
  return { seat, flow, heard, waiting, leftOut, got, deliver, show };
}

Deno.test("host seat: what the room says is shown, in order", async () => {
  const { flow, heard, deliver, show } = setUp();
  const events = [
    message(1),
    { type: "member", change: "left", member: ADA },
    { type: "member", change: "renamed", member: ADA, previous: "eve" },
    { type: "topic", topic: "Tea", by: ADA, time: 0 },
    { type: "notice", text: "a notice" },
    message(2),
  ] satisfies MemberEvent[];
  for (const event of events) assert.equal(deliver(event), true);
  assert.deepEqual(heard, events);
  await show();
  flow.stop();
});

Deno.test("host seat: a private message has been got when it has been shown", async () => {
  const { flow, got, deliver, show } = setUp();
  deliver({ ...message(0), private: 3 });
  deliver(message(1));
  assert.deepEqual(got, []);
  await show();
  assert.deepEqual(got, [3]);
  flow.stop();
});

Deno.test("host seat: what is told otherwise, or is for channels only, is not shown", () => {
  const { heard, deliver } = setUp();
  const others: RoomMessage[] = [
    { type: "member", change: "joined", member: ADA },
    { type: "members", members: [ADA] },
    {
      type: "welcome",
      you: ADA,
      maxBody: 1000,
      log: ID,
      seq: 1,
      kept: false,
      gone: 0,
      grace: 0,
    },
    { type: "caught-up", seq: 1 },
    { type: "page", id: ID, messages: [], before: 0 },
    { type: "ping" },
  ];
  for (const event of others) assert.equal(deliver(event), true);
  assert.deepEqual(heard, []);
});

Deno.test("host seat: a screen that keeps up has room, and nobody waits for it", async () => {
  const { seat, flow, deliver, show } = setUp();
  for (let seq = 1; seq <= 100; seq++) {
    assert.equal(deliver(message(seq, LARGE)), true);
    await show();
  }
  await seat.drained();
  flow.stop();
});

Deno.test("host seat: a slow screen has no room, and drained resolves when it has again", async () => {
  const { seat, flow, deliver, show } = setUp();
  assert.equal(deliver(message(1, LARGE)), true);
  assert.equal(await isPending(seat.drained()), false);
  assert.equal(deliver(message(2, LARGE)), false);
  assert.equal(deliver(message(3, LARGE)), false);
  const waiters = [seat.drained(), seat.drained()];
  await show(1);
  assert.equal(await isPending(waiters[0]), true, "two large ones still wait");
  await show(1);
  await Promise.all(waiters);
  assert.equal(deliver(message(4, 1)), true);
  // And the same once more.
  assert.equal(deliver(message(5, LARGE)), false);
  const again = seat.drained();
  assert.equal(await isPending(again), true);
  await show();
  await again;
  flow.stop();
});

Deno.test("host seat: what exceeds the limit is left out, and how much is said once, when it is over", async () => {
  const { flow, heard, waiting, leftOut, deliver, show } = setUp();
  const total = 100;
  for (let seq = 1; seq <= total; seq++) deliver(message(seq, LARGE));
  const shown = heard.length;
  assert.ok(shown * LARGE <= MAX_WAITING && (shown + 2) * LARGE > MAX_WAITING, String(shown));
  assert.deepEqual(
    heard.map((event) => event.type === "message" && event.seq),
    Array.from({ length: shown }, (_, index) => index + 1),
    "the first ones are shown, in order",
  );
  assert.deepEqual(leftOut, [], "not while it is slow: that would be one line for each");
  await show(shown - 2);
  assert.ok(waiting.length * LARGE > HIGH_WATER_MARK);
  assert.deepEqual(leftOut, []);
  await show(1);
  assert.deepEqual(leftOut, [total - shown]);
  await show();
  assert.deepEqual(leftOut, [total - shown], "once");
  // From then on all is shown again.
  deliver(message(total + 1));
  assert.equal(heard.length, shown + 1);
  await show();
  assert.deepEqual(leftOut, [total - shown]);
  flow.stop();
});

Deno.test("host seat: what the host asked for is answered however slow the screen is", async () => {
  const { flow, heard, leftOut, deliver, show } = setUp();
  for (let seq = 1; seq <= 100; seq++) deliver(message(seq, LARGE));
  for (let seq = 101; seq <= 1000; seq++) deliver(message(seq, 1));
  const before = heard.length;
  // All are longer than a message for which there was no room any more.
  const text = "a long reason ".repeat(50);
  assert.equal(deliver({ type: "member", change: "left", member: ADA, reason: text }), false);
  assert.equal(deliver({ type: "topic", topic: text, by: ADA, time: 0 }), false);
  assert.equal(deliver({ type: "notice", text }), false);
  assert.deepEqual(heard.slice(before).map(({ type }) => type), ["notice"]);
  await show();
  assert.deepEqual(leftOut, [1002 - before], "all that was not shown is counted");
  flow.stop();
});

/** A clock that stands still unless the test turns it, and timers that end when the test says so. */
class Clock implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  now = 0;
  /** What is to be done after a rest of less than a second; a longer one is the flow's. */
  readonly rests: (() => void)[] = [];

  constructor() {
    const setTimeout = (run: () => void, delay: number) => {
      if (delay < 1000) this.rests.push(run);
      return 0;
    };
    Object.assign(globalThis, { setTimeout });
    Object.defineProperty(performance, "now", { value: () => this.now, configurable: true });
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, { setTimeout: this.#setTimeout });
    Reflect.deleteProperty(performance, "now");
  }
}

/** A seat whose screen takes 100 ms for each thing, and of what was shown the kinds. */
function busySeat(clock: Clock, isInteractive: boolean) {
  const shown: string[] = [];
  const leftOut: number[] = [];
  const seat = new HostSeat({
    hear(event) {
      clock.now += 100;
      shown.push(event.type);
      return Promise.resolve();
    },
    onPrivate: () => {},
    onLeftOut: (count) => void leftOut.push(count),
    flow: new Flow(),
    isInteractive,
  });
  const deliver = async (event: RoomMessage) => {
    const hasRoom = seat.deliver(new Broadcast(event));
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    return hasRoom;
  };
  return { shown, leftOut, deliver };
}

Deno.test("host seat: on a terminal showing takes no more than its share of the time", async () => {
  using clock = new Clock();
  const { shown, leftOut, deliver } = busySeat(clock, true);
  for (let seq = 1; seq <= 10; seq++) {
    assert.equal(await deliver(message(seq)), true, "no speaker waits for that");
  }
  const first = shown.length;
  // Of each second 300 ms, and as many at once after a rest.
  assert.equal(first, 4);
  assert.deepEqual([leftOut, clock.rests.length], [[], 1]);
  await deliver({ type: "notice", text: "muted: ada" });
  assert.equal(shown.length, first + 1, "an answer is shown all the same");
  clock.now += 10_000;
  for (const run of clock.rests.splice(0)) run();
  assert.equal(leftOut.reduce((sum, count) => sum + count, 0), 10 - first);
  await deliver(message(11));
  assert.equal(shown.length, first + 2);
});

Deno.test("host seat: to a file or a program everything is written, however long that takes", async () => {
  using clock = new Clock();
  const { shown, leftOut, deliver } = busySeat(clock, false);
  for (let seq = 1; seq <= 100; seq++) await deliver(message(seq));
  assert.equal(shown.length, 100);
  assert.deepEqual([leftOut, clock.rests], [[], []]);
});

Deno.test("host seat: nothing is idle while the screen has something to show", async () => {
  const { flow, deliver, show } = setUp();
  assert.equal(await isPending(flow.idle()), false);
  deliver(message(1));
  assert.equal(await isPending(flow.idle()), true);
  await show();
  flow.stop();
});

Deno.test("host seat: whoever sits there cannot be put out", () => {
  const { heard, seat, deliver } = setUp();
  seat.remove();
  deliver({ type: "ping" });
  assert.deepEqual(heard, []);
});
