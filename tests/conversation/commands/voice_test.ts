import assert from "node:assert/strict";
import { encodeAction, encodeText, type Participant } from "../../../lib/chat/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import type { MessageEvent } from "../../../lib/conversation/commands/scrollback.ts";
import { Voice } from "../../../lib/conversation/commands/voice.ts";
import { key, RecordingRoom } from "../../support/doubles.ts";

const BOB: Participant = { nick: "bob", key: key(2) };
const ID = new Uint8Array(16).fill(3);

function setUp() {
  const room = new RecordingRoom(BOB);
  const remembered: MessageEvent[] = [];
  const voice = new Voice(
    room,
    { add: (message) => void remembered.push(message) },
    (key) => key[0] === 2,
  );
  return { room, remembered, voice };
}

Deno.test("voice: a text is remembered before the room is asked to pass it on", async () => {
  const { room, remembered, voice } = setUp();
  room.request = () => {
    assert.deepEqual(remembered.map(({ text }) => text), ["hello"]);
    return Promise.reject(new UsageError("closed", "this side has said goodbye"));
  };
  await assert.rejects(voice.say("hello"), { code: "closed" });
});

Deno.test("voice: to everybody or to one, a text or an action, with the id that was asked for", async () => {
  const { room, remembered, voice } = setUp();
  await voice.say("one");
  await voice.say("waves", { isAction: true, id: ID });
  await voice.say("psst", { to: BOB });
  assert.deepEqual(room.requests, [
    { request: { type: "send", body: encodeText("one") }, id: undefined },
    { request: { type: "send", body: encodeAction("waves") }, id: ID },
    { request: { type: "send", body: encodeText("psst"), to: BOB }, id: undefined },
  ]);
  assert.deepEqual(
    remembered.map((event) => [event.from.nick, event.action, event.private, event.to?.verified]),
    [["me", false, false, undefined], ["me", true, false, undefined], ["me", false, true, true]],
  );
});

Deno.test("voice: a text that is too long is neither sent nor remembered", async () => {
  const { room, remembered, voice } = setUp();
  room.maxBody = 100;
  await assert.rejects(voice.say("x".repeat(voice.maxTextSize + 1)), { code: "usage" });
  assert.deepEqual([room.requests, remembered], [[], []]);
  await voice.say("x".repeat(voice.maxTextSize));
  assert.equal(room.requests.length, 1);
});
