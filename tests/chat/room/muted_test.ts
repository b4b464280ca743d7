/**
 * A key that is muted, or in slow mode, brings no words of its own before others: neither as messages
 * nor as anything else.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  encodeText,
  type Membership,
  type ModerationAction,
  Room,
  type RoomOptions,
} from "../../../lib/chat/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { Clock, turns } from "../../channel/support.ts";
import { idOf, keyOf, Notebook } from "../support.ts";

/** What the muted one wants to say, in whatever way. */
const WORDS = "buy-now";

const SECONDS = 1_000;

/** A room with an operator, somebody who listens, and one who is about to be muted. */
function scene(options: RoomOptions = {}) {
  const room = new Room({ now: () => 5, ...options });
  const join = (nick: string, byte: number, details = {}) => {
    const seat = new Notebook();
    const membership = room.join(nick, keyOf(byte), seat, details);
    void membership.follow({ past: 0 });
    return { seat, membership, nick: () => membership.member.nick };
  };
  const ann = join("ann", 1, { isOperator: true });
  const bob = join("bob", 2);
  const eve = join("eve", 3);
  const act = (action: ModerationAction, seconds = 0, by: Membership = ann.membership) =>
    by.moderate({ action, target: sha256(keyOf(3)), reason: "", seconds });
  return { room, join, ann, bob, eve, act };
}

const isMuted = (error: unknown) =>
  error instanceof UsageError && error.code === "refused" && /muted you/.test(error.message);

/** Whether anything that a seat was told has the words. */
function hasWords({ messages }: Notebook): boolean {
  const asText = (_: string, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  return JSON.stringify(messages, asText).includes(WORDS);
}

Deno.test("muted: whatever it does, nobody reads a word of it", async () => {
  const { join, ann, bob, eve, act } = scene({ grace: 60_000 });
  await act("mute");
  const { membership } = eve;
  const body = encodeText(WORDS);
  await assert.rejects(membership.post(idOf(1), body), isMuted);
  await assert.rejects(membership.whisper(bob.membership.member, idOf(2), body), isMuted);
  await assert.rejects(async () => await membership.rename(WORDS), isMuted);
  await assert.rejects(membership.setTopic(WORDS), isMuted);
  // Further connections, the next ones, and those that come back to their place.
  const second = join(WORDS, 3);
  assert.equal(second.nick(), "eve-2");
  membership.leave();
  second.membership.leave();
  const visit = idOf(7);
  const third = join(WORDS, 3, { visit });
  assert.match(third.nick(), /^eve/);
  third.membership.leave("cut", "the connection was cut");
  const fourth = join(WORDS, 3, { visit });
  assert.ok(fourth.membership.hasReturned);
  assert.match(fourth.nick(), /^eve/);
  fourth.membership.leave("left");
  for (const { seat } of [ann, bob]) assert.ok(!hasWords(seat));

  // As soon as it is not muted any more it has the name that it wants.
  await act("unmute");
  assert.equal(join(WORDS, 3).nick(), WORDS);
  assert.ok(hasWords(bob.seat), "the test would have seen it");
});

Deno.test("muted: one that was never here is a guest", async () => {
  const { join, ann, bob } = scene();
  const target = sha256(keyOf(8));
  await ann.membership.moderate({ action: "mute", target, reason: "", seconds: 0 });
  assert.equal(join(WORDS, 8).nick(), "guest");
  assert.equal(join(WORDS, 8).nick(), "guest-2");
  assert.ok(!hasWords(bob.seat));
});

Deno.test("muted: what waited for a reader who is away is taken back", async () => {
  using clock = new Clock();
  const { join, bob, eve, act } = scene({ grace: 3_600 * SECONDS });
  await clock.pass(3_600 * SECONDS);
  bob.membership.leave("cut");
  const away = bob.membership.member;
  const letter = eve.membership.whisper(away, idOf(1), encodeText(WORDS));
  const kept = join("dan", 4).membership.whisper(away, idOf(2), encodeText("hello"));
  void kept.catch(() => {});
  await turns();
  await act("mute");
  await assert.rejects(letter, isMuted);
  const back = join("bob", 2);
  assert.ok(!hasWords(back.seat));
  assert.ok(back.seat.heard.includes("private 2 dan"));
  assert.ok(back.membership.got(2));
  await kept;
});

Deno.test("muted: what waits for a reader to come back after a restart is not delivered", async () => {
  using clock = new Clock();
  const room = new Room({ grace: 60 * SECONDS });
  const ann = room.join("ann", keyOf(1), new Notebook(), { isOperator: true });
  const eve = room.join("eve", keyOf(3), new Notebook(), { hasBeenHere: true });
  const waiting = eve.whisper({ nick: "bob", key: keyOf(2) }, idOf(1), encodeText(WORDS));
  waiting.catch(() => {});
  await clock.pass(1 * SECONDS);
  await ann.moderate({ action: "mute", target: sha256(keyOf(3)), reason: "", seconds: 0 });
  const seat = new Notebook();
  void room.join("bob", keyOf(2), seat).follow({ past: 0 });
  await assert.rejects(waiting, isMuted);
  assert.ok(!hasWords(seat));
});

Deno.test("muted: an operator acts without words", async () => {
  const { join, ann, bob } = scene();
  const amy = join("amy", 5, { isOperator: true }).membership;
  const target = sha256(amy.member.key);
  await ann.membership.moderate({ action: "mute", target, reason: "", seconds: 0 });
  const kick = { action: "kick", target: sha256(keyOf(3)), seconds: 0 } as const;
  await assert.rejects(amy.moderate({ ...kick, reason: WORDS }), isMuted);
  assert.ok(!hasWords(bob.seat));
  await amy.moderate({ ...kick, reason: "" });
  assert.equal(bob.seat.heard.at(-1), "eve left: kicked by amy");
});

Deno.test("slow mode: a new name is something that is said, also of one who joins or comes back", async () => {
  using clock = new Clock();
  const { join, bob, eve, act } = scene({ grace: 60 * SECONDS });
  await clock.pass(60 * SECONDS);
  await act("slow", 600);
  eve.membership.leave();
  assert.equal(join("one", 3).nick(), "one", "its first turn");
  assert.equal(join("two", 3).nick(), "one-2");
  const visit = idOf(7);
  const third = join("one", 3, { visit });
  const name = third.nick();
  third.membership.leave("cut");
  assert.equal(join("three", 3, { visit }).nick(), name);
  await clock.pass(600 * SECONDS);
  assert.equal(join("four", 3).nick(), "four", "its turn again");
  assert.ok(!bob.seat.heard.some((line) => line.includes("three")));
});

Deno.test("coming back: new names are paced there as well", async () => {
  using clock = new Clock();
  const { join, bob } = scene({ grace: 60 * SECONDS });
  const visit = idOf(7);
  join("dan", 6, { visit });
  for (let count = 0; count < 20; count++) join(`name${count}`, 6, { visit });
  assert.equal(bob.seat.heard.filter((line) => line.includes("renamed")).length, 5);
  await clock.pass(1 * SECONDS);
  assert.equal(join("later", 6, { visit }).nick(), "later");
});

Deno.test("muted: what it said before has its place in the log, if it is asked for again", async () => {
  const { bob, eve, act } = scene();
  const body = encodeText("hello");
  const { seq } = await eve.membership.post(idOf(1), body);
  await act("mute");
  assert.equal((await eve.membership.post(idOf(1), body)).seq, seq);
  await assert.rejects(eve.membership.post(idOf(2), body), isMuted);
  assert.deepEqual(bob.seat.heard.filter((line) => line.endsWith(" eve")), ["1 eve"]);
});
