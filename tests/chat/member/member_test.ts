import assert from "node:assert/strict";
import {
  CloseCode,
  MAX_MESSAGE_SIZE,
  type SecureChannel,
  SEND_HIGH_WATER_MARK,
} from "../../../lib/channel/mod.ts";
import {
  decodeMemberMessage,
  encodeMessage,
  encodeText,
  Member,
  type MemberEvent,
  type Membership,
  type Participant,
  Room,
  type RoomMessage,
} from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import {
  CLIENT_KEYS,
  establish,
  failure,
  isPending,
  rejection,
  turns,
  until,
} from "../../channel/support.ts";
import { memoryPair } from "../../support/wire.ts";
import { described, HOST_KEY, idOf, keyOf, listen, Notebook, SOMEBODY, visit } from "../support.ts";

const HOST = { nick: "host", key: HOST_KEY };
const SELF = { nick: "guest", key: keyOf(1) };
const WELCOME: RoomMessage = { type: "welcome", you: SELF, maxBody: 1000 };

const say = (member: Member, text: string, id?: Uint8Array) =>
  member.request({ type: "send", body: encodeText(text) }, id);

async function inRoom(): Promise<
  {
    host: Membership;
    heard: Notebook;
    member: Member;
    client: SecureChannel;
    served: Promise<void>;
  }
> {
  const room = new Room({ now: () => 5 });
  const heard = new Notebook();
  const host = room.join("host", HOST_KEY, heard);
  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick: "guest" });
  return { host, heard, member, client, served };
}

/** A member of a room that the test plays. */
async function withServer(
  others: readonly Participant[] = [HOST],
  transports = memoryPair(),
): Promise<{ member: Member; client: SecureChannel; server: SecureChannel }> {
  const { client, server } = await establish({ transports });
  await server.send(encodeMessage({ type: "members", members: others }));
  await server.send(encodeMessage(WELCOME));
  const member = await Member.join(client, { nick: "guest" });
  assert.deepEqual(decodeMemberMessage(await server.receive() ?? new Uint8Array()), {
    type: "hello",
    version: 2,
    nick: "guest",
  });
  return { member, client, server };
}

/** The id of a request, from the hex digits that name it. */
function parsed(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

Deno.test("member: it knows its name, who is there, and what the room is about", async () => {
  const { member, client, served } = await inRoom();
  assert.equal(member.self.nick, "guest");
  assert.deepEqual(member.others, [HOST]);
  assert.equal(member.topic, undefined);
  assert.equal(member.maxBody, 131_072);
  assert.deepEqual(member.past, []);
  assert.equal(member.unconfirmed, 0);
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await client.close();
  await served;
});

Deno.test("member: what the room says about this side's own key is not believed", async () => {
  const { member, client, server } = await withServer();
  const ownKey = CLIENT_KEYS.publicKey;
  assert.deepEqual(member.self, { nick: "guest", key: ownKey });
  const { events, ended } = listen(member);
  const renamed = { nick: "bob", key: HOST.key, operator: true } as const;
  await server.send(
    encodeMessage({ type: "member", change: "renamed", previous: "guest", member: renamed }),
  );
  while (events.length < 1) await isPending(ended);
  assert.deepEqual(member.self, { nick: "bob", key: ownKey, operator: true });
  await server.end();
  await ended;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: one who comes late knows what was said", async () => {
  const room = new Room({ now: () => 5 });
  const host = room.join("host", HOST_KEY, SOMEBODY);
  host.setTopic("engines");
  host.post(idOf(1), encodeText("before"));
  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick: "guest" });
  assert.deepEqual(member.past.map(described), ["1 host"]);
  assert.deepEqual(member.topic, { topic: "engines", by: HOST, time: 5 });
  const { events, ended } = listen(member);
  await member.leave();
  await ended;
  assert.deepEqual(events, [], "and it is not told again");
  await client.close();
  await served;
});

Deno.test("member: what it says is heard in order, and confirmed once", async () => {
  const { heard, member, client, served } = await inRoom();
  const { events, ended } = listen(member);
  const ids: string[] = [];
  for (let index = 0; index < 500; index++) ids.push(await say(member, `line ${index}`));
  await member.leave();
  await ended;
  assert.equal(member.unconfirmed, 0);
  assert.deepEqual(events.map(receipt), ids.map((id, index) => `${id} ${index + 1}`));
  const said = heard.messages.filter((message) => message.type === "message");
  assert.deepEqual(said.map(({ id }) => hex(id)), ids);
  assert.equal(new Set(ids).size, 500);
  await client.close();
  await served;
});

function receipt(event: MemberEvent): string {
  return event.type === "delivered" ? `${hex(event.id)} ${event.seq}` : event.type;
}

Deno.test("member: it hears what was said before the goodbye, and then the end", async () => {
  const { host, member, client, served } = await inRoom();
  for (let index = 0; index < 100; index++) host.post(idOf(0), encodeText(`line ${index}`));
  await client.end();
  const { events, ended } = listen(member);
  await ended;
  assert.deepEqual(
    events.map(described),
    Array.from({ length: 100 }, (_, index) => `${index + 1} host`),
  );
  await client.close();
  await served;
});

// Requests.

Deno.test("member: everything can be asked for, by an id of its own", async () => {
  const { member, client, server } = await withServer();
  const requests: Parameters<Member["request"]>[0][] = [
    { type: "send", body: encodeText("to all") },
    { type: "send", body: encodeText("to one"), to: HOST },
    { type: "rename", nick: "ada" },
    { type: "topic", topic: "engines" },
    { type: "moderate", action: "kick", target: keyOf(3), reason: "", seconds: 0 },
  ];
  for (const [index, request] of requests.entries()) {
    const id = await member.request(request);
    assert.equal(member.unconfirmed, index + 1);
    const received = decodeMemberMessage(await server.receive() ?? new Uint8Array());
    assert.deepEqual(received, { ...request, id: parsed(id) });
  }
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: an id that is in use is refused, and free again after the answer", async () => {
  const { member, client, served } = await inRoom();
  const { events, ended } = listen(member);
  assert.equal(await say(member, "one", idOf(1)), hex(idOf(1)));
  const again = say(member, "two", idOf(1));
  assert.equal(await failure(again), "UsageError/refused");
  await assert.rejects(again, { message: `the id ${hex(idOf(1))} is in use already` });
  while (member.unconfirmed > 0) await isPending(ended);
  await say(member, "three", idOf(1));
  await member.leave();
  await ended;
  assert.deepEqual(events.map(described), ["delivered 1", "delivered 2"]);
  await client.close();
  await served;
});

Deno.test("member: to be refused is an answer, too", async () => {
  const { member, client, served } = await inRoom();
  const { events, ended } = listen(member);
  const id = await member.request({ type: "rename", nick: "HOST" });
  await member.leave();
  await ended;
  const [event, ...others] = events;
  assert.ok(event.type === "refused" && others.length === 0);
  assert.deepEqual(event.id, parsed(id));
  assert.match(event.reason, /^the name HOST, .* taken/);
  assert.equal(member.self.nick, "guest");
  await client.close();
  await served;
});

Deno.test("member: what cannot be sent at all is not waited for", async () => {
  const { member, client, server } = await withServer();
  const body = new Uint8Array(MAX_MESSAGE_SIZE);
  assert.equal(await failure(member.request({ type: "send", body })), "UsageError/usage");
  assert.equal(member.unconfirmed, 0);
  await Promise.all([client.close(), server.close()]);
});

// Who is there.

Deno.test("member: it keeps track of who comes, goes, and takes another name", async () => {
  const { member, client, server } = await withServer([HOST, { nick: "bob", key: keyOf(2) }]);
  const { events, ended } = listen(member);
  const changes: RoomMessage[] = [
    { type: "member", change: "joined", member: { nick: "eve", key: keyOf(3), operator: true } },
    { type: "member", change: "renamed", previous: "bob", member: { nick: "rob", key: keyOf(2) } },
    { type: "member", change: "left", member: HOST, reason: "put out by eve" },
    { type: "member", change: "joined", member: { nick: "bob", key: keyOf(4) } },
    { type: "member", change: "renamed", previous: "guest", member: { ...SELF, nick: "ada" } },
  ];
  for (const change of changes) await server.send(encodeMessage(change));
  await server.end();
  await ended;
  assert.deepEqual(events, changes);
  assert.deepEqual(member.others, [
    { nick: "eve", key: keyOf(3), operator: true },
    { nick: "rob", key: keyOf(2) },
    { nick: "bob", key: keyOf(4) },
  ]);
  assert.deepEqual(member.self, { nick: "ada", key: CLIENT_KEYS.publicKey });
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: its own new name holds when the room says so", async () => {
  const { host, member, client, served } = await inRoom();
  const { ended } = listen(member);
  await member.request({ type: "rename", nick: "ada" });
  while (member.unconfirmed > 0) await isPending(ended);
  assert.equal(member.self.nick, "ada");
  // Somebody else may be called as it was before.
  host.rename("guest");
  while (member.others[0].nick === "host") await isPending(ended);
  assert.equal(member.self.nick, "ada");
  assert.deepEqual(member.others, [{ nick: "guest", key: HOST_KEY }]);
  await member.leave();
  await ended;
  await client.close();
  await served;
});

Deno.test("member: a server that names more members than there can be is told so", async () => {
  const { member, server } = await withServer();
  const end = failure(listen(member).ended);
  const told = failure(server.receive());
  for (let count = 0; count <= 100_000; count++) {
    const nick = `member-${count}`;
    server.enqueue(
      encodeMessage({ type: "member", change: "joined", member: { nick, key: keyOf(1) } }),
    );
    if (server.queued > SEND_HIGH_WATER_MARK) await server.drained().catch(() => {});
    if (server.remoteClose !== undefined) break;
  }
  assert.equal(await end, "ProtocolError/malformed-message");
  assert.equal(await told, "ProtocolError/malformed-message");
});

Deno.test("member: it knows what the room is about now", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  const change = (topic: string) => ({ type: "topic", topic, by: HOST, time: 7 }) as const;
  await server.send(encodeMessage(change("engines")));
  while (events.length < 1) await isPending(ended);
  assert.equal(member.topic?.topic, "engines");
  assert.deepEqual(member.topic?.by, HOST);
  await server.send(encodeMessage(change("")));
  while (events.length < 2) await isPending(ended);
  assert.equal(member.topic, undefined);
  await server.end();
  await ended;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: a ping is answered with a pong, and is no event", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  for (let count = 0; count < 3; count++) {
    await server.send(encodeMessage({ type: "ping" }));
    const answer = server.receive();
    assert.equal(await isPending(answer), false, "at once: it shows itself now and then anyway");
    assert.deepEqual(decodeMemberMessage(await answer ?? new Uint8Array()), { type: "pong" });
  }
  // One that comes after the goodbye is not answered, and does no harm.
  await member.leave();
  await server.send(encodeMessage({ type: "ping" }));
  await server.send(encodeMessage({ type: "notice", text: "farewell" }));
  await server.end();
  await ended;
  assert.deepEqual(events.map(described), ["notice: farewell"]);
  assert.equal(await server.receive(), undefined);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: a flood of pings is not answered one by one", async () => {
  const transports = memoryPair(2_000);
  const { member, client, server } = await withServer([HOST], transports);
  const { ended } = listen(member);
  const ping = encodeMessage({ type: "ping" });
  // Whoever sends them does not read the answers.
  for (let count = 0; count < 20_000; count++) {
    server.enqueue(ping);
    if (server.queued > SEND_HIGH_WATER_MARK) await server.drained();
  }
  await until(() => server.queued === 0);
  await turns();
  assert.ok(client.queued < 100, `${client.queued} bytes wait`);
  const closing = server.close();
  await ended;
  await client.close();
  await closing;
});

// Leaving.

Deno.test("member: leaving waits for every receipt", async () => {
  const { member, server, client } = await withServer();
  const { ended } = listen(member);
  const ids = [await say(member, "one"), await say(member, "two")];
  const leaving = member.leave();
  const confirm = (index: number) =>
    server.send(encodeMessage({ type: "delivered", id: parsed(ids[index]), seq: index + 1 }));
  assert.equal(await isPending(leaving), true);
  await confirm(1);
  assert.equal(await isPending(leaving), true);
  assert.equal(member.unconfirmed, 1);
  await confirm(0);
  await leaving;
  await server.close();
  await ended;
  await client.close();
});

Deno.test("member: what it leaves with is what the room hears", async () => {
  const { member, client, server } = await withServer();
  const info = { code: CloseCode.shutdown, reason: "good night" };
  await member.leave(info);
  assert.equal(await server.receive(), undefined);
  assert.deepEqual(server.remoteClose, info);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: leaving fails if the connection is cut before the receipts", async () => {
  const { member, server } = await withServer();
  const { ended } = listen(member);
  await say(member, "one");
  await say(member, "two");
  const leaving = rejection(member.leave());
  server.abort();
  const error = await leaving;
  assert.ok(error instanceof Error);
  assert.equal(
    error.message,
    "the connection ended before the server confirmed 2 messages",
  );
  assert.equal(await failure(ended), "NetworkError/cut");
  assert.equal(await failure(member.leave()), "NetworkError/ended", "and so it stays");
});

Deno.test("member: leaving fails if the server leaves before the receipts", async () => {
  const { member, server, client } = await withServer();
  const { ended } = listen(member);
  await say(member, "one");
  const leaving = failure(member.leave());
  const closing = server.close();
  assert.equal(await leaving, "NetworkError/ended");
  await ended;
  await client.close();
  await closing;
});

Deno.test("member: leaving fails at once after the end", async () => {
  const { member, server, client } = await withServer();
  const { ended } = listen(member);
  await say(member, "one");
  const closing = server.close();
  await ended;
  assert.equal(await failure(member.leave()), "NetworkError/ended");
  await client.close();
  await closing;
});

Deno.test("member: leaving does not wait where there is nothing to confirm", async () => {
  const { member, server, client } = await withServer();
  await member.leave();
  assert.equal(await server.receive(), undefined);
  await Promise.all([server.close(), client.close()]);
});

Deno.test("member: one who is put out is told why", async () => {
  const { client, server, member } = await withServer();
  const { ended } = listen(member);
  await server.close({ code: CloseCode.removed, reason: "eve put you out" }).catch(() => {});
  assert.equal(await failure(ended), "NetworkError/removed");
  await assert.rejects(ended, { message: "the other side says: eve put you out" });
  await client.closed;
});

const OFFENCES: readonly { what: string; messages: readonly Uint8Array[] }[] = [
  { what: "says welcome twice", messages: [encodeMessage(WELCOME)] },
  {
    what: "names members once more",
    messages: [encodeMessage({ type: "members", members: [HOST] })],
  },
  {
    what: "confirms what was never sent",
    messages: [encodeMessage({ type: "delivered", id: idOf(0), seq: 1 })],
  },
  {
    what: "refuses what was never asked for",
    messages: [encodeMessage({ type: "refused", id: idOf(0), reason: "no" })],
  },
  { what: "sends what is not CBOR", messages: [Uint8Array.of(0xff)] },
  {
    what: "sends what only members say",
    messages: [encodeMessage({ type: "send", id: idOf(0), body: new Uint8Array() })],
  },
];

for (const { what, messages } of OFFENCES) {
  Deno.test(`member: a server that ${what} is told so`, async () => {
    const { member, server } = await withServer();
    const { ended } = listen(member);
    for (const message of messages) await server.send(message);
    assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
    assert.equal(await failure(ended), "ProtocolError/malformed-message");
    await server.closed;
  });
}

for (const second of ["delivered", "refused"] as const) {
  Deno.test(`member: a receipt, and then that it was ${second}, is one answer too many`, async () => {
    const { member, server } = await withServer();
    const { ended } = listen(member);
    const id = parsed(await say(member, "one"));
    await server.receive();
    await server.send(encodeMessage({ type: "delivered", id, seq: 1 }));
    await server.send(
      second === "delivered"
        ? encodeMessage({ type: "delivered", id, seq: 1 })
        : encodeMessage({ type: "refused", id, reason: "no" }),
    );
    assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
    assert.equal(await failure(ended), "ProtocolError/malformed-message");
  });
}

// Joining.

Deno.test("member: joining fails without a welcome in time", async () => {
  const { client, server } = await establish();
  const joining = Member.join(client, { nick: "guest", welcomeTimeout: 1 });
  assert.equal(await failure(joining), "NetworkError/timed-out");
  client.abort();
  server.abort();
});

Deno.test("member: joining ends when it is no longer wanted", async () => {
  const { client, server } = await establish();
  const stop = new AbortController();
  const joining = rejection(Member.join(client, { nick: "guest", signal: stop.signal }));
  const reason = new Error("never mind");
  stop.abort(reason);
  assert.equal(await joining, reason);
  client.abort();
  server.abort();
});

Deno.test("member: joining fails if the server leaves, or says something else", async () => {
  const left = await establish();
  const closing = left.server.close();
  assert.equal(await failure(Member.join(left.client, { nick: "guest" })), "NetworkError/ended");
  await left.client.close();
  await closing;

  const odd = await establish();
  await odd.server.send(encodeMessage({ type: "member", change: "joined", member: HOST }));
  const joining = failure(Member.join(odd.client, { nick: "guest" }));
  await odd.server.receive();
  assert.equal(await failure(odd.server.receive()), "ProtocolError/malformed-message");
  assert.equal(await joining, "ProtocolError/malformed-message");
});

Deno.test("member: joining fails with the reason if there is no place", async () => {
  const room = new Room({ limits: { members: 1 } });
  room.join("host", HOST_KEY, SOMEBODY);
  const { client } = await visit(room);
  const joining = Member.join(client, { nick: "guest" });
  assert.equal(await failure(joining), "NetworkError/room-full");
  await assert.rejects(joining, { message: /: the room is full \(1 members\)/ });
});
