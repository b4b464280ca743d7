import assert from "node:assert/strict";
import { CloseCode, SEND_HIGH_WATER_MARK } from "../../../lib/channel/mod.ts";
import {
  encodeMessage,
  encodeText,
  type GuestOptions,
  Heartbeat,
  MAX_BODY_SIZE,
  newMessageId,
  Room,
  type RoomMessage,
  type RoomOptions,
} from "../../../lib/chat/mod.ts";
import { encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { CLIENT_KEYS, Clock, failure, isPending, turns } from "../../channel/support.ts";
import { memoryPair, type MemoryTransport } from "../../support/wire.ts";
import {
  described,
  enter,
  type Guest,
  hear,
  hearLines,
  hello,
  HOST_KEY,
  HURRY,
  idOf,
  KEY_PAIRS,
  leave,
  Notebook,
  send,
  somebody,
  visit,
} from "../support.ts";

const HOST = { nick: "host", key: HOST_KEY };
const SEND = encodeMessage(send(9, "hello"));

function roomWithHost(options: RoomOptions = {}): Room {
  const room = new Room({ now: () => 5, ...options });
  room.join("host", HOST_KEY, somebody());
  return room;
}

/** What a welcome says of a room whose log is in memory, besides who the guest is. */
function welcomeTo(room: Room, seq = 0) {
  return {
    type: "welcome",
    maxBody: MAX_BODY_SIZE,
    log: room.log.id,
    seq,
    kept: false,
    gone: 0,
    grace: 0,
  };
}

/** Several guests, each over a connection of its own. */
async function crowd(
  room: Room,
  nicks: readonly string[],
  options: GuestOptions = {},
): Promise<(Guest & { transports: { client: MemoryTransport; server: MemoryTransport } })[]> {
  const guests = [];
  for (const [index, nick] of nicks.entries()) {
    const transports = memoryPair();
    const guest = await enter(room, nick, options, { transports, keys: KEY_PAIRS[index] });
    guests.push({ ...guest, transports });
  }
  for (const [index, { client }] of guests.entries()) {
    await hearLines(client, nicks.length - 1 - index);
  }
  return guests;
}

Deno.test("guest: a hello is answered with who is there and a welcome, a message with a receipt", async () => {
  const room = new Room({ now: () => 5 });
  room.join("Ann", HOST_KEY, somebody());
  const joined: string[] = [];
  const { client, served } = await visit(room, {
    onJoin: ({ member: { nick } }) => joined.push(nick),
  });
  const host = { nick: "Ann", key: HOST_KEY };
  await client.send(hello("ann"));
  assert.deepEqual(await hear(client), { type: "members", members: [host] });
  const self = { nick: "ann-2", key: CLIENT_KEYS.publicKey };
  assert.deepEqual(await hear(client), { ...welcomeTo(room), you: self });
  assert.deepEqual(await hear(client), { type: "caught-up", seq: 0 });
  assert.deepEqual(joined, ["ann-2"]);
  assert.deepEqual(room.members, [host, self]);

  await client.send(SEND);
  assert.deepEqual(await hear(client), { type: "delivered", id: idOf(9), seq: 1 });
  await client.close();
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: in an empty room there is nobody to name", async () => {
  const room = new Room({ limits: { messageSize: 1000 } });
  const guest = await enter(room, "ada");
  assert.deepEqual(guest.introduction, [{
    ...welcomeTo(room),
    you: { nick: "ada", key: CLIENT_KEYS.publicKey },
    maxBody: 1000,
  }, { type: "caught-up", seq: 0 }]);
  await leave(guest);
});

Deno.test("guest: one who comes late is given what was said, and what the room is about", async () => {
  let now = 100;
  const room = new Room({ now: () => now++ });
  const host = room.join("host", HOST_KEY, somebody());
  const heard = new Notebook();
  const early = room.join("early", HOST_KEY, heard);
  await early.follow({ past: 0 });
  await host.setTopic("engines");
  for (let byte = 1; byte <= 3; byte++) await host.post(idOf(byte), encodeText(`text ${byte}`));
  const said = heard.messages.filter(({ type }) => type === "message");

  const guest = await enter(room, "late");
  const [members, ...rest] = guest.introduction;
  assert.ok(members.type === "members");
  assert.deepEqual(members.members.map(({ nick }) => nick), ["host", "early"]);
  assert.deepEqual(rest, [
    {
      ...welcomeTo(room, 3),
      you: guest.self,
      topic: { topic: "engines", by: HOST, time: 100 },
    },
    ...said,
    { type: "caught-up", seq: 3 },
  ], "with the number and the time that it had");
  await host.post(idOf(4), encodeText("next"));
  assert.deepEqual(await hear(guest.client), {
    type: "message",
    id: idOf(4),
    seq: 4,
    time: 104,
    from: HOST,
    body: encodeText("next"),
  });
  await leave(guest);
});

Deno.test("guest: one who comes into a busy room hears everything once", async () => {
  // Nothing is handed on before the test says so, but for the first thing.
  const room = new Room({ gatherFor: 3_600_000 });
  const host = room.join("host", HOST_KEY, somebody());
  const post = (byte: number) => void host.post(idOf(byte), encodeText(`text ${byte}`));
  for (let byte = 1; byte <= 3; byte++) post(byte);
  await room.settle();
  post(4);
  const guest = await enter(room, "ada");
  assert.deepEqual(guest.introduction.map(described), [
    "members",
    "welcome",
    "1 host",
    "2 host",
    "3 host",
    "caught up 3",
  ]);
  // Its own answer does not overtake what was said before.
  await guest.client.send(SEND);
  await turns();
  await room.settle();
  assert.deepEqual(await hearLines(guest.client, 2), ["4 host", "delivered 5"]);
  post(6);
  await room.settle();
  assert.deepEqual(await hearLines(guest.client, 1), ["6 host"]);
  await leave(guest);
  await room.settle();
});

Deno.test("guest: many who speak at once are heard by all in one order", async () => {
  const room = roomWithHost();
  const nicks = ["ada", "bob", "eve", "dan"];
  const guests = await crowd(room, nicks);
  const count = 50;
  const heard = await Promise.all(guests.map(async ({ client, self }) => {
    const speaking = (async () => {
      for (let index = 0; index < count; index++) {
        await client.send(encodeMessage(send(index, `${self.nick} ${index}`)));
        if (index % 7 === 0) await turns(1);
      }
    })();
    const order = new Map<number, string>();
    let last = 0;
    while (order.size < nicks.length * count) {
      const message = await hear(client);
      const own = message.type === "delivered";
      assert.ok(own || message.type === "message");
      assert.equal(order.has(message.seq), false, "each number comes once");
      if (!own) {
        assert.ok(message.seq > last, "and in order");
        last = message.seq;
      }
      order.set(message.seq, own ? self.nick : message.from.nick);
    }
    await speaking;
    return [...order].sort(([one], [other]) => one - other);
  }));
  assert.deepEqual(heard[0].map(([seq]) => seq), heard[0].map((_, index) => index + 1));
  for (const order of heard.slice(1)) assert.deepEqual(order, heard[0]);
  await Promise.all(guests.map(leave));
});

Deno.test("guest: a private message crosses no wire but that of the one whom it is for", async () => {
  const room = roomWithHost();
  const [ada, bob, eve] = await crowd(room, ["ada", "bob", "eve"]);
  const given = () => [ada, bob, eve].map(({ transports }) => transports.server.outgoing.given);
  const before = given();
  await ada.client.send(encodeMessage(send(1, "psst", bob.self)));
  const { body } = send(1, "psst") as { body: Uint8Array };
  assert.deepEqual(await hear(bob.client), {
    type: "message",
    id: idOf(1),
    seq: 0,
    time: 5,
    from: ada.self,
    body,
    private: 1,
  });
  await bob.client.send(encodeMessage({ type: "got", private: 1 }));
  assert.deepEqual(await hear(ada.client), { type: "delivered", id: idOf(1), seq: 0 });
  await turns(20);
  const [toAda, toBob, toEve] = given().map((size, index) => size - before[index]);
  assert.ok(toAda > 0 && toBob > 0);
  assert.equal(toEve, 0, "not a byte, so neither that it was said, nor when, nor how long it was");

  // What is for all comes to her as before, and next.
  await ada.client.send(encodeMessage(send(2, "hello all")));
  assert.deepEqual(await hearLines(eve.client, 1), ["1 ada"]);
  await Promise.all([ada, bob, eve].map(leave));
});

Deno.test("guest: one that says nothing is sent away, and never had a place", async () => {
  const room = roomWithHost();
  const { client, served } = await visit(room, { helloTimeout: 1 });
  assert.equal(await failure(client.receive()), "NetworkError/timed-out");
  assert.equal(await failure(served), "NetworkError/timed-out");
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that leaves without a word is no failure", async () => {
  const { client, served } = await visit(roomWithHost());
  await client.close();
  await served;
});

const OFFENCES: readonly { what: string; messages: readonly Uint8Array[] }[] = [
  { what: "a message before the hello", messages: [SEND] },
  { what: "a pong before the hello", messages: [encodeMessage({ type: "pong" })] },
  { what: "a second hello", messages: [hello(), hello("carol")] },
  {
    what: "a hello of another version",
    messages: [encodeCbor({ type: "hello", version: 1, nick: "ada" })],
  },
  { what: "what is not CBOR", messages: [Uint8Array.of(0xff)] },
  { what: "an empty message", messages: [hello(), new Uint8Array()] },
  {
    what: "what only the room may say",
    messages: [hello(), encodeMessage({ type: "delivered", id: idOf(9), seq: 1 })],
  },
  { what: "a nickname that is none", messages: [hello("a b")] },
  {
    what: "a new nickname that is none",
    messages: [hello(), encodeMessage({ type: "rename", id: idOf(9), nick: "a:b" })],
  },
  {
    what: "a body that no room may take",
    messages: [
      hello(),
      encodeMessage({ type: "send", id: idOf(9), body: new Uint8Array(MAX_BODY_SIZE + 1) }),
    ],
  },
];

for (const { what, messages } of OFFENCES) {
  Deno.test(`guest: one that sends ${what} is told so, and loses its place`, async () => {
    const left: string[] = [];
    const room = roomWithHost({ observer: { left: (_member, _count, why) => left.push(why) } });
    const { client, server, served } = await visit(room);
    for (const message of messages) await client.send(message);
    const receiveAll = async () => {
      while (await client.receive() !== undefined);
    };
    assert.equal(await failure(receiveAll()), "ProtocolError/malformed-message");
    assert.equal(await failure(served), "ProtocolError/malformed-message");
    assert.equal(room.members.length, 1);
    assert.deepEqual(
      left,
      messages[0][0] === hello()[0] && messages.length > 1 ? ["malformed"] : [],
    );
    await server.closed;
  });
}

Deno.test("guest: there is no place in a full room, and it is told why", async () => {
  const room = roomWithHost({ limits: { members: 1 } });
  const { client, served } = await visit(room);
  await client.send(hello());
  await assert.rejects(client.receive(), {
    code: "room-full",
    message: /: “the room is full \(1 members\); /,
  });
  assert.equal(await failure(served), "NetworkError/room-full");
});

Deno.test("guest: one whose key was let in before, and is not any more, has no place, and is told why", async () => {
  const room = roomWithHost();
  const asked: Uint8Array[] = [];
  const { client, served } = await visit(room, {
    whyNot: (key) => {
      asked.push(key);
      return Promise.resolve("you are banned");
    },
  });
  await client.send(hello());
  await assert.rejects(client.receive(), {
    code: "key-refused",
    message: "the other side says: “you are banned”",
  });
  assert.equal(await failure(served), "AuthenticationError/key-refused");
  assert.deepEqual(asked, [CLIENT_KEYS.publicKey]);
  assert.equal(room.members.length, 1);
  await leave(await enter(room, "ada", { whyNot: () => Promise.resolve(undefined) }));
});

Deno.test("guest: one that was banned while it was on its way has no place, and is told why", async () => {
  const room = new Room({ bans: { add: async () => {}, remove: () => Promise.resolve(true) } });
  const host = room.join("host", HOST_KEY, somebody(), { isOperator: true });
  const asked = Promise.withResolvers<undefined>();
  // The list is asked, and does not know of the ban yet.
  const { client, served } = await visit(room, { whyNot: () => asked.promise });
  await client.send(hello());
  const target = sha256(CLIENT_KEYS.publicKey);
  await host.moderate({ action: "ban", target, reason: "", seconds: 0 });
  asked.resolve(undefined);
  assert.equal(await failure(client.receive()), "AuthenticationError/key-refused");
  assert.equal(await failure(served), "AuthenticationError/key-refused");
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host"]);
});

Deno.test("guest: a cut takes its place away, and the channel is released", async () => {
  const left: string[] = [];
  const room = roomWithHost({ observer: { left: (_member, _count, why) => left.push(why) } });
  const { client, server, served } = await enter(room, "ada");
  client.abort();
  assert.equal(await failure(served), "NetworkError/cut");
  assert.equal(room.members.length, 1);
  assert.deepEqual(left, ["cut"]);
  await server.closed;
});

Deno.test("guest: the channel is released when only sending to it has failed", async () => {
  const transports = memoryPair();
  const left: string[] = [];
  const room = roomWithHost({ observer: { left: (_member, _count, why) => left.push(why) } });
  const { client, server, served } = await enter(room, "ada", {}, { transports });
  // The guest's ears are shut, its mouth is not.
  transports.client.incoming.refuse();
  for (let index = 0; index < 3; index++) {
    await client.send(SEND);
    await turns();
  }
  assert.equal(await failure(served), "NetworkError/cut");
  assert.deepEqual(left, ["cut"]);
  await server.closed;
  client.abort();
});

Deno.test("guest: at the end of the server it is told, and what it then sends is not confirmed", async () => {
  const left: string[] = [];
  const room = roomWithHost({ observer: { left: (_member, _count, why) => left.push(why) } });
  const leaving = new AbortController();
  const { client, served } = await enter(room, "ada", { signal: leaving.signal });
  leaving.abort();
  assert.equal(await client.receive(), undefined);
  assert.deepEqual(client.remoteClose, { code: CloseCode.shutdown, reason: "the server has left" });
  await client.send(SEND);
  await client.close();
  await served;
  assert.equal(room.members.length, 1);
  assert.deepEqual(left, ["shutdown"]);
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
  const { client, served } = await enter(room, "ada", { onGoodbye: () => pause.promise });
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
  const { client, served } = await enter(room, "ada", { onGoodbye: () => new Promise(() => {}) });
  await client.end(HURRY);
  assert.equal(await client.receive(), undefined);
  await served;
  assert.equal(room.members.length, 1);
});

Deno.test("guest: one that is done and then gone loses its place, however much is still being said", async () => {
  const room = new Room();
  const host = room.join("host", HOST_KEY, somebody());
  const { client, server, served } = await enter(room, "ada", {
    onGoodbye: () => new Promise(() => {}),
  });
  await client.end();
  client.abort();
  for (let turn = 0; turn < 1000 && room.members.length > 1; turn++) {
    await host.ready();
    host.post(newMessageId(), encodeText("still speaking"));
    await turns(1);
  }
  assert.equal(room.members.length, 1);
  assert.equal(await failure(served), "NetworkError/cut");
  await server.closed;
});

Deno.test("guest: one that does not read its receipts is held back, and not put out", async () => {
  const room = roomWithHost({ limits: { queueSize: 200_000, messagesPerSecond: 1_000_000 } });
  const { client, server, served } = await enter(room, "ada");
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
  assert.ok(sent < 100_000);
  assert.ok(server.queued < SEND_HIGH_WATER_MARK + 100);
  assert.equal(room.members.length, 2);
  client.abort();
  await assert.rejects(sending);
  await assert.rejects(served);
});

// Requests.

Deno.test("guest: what it asks for is done, told to all, and confirmed", async () => {
  const room = roomWithHost();
  const [ada, bob] = await crowd(room, ["ada", "bob"]);
  await ada.client.send(encodeMessage({ type: "rename", id: idOf(1), nick: "lovelace" }));
  await ada.client.send(encodeMessage({ type: "topic", id: idOf(2), topic: "engines" }));
  const changes = ["lovelace renamed, before ada", "topic of lovelace: engines"];
  assert.deepEqual(await hearLines(bob.client, 2), changes);
  const heard: RoomMessage[] = [];
  for (let count = 0; count < 4; count++) heard.push(await hear(ada.client));
  assert.deepEqual(heard.map(described), [changes[0], "delivered 0", changes[1], "delivered 0"]);
  assert.deepEqual(
    heard.flatMap((message) => message.type === "delivered" ? [message.id] : []),
    [idOf(1), idOf(2)],
  );
  await Promise.all([ada, bob].map(leave));
});

Deno.test("guest: who may put others out is asked for its key, and is one as soon as it is in", async () => {
  const room = roomWithHost();
  const asked: Uint8Array[] = [];
  const isOperator = (key: Uint8Array) => {
    asked.push(key);
    return true;
  };
  const ada = await enter(room, "ada", { isOperator }, { keys: KEY_PAIRS[0] });
  assert.deepEqual(asked, [KEY_PAIRS[0].publicKey]);
  assert.equal(ada.self.operator, true);
  const bob = await enter(room, "bob", { isOperator: () => false }, { keys: KEY_PAIRS[1] });
  assert.equal("operator" in bob.self, false);
  await Promise.all([ada, bob].map(leave));
});

Deno.test("guest: one who is gone without a word is given up, and the others are told why", async () => {
  const left: string[] = [];
  const seat = new Notebook();
  const room = new Room({ observer: { left: (_member, _count, why) => left.push(why) } });
  room.join("host", HOST_KEY, seat);
  using clock = new Clock();
  using heartbeat = new Heartbeat();
  const guest = await enter(room, "ada", { heartbeat });
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 2_500) {
      await clock.pass(2_500);
      heartbeat.look();
      await turns();
    }
  };
  // As long as it answers, it stays.
  for (let count = 0; count < 5; count++) {
    await pass(12_500);
    assert.deepEqual(await hearLines(guest.client, 1), ["ping"]);
    await guest.client.send(encodeMessage({ type: "pong" }));
    await turns();
  }
  await pass(25_000);
  assert.deepEqual(seat.heard, ["ada joined"]);
  await pass(2_500);
  assert.deepEqual(seat.heard, ["ada joined", "ada left: nothing was heard for 25 seconds"]);
  assert.deepEqual(left, ["silent"]);
  assert.equal(room.members.length, 1);
  const rest = async () => {
    while (true) assert.equal((await hear(guest.client)).type, "ping");
  };
  await assert.rejects(rest(), {
    code: "timed-out",
    message: "the other side says: “nothing was heard for 25 seconds”",
  });
  assert.equal(await failure(guest.served), "NetworkError/removed");
  await guest.server.closed;
});
