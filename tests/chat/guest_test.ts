import assert from "node:assert/strict";
import { CloseCode } from "../../lib/channel/mod.ts";
import {
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  MAX_BODY_SIZE,
  Room,
} from "../../lib/chat/mod.ts";
import { CLIENT_KEYS, failure, isPending, turns } from "../channel/support.ts";
import { memoryPair } from "../support/wire.ts";
import { hello, HOST_KEY, SOMEBODY, visit } from "./support.ts";

const ID = new Uint8Array(16).fill(9);
const SEND = encodeMessage({ type: "send", id: ID, body: encodeText("hello") });

function roomWithHost(): Room {
  const room = new Room({ capacity: 3, now: () => 5 });
  room.join("host", HOST_KEY, SOMEBODY);
  return room;
}

Deno.test("guest: a hello is answered with a welcome, a message with a receipt", async () => {
  const room = roomWithHost();
  const joined: string[] = [];
  const { client, served } = await visit(room, { onJoin: ({ nick }) => joined.push(nick) });
  await client.send(hello("host"));
  assert.deepEqual(decodeRoomMessage(await client.receive() ?? new Uint8Array()), {
    type: "welcome",
    nick: "host-2",
    members: [{ nick: "host", key: HOST_KEY }],
  });
  assert.deepEqual(joined, ["host-2"]);
  assert.deepEqual(room.members[1], { nick: "host-2", key: CLIENT_KEYS.publicKey });

  await client.send(SEND);
  assert.deepEqual(decodeRoomMessage(await client.receive() ?? new Uint8Array()), {
    type: "delivered",
    id: ID,
    seq: 1,
  });
  await client.close();
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that says nothing is sent away, and never had a place", async () => {
  const room = roomWithHost();
  const { client, served } = await visit(room, { helloTimeout: 1 });
  assert.equal(await failure(client.receive()), "NetworkError/timed-out");
  assert.equal(await failure(served), "NetworkError/timed-out");
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that leaves without a word is no failure", async () => {
  const room = roomWithHost();
  const { client, served } = await visit(room);
  await client.close();
  await served;
});

const OFFENCES = [
  { what: "a message before the hello", messages: [SEND] },
  { what: "a second hello", messages: [hello(), hello("other")] },
  { what: "what is not CBOR", messages: [Uint8Array.of(0xff)] },
  { what: "an empty message", messages: [hello(), new Uint8Array()] },
  {
    what: "what only the room may say",
    messages: [hello(), encodeMessage({ type: "delivered", id: ID, seq: 1 })],
  },
  { what: "a nickname that is none", messages: [hello("a b")] },
  {
    what: "a body that is too long",
    messages: [
      hello(),
      encodeMessage({ type: "send", id: ID, body: new Uint8Array(MAX_BODY_SIZE + 1) }),
    ],
  },
];

for (const { what, messages } of OFFENCES) {
  Deno.test(`guest: one that sends ${what} is told so, and loses its place`, async () => {
    const room = roomWithHost();
    const { client, server, served } = await visit(room);
    for (const message of messages) await client.send(message);
    const receiveAll = async () => {
      while (await client.receive() !== undefined);
    };
    assert.equal(await failure(receiveAll()), "ProtocolError/malformed-message");
    assert.equal(await failure(served), "ProtocolError/malformed-message");
    assert.equal(room.members.length, 1);
    await server.closed;
  });
}

Deno.test("guest: there is no place in a full room, and it is told why", async () => {
  const room = new Room({ capacity: 1 });
  room.join("host", HOST_KEY, SOMEBODY);
  const { client, served } = await visit(room);
  await client.send(hello());
  await assert.rejects(client.receive(), {
    code: "room-full",
    message: /the room is full; try again when somebody has left$/,
  });
  assert.equal(await failure(served), "NetworkError/room-full");
});

Deno.test("guest: a cut takes its place away, and the channel is released", async () => {
  const room = roomWithHost();
  const { client, server, served } = await visit(room);
  await client.send(hello());
  await client.receive();
  client.abort();
  assert.equal(await failure(served), "NetworkError/cut");
  assert.equal(room.members.length, 1);
  await server.closed;
});

Deno.test("guest: the channel is released when only sending to it has failed", async () => {
  const transports = memoryPair();
  const { client, server, served } = await visit(roomWithHost(), {}, transports);
  await client.send(hello());
  await client.receive();
  // The guest's ears are shut, its mouth is not.
  transports.client.incoming.refuse();
  for (let index = 0; index < 3; index++) {
    await client.send(SEND);
    await turns();
  }
  assert.equal(await failure(served), "NetworkError/cut");
  await server.closed;
  client.abort();
});

Deno.test("guest: at the end of the server it is told, and what it then sends is not confirmed", async () => {
  const room = roomWithHost();
  const leaving = new AbortController();
  const { client, served } = await visit(room, { signal: leaving.signal });
  await client.send(hello());
  await client.receive();
  leaving.abort();
  assert.equal(await client.receive(), undefined);
  assert.deepEqual(client.remoteClose, { code: CloseCode.shutdown, reason: "the server has left" });
  await client.send(SEND);
  await client.close();
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that comes when the server is leaving is told so", async () => {
  const { client, served } = await visit(roomWithHost(), { signal: AbortSignal.abort() });
  assert.equal(await client.receive(), undefined);
  assert.equal(client.remoteClose?.code, CloseCode.shutdown);
  await client.close();
  await served;
});

Deno.test("guest: one that is done keeps its place until the others have paused", async () => {
  const room = roomWithHost();
  const pause = Promise.withResolvers<void>();
  const { client, served } = await visit(room, { onGoodbye: () => pause.promise });
  await client.send(hello());
  await client.receive();
  await client.end();
  assert.equal(await isPending(served), true);
  assert.equal(room.members.length, 2);
  pause.resolve();
  assert.equal(await client.receive(), undefined);
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that is in a hurry does not wait for them", async () => {
  const room = roomWithHost();
  const { client, served } = await visit(room, { onGoodbye: () => new Promise(() => {}) });
  await client.send(hello());
  await client.receive();
  await client.end({ code: CloseCode.shutdown, reason: "" });
  assert.equal(await client.receive(), undefined);
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that is done and then gone loses its place, however much is still being said", async () => {
  const room = new Room({ capacity: 2 });
  const host = room.join("host", HOST_KEY, SOMEBODY);
  const { client, server, served } = await visit(room, { onGoodbye: () => new Promise(() => {}) });
  await client.send(hello());
  await client.receive();
  await client.end();
  client.abort();
  for (let turn = 0; turn < 1000 && room.members.length > 1; turn++) {
    await host.post(ID, encodeText("still speaking")).taken;
    await turns(1);
  }
  assert.equal(room.members.length, 1);
  assert.equal(await failure(served), "NetworkError/cut");
  await server.closed;
});

Deno.test("guest: one that does not read its receipts is held back", async () => {
  const room = roomWithHost();
  const { client, served } = await visit(room);
  await client.send(hello());
  let sent = 0;
  const sending = (async () => {
    for (; sent < 100_000; sent++) await client.send(SEND);
  })();
  sending.catch(() => {});
  // As soon as all that lies between the two is full, nothing moves any more.
  let before = -1;
  while (sent !== before) {
    before = sent;
    await isPending(sending);
  }
  assert.ok(sent < 50_000, `${sent} messages were taken`);
  client.abort();
  await assert.rejects(sending);
  await assert.rejects(served);
});
