import assert from "node:assert/strict";
import { Bell } from "../../../lib/terminal/screens/bell.ts";
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
  const bell = new Bell(() => count++, () => now += 60_000);
  for (const event of events) bell.hear(event, "bob");
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
  const bell = new Bell(() => rung.push(now), () => now);
  for (now = 0; now <= 6_500; now += 500) bell.hear(message("bob"), "bob");
  assert.deepEqual(rung, [0, 3_000, 6_000]);
});
