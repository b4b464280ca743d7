import assert from "node:assert/strict";
import type { SecureChannel } from "../../lib/channel/mod.ts";
import {
  encodeMessage,
  encodeText,
  hex,
  Member,
  type MemberEvent,
  type Membership,
  Room,
  type RoomMessage,
} from "../../lib/chat/mod.ts";
import { establish, failure, isPending, rejection } from "../channel/support.ts";
import { HOST_KEY, listen, SOMEBODY, visit } from "./support.ts";

const HOST = { nick: "host", key: HOST_KEY };
const WELCOME: RoomMessage = { type: "welcome", nick: "guest", members: [HOST] };

async function inRoom(): Promise<
  {
    host: Membership;
    heard: RoomMessage[];
    member: Member;
    client: SecureChannel;
    served: Promise<void>;
  }
> {
  const room = new Room({ capacity: 2, now: () => 5 });
  const heard: RoomMessage[] = [];
  const host = room.join("host", HOST_KEY, {
    deliver: ({ message }) => Promise.resolve(void heard.push(message)),
  });
  const { client, served } = await visit(room);
  const member = await Member.join(client, { nick: "guest" });
  return { host, heard, member, client, served };
}

/** A member of a room that the test plays. */
async function withServer(): Promise<
  { member: Member; client: SecureChannel; server: SecureChannel }
> {
  const { client, server } = await establish();
  await server.send(encodeMessage(WELCOME));
  const member = await Member.join(client, { nick: "guest" });
  await server.receive();
  return { member, client, server };
}

Deno.test("member: it knows its name and who is there", async () => {
  const { member, client, served } = await inRoom();
  assert.equal(member.nick, "guest");
  assert.deepEqual(member.others, [HOST]);
  assert.equal(member.unconfirmed, 0);
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await client.close();
  await served;
});

Deno.test("member: what it says is heard in order, and confirmed once", async () => {
  const { heard, member, client, served } = await inRoom();
  const { events, ended } = listen(member);
  const ids: string[] = [];
  for (let index = 0; index < 500; index++) ids.push(await member.say(`line ${index}`));
  await member.leave();
  await ended;
  assert.equal(member.unconfirmed, 0);
  assert.deepEqual(events.map(described), ids.map((id, index) => `delivered ${id} ${index + 1}`));
  const said = heard.filter((message) => message.type === "message");
  assert.deepEqual(said.map(({ id }) => hex(id)), ids);
  assert.equal(new Set(ids).size, 500);
  await client.close();
  await served;
});

function described(event: MemberEvent): string {
  if (event.type === "delivered") return `delivered ${hex(event.id)} ${event.seq}`;
  return event.type === "member" ? `${event.member.nick} ${event.change}` : `message ${event.seq}`;
}

Deno.test("member: it hears what was said before the goodbye, and then the end", async () => {
  const { host, member, client, served } = await inRoom();
  for (let index = 0; index < 100; index++) {
    host.post(new Uint8Array(16), encodeText(`line ${index}`));
  }
  await client.end();
  const { events, ended } = listen(member);
  await ended;
  assert.deepEqual(
    events.map(described),
    Array.from({ length: 100 }, (_, index) => `message ${index + 1}`),
  );
  await client.close();
  await served;
});

Deno.test("member: leaving waits for every receipt", async () => {
  const { member, server, client } = await withServer();
  const { ended } = listen(member);
  const ids = [await member.say("one"), await member.say("two")];
  const leaving = member.leave();
  const confirm = (index: number) =>
    server.send(encodeMessage({
      type: "delivered",
      id: Uint8Array.from(ids[index].match(/../g) ?? [], (byte) => parseInt(byte, 16)),
      seq: index + 1,
    }));
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

Deno.test("member: leaving fails if the connection is cut before the receipts", async () => {
  const { member, server } = await withServer();
  const { ended } = listen(member);
  await member.say("one");
  await member.say("two");
  const leaving = rejection(member.leave());
  server.abort();
  const error = await leaving;
  assert.ok(error instanceof Error);
  assert.equal(
    error.message,
    "the connection ended before the server had confirmed 2 of the messages sent",
  );
  assert.equal(await failure(ended), "NetworkError/cut");
  assert.equal(await failure(member.leave()), "NetworkError/ended", "and so it stays");
});

Deno.test("member: leaving fails if the server leaves before the receipts", async () => {
  const { member, server, client } = await withServer();
  const { ended } = listen(member);
  await member.say("one");
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
  await member.say("one");
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

const OFFENCES: readonly { what: string; messages: readonly Uint8Array[] }[] = [
  { what: "says welcome twice", messages: [encodeMessage(WELCOME)] },
  {
    what: "confirms what was never sent",
    messages: [encodeMessage({ type: "delivered", id: new Uint8Array(16), seq: 1 })],
  },
  { what: "sends what is not CBOR", messages: [Uint8Array.of(0xff)] },
  {
    what: "sends what only members say",
    messages: [encodeMessage({ type: "send", id: new Uint8Array(16), body: new Uint8Array() })],
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

Deno.test("member: a receipt that comes twice is one too many", async () => {
  const { member, server } = await withServer();
  const { ended } = listen(member);
  const id = await member.say("one");
  const receipt = encodeMessage({
    type: "delivered",
    id: Uint8Array.from(id.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
    seq: 1,
  });
  await server.receive();
  await server.send(receipt);
  await server.send(receipt);
  assert.equal(await failure(server.receive()), "ProtocolError/malformed-message");
  assert.equal(await failure(ended), "ProtocolError/malformed-message");
});

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
  const joining = Member.join(odd.client, { nick: "guest" });
  assert.equal(await failure(joining), "ProtocolError/malformed-message");
  odd.client.abort();
  odd.server.abort();
});

Deno.test("member: joining fails with the reason if there is no place", async () => {
  const room = new Room({ capacity: 1 });
  room.join("host", HOST_KEY, SOMEBODY);
  const { client } = await visit(room);
  assert.equal(await failure(Member.join(client, { nick: "guest" })), "NetworkError/room-full");
});
