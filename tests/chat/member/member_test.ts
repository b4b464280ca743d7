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
  type MemberMessage,
  type Participant,
  type RoomMessage,
  Visit,
  type Welcome,
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
import { described, HOST_KEY, idOf, keyOf, listen } from "../support.ts";

const HOST = { nick: "host", key: HOST_KEY };
const SELF = { nick: "guest", key: keyOf(1) };
const LOG = idOf(50);
const WELCOME: Welcome = {
  type: "welcome",
  you: SELF,
  maxBody: 1000,
  log: LOG,
  seq: 0,
  kept: false,
  gone: 0,
  grace: 120_000,
};
const TEXT = encodeText("hello");

const say = (member: Member, text: string, id?: Uint8Array) =>
  member.request({ type: "send", body: encodeText(text) }, id);

/** How a member comes to a room that the test plays. */
interface Coming {
  readonly others?: readonly Participant[];
  readonly welcome?: Partial<Welcome>;
  readonly transports?: ReturnType<typeof memoryPair>;
  readonly visit?: Visit;
  readonly past?: number;
}

/** A member of a room that the test plays. */
async function withServer(
  coming: Coming = {},
): Promise<{ member: Member; client: SecureChannel; server: SecureChannel; hello: MemberMessage }> {
  const { others = [HOST], welcome, transports = memoryPair(), ...options } = coming;
  const { client, server } = await establish({ transports });
  await server.send(encodeMessage({ type: "members", members: others }));
  await server.send(encodeMessage({ ...WELCOME, ...welcome }));
  const member = await Member.join(client, { nick: "guest", ...options });
  const hello = await heard(server);
  return { member, client, server, hello };
}

/** What a member says next. */
async function heard(server: SecureChannel): Promise<MemberMessage> {
  const bytes = await server.receive();
  assert.ok(bytes !== undefined, "the member has said goodbye");
  return decodeMemberMessage(bytes);
}

/** The room says these, and then goodbye. */
async function sayAll(server: SecureChannel, messages: readonly RoomMessage[]): Promise<void> {
  for (const message of messages) server.enqueue(encodeMessage(message));
  await server.end();
}

function message(seq: number, from: Participant = HOST): RoomMessage & { type: "message" } {
  return { type: "message", id: idOf(seq), seq, time: 5, from, body: TEXT };
}

/** The id of a request, from the hex digits that name it. */
function parsed(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

Deno.test("member: it knows its name, who is there, and what the room is about", async () => {
  const topic = { topic: "engines", by: HOST, time: 5 };
  const { member, client, server, hello } = await withServer({ welcome: { topic, seq: 7 } });
  assert.ok(hello.type === "hello");
  assert.deepEqual(hello, {
    type: "hello",
    version: 3,
    nick: "guest",
    visit: member.visit.id,
    past: 0xffff_ffff,
  });
  assert.equal(member.self.nick, "guest");
  assert.deepEqual(member.others, [HOST]);
  assert.deepEqual(member.topic, topic);
  assert.equal(member.maxBody, 1000);
  assert.deepEqual([member.welcome.seq, member.welcome.grace], [7, 120_000]);
  assert.deepEqual([member.unconfirmed, member.resent, member.undelivered], [0, 0, []]);
  await Promise.all([client.close(), server.close()]);
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

Deno.test("member: it hears what was said before it came, and then that it has caught up", async () => {
  const { member, client, server } = await withServer({ welcome: { seq: 2 } });
  const kinds: string[] = [];
  const ended = (async () => {
    for await (const event of member.events()) {
      const isHistory = event.type === "message" && member.visit.isHistory(event);
      kinds.push(`${described(event)}${isHistory ? " (history)" : ""}`);
    }
  })();
  await sayAll(server, [message(1), message(2), message(3), { type: "caught-up", seq: 3 }]);
  await ended;
  assert.deepEqual(kinds, ["1 host (history)", "2 host (history)", "3 host", "caught up 3"]);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: it hears what was said before the goodbye, and then the end", async () => {
  const { member, client, server } = await withServer();
  await client.end();
  const { events, ended } = listen(member);
  await sayAll(server, Array.from({ length: 100 }, (_, index) => message(index + 1)));
  await ended;
  assert.deepEqual(
    events.map(described),
    Array.from({ length: 100 }, (_, index) => `${index + 1} host`),
  );
  await client.close();
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

Deno.test("member: what it says goes out in order, and is confirmed in any", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  const ids: string[] = [];
  for (let index = 0; index < 500; index++) ids.push(await say(member, `line ${index}`));
  assert.equal(new Set(ids).size, 500);
  const received: string[] = [];
  while (received.length < 500) {
    const request = await heard(server);
    assert.ok(request.type === "send");
    received.push(hex(request.id));
  }
  assert.deepEqual(received, ids);
  for (const id of ids.toReversed()) {
    server.enqueue(encodeMessage({ type: "delivered", id: parsed(id), seq: 1 + ids.indexOf(id) }));
  }
  await member.leave();
  await server.close();
  await ended;
  assert.equal(member.unconfirmed, 0);
  assert.deepEqual(
    events.map((event) => event.type === "delivered" && `${hex(event.id)} ${event.seq}`),
    ids.map((id, index) => `${id} ${index + 1}`).toReversed(),
  );
  await client.close();
});

Deno.test("member: an id that is in use is refused, and free again after the answer", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  assert.equal(await say(member, "one", idOf(1)), hex(idOf(1)));
  const again = say(member, "two", idOf(1));
  assert.equal(await failure(again), "UsageError/refused");
  await assert.rejects(again, { message: `the id ${hex(idOf(1))} is in use already` });
  await server.send(encodeMessage({ type: "delivered", id: idOf(1), seq: 1 }));
  await until(() => events.length === 1);
  assert.equal(await say(member, "three", idOf(1)), hex(idOf(1)));
  client.abort();
  await rejection(ended);
  server.abort();
});

Deno.test("member: to be refused is an answer, too", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  const id = parsed(await member.request({ type: "rename", nick: "HOST" }));
  await server.send(encodeMessage({ type: "refused", id, reason: "taken" }));
  await member.leave();
  await server.close();
  await ended;
  assert.deepEqual(events, [{ type: "refused", id, reason: "taken" }]);
  assert.deepEqual([member.refused, member.self.nick], [1, "guest"]);
  await client.close();
});

Deno.test("member: after the end nothing can be asked for any more", async () => {
  const { member, client, server } = await withServer();
  const { ended } = listen(member);
  await server.end();
  await ended;
  assert.equal(await failure(say(member, "late")), "NetworkError/ended");
  assert.equal(member.unconfirmed, 0);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: whoever waits for space is let go when the connection ends", async () => {
  const { member, client, server } = await withServer();
  const { ended } = listen(member);
  const asking = (async () => {
    for (;;) await say(member, "one more");
  })();
  const stopped = failure(asking);
  // The room reads nothing of it, and answers nothing.
  await until(() => member.unconfirmed >= 1000);
  assert.equal(await isPending(asking), true);
  assert.ok(member.unconfirmed <= 1024, `${member.unconfirmed} at once`);
  server.abort();
  assert.equal(await stopped, "NetworkError/ended");
  await rejection(ended);
  await client.closed;
});

Deno.test("member: a room that does not read holds this side back, and loses nothing of it", async () => {
  const transports = memoryPair(2_000);
  const { member, client, server } = await withServer({ transports });
  const { ended } = listen(member);
  const body = new Uint8Array(1000);
  for (let count = 0; count < 300; count++) await member.request({ type: "send", body });
  await turns();
  assert.ok(client.queued < SEND_HIGH_WATER_MARK + 2_000, `${client.queued} bytes wait`);
  for (let count = 0; count < 300; count++) {
    const request = await heard(server);
    assert.ok(request.type === "send");
    server.enqueue(encodeMessage({ type: "delivered", id: request.id, seq: count + 1 }));
  }
  await until(() => member.unconfirmed === 0);
  server.abort();
  await rejection(ended);
  await client.closed;
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
  const { member, client, server } = await withServer({
    others: [HOST, { nick: "bob", key: keyOf(2) }],
  });
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
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  const renamed = (previous: string, nick: string, key: Uint8Array): RoomMessage => ({
    type: "member",
    change: "renamed",
    previous,
    member: { nick, key },
  });
  server.enqueue(encodeMessage(renamed("guest", "ada", SELF.key)));
  await until(() => events.length === 1);
  assert.equal(member.self.nick, "ada");
  // Somebody else may be called as it was before.
  server.enqueue(encodeMessage(renamed("host", "guest", HOST_KEY)));
  await until(() => events.length === 2);
  assert.equal(member.self.nick, "ada");
  assert.deepEqual(member.others, [{ nick: "guest", key: HOST_KEY }]);
  await server.end();
  await ended;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: it knows who is away", async () => {
  const bob = { nick: "bob", key: keyOf(2), operator: true } as const;
  const eve = { nick: "eve", key: keyOf(3), away: true } as const;
  const { member, client, server } = await withServer({ others: [bob, eve] });
  assert.deepEqual(member.others, [bob, eve]);
  const { events, ended } = listen(member);
  const change = (change: "away" | "back" | "joined", member: Participant): RoomMessage => ({
    type: "member",
    change,
    member,
  });
  const changes = [change("away", { ...bob, away: true }), change("back", eve)];
  for (const one of changes) server.enqueue(encodeMessage(one));
  await until(() => events.length === 2);
  assert.deepEqual(events, changes);
  assert.deepEqual(member.others, [{ ...bob, away: true }, { nick: "eve", key: keyOf(3) }]);
  // Whatever the room says of it there: who is back is not away.
  server.enqueue(encodeMessage(change("back", { ...bob, away: true })));
  server.enqueue(encodeMessage(change("away", { nick: "eve", key: keyOf(3) })));
  await until(() => events.length === 4);
  assert.deepEqual(member.others, [bob, eve]);
  await server.end();
  await ended;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: a server that names more members than there can be is told so", async () => {
  const { member, server } = await withServer();
  const end = failure(listen(member).ended);
  // Signs of life come in between, if it takes long.
  const told = failure((async () => {
    while (await server.receive() !== undefined);
  })());
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
  const { member, client, server } = await withServer({ transports });
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
  await assert.rejects(ended, { message: "the other side says: “eve put you out”" });
  await client.closed;
});

const OFFENCES: readonly { what: string; messages: readonly Uint8Array[] }[] = [
  { what: "says welcome twice", messages: [encodeMessage(WELCOME)] },
  {
    what: "answers with a page that nobody has asked for",
    messages: [encodeMessage({ type: "page", id: idOf(0), messages: [], before: 0 })],
  },
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
  {
    what: "says twice that nothing is missing",
    messages: [{ type: "caught-up", seq: 0 } as const, { type: "caught-up", seq: 0 } as const]
      .map(encodeMessage),
  },
  {
    what: "gives another member the name of this one",
    messages: [
      encodeMessage({ type: "member", change: "joined", member: { ...SELF, key: HOST_KEY } }),
    ],
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

Deno.test("member: a number that does not fit what was asked for is malformed", async () => {
  const text = encodeText("hello");
  const cases = [
    [{ type: "send", body: text }, 0],
    [{ type: "send", body: text, to: HOST }, 1],
    [{ type: "rename", nick: "carol" }, 1],
    [{ type: "topic", topic: "engines" }, 1],
  ] as const;
  for (const [request, seq] of cases) {
    const { member, server } = await withServer();
    const { ended } = listen(member);
    const id = parsed(await member.request(request));
    await server.receive();
    await server.send(encodeMessage({ type: "delivered", id, seq }));
    await assert.rejects(ended, {
      message: 'received a message of type "delivered" whose "seq" does not fit what was asked for',
    });
    assert.equal(member.visit.position?.seq ?? 0, 0, "it does not believe that it has heard more");
    await server.receive().catch(() => {});
  }
});

Deno.test("member: a page with more than was asked for, or that leads nowhere, is malformed", async () => {
  const entry = { id: idOf(1), seq: 3, time: 5, from: HOST, body: TEXT };
  const cases = [
    [{ before: 0, count: 1 }, [entry, { ...entry, seq: 4 }], 0, "messages"],
    [{ before: 8, count: 10 }, [], 8, "before"],
    [{ before: 8, count: 10 }, [entry], 9, "before"],
  ] as const;
  for (const [query, messages, before, field] of cases) {
    const { member, server } = await withServer();
    const { ended } = listen(member);
    const reading = failure(member.readPast(query));
    const request = await heard(server);
    assert.ok(request.type === "past");
    await server.send(encodeMessage({ type: "page", id: request.id, messages, before }));
    await assert.rejects(ended, {
      message: `received a message of type "page" whose "${field}" does not fit what was asked for`,
    });
    assert.equal(await reading, "NetworkError/ended");
    await server.receive().catch(() => {});
  }
});

Deno.test("member: of its welcome it believes its name, its rights, and no more", async () => {
  const you = { nick: "guest", key: HOST_KEY, operator: true, away: true } as const;
  const topic = { topic: "", by: HOST, time: 5 };
  const { member, client, server } = await withServer({ welcome: { you, topic } });
  assert.deepEqual(member.self, { nick: "guest", key: client.publicKey, operator: true });
  assert.equal(member.topic, undefined, "an empty one is none");
  await Promise.all([client.close(), server.close()]);
});

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
  const { client, server } = await establish();
  const joining = Member.join(client, { nick: "guest" });
  joining.catch(() => {});
  const closing = server.close({ code: CloseCode.full, reason: "the room is full" });
  assert.equal(await failure(joining), "NetworkError/room-full");
  await assert.rejects(joining, { message: /: “the room is full”$/ });
  await closing;
});

// Coming back.

Deno.test("member: on the next connection it names its position, and sends what was not answered", async () => {
  const visit = new Visit();
  const first = await withServer({ visit, welcome: { seq: 4 } });
  const { events, ended } = listen(first.member);
  for (const id of [1, 2, 3]) await say(first.member, `${id}`, idOf(id));
  first.server.enqueue(encodeMessage({ type: "caught-up", seq: 4 }));
  first.server.enqueue(encodeMessage({ type: "delivered", id: idOf(2), seq: 5 }));
  await until(() => events.length === 1);
  first.server.abort();
  assert.equal(await failure(ended), "NetworkError/cut");

  const second = await withServer({ visit, past: 0, welcome: { seq: 6, gone: 1 } });
  assert.ok(second.hello.type === "hello");
  assert.deepEqual(second.hello.after, { log: LOG, seq: 5 });
  assert.deepEqual([second.member.resent, second.member.welcome.gone], [2, 1]);
  await say(second.member, "4", idOf(4));
  const again = [
    await heard(second.server),
    await heard(second.server),
    await heard(second.server),
  ];
  assert.deepEqual(again.map((request) => request.type === "send" && request.id[0]), [1, 3, 4]);
  // What this connection brings of it, is told once.
  const later = listen(second.member);
  const key = CLIENT_KEYS.publicKey;
  const messages: readonly RoomMessage[] = [
    { type: "delivered", id: idOf(3), seq: 7 },
    { ...message(1, { nick: "guest", key }), seq: 6 },
    { type: "delivered", id: idOf(1), seq: 6 },
    { type: "caught-up", seq: 7 },
    { type: "delivered", id: idOf(3), seq: 7 },
    { type: "delivered", id: idOf(4), seq: 8 },
  ];
  await sayAll(second.server, messages);
  await later.ended;
  assert.deepEqual(later.events.map(described), [
    "delivered 7",
    "delivered 6",
    "delivered 8",
  ]);
  await Promise.all([second.client.close(), second.server.close()]);
});

Deno.test("member: it hears nothing twice over its connections", async () => {
  const visit = new Visit();
  const heard: string[] = [];
  for (const log of [idOf(50), idOf(51)]) {
    const { member, client, server } = await withServer({ visit, welcome: { log } });
    const { events, ended } = listen(member);
    await sayAll(server, [message(1), { ...message(2), seq: 0, private: 1 }]);
    await ended;
    heard.push(...events.map(described));
    await Promise.all([client.close(), server.close()]);
  }
  assert.deepEqual(heard, ["1 host", "private 1 host"]);
});

Deno.test("member: it says which private messages it has got, once they were taken", async () => {
  const { member, client, server } = await withServer();
  const note = (number: number) => ({ ...message(number), seq: 0, private: number });
  server.enqueue(encodeMessage(note(1)));
  const events = member.events();
  await events.next();
  const got = heard(server);
  assert.equal(await isPending(got), true, "it has been taken, but not shown");
  const next = events.next();
  assert.deepEqual(await got, { type: "got", private: 1 });
  // One that was heard before is got all the same, and a lower number is nothing new.
  server.enqueue(encodeMessage({ ...note(1), private: 2 }));
  assert.deepEqual(await heard(server), { type: "got", private: 2 });
  server.enqueue(encodeMessage({ ...note(3), private: 1 }));
  await next;
  const last = events.next();
  server.enqueue(encodeMessage(note(4)));
  await last;
  const end = events.next();
  assert.deepEqual(await heard(server), { type: "got", private: 4 });
  await server.end();
  assert.equal((await end).done, true);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: a flood of private messages is not answered one by one to whom does not read", async () => {
  const transports = memoryPair(2_000);
  const { member, client, server } = await withServer({ transports });
  const { ended } = listen(member);
  const count = 8_000;
  for (let number = 1; number <= count; number++) {
    const { id } = message(number % 256);
    id.set([number & 255, number >> 8 & 255], 1);
    server.enqueue(encodeMessage({ ...message(0), id, private: number }));
    if (server.queued > SEND_HIGH_WATER_MARK) await server.drained();
  }
  await until(() => server.queued === 0);
  await turns();
  assert.ok(client.queued < SEND_HIGH_WATER_MARK + 100, `${client.queued} bytes wait`);
  // Once it reads, it learns the last number.
  let last: MemberMessage = await heard(server);
  while (last.type !== "got" || last.private < count) last = await heard(server);
  const closing = server.close();
  await ended;
  await client.close();
  await closing;
});

// What was said earlier.

Deno.test("member: pages are read by their ids, and refused ones are errors", async () => {
  const { member, client, server } = await withServer();
  const { events, ended } = listen(member);
  const { type: _, ...entry } = message(7);
  const reading = [
    member.readPast({ before: 0, count: 10 }),
    member.readPast({ before: 8, count: 200, words: "engine" }),
  ];
  const refused = failure(member.readPast({ before: 1, count: 1 }));
  const requests = [await heard(server), await heard(server), await heard(server)];
  assert.deepEqual(requests.map((request) => request.type === "past" && { ...request, id: 0 }), [
    { type: "past", id: 0, before: 0, count: 10 },
    { type: "past", id: 0, before: 8, count: 200, words: "engine" },
    { type: "past", id: 0, before: 1, count: 1 },
  ]);
  assert.equal(member.unconfirmed, 0, "nothing of it is to be confirmed");
  const [first, second, third] = requests.map((request) => "id" in request ? request.id : idOf(0));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  server.enqueue(encodeMessage({ type: "page", id: second, messages: [], before: 3 }));
  server.enqueue(encodeMessage({ type: "page", id: first, messages: [entry], before: 0 }));
  server.enqueue(encodeMessage({ type: "refused", id: third, reason: "not now" }));
  assert.deepEqual(await Promise.all(reading), [
    { messages: [entry], before: 0 },
    { messages: [], before: 3 },
  ]);
  assert.equal(await refused, "UsageError/refused");
  assert.deepEqual([events, member.refused], [[], 0]);
  await server.end();
  await ended;
  assert.equal(await failure(member.readPast({ before: 0, count: 1 })), "NetworkError/ended");
  await Promise.all([client.close(), server.close()]);
});

Deno.test("member: a page that was asked for on the connection before is no offence, and no answer", async () => {
  const visit = new Visit();
  const first = await withServer({ visit });
  const { ended } = listen(first.member);
  const reading = failure(first.member.readPast({ before: 0, count: 10 }));
  const request = await heard(first.server);
  assert.ok(request.type === "past");
  first.server.abort();
  assert.equal(await reading, "NetworkError/ended");
  await rejection(ended);

  const second = await withServer({ visit });
  const later = listen(second.member);
  await sayAll(second.server, [
    { type: "page", id: request.id, messages: [], before: 0 },
    { type: "notice", text: "still here" },
  ]);
  await later.ended;
  assert.deepEqual(later.events.map(described), ["notice: still here"]);
  await Promise.all([second.client.close(), second.server.close()]);
});

Deno.test("member: no more pages are read at once than there are places for", async () => {
  const { member, client, server } = await withServer();
  const { ended } = listen(member);
  const reading = Array.from(
    { length: 16 },
    () => failure(member.readPast({ before: 0, count: 1 })),
  );
  assert.equal(await failure(member.readPast({ before: 0, count: 1 })), "UsageError/refused");
  server.abort();
  assert.deepEqual(new Set(await Promise.all(reading)), new Set(["NetworkError/ended"]));
  await rejection(ended);
  await client.closed;
});
