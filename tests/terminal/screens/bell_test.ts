import assert from "node:assert/strict";
import { type Attention, Bell } from "../../../lib/terminal/screens/bell.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";

function message(text: string, more: Partial<ChatEvent & { event: "message" }> = {}): ChatEvent {
  return {
    event: "message",
    id: "00",
    seq: 1,
    time: "2026-01-01T00:00:00.000Z",
    from: { nick: "ada", fingerprint: "SHA256:x", verified: false },
    text,
    private: false,
    action: false,
    history: false,
    ...more,
  };
}

/** How often it rings for these, each long after the one before. */
function rings(...events: ChatEvent[]): number {
  let count = 0;
  let now = 0;
  const bell = new Bell("mentions", () => count++, () => now += 60_000);
  for (const event of events) bell.hear(event, { ownNick: "bob" });
  return count;
}

Deno.test("bell: rings for one's own name, and for what is said to oneself alone", () => {
  assert.equal(rings(message("hello Bob")), 1);
  assert.equal(rings(message("waves at @bob", { action: true })), 1);
  assert.equal(rings(message("psst", { private: true })), 1);
});

Deno.test("bell: is silent for everything else", () => {
  assert.equal(rings(message("hello"), message("bobsled"), message("\x07")), 0);
  assert.equal(rings(message("bob", { history: true })), 0);
  assert.equal(rings(message("psst", { history: true, private: true })), 0);
  assert.equal(rings({ event: "notice", text: "bob" }), 0);
});

Deno.test("bell: never rings twice within three seconds", () => {
  const rung: number[] = [];
  let now = 0;
  const bell = new Bell("mentions", () => rung.push(now), () => now);
  for (now = 0; now <= 6_500; now += 500) bell.hear(message("bob"), { ownNick: "bob" });
  assert.deepEqual(rung, [0, 3_000, 6_000]);
});

const HEARD: readonly ChatEvent[] = [
  message("hello"),
  message("hello Bob"),
  message("the lunch break"),
  message("psst", { private: true }),
  message("my own Bob", { from: { nick: "bob", fingerprint: "SHA256:b", verified: false } }),
  message("hello", { history: true }),
];

const RUNG: Readonly<Record<Attention, readonly string[]>> = {
  off: [],
  private: ["psst"],
  mentions: ["hello Bob", "the lunch break", "psst"],
  all: ["hello", "hello Bob", "the lunch break", "psst"],
};

for (const attention of ["off", "private", "mentions", "all"] as const) {
  Deno.test(`bell: for ${attention}`, () => {
    const rung: string[] = [];
    let now = 0;
    const bell = new Bell(attention, ({ text }) => rung.push(text), () => now += 60_000);
    const listener = { ownNick: "bob", ownFingerprint: "SHA256:b", highlights: ["Lunch Break"] };
    for (const event of HEARD) bell.hear(event, listener);
    assert.deepEqual(rung, RUNG[attention]);
  });
}
