/**
 * What slow mode holds back waits as long as an operator wants it to, also if that is another time now.
 *
 * @module
 */
import assert from "node:assert/strict";
import { encodeMessage, Room } from "../../../lib/chat/mod.ts";
import { Moderation } from "../../../lib/chat/conduct/moderation.ts";
import { Clock, turns } from "../../channel/support.ts";
import { enter, HOST_KEY, KEY_PAIRS, keyOf, leave, Notebook, send, targetOf } from "../support.ts";

/** A guest of whom one message was said and another is held back, for an hour. */
async function held(seconds: number) {
  const room = new Room({ now: () => 5 });
  const seat = new Notebook();
  const host = room.join("host", HOST_KEY, seat, { isOperator: true });
  await host.follow({ past: 0 });
  const guest = await enter(room, "ada", {}, { keys: KEY_PAIRS[0] });
  const slow = (pause: number) =>
    host.moderate({ action: "slow", target: targetOf(guest.self), reason: "", seconds: pause });
  const said = () => seat.heard.filter((line) => /^\d/.test(line));
  await slow(seconds);
  await guest.client.send(encodeMessage(send(1, "one")));
  await guest.client.send(encodeMessage(send(2, "two")));
  await turns();
  assert.deepEqual(said(), ["1 ada"]);
  return { room, guest, slow, said };
}

Deno.test("slow mode: when it ends, what it holds back is said at once", async () => {
  using clock = new Clock();
  const { guest, slow, said } = await held(3_600);
  await clock.pass(1_000);
  await slow(0);
  await turns();
  assert.deepEqual(said(), ["1 ada", "2 ada"]);
  await leave(guest);
  assert.equal(clock.timers, 0);
});

Deno.test("slow mode: another pause counts for what is held back, too, with what has passed of it", async () => {
  using clock = new Clock();
  const { guest, slow, said } = await held(60);
  await clock.pass(5_000);
  await slow(10);
  await clock.pass(4_999);
  assert.equal(said().length, 1);
  await slow(20);
  await clock.pass(9_999);
  assert.equal(said().length, 1);
  await clock.pass(2);
  assert.equal(said().length, 2);
  await leave(guest);
});

Deno.test("slow mode: what is held back for its pace is slowed down as well", async () => {
  using clock = new Clock();
  const room = new Room({ now: () => 5, limits: { messagesPerSecond: 1 } });
  const seat = new Notebook();
  const host = room.join("host", HOST_KEY, seat, { isOperator: true });
  await host.follow({ past: 0 });
  const guest = await enter(room, "ada", {}, { keys: KEY_PAIRS[0] });
  await guest.client.send(encodeMessage(send(1, "one")));
  await guest.client.send(encodeMessage(send(2, "two")));
  await turns();
  const target = targetOf(guest.self);
  await host.moderate({ action: "slow", target, reason: "", seconds: 10 });
  const said = () => seat.heard.filter((line) => /^\d/.test(line)).length;
  await clock.pass(9_900);
  assert.equal(said(), 1);
  await clock.pass(200);
  assert.equal(said(), 2);
  await leave(guest);
});

Deno.test("slow mode: who watches it is told of each change, until that ends", () => {
  const moderation = new Moderation();
  let told = 0;
  const watch = () => void told++;
  const ends = [watch, watch].map((watcher) => moderation.watchSlowness(watcher));
  moderation.slow(keyOf(1), { seconds: 5, reason: "" });
  assert.equal(told, 2);
  ends[0]?.();
  moderation.slow(keyOf(1), { seconds: 0, reason: "" });
  assert.equal(told, 3);
  ends[1]?.();
  moderation.slow(keyOf(1), { seconds: 5, reason: "" });
  assert.equal(told, 3);
});
