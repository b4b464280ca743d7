import assert from "node:assert/strict";
import type { Explanation } from "../../../lib/explain/mod.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { ThrottledExplanations } from "../../../lib/program/explain/throttled_explanations.ts";

function explanation(kind: Explanation["kind"], size = 0): Explanation {
  const wire = [{ label: "x", role: "ciphertext" as const, size, hex: "00".repeat(size) }];
  return {
    connection: 2,
    kind,
    title: kind,
    text: [],
    steps: [{ name: "x", text: "X.", wire, inside: [], state: [] }],
  };
}

/** A screen that takes things when the test says so. */
function start(isInteractive: boolean) {
  const events: ChatEvent[] = [];
  const clock = { now: 0 };
  const taken: PromiseWithResolvers<void>[] = [];
  const shown = new ThrottledExplanations({
    isInteractive,
    now: () => clock.now,
    show(event) {
      events.push(event);
      const waiting = Promise.withResolvers<void>();
      taken.push(waiting);
      return waiting.promise;
    },
  });
  return {
    shown,
    events,
    clock,
    kinds: () => events.map((event) => event.event === "explain" ? event.kind : ""),
    takeAll: async () => {
      for (const { resolve } of taken.splice(0)) resolve();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
}

Deno.test("explanations: a person gets a few records in a row, and hears once how many more there were", () => {
  const { shown, kinds, events, clock } = start(true);
  for (let count = 0; count < 50; count++) shown.add(explanation("record"));
  assert.deepEqual(kinds(), [...Array(21).fill("record"), "omitted"]);
  clock.now += 9_000;
  shown.add(explanation("record"));
  assert.equal(kinds().at(-1), "omitted");
  clock.now += 1_000;
  shown.add(explanation("record"));
  const [told, last] = events.slice(-2);
  assert.ok(told.event === "explain" && last.event === "explain");
  assert.match(told.text[0], /^30 explanations were left out here/);
  assert.deepEqual([told.connection, last.kind], [2, "record"]);
});

Deno.test("explanations: what is no record is shown to a person however much there is", () => {
  const { shown, kinds } = start(true);
  for (let count = 0; count < 50; count++) shown.add(explanation("message"));
  assert.deepEqual(kinds(), Array(50).fill("message"));
});

Deno.test("explanations: a person is spared further pings, which is said once, a program is not", () => {
  for (const isInteractive of [true, false]) {
    const { shown, events } = start(isInteractive);
    for (let count = 0; count < 30; count++) {
      shown.add({ ...explanation("record"), routine: true });
    }
    shown.end();
    assert.equal(events.length, isInteractive ? 1 : 30);
    const [first] = events;
    assert.ok(first.event === "explain");
    assert.match(first.title, isInteractive ? /pings and pongs are not shown/ : /^record$/);
  }
});

Deno.test("explanations: a program gets everything, as long as it reads", async () => {
  const { shown, kinds, takeAll } = start(false);
  for (let count = 0; count < 80; count++) {
    shown.add(explanation("record", 60_000));
    if (count % 10 === 0) await takeAll();
  }
  assert.deepEqual(kinds(), Array(80).fill("record"));
});

Deno.test("explanations: what waits for a slow reader is bounded, and it hears what it missed", async () => {
  const { shown, kinds, events, takeAll } = start(false);
  for (let count = 0; count < 1_000; count++) shown.add(explanation("record", 60_000));
  assert.ok(events.length < 50, `${events.length} wait`);
  assert.equal(kinds().at(-1), "omitted");
  await takeAll();
  const before = events.length;
  shown.add(explanation("record", 60_000));
  assert.deepEqual(kinds().slice(before), ["omitted", "record"]);
  shown.end();
  assert.equal(events.length, before + 2);
});

Deno.test("explanations: what was left out last is told at the end", () => {
  const { shown, kinds, events } = start(true);
  for (let count = 0; count < 23; count++) shown.add(explanation("record"));
  shown.end();
  assert.deepEqual(kinds().slice(21), ["omitted", "omitted"]);
  const last = events.at(-1);
  assert.ok(last?.event === "explain");
  assert.match(last.text[0], /^2 explanations were left out/);
});
