import assert from "node:assert/strict";
import { Broadcast } from "../../../lib/chat/mod.ts";
import { MessageBatch } from "../../../lib/channel/mod.ts";
import { Crowd } from "../../../lib/chat/delivery/crowd.ts";
import { History } from "../../../lib/chat/delivery/history.ts";
import type { Bundle } from "../../../lib/chat/delivery/bundle.ts";
import type { Seat } from "../../../lib/chat/delivery/seat.ts";

const key = new Uint8Array(32);

function said(seq: number): Broadcast {
  const id = new Uint8Array(16).fill(seq);
  const body = new TextEncoder().encode(`message ${seq}`);
  return new Broadcast({ type: "message", id, seq, time: 0, from: { nick: "ada", key }, body });
}

function historyOf(count: number): History {
  const history = new History(200, 100_000);
  for (let seq = 1; seq <= count; seq++) history.add(said(seq));
  return history;
}

function numbers(bundle: Bundle | undefined): number[] | undefined {
  return bundle?.broadcasts.map(({ message }) => message.type === "message" ? message.seq : NaN);
}

Deno.test("history: those who come one after the other share the memory of what they are given", () => {
  const history = historyOf(50);
  const first = history.after(10);
  assert.deepEqual(numbers(first), Array.from({ length: 40 }, (_, index) => 11 + index));
  const [part] = first?.parts ?? [];
  assert.ok(part instanceof MessageBatch);
  assert.equal(history.after(10)?.parts[0], part);
});

Deno.test("history: what is shared is never what somebody else missed, nor without the last message", () => {
  const history = historyOf(50);
  assert.equal(history.after(10)?.broadcasts.length, 40);
  assert.equal(history.after(48)?.broadcasts.length, 2);
  assert.equal(history.after(10)?.broadcasts.length, 40);
  history.add(said(51));
  assert.equal(history.after(10)?.broadcasts.length, 41);
  assert.equal(history.after(51), undefined);
});

Deno.test("crowd: a seat is given a bundle as a whole, or one message after the other", () => {
  const bundle = historyOf(3).after(0);
  assert.ok(bundle);
  const crowd = new Crowd();
  const given: unknown[] = [];
  const seat: Seat = {
    deliver: (broadcast) => given.push(broadcast) < 3,
    drained: () => new Promise(() => {}),
    isAlive: () => Promise.resolve(true),
    remove() {},
  };
  crowd.add(seat);
  assert.equal(crowd.deliverAll(seat, bundle), false, "it has no space for more");
  assert.deepEqual(given, bundle.broadcasts);
  const other: Seat = { ...seat, deliverAll: (whole) => given.push(whole) > 0 };
  crowd.add(other);
  assert.equal(crowd.deliverAll(other, bundle), true);
  assert.equal(given.at(-1), bundle);
  assert.equal(given.length, 4);
});
