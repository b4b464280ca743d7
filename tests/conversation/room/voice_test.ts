import assert from "node:assert/strict";
import { encodeAction, encodeText, type Participant } from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { Scrollback } from "../../../lib/conversation/room/scrollback.ts";
import { Voice } from "../../../lib/conversation/room/voice.ts";
import { key, RecordingRoom } from "../../support/doubles.ts";

const BOB: Participant = { nick: "bob", key: key(2) };
const ID = new Uint8Array(16).fill(3);

function setUp() {
  const room = new RecordingRoom(BOB);
  const scrollback = new Scrollback();
  const voice = new Voice(room, scrollback, (key) => key[0] === 2);
  const remembered = () => scrollback.entries.map(({ message }) => message);
  return { room, remembered, voice };
}

Deno.test("voice: a text is remembered before the room is asked, until that fails", async () => {
  const { room, remembered, voice } = setUp();
  room.request = () => {
    assert.deepEqual(remembered().map(({ text }) => text), ["hello"]);
    return Promise.reject(new UsageError("closed", "this side has said goodbye"));
  };
  await assert.rejects(voice.say("hello"), { code: "closed" });
  assert.deepEqual(remembered(), []);
});

Deno.test("voice: to everybody or to one, a text or an action, with the id that was asked for", async () => {
  const { room, remembered, voice } = setUp();
  await voice.say("one");
  await voice.say("waves", { isAction: true, id: ID, line: 7 });
  await voice.say("psst", { to: BOB });
  assert.deepEqual(room.requests.map(({ request, line }) => [request, line]), [
    [{ type: "send", body: encodeText("one") }, undefined],
    [{ type: "send", body: encodeAction("waves") }, 7],
    [{ type: "send", body: encodeText("psst"), to: BOB }, undefined],
  ]);
  assert.deepEqual(
    remembered().map((event) => [event.from.nick, event.action, event.private, event.to?.verified]),
    [["me", false, false, undefined], ["me", true, false, undefined], ["me", false, true, true]],
  );
  // What is remembered, sent and confirmed is one thing.
  const ids = room.requests.map(({ id }) => hex(id ?? new Uint8Array()));
  assert.deepEqual(remembered().map(({ id }) => id), ids);
  assert.deepEqual([ids[1], new Set(ids.map(({ length }) => length))], [hex(ID), new Set([32])]);
});

Deno.test("voice: a text that is too long is neither sent nor remembered", async () => {
  const { room, remembered, voice } = setUp();
  room.maxBody = 100;
  await assert.rejects(voice.say("x".repeat(voice.maxTextSize + 1)), { code: "usage" });
  assert.deepEqual([room.requests, remembered()], [[], []]);
  await voice.say("x".repeat(voice.maxTextSize));
  assert.equal(room.requests.length, 1);
});
