import assert from "node:assert/strict";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { Narrator } from "../../../lib/terminal/sentences/narrator.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";

const PERSON = { fingerprint: "SHA256:x", verified: false };

function message(text: string, time = new Date()): ChatEvent {
  return {
    event: "message",
    id: "00",
    seq: 1,
    time: time.toISOString(),
    from: { nick: "ada", ...PERSON },
    text,
    private: false,
    action: false,
    history: false,
  };
}

function member(nick: string, change: "joined" | "left", more = {}): ChatEvent {
  return { event: "member", change, nick, ...PERSON, ...more };
}

/** Five who join, the last two of whom are gathered. */
const CROWD = ["a", "b", "c", "d", "e"].map((nick) => member(nick, "joined"));

function start(options: { quiet?: boolean; hasClock?: boolean } = {}) {
  const { quiet = false, hasClock = false } = options;
  const lines: string[] = [];
  const narrator = new Narrator({
    quiet,
    hasDays: hasClock,
    style: () => ({
      paint: createPaint("none"),
      ...(hasClock ? { timestamp: (_, isAlone) => isAlone ? "2020-11-24 12:30" : "14:05" } : {}),
    }),
    write(text) {
      lines.push(text);
      return Promise.resolve();
    },
  });
  return { narrator, lines };
}

/** What is told of these, without waiting for each. */
async function told(events: readonly ChatEvent[], options = {}): Promise<string[]> {
  const { narrator, lines } = start(options);
  const telling = events.map((event) => narrator.tell(event));
  await narrator.flush();
  await Promise.all(telling);
  return lines;
}

const FIRST = ["a joined.", "b joined.", "c joined."];

Deno.test("narrator: those who join together are told in one line", async () => {
  assert.deepEqual(await told(CROWD), [...FIRST, "d and e joined."]);
});

Deno.test("narrator: what was gathered comes before whatever else is told, so the order stays", async () => {
  const others: readonly (readonly [event: ChatEvent, text: string])[] = [
    [message("hello"), "ada: hello"],
    [member("bob", "left", { reason: "spam" }), "bob left; the room says: “spam”"],
    [{ event: "notice", text: "so it is" }, "so it is"],
    [{ event: "closed", reason: "you left" }, "The conversation is over: you left."],
  ];
  for (const [event, text] of others) {
    const lines = await told([...CROWD, event, member("f", "joined")]);
    assert.deepEqual(lines, [...FIRST, "d and e joined.", text, "f joined."]);
  }
});

Deno.test("narrator: what is not shown ends no gathering, nor does how somebody is connected", async () => {
  const connected: ChatEvent = {
    event: "connected",
    peer: { nick: "e", ...PERSON },
    you: { nick: "f", ...PERSON },
    safetyWords: "one two",
    trust: "new",
    cipher: "AESCBC",
    protocol: "Noise",
    address: "127.0.0.1:1",
    kept: false,
  };
  const delivered: ChatEvent = { event: "delivered", id: "00", seq: 1 };
  const [last] = CROWD.slice(-1);
  const lines = await told([...CROWD.slice(0, 4), delivered, connected, last]);
  assert.equal(lines.at(-1), "d and e joined.");
});

Deno.test("narrator: quiet leaves what people say, what went wrong and what was asked for", async () => {
  const events: ChatEvent[] = [
    ...CROWD,
    { event: "topic", topic: "tea", by: { nick: "ada", ...PERSON }, time: "2026-01-01T00:00:00Z" },
    { event: "notice", text: "a notice" },
    message("hello"),
    { event: "notice", text: "an answer", important: true },
    { event: "refused", id: "00", reason: "no" },
    { event: "members", members: [] },
    { event: "reconnecting", attempt: 1, delayMs: 0, reason: "cut" },
    { event: "reconnected", missed: 1, resent: 1 },
    { event: "reconnected", missed: 1, resent: 1, gone: 1 },
    { event: "undelivered", id: "00", command: "say", text: "lost", reason: "gone" },
    { event: "pending", messages: [] },
    { event: "explain", connection: 1, kind: "omitted", title: "Left out", text: [], steps: [] },
    { event: "error", code: "cut", message: "an error" },
  ];
  assert.deepEqual(await told(events, { quiet: true }), [
    "ada: hello",
    "an answer",
    "The room refused: “no”",
    "0 people are here:",
    "Connected again: 1 message meanwhile, 1 more gone for good, 1 of yours sent again.",
    "Not delivered: “lost” — gone",
    "Everything you sent is confirmed.",
    "\u250c Left out",
    "error: an error",
  ]);
});

Deno.test("narrator: where times are shown, another day is told before its first message", async () => {
  const then = new Date(2020, 10, 24, 12);
  const events = [message("one", then), message("two", then), message("three")];
  const [first, second, third] = await told(events, { hasClock: true });
  assert.equal(first, "\u2014 Tuesday 24 November 2020 \u2014\n14:05 ada: one");
  assert.equal(second, "14:05 ada: two");
  assert.match(third, /^\u2014 \w+ \d+ \w+ \d{4} \u2014\n14:05 ada: three$/);
  assert.deepEqual(await told(events), ["ada: one", "ada: two", "ada: three"]);
});

Deno.test("narrator: what was found has its day with it, and is told without a line for it", async () => {
  const then = new Date(2020, 10, 24, 12, 30);
  const events = [{ ...message("one", then), found: "one" } as ChatEvent, message("two")];
  const lines = await told(events, { hasClock: true });
  assert.deepEqual(lines, ["2020-11-24 12:30 ada: one", "14:05 ada: two"]);
});

Deno.test("narrator: who is cut off and comes back is told of by /who alone", async () => {
  const [away, back] = (["away", "back"] as const).map((change): ChatEvent => {
    return { event: "member", change, nick: "ada", ...PERSON };
  });
  assert.deepEqual(await told([...CROWD, away, back, member("ada", "left")]), [
    ...FIRST,
    "d and e joined; ada left.",
  ]);
});

Deno.test("narrator: whoever tells waits for the screen", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const narrator = new Narrator({
    quiet: false,
    style: () => ({ paint: createPaint("none") }),
    write: () => promise,
  });
  let isDone = false;
  const telling = narrator.tell(message("hello")).then(() => isDone = true);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  assert.equal(isDone, false);
  resolve();
  await telling;
});
