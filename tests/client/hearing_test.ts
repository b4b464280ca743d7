import assert from "node:assert/strict";
import { encodeText, type Envelope, type MemberEvent, type Welcome } from "../../lib/chat/mod.ts";
import { Hearing, type HearingOptions } from "../../lib/client/hearing.ts";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import { Clock } from "../channel/support.ts";
import { key } from "../support/doubles.ts";

const BOB = { nick: "bob", key: key(2) };

function message(seq: number): Envelope {
  const id = new Uint8Array(16).fill(seq);
  return { type: "message", id, seq, time: 0, from: BOB, body: encodeText("x") };
}

function welcome(gone: number): Welcome {
  return {
    type: "welcome",
    you: BOB,
    maxBody: 1000,
    log: new Uint8Array(16),
    seq: 3,
    kept: false,
    gone,
    grace: 0,
  };
}

/** What is heard, and what a person is told of it. */
function listening(options: Partial<HearingOptions> = {}) {
  const told: string[] = [];
  const shown: ChatEvent[] = [];
  const hearing = new Hearing({
    room: { hear: (event) => [event], expire: () => [], nextEnd: undefined },
    visit: { isHistory: ({ seq }) => seq <= 2 },
    tell(event, isHistory) {
      const what = event.type === "message" ? event.seq : event.type;
      return Promise.resolve(void told.push(`${what}${isHistory ? " (history)" : ""}`));
    },
    show: (event) => Promise.resolve(void shown.push(event)),
    returned: undefined,
    ...options,
  });
  return { hearing, told, shown };
}

Deno.test("hearing: on arrival there is a past, and nothing is said about being back", async () => {
  const { hearing, told, shown } = listening();
  using _ = hearing;
  for (const seq of [1, 2, 3]) await hearing.hear(message(seq));
  await hearing.hear({ type: "caught-up", seq: 3 });
  assert.deepEqual([told, shown], [["1 (history)", "2 (history)", "3"], []]);
});

Deno.test("hearing: after a return it says what was missed, once all of it was shown", async () => {
  for (const gone of [0, 7]) {
    const returned = { resent: 2, welcome: welcome(gone) };
    const { hearing, told, shown } = listening({ returned });
    using _ = hearing;
    await hearing.hear(message(3));
    await hearing.hear({ type: "notice", text: "not missed" });
    await hearing.hear(message(4));
    assert.deepEqual(shown, []);
    await hearing.hear({ type: "caught-up", seq: 4 });
    await hearing.hear(message(5));
    await hearing.hear({ type: "caught-up", seq: 5 });
    assert.deepEqual(told, ["3", "notice", "4", "5"]);
    assert.deepEqual(shown, [
      { event: "reconnected", missed: 2, resent: 2, ...(gone > 0 && { gone }) },
    ]);
  }
});

Deno.test("hearing: the room says what to tell of who comes and goes", async () => {
  const joined: MemberEvent = { type: "member", change: "joined", member: BOB };
  const back: MemberEvent = { type: "member", change: "back", member: BOB };
  const { hearing, told } = listening({
    room: {
      hear: (event) => event === joined ? [back, back] : [],
      expire: () => [],
      nextEnd: undefined,
    },
  });
  using _ = hearing;
  await hearing.hear(joined);
  await hearing.hear(back);
  assert.deepEqual(told, ["member", "member"]);
});

Deno.test("hearing: a grace time without an end is none that ends at once", () => {
  const delays: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout =
    ((_: unknown, delay: number) => delays.push(delay)) as unknown as typeof setTimeout;
  try {
    const room = { hear: () => [], expire: () => [], nextEnd: Number.MAX_SAFE_INTEGER };
    listening({ room }).hearing[Symbol.dispose]();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.deepEqual(delays, [2 ** 31 - 1]);
});

Deno.test("hearing: whoever does not come back in time, is told of then, and not later", async () => {
  using clock = new Clock();
  const left: MemberEvent = { type: "member", change: "left", member: BOB };
  const ends = [1_000, 500];
  const room: HearingOptions["room"] = {
    hear: (event) => [event],
    expire: () => (ends.shift(), [left]),
    get nextEnd() {
      return ends[0];
    },
  };
  const { hearing, told } = listening({ room });
  await clock.pass(999);
  assert.deepEqual(told, []);
  await clock.pass(1);
  assert.deepEqual(told, ["member"]);
  hearing[Symbol.dispose]();
  await clock.pass(10_000);
  assert.deepEqual([told, clock.timers], [["member"], 0]);
});
