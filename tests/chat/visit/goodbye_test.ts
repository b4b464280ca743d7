/**
 * A guest that has said goodbye can neither confirm a private message nor show that it is there. So it
 * is answered soon, whoever has confirmed its own or not, and nobody waits for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  decodeRoomMessage,
  encodeMessage,
  type GuestOptions,
  Room,
  type RoomOptions,
} from "../../../lib/chat/mod.ts";
import { CONFIRMATION_TIMEOUT } from "../../../lib/chat/visit/guest_requests.ts";
import { Clock, failure, turns } from "../../channel/support.ts";
import {
  described,
  enter,
  type Guest,
  hearLines,
  HOST_KEY,
  KEY_PAIRS,
  leave,
  send,
  somebody,
  targetOf,
} from "../support.ts";

/** Ada and bob, and what each of them is told from now on, up to the room's own goodbye. */
async function scene({ options = {}, ada = {}, grace = 0 }: {
  readonly options?: RoomOptions;
  readonly ada?: GuestOptions;
  readonly grace?: number;
} = {}) {
  const room = new Room({ now: () => 5, grace, ...options });
  const host = room.join("host", HOST_KEY, somebody(), { isOperator: true });
  const first = await enter(room, "ada", ada, { keys: KEY_PAIRS[0] });
  const second = await enter(room, "bob", {}, { keys: KEY_PAIRS[1] });
  return { room, host, ada: listening(first), bob: listening(second) };
}

/** Notes what a guest is told, but for what others do; `goodbye` when the room has said that. */
function listening(guest: Guest) {
  const lines: string[] = [];
  const reading = (async () => {
    for (let bytes; (bytes = await guest.client.receive()) !== undefined;) {
      const message = decodeRoomMessage(bytes);
      if (message.type !== "member") lines.push(described(message));
    }
    lines.push("goodbye");
  })();
  reading.catch(() => {});
  return { ...guest, lines };
}

Deno.test("goodbye: two that whisper to each other and both leave are both answered at once", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene();
  await ada.client.send(encodeMessage(send(1, "psst", bob.self)));
  await bob.client.send(encodeMessage(send(2, "psst", ada.self)));
  await turns();
  await ada.client.end();
  await bob.client.end();
  await turns(40);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host"]);
  // Each may have read it: neither is told that it was delivered.
  assert.deepEqual(bob.lines, [
    "private 1 ada",
    "refused: ada has left, and may not have read the message",
    "goodbye",
  ]);
  assert.deepEqual(ada.lines, [
    "private 1 bob",
    "refused: bob has left, and may not have read the message",
    "goodbye",
  ]);
  await Promise.all([ada.served, bob.served]);
  assert.equal(clock.timers, 0, "and nothing waits for them");
});

Deno.test("goodbye: what its reader does not confirm is refused after a while, and taken back", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene();
  await ada.client.send(encodeMessage(send(1, "psst", bob.self)));
  await turns();
  await ada.client.end();
  await clock.pass(CONFIRMATION_TIMEOUT - 1);
  assert.deepEqual(ada.lines, []);
  assert.equal(room.members.length, 3);
  await clock.pass(1);
  assert.deepEqual(ada.lines, [
    "refused: bob had not confirmed the message when you left, and may not have read it",
    "goodbye",
  ]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host", "bob"]);
  // Late, and no error.
  await bob.client.send(encodeMessage({ type: "got", private: 1 }));
  await turns();
  assert.deepEqual(bob.lines, ["private 1 ada"]);
  await leave(bob);
  await ada.served;
  assert.equal(clock.timers, 0);
});

Deno.test("goodbye: what its reader confirms until then is delivered", async () => {
  using clock = new Clock();
  const { ada, bob } = await scene();
  await ada.client.send(encodeMessage(send(1, "psst", bob.self)));
  await turns();
  await ada.client.end();
  await clock.pass(CONFIRMATION_TIMEOUT - 1);
  await bob.client.send(encodeMessage({ type: "got", private: 1 }));
  await turns();
  assert.deepEqual(ada.lines, ["delivered 0", "goodbye"]);
  await leave(bob);
});

Deno.test("goodbye: one that is leaving gets no more private messages, and who sends one is told", async () => {
  const pause = Promise.withResolvers<void>();
  const { room, ada, bob } = await scene({ ada: { onGoodbye: () => pause.promise } });
  await ada.client.end();
  await turns();
  assert.equal(room.members.length, 3, "it hears what is still being said");
  await bob.client.send(encodeMessage(send(1, "psst", ada.self)));
  await turns();
  assert.deepEqual(bob.lines, ["refused: ada is leaving; the message was not delivered"]);
  pause.resolve();
  await turns();
  assert.deepEqual(ada.lines, ["goodbye"]);
  await leave(bob);
});

Deno.test("goodbye: a place that is taken over before it is given up gets private messages again", async () => {
  const visit = new Uint8Array(16).fill(9);
  const room = new Room({ now: () => 5 });
  const journey = { keys: KEY_PAIRS[0], hello: { visit } };
  const before = await enter(room, "ada", { onGoodbye: () => new Promise(() => {}) }, journey);
  const bob = await enter(room, "bob", {}, { keys: KEY_PAIRS[1] });
  await before.client.end();
  await turns();
  const ada = await enter(room, "ada", {}, journey);
  await bob.client.send(encodeMessage(send(1, "psst", ada.self)));
  assert.deepEqual(await hearLines(ada.client, 1), ["private 1 bob"]);
  await ada.client.send(encodeMessage({ type: "got", private: 1 }));
  assert.deepEqual(await hearLines(bob.client, 1), ["delivered 0"]);
  assert.equal(await failure(before.served), "NetworkError/ended");
  await Promise.all([ada, bob].map(leave));
});

Deno.test("goodbye: what was asked for on an earlier connection does not hold it up either", async () => {
  using clock = new Clock();
  const { room, ada: before, bob } = await scene({ grace: 60_000 });
  const asked = encodeMessage(send(1, "psst", bob.self));
  await before.client.send(asked);
  await turns();
  before.client.abort();
  await failure(before.served);
  const ada = listening(await enter(room, "ada", {}, { keys: KEY_PAIRS[0] }));
  await ada.client.send(asked);
  await turns();
  await ada.client.end();
  await clock.pass(CONFIRMATION_TIMEOUT);
  assert.deepEqual(ada.lines, [
    "refused: bob had not confirmed the message when you left, and may not have read it",
    "goodbye",
  ]);
  assert.deepEqual(bob.lines, ["private 1 ada"], "once");
  await leave(bob);
});

Deno.test("goodbye: nor does one whose reader is not back yet, in a room that has begun anew", async () => {
  using clock = new Clock();
  const room = new Room({ now: () => 5, grace: 3_600_000 });
  const hello = { after: { log: new Uint8Array(16), seq: 1 } };
  const ada = listening(await enter(room, "ada", {}, { keys: KEY_PAIRS[0], hello }));
  const bob = { nick: "bob", key: KEY_PAIRS[1].publicKey };
  await ada.client.send(encodeMessage(send(1, "psst", bob)));
  await turns();
  await ada.client.end();
  await clock.pass(CONFIRMATION_TIMEOUT - 1);
  assert.deepEqual(ada.lines, []);
  await clock.pass(1);
  assert.equal(ada.lines.length, 2);
  assert.match(ada.lines[0] ?? "", /^refused: bob has left.* may not have been delivered$/);
  assert.equal(ada.lines[1], "goodbye");
  await ada.served;
});

Deno.test("goodbye: one that breaks the protocol is told at once, whoever has not confirmed its message", async () => {
  using clock = new Clock();
  const { room, host, ada, bob } = await scene();
  const target = targetOf(ada.self);
  await ada.client.send(encodeMessage(send(1, "psst", bob.self)));
  await turns();
  await host.moderate({ action: "slow", target, reason: "", seconds: 3_600 });
  await ada.client.send(encodeMessage(send(2, "held back")));
  await turns();
  await ada.client.send(Uint8Array.of(0xff));
  await turns();
  assert.equal(await failure(ada.served), "ProtocolError/malformed-message");
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host", "bob"]);
  await leave(bob);
  assert.equal(clock.timers, 0);
});
