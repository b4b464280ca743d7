import assert from "node:assert/strict";
import {
  ALL_PAST,
  encodeText,
  type NewRequest,
  type RoomReport,
  Visit,
} from "../../../lib/chat/mod.ts";
import { idOf, keyOf } from "../support.ts";

const OWN_KEY = keyOf(1);
const LOG = idOf(50);
const OTHER_LOG = idOf(51);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const text = (value: string): NewRequest => ({ type: "send", body: encodeText(value) });
const KICK: NewRequest = {
  type: "moderate",
  action: "kick",
  target: keyOf(9),
  reason: "",
  seconds: 0,
};

function message(seq: number, id = seq, key = keyOf(2)): RoomReport & { type: "message" } {
  const from = { nick: "bob", key };
  return { type: "message", id: idOf(id), seq, time: 5, from, body: encodeText("x") };
}

const caughtUp = (seq: number): RoomReport => ({ type: "caught-up", seq });
const delivered = (id: number, seq: number): RoomReport => ({
  type: "delivered",
  id: idOf(id),
  seq,
});

/** A visit, and what the test does to it. */
class Trial {
  now = 1_000_000;
  readonly visit = new Visit(idOf(77), () => this.now);

  /** Connects; the hello, and how it begins. */
  connect(
    { log = LOG, seq = 0, kept = false, gone = 0, past = 200 }: {
      readonly log?: Uint8Array;
      readonly seq?: number;
      readonly kept?: boolean;
      readonly gone?: number;
      readonly past?: number;
    } = {},
  ) {
    const hello = this.visit.hello("ada", past);
    return { hello, ...this.visit.begin({ log, seq, kept, gone }, OWN_KEY) };
  }

  hear(...reports: readonly RoomReport[]): (RoomReport | undefined)[] {
    return reports.map((report) => this.visit.hear(report));
  }

  ask(id: number, request: NewRequest = text(`${id}`)): void {
    this.visit.unanswered.add(request, { id: idOf(id), time: this.now });
  }

  /** The first bytes of the ids of what is sent now. */
  send(): (number | undefined)[] {
    const sent: (number | undefined)[] = [];
    for (let next = this.visit.take(); next !== undefined; next = this.visit.take()) {
      sent.push(next.id[0]);
    }
    return sent;
  }
}

Deno.test("visit: the first hello has no position, and every one the same id", () => {
  const trial = new Trial();
  const first = trial.connect({ seq: 3 }).hello;
  assert.deepEqual(first, {
    type: "hello",
    version: 3,
    nick: "ada",
    visit: idOf(77),
    past: 200,
  });
  trial.hear(caughtUp(3));
  const second = trial.connect().hello;
  assert.deepEqual(second, { ...first, after: { log: LOG, seq: 3 }, past: ALL_PAST });
  assert.notDeepEqual(new Visit().id, new Visit().id);
});

Deno.test("visit: until it has caught up, the position is the last message, and nothing else", () => {
  const trial = new Trial();
  trial.connect({ seq: 9 });
  trial.ask(40);
  trial.send();
  assert.equal(trial.visit.position, undefined);
  trial.hear(delivered(40, 12));
  assert.equal(trial.visit.position, undefined, "what was said before is still on the way");
  trial.hear(message(7), message(8));
  assert.deepEqual(trial.visit.position, { log: LOG, seq: 8 });
  trial.hear({ ...message(0, 30), private: 1 });
  assert.deepEqual(trial.visit.position, { log: LOG, seq: 8 });
});

Deno.test("visit: once it has caught up, the position is the greatest number", () => {
  const trial = new Trial();
  trial.connect({ seq: 9 });
  trial.ask(40);
  trial.send();
  trial.hear(message(8), caughtUp(9));
  assert.equal(trial.visit.position?.seq, 9);
  trial.hear(message(10));
  assert.equal(trial.visit.position?.seq, 10);
  trial.hear(delivered(40, 12), message(11));
  assert.equal(trial.visit.position?.seq, 12);
});

Deno.test("visit: what is dropped moves the position as well", () => {
  const trial = new Trial();
  trial.connect();
  trial.hear(caughtUp(0), message(1));
  trial.connect({ log: OTHER_LOG, seq: 2 });
  assert.deepEqual(trial.hear(message(1), message(2)), [undefined, message(2)]);
  assert.deepEqual(trial.visit.position, { log: OTHER_LOG, seq: 2 });
});

Deno.test("visit: with no wish for the past there is a position from the welcome on", () => {
  const trial = new Trial();
  trial.connect({ seq: 9, past: 0 });
  assert.deepEqual(trial.visit.position, { log: LOG, seq: 9 });
  const { hello } = trial.connect({ seq: 10, past: 0 });
  assert.deepEqual(hello.after, { log: LOG, seq: 9 });
});

Deno.test("visit: history is what was said before it came, on its first connections alone", () => {
  const trial = new Trial();
  trial.connect({ seq: 5 });
  trial.hear(message(3));
  assert.deepEqual([3, 5, 6, 0].map((seq) => trial.visit.isHistory({ seq })), [
    true,
    true,
    false,
    false,
  ]);
  // Cut in the middle of it: the rest is history as well.
  trial.connect({ seq: 7 });
  assert.deepEqual([5, 6].map((seq) => trial.visit.isHistory({ seq })), [true, false]);
  trial.hear(message(4), message(5), message(6), message(7), caughtUp(7));
  trial.connect({ seq: 9 });
  assert.equal(trial.visit.isHistory({ seq: 9 }), false, "that was said while it was away");
  trial.connect({ seq: 2, log: OTHER_LOG });
  assert.equal(trial.visit.isHistory({ seq: 1 }), false);
});

Deno.test("visit: cut before anything came, it comes as if for the first time", () => {
  const trial = new Trial();
  trial.connect({ seq: 5 });
  const { hello } = trial.connect({ seq: 8 });
  assert.deepEqual([hello.after, hello.past], [undefined, 200]);
  assert.equal(trial.visit.isHistory({ seq: 8 }), true);
});

Deno.test("visit: another log in the middle of the history begins anew, and is no history", () => {
  const trial = new Trial();
  trial.connect({ seq: 5 });
  trial.hear(message(3));
  trial.connect({ seq: 2, log: OTHER_LOG });
  assert.equal(trial.visit.isHistory({ seq: 1 }), false);
  assert.equal(trial.visit.position, undefined);
});

Deno.test("visit: a log that goes on under another name takes the position with it", () => {
  const trial = new Trial();
  trial.connect();
  trial.hear(caughtUp(0), message(700));
  const change: RoomReport = { type: "log", log: OTHER_LOG, seq: 3, kept: false };
  assert.deepEqual(trial.hear(change), [change]);
  assert.deepEqual(trial.visit.position, { log: OTHER_LOG, seq: 3 });
  trial.hear(message(4, 80));
  assert.equal(trial.visit.position?.seq, 4);
});

Deno.test("visit: a log that goes on elsewhere does not hide what is still to be caught up with", () => {
  const trial = new Trial();
  trial.connect();
  trial.hear(caughtUp(3));
  trial.connect({ seq: 9 });
  trial.hear(message(4), { type: "log", log: OTHER_LOG, seq: 9, kept: false });
  assert.deepEqual(trial.visit.position, { log: OTHER_LOG, seq: 4 });
  trial.hear(message(5));
  assert.deepEqual(trial.visit.position, { log: OTHER_LOG, seq: 5 });
});

Deno.test("visit: a log that was put back from a copy does not hide what it says next", () => {
  const trial = new Trial();
  trial.connect({ kept: true });
  trial.hear(caughtUp(0), message(9));
  trial.connect({ seq: 4, kept: true });
  assert.equal(trial.visit.position?.seq, 4);
});

Deno.test("visit: a message that was heard before is not heard again, a private one neither", () => {
  const trial = new Trial();
  trial.connect();
  const note = { ...message(0, 30), private: 1 };
  assert.deepEqual(trial.hear(message(1), note), [message(1), note]);
  trial.connect();
  assert.deepEqual(trial.hear(message(1), note, message(2)), [undefined, undefined, message(2)]);
  // The same id under another key is another message.
  assert.deepEqual(trial.hear(message(3, 1, keyOf(3))), [message(3, 1, keyOf(3))]);
});

Deno.test("visit: so many messages are remembered, and no more", () => {
  const trial = new Trial();
  trial.connect();
  const numbered = (number: number) => ({
    ...message(number),
    id: Uint8Array.from({ length: 16 }, (_, place) => place < 4 ? number >> 8 * place : 0),
  });
  for (let number = 1; number <= 10_001; number++) {
    assert.notEqual(trial.visit.hear(numbered(number)), undefined);
  }
  assert.equal(trial.visit.hear(numbered(2)), undefined);
  assert.notEqual(trial.visit.hear(numbered(1)), undefined, "that is too long ago");
});

Deno.test("visit: an own message that comes back confirms itself, whatever answer follows", () => {
  const trial = new Trial();
  trial.connect();
  trial.hear(caughtUp(0));
  trial.ask(40);
  trial.send();
  trial.connect({ seq: 1 });
  assert.deepEqual(trial.send(), [40]);
  assert.deepEqual(trial.hear(message(1, 40, OWN_KEY)), [delivered(40, 1)]);
  assert.equal(trial.visit.unanswered.count, 0);
  assert.deepEqual(trial.hear(delivered(40, 1)), [undefined]);
});

Deno.test("visit: an own message that was confirmed does not come back as another's", () => {
  const trial = new Trial();
  trial.connect();
  trial.ask(40);
  trial.send();
  // Before it has caught up, this moves no position.
  assert.deepEqual(trial.hear(delivered(40, 1)), [delivered(40, 1)]);
  trial.connect({ seq: 1 });
  assert.deepEqual(trial.hear(message(1, 40, OWN_KEY)), [undefined]);
});

Deno.test("visit: what another client with this key says is heard, and confirms nothing", () => {
  const trial = new Trial();
  trial.connect();
  trial.hear(caughtUp(0));
  assert.deepEqual(trial.hear(message(1, 41, OWN_KEY)), [message(1, 41, OWN_KEY)]);
  // And a private message to oneself is heard, not taken for its receipt.
  trial.ask(42, { ...text("note"), to: { nick: "ada", key: OWN_KEY } } as NewRequest);
  trial.send();
  const note = { ...message(0, 42, OWN_KEY), private: 1 };
  assert.deepEqual(trial.hear(note, delivered(42, 0)), [note, delivered(42, 0)]);
});

Deno.test("visit: somebody else's message with the id of a request confirms nothing", () => {
  const trial = new Trial();
  trial.connect();
  trial.ask(40);
  trial.send();
  assert.deepEqual(trial.hear(message(1, 40)), [message(1, 40)]);
  assert.equal(trial.visit.unanswered.count, 1);
});

Deno.test("visit: an answer to nothing is against the protocol", () => {
  const trial = new Trial();
  trial.connect();
  const refused: RoomReport = { type: "refused", id: idOf(1), reason: "no" };
  for (const answer of [delivered(1, 1), refused]) {
    assert.throws(() => trial.hear(answer), { code: "malformed-message" });
  }
  assert.throws(() => trial.visit.hearLatePage(idOf(1)), { code: "malformed-message" });
});

// What is sent again, and what is not.

Deno.test("visit: everything that was not answered is sent again, and then what is new", () => {
  const trial = new Trial();
  assert.equal(trial.connect().resent, 0);
  trial.ask(40);
  trial.ask(41);
  assert.deepEqual(trial.send(), [40, 41]);
  trial.ask(42);
  const { resent, undelivered } = trial.connect();
  trial.ask(43);
  assert.deepEqual([resent, undelivered, trial.send()], [3, [], [40, 41, 42, 43]]);
});

Deno.test("visit: what an operator asked for is not sent again to another server", () => {
  const cases = [
    { log: LOG, kept: false, isSent: true },
    { log: OTHER_LOG, kept: false, isSent: false },
    // The same log, but perhaps a server that was started again, and knows nothing of it.
    { log: LOG, kept: true, isSent: false },
  ];
  for (const { log, kept, isSent } of cases) {
    const trial = new Trial();
    trial.connect({ kept });
    trial.ask(40, KICK);
    trial.ask(41);
    trial.send();
    // This one has not left yet: nobody has carried it out.
    trial.ask(42, KICK);
    const { undelivered } = trial.connect({ log, kept });
    assert.deepEqual(trial.send(), isSent ? [40, 41, 42] : [41, 42]);
    assert.deepEqual(undelivered.map(({ request }) => request.id), isSent ? [] : [idOf(40)]);
    assert.match(undelivered[0]?.reason ?? "restarted", /restarted/);
  }
});

Deno.test("visit: what the server may have forgotten again is not sent once more, and said so", () => {
  const rename: NewRequest = { type: "rename", nick: "lovelace" };
  const whisper: NewRequest = {
    type: "send",
    body: encodeText("x"),
    to: { nick: "bob", key: keyOf(2) },
  };
  const cases = [
    { request: text("x"), kept: false, after: 10 * MINUTE, isSent: true },
    { request: text("x"), kept: false, after: 10 * MINUTE + 1, isSent: false },
    { request: text("x"), kept: true, after: 30 * DAY, isSent: true },
    { request: text("x"), kept: true, after: 30 * DAY + 1, isSent: false },
    { request: rename, kept: false, after: 10 * MINUTE, isSent: true },
    // It is in no log, and so on no disk.
    { request: rename, kept: true, after: 10 * MINUTE + 1, isSent: false },
    { request: whisper, kept: true, after: 10 * MINUTE, isSent: true },
    { request: whisper, kept: true, after: 10 * MINUTE + 1, isSent: false },
  ];
  for (const { request, kept, after, isSent } of cases) {
    const trial = new Trial();
    trial.connect({ kept });
    trial.ask(40, request);
    trial.send();
    trial.ask(41, { type: "topic", topic: "never sent" });
    // As long as the room is heard, it remembers.
    trial.now += 90 * DAY;
    trial.hear(caughtUp(0));
    trial.now += after;
    // Where something is gone, even a message to all does not show by itself whether it has arrived.
    const { undelivered } = trial.connect({ kept, gone: 1 });
    const what = `${request.type} ${kept} ${after}`;
    assert.deepEqual(trial.send(), isSent ? [40, 41] : [41], what);
    assert.equal(undelivered.length, isSent ? 0 : 1);
  }
});

Deno.test("visit: a message to all shows by itself, even after long, whether it has arrived", () => {
  for (const hasArrived of [true, false]) {
    const trial = new Trial();
    trial.connect();
    trial.hear(caughtUp(0));
    trial.ask(40);
    trial.send();
    trial.now += DAY;
    const { undelivered } = trial.connect({ seq: hasArrived ? 1 : 0 });
    trial.ask(41);
    assert.deepEqual([undelivered, trial.send()], [[], []], "it waits");
    if (hasArrived) trial.hear(message(1, 40, OWN_KEY));
    let ready = 0;
    trial.visit.unanswered.onReady = () => ready++;
    trial.hear(caughtUp(hasArrived ? 1 : 0));
    assert.equal(ready, 1);
    assert.deepEqual(trial.send(), hasArrived ? [41] : [40, 41]);
  }
});

Deno.test("visit: and where something of the log is missing, it cannot be known", () => {
  for (const welcome of [{ gone: 1 }, { log: OTHER_LOG }]) {
    const trial = new Trial();
    trial.connect();
    trial.hear(caughtUp(0));
    trial.ask(40);
    trial.send();
    trial.now += DAY;
    assert.equal(trial.connect(welcome).undelivered.length, 1);
    assert.deepEqual(trial.send(), []);
  }
});

Deno.test("visit: what an earlier run may have sent goes by its own age", () => {
  const trial = new Trial();
  const { unanswered } = trial.visit;
  unanswered.add(text("old"), { id: idOf(40), wasSent: true, time: trial.now - 11 * MINUTE });
  unanswered.add(text("new"), { id: idOf(41), wasSent: true, time: trial.now - 9 * MINUTE });
  unanswered.add(text("kept"), { id: idOf(42), time: trial.now - DAY });
  const { undelivered } = trial.connect();
  assert.deepEqual(undelivered.map(({ request }) => request.id), [idOf(40)]);
  assert.deepEqual(trial.send(), [41, 42]);
});
