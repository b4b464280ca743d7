import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import {
  encodeMessage,
  MAX_MEMBERS_PER_MESSAGE,
  Member,
  type Participant,
  type RoomMessage,
} from "../../../lib/chat/mod.ts";
import { encodeMembers } from "../../../lib/chat/visit/encode_members.ts";
import { decodeRoomMessage } from "../../../lib/chat/wire/wire.ts";
import { CLIENT_KEYS, Clock, establish, failure, isPending, turns } from "../../channel/support.ts";
import { idOf, keyOf } from "../support.ts";

const ADA = { nick: "ada", key: keyOf(1) };
const WELCOME: RoomMessage = {
  type: "welcome",
  you: ADA,
  maxBody: 1000,
  log: idOf(50),
  seq: 0,
  kept: false,
  gone: 0,
  grace: 0,
};
const MEMBERS: RoomMessage = { type: "members", members: [{ nick: "bob", key: keyOf(2) }] };
const TOPIC = { topic: "engines", by: ADA, time: 5 };

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
  const others = people(1_201);
  const parts = [others.slice(0, 500), others.slice(500, 1_000), others.slice(1_000)];
  const messages = parts.map((members) => ({ type: "members", members }) as const);
  const { client, server, joined } = await joining([...messages, WELCOME]);
  assert.deepEqual((await joined).others, others);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("introduction: a room without others or topic says welcome and no more", async () => {
  const { client, server, joined } = await joining([WELCOME]);
  const member = await joined;
  assert.deepEqual([member.others, member.topic], [[], undefined]);
  assert.deepEqual(member.self, { nick: ADA.nick, key: CLIENT_KEYS.publicKey });
  assert.equal(member.maxBody, 1000);
  await Promise.all([client.close(), server.close()]);
});

const TOO_EARLY: readonly RoomMessage[] = [
  { type: "delivered", id: idOf(1), seq: 1 },
  { type: "refused", id: idOf(1), reason: "no" },
  { type: "member", change: "joined", member: ADA },
  { type: "topic", ...TOPIC },
  { type: "notice", text: "hello" },
  { type: "ping" },
  { type: "message", id: idOf(1), seq: 1, time: 1, from: ADA, body: new Uint8Array() },
  { type: "page", id: idOf(1), messages: [], before: 0 },
  { type: "caught-up", seq: 0 },
  { type: "log", log: idOf(50), seq: 0, kept: false },
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
  const { client, server, joined } = await joining([MEMBERS]);
  const closing = server.close();
  assert.equal(await failure(joined), "NetworkError/ended");
  await client.close();
  await closing;
});

Deno.test("introduction: one that names more than there can be is refused", async () => {
  const { server, joined } = await joining([]);
  const all = Array.from({ length: 200 }, (_, count) => {
    const members = people(500).map((one) => ({ ...one, nick: `${one.nick}-${count}` }));
    return encodeMessage({ type: "members", members });
  });
  for (const bytes of all) server.enqueue(bytes);
  server.enqueue(encodeMessage(MEMBERS));
  assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
  await assert.rejects(joined, {
    code: "malformed-message",
    message: "the server lists more than 100000 members",
  });

  const most = await joining([]);
  for (const bytes of all) most.server.enqueue(bytes);
  most.server.enqueue(encodeMessage(WELCOME));
  await most.joined;
  await Promise.all([most.client.close(), most.server.close()]);
});

for (
  const [what, members] of [
    ["one name twice", [ADA, { ...ADA, key: keyOf(9) }]],
    ["the newcomer's own", [{ ...ADA, nick: WELCOME.you.nick }]],
  ] as const
) {
  Deno.test(`introduction: a room that names two members alike is told so: ${what}`, async () => {
    const { server, joined } = await joining([{ type: "members", members }, WELCOME]);
    assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
    await assert.rejects(joined, { message: "the server lists two members with one name" });
  });
}

Deno.test("introduction: on a slow link it may take long, as long as something comes", async () => {
  using clock = new Clock();
  const { client, server, joined } = await joining([MEMBERS]);
  for (let part = 1; part <= 10; part++) {
    await clock.pass(9_000);
    await server.send(encodeMessage({ type: "members", members: [{ ...ADA, nick: `a${part}` }] }));
  }
  await clock.pass(9_000);
  assert.equal(await isPending(joined), true);
  await server.send(encodeMessage(WELCOME));
  assert.equal((await joined).others.length, 11);
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
