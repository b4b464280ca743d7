import assert from "node:assert/strict";
import { NetworkError } from "../../../lib/errors.ts";
import { decodeBody } from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { Absence } from "../../../lib/conversation/room/absence.ts";
import { PrivateTalk } from "../../../lib/conversation/room/private_talk.ts";
import { Speaker } from "../../../lib/conversation/room/speaker.ts";
import { Voice } from "../../../lib/conversation/room/voice.ts";
import { key, RecordingRoom } from "../../support/doubles.ts";

function setUp() {
  const bob = { nick: "bob", key: key(2) };
  const room = new RecordingRoom(bob);
  const voice = new Voice(room, undefined, () => false);
  const changes: boolean[] = [];
  const absence: Absence = new Absence(voice, () => void changes.push(absence.isAway));
  const talk = new PrivateTalk(room);
  const speaker = new Speaker(voice, talk, absence);
  /** What was said, and to whom, since the last time. */
  const said = () =>
    room.requests.splice(0).map(({ request }) => {
      assert.ok(request.type === "send");
      const body = decodeBody(request.body);
      assert.ok(body.type !== "unknown");
      return [body.type, body.text, request.to?.nick];
    });
  return { room, bob, absence, changes, talk, speaker, said };
}

Deno.test("away: everybody reads it, and the next line says that one is back", async () => {
  const { absence, changes, speaker, said } = setUp();
  await absence.begin("lunch", {});
  assert.deepEqual(said(), [["action", "is away: lunch", undefined]]);
  await speaker.say("hello");
  assert.deepEqual(said(), [["action", "is back", undefined], ["text", "hello", undefined]]);
  await speaker.say("again");
  assert.deepEqual(said(), [["text", "again", undefined]]);
  await absence.begin("", {});
  await absence.end();
  await absence.end();
  assert.deepEqual(said(), [["action", "is away", undefined], ["action", "is back", undefined]]);
  assert.deepEqual(changes, [true, false, true, false]);
});

Deno.test("away: what is said to one member alone does not end it", async () => {
  const { bob, absence, talk, speaker, said } = setUp();
  await absence.begin("lunch", {});
  talk.turnTo(bob);
  await speaker.say("psst");
  assert.equal(absence.isAway, true);
  assert.deepEqual(said().at(-1), ["text", "psst", "bob"]);
});

Deno.test("away: nothing is sent by a line that has no reader any more", async () => {
  const { room, bob, absence, talk, speaker, said } = setUp();
  await absence.begin("", {});
  said();
  talk.turnTo(bob);
  room.others = [];
  await assert.rejects(speaker.say("psst"), { code: "refused" });
  await assert.rejects(speaker.say("waves", { isAction: true }), { code: "refused" });
  assert.deepEqual(said(), []);
});

Deno.test("away: the prompt does not say so if the room has not told it", async () => {
  const { room, absence } = setUp();
  await absence.begin("lunch", {});
  const [{ id }] = room.requests;
  assert.ok(id !== undefined);
  absence.refused("00".repeat(16));
  assert.equal(absence.isAway, true);
  absence.refused(hex(id));
  assert.equal(absence.isAway, false);
});

Deno.test("away: what could not be said changes nothing", async () => {
  const { room, absence, changes, said } = setUp();
  const request = room.request.bind(room);
  const lost = () => Promise.reject(new NetworkError("cut", "lost"));
  room.request = lost;
  await assert.rejects(absence.begin("lunch", {}), { code: "cut" });
  assert.equal(absence.isAway, false);
  room.request = request;
  await absence.begin("lunch", {});
  room.request = lost;
  await assert.rejects(absence.end(), { code: "cut" });
  assert.equal(absence.isAway, true);
  assert.deepEqual(changes, [true, false, true, false, true]);
  room.request = request;
  await absence.end();
  assert.deepEqual(said().map(([, text]) => text), ["is away: lunch", "is back"]);
});

Deno.test("away: a text that is too long is refused", async () => {
  const { absence, said } = setUp();
  await assert.rejects(absence.begin("é".repeat(129), {}), { code: "usage" });
  assert.deepEqual([absence.isAway, said()], [false, []]);
});
