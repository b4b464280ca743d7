import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import {
  encodeMessage,
  encodeText,
  MAX_BODY_SIZE,
  MAX_MEMBERS_PER_MESSAGE,
  Member,
  type Participant,
  Room,
  type RoomMessage,
} from "../../../lib/chat/mod.ts";
import { encodeMembers } from "../../../lib/chat/visit/encode_members.ts";
import { decodeRoomMessage } from "../../../lib/chat/wire/wire.ts";
import {
  CLIENT_KEYS,
  Clock,
  establish,
  failure,
  isPending,
  rejection,
  turns,
} from "../../channel/support.ts";
import { enter, HOST_KEY, idOf, keyOf, leave, SOMEBODY, visit } from "../support.ts";

const ADA = { nick: "ada", key: keyOf(1) };
const WELCOME: RoomMessage = { type: "welcome", you: ADA, maxBody: 1000 };
const MEMBERS: RoomMessage = { type: "members", members: [{ nick: "bob", key: keyOf(2) }] };
const TOPIC = { topic: "engines", by: ADA, time: 5 };

function past(seq: number, size = 1): RoomMessage {
  const from = { nick: "bob", key: keyOf(2) };
  return { type: "message", id: idOf(1), seq, time: seq, from, body: new Uint8Array(size) };
}

/** A member that joins a room that the test plays. */
async function joining(
  messages: readonly RoomMessage[],
): Promise<{ client: SecureChannel; server: SecureChannel; joined: Promise<Member> }> {
  const { client, server } = await establish();
  const joined = Member.join(client, { nick: "ada" });
  joined.catch(() => {});
  await server.receive();
  for (const message of messages) server.enqueue(encodeMessage(message));
  return { client, server, joined };
}

function people(count: number): Participant[] {
  return Array.from({ length: count }, (_, index) => ({
    nick: `member-${index}`,
    key: Uint8Array.from({ length: 32 }, (_, place) => place < 4 ? index >> 8 * place : 1),
  }));
}

Deno.test("introduction: those who are there are named in as few messages as can be", () => {
  for (
    const [count, sizes] of [
      [0, []],
      [1, [1]],
      [500, [500]],
      [501, [500, 1]],
      [1_201, [500, 500, 201]],
    ] as const
  ) {
    const members = people(count);
    const messages = [...encodeMembers(members)].map(decodeRoomMessage);
    const parts = messages.map((message) => message.type === "members" ? message.members : []);
    assert.deepEqual(parts.map(({ length }) => length), sizes);
    assert.deepEqual(parts.flat(), members);
  }
  assert.equal(MAX_MEMBERS_PER_MESSAGE, 500);
});

Deno.test("introduction: whoever comes into a room of 1,201 knows everybody", async () => {
  const room = new Room();
  const others = people(1_201);
  for (const { nick, key } of others) room.join(nick, key, SOMEBODY);
  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick: "member-7" });
  assert.equal(member.self.nick, "member-7-2");
  assert.equal(member.others.length, 1_201);
  assert.deepEqual(member.others, others);
  await client.close();
  await served;
});

Deno.test("introduction: past messages come before the welcome, with their numbers and times", async () => {
  const room = new Room({ now: () => 77 });
  const host = room.join("host", HOST_KEY, SOMEBODY);
  for (let byte = 1; byte <= 3; byte++) host.post(idOf(byte), encodeText(`text ${byte}`));
  const guest = await enter(room, "ada");
  assert.deepEqual(guest.introduction.map(({ type }) => type), [
    "members",
    "message",
    "message",
    "message",
    "welcome",
  ]);
  await leave(guest);

  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick: "ada" });
  assert.deepEqual(
    member.past.map(({ seq, time, from }) => [seq, time, from.nick]),
    [[1, 77, "host"], [2, 77, "host"], [3, 77, "host"]],
  );
  await client.close();
  await served;
});

Deno.test("introduction: a room without others, past or topic says welcome and no more", async () => {
  const { client, server, joined } = await joining([WELCOME]);
  const member = await joined;
  assert.deepEqual([member.others, member.past, member.topic], [[], [], undefined]);
  assert.deepEqual(member.self, { nick: ADA.nick, key: CLIENT_KEYS.publicKey });
  assert.equal(member.maxBody, 1000);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("introduction: members may come in several messages, and between those of the past", async () => {
  const more: RoomMessage = { type: "members", members: [{ nick: "eve", key: keyOf(3) }] };
  const welcome: RoomMessage = { ...WELCOME, topic: TOPIC };
  const { client, server, joined } = await joining([MEMBERS, past(1), more, past(2), welcome]);
  const member = await joined;
  assert.deepEqual(member.others.map(({ nick }) => nick), ["bob", "eve"]);
  assert.deepEqual(member.past.map(({ seq }) => seq), [1, 2]);
  assert.deepEqual(member.topic, TOPIC);
  await Promise.all([client.close(), server.close()]);
});

const TOO_EARLY: readonly RoomMessage[] = [
  { type: "delivered", id: idOf(1), seq: 1 },
  { type: "refused", id: idOf(1), reason: "no" },
  { type: "member", change: "joined", member: ADA },
  { type: "topic", ...TOPIC },
  { type: "notice", text: "hello" },
  { type: "ping" },
];

for (const message of TOO_EARLY) {
  Deno.test(`introduction: a room that says ${message.type} before the welcome is told so`, async () => {
    const { server, joined } = await joining([MEMBERS, message, WELCOME]);
    assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
    assert.equal(await failure(joined), "ProtocolError/malformed-message");
    await assert.rejects(joined, { message: "the server did not begin with a welcome" });
  });
}

Deno.test("introduction: a room that says what is no message is told so", async () => {
  const { server, joined } = await joining([MEMBERS]);
  await server.send(Uint8Array.of(0xff));
  assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
  assert.equal(await failure(joined), "ProtocolError/malformed-message");
});

Deno.test("introduction: a room that leaves in the middle of it leaves nobody waiting", async () => {
  const { client, server, joined } = await joining([MEMBERS, past(1)]);
  const closing = server.close();
  assert.equal(await failure(joined), "NetworkError/ended");
  await client.close();
  await closing;
});

Deno.test("introduction: one that names more than there can be is refused", async () => {
  const { server, joined } = await joining([]);
  const bytes = encodeMessage({ type: "members", members: people(500) });
  for (let count = 0; count < 200; count++) server.enqueue(bytes);
  server.enqueue(encodeMessage(MEMBERS));
  assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
  await assert.rejects(joined, {
    code: "malformed-message",
    message: "the server lists more than 100000 members",
  });

  const most = await joining([]);
  for (let count = 0; count < 200; count++) most.server.enqueue(bytes);
  most.server.enqueue(encodeMessage(WELCOME));
  await most.joined;
  await Promise.all([most.client.close(), most.server.close()]);
});

Deno.test("introduction: on a slow link it may take long, as long as something comes", async () => {
  using clock = new Clock();
  const { client, server, joined } = await joining([MEMBERS]);
  for (let seq = 1; seq <= 10; seq++) {
    await clock.pass(9_000);
    await server.send(encodeMessage(past(seq)));
  }
  await clock.pass(9_000);
  assert.equal(await isPending(joined), true);
  await server.send(encodeMessage(WELCOME));
  assert.equal((await joined).past.length, 10);
  await Promise.all([client.close(), server.close()]);
  await turns();
  assert.equal(clock.timers, 0);
});

Deno.test("introduction: a room that falls silent in the middle of it is given up", async () => {
  using clock = new Clock();
  const { server, joined } = await joining([MEMBERS]);
  await clock.pass(9_999);
  assert.equal(await isPending(joined), true);
  await clock.pass(1);
  assert.equal(await failure(joined), "NetworkError/timed-out");
  assert.equal(await failure(server.receive()), "NetworkError/cut");
});

Deno.test("introduction: one that has no end is refused, and ends", async () => {
  const { server, joined } = await joining([]);
  const bytes = encodeMessage(past(1, MAX_BODY_SIZE));
  let size = 0;
  const sending = rejection((async () => {
    for (;; size += bytes.length) await server.send(bytes);
  })());
  const told = failure(server.receive());
  assert.equal(await failure(joined), "ProtocolError/malformed-message");
  await assert.rejects(joined, { message: "the server's welcome is too long" });
  await sending;
  assert.equal(await told, "ProtocolError/malformed-message");
  const most = 64 * 1024 * 1024;
  assert.ok(size > most && size < most + 2 * 1024 * 1024, `${size} bytes were sent`);
});
