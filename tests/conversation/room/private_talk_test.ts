import assert from "node:assert/strict";
import { encodeText, type Participant } from "../../../lib/chat/mod.ts";
import { PrivateTalk } from "../../../lib/conversation/room/private_talk.ts";
import { key, RecordingRoom } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "bob", key: key(2) };

function whispered(from: Participant) {
  const body = encodeText("psst");
  return { type: "message", id: new Uint8Array(16), seq: 0, time: 0, from, body } as const;
}

function renamed(member: Participant, previous: string) {
  return { type: "member", change: "renamed", member, previous } as const;
}

Deno.test("private talk: lines go to everybody, to one alone, and to everybody again", () => {
  const talk = new PrivateTalk(new RecordingRoom(ADA, BOB));
  assert.deepEqual([talk.reader(), talk.note], [undefined, ""]);
  talk.turnTo(BOB);
  assert.deepEqual([talk.reader(), talk.note], [BOB, "to bob alone"]);
  talk.turnTo(undefined);
  assert.deepEqual([talk.reader(), talk.note], [undefined, ""]);
});

Deno.test("private talk: whoever takes the name of one that has left gets nothing, nor does everybody", () => {
  const room = new RecordingRoom(ADA, BOB);
  const talk = new PrivateTalk(room);
  talk.turnTo(BOB);
  talk.hear(whispered(BOB));
  room.others = [ADA];
  const rest = "nothing was sent; /query ends this, and your lines go to everybody again";
  assert.throws(() => talk.reader(), { code: "refused", message: `bob has left; ${rest}` });
  assert.throws(() => talk.writer(), { message: "bob has left; nothing was sent" });
  assert.equal(talk.note, "to bob alone, who has left");
  room.others = [ADA, { nick: "Bob", key: key(3) }];
  const taken = `another member has the name bob now; ${rest}`;
  assert.throws(() => talk.reader(), { message: taken });
  room.others = [ADA, { nick: "bob", key: key(3) }];
  assert.throws(() => talk.reader(), { message: taken });
  assert.throws(() => talk.writer(), { message: /^another member has the name bob now; / });
  // The one who was meant is back.
  room.others = [ADA, { ...BOB, away: true }];
  assert.equal(talk.reader(), room.others[1]);
  assert.equal(talk.note, "to bob alone, who is away");
});

Deno.test("private talk: a new name of the same key is followed, that of another is not", () => {
  const room = new RecordingRoom(ADA, BOB);
  const talk = new PrivateTalk(room);
  talk.turnTo(BOB);
  talk.hear(whispered(BOB));
  const rob = { ...BOB, nick: "rob" };
  room.others = [ADA, rob];
  talk.hear(renamed(rob, "bob"));
  assert.deepEqual([talk.reader(), talk.writer(), talk.note], [rob, rob, "to rob alone"]);
  const imitator = { nick: "rob", key: key(3) };
  room.others = [imitator];
  talk.hear(renamed(imitator, "rob"));
  assert.throws(() => talk.reader(), { code: "refused" });
  assert.throws(() => talk.writer(), { code: "refused" });
});

Deno.test("private talk: /reply answers the one who wrote last", () => {
  const talk = new PrivateTalk(new RecordingRoom(ADA, BOB));
  assert.throws(() => talk.writer(), { message: "nobody has sent you a private message yet" });
  talk.hear(whispered(ADA));
  talk.hear(whispered(BOB));
  talk.hear({ ...whispered(ADA), seq: 5 });
  assert.equal(talk.writer(), BOB);
});
