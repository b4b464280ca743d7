import assert from "node:assert/strict";
import {
  encodeMessage,
  type GuestOptions,
  type MemberMessage,
  type Membership,
  newMessageId,
  Room,
  type RoomLimits,
} from "../../../lib/chat/mod.ts";
import { GuestRequests } from "../../../lib/chat/visit/guest_requests.ts";
import { Clock, establish, failure, isPending, turns } from "../../channel/support.ts";
import { memoryPair } from "../../support/wire.ts";
import {
  described,
  enter,
  type Guest,
  hear,
  hearLines,
  HOST_KEY,
  idOf,
  KEY_PAIRS,
  keyOf,
  leave,
  Notebook,
  send,
  somebody,
  targetOf,
} from "../support.ts";

/** A guest in a room with an operator, all it hears in lines, and what the operator's seat hears. */
async function visited(limits: Partial<RoomLimits> = {}, options: GuestOptions = {}) {
  const room = new Room({ now: () => 5, limits });
  const seat = new Notebook();
  const host = room.join("host", HOST_KEY, seat, { isOperator: true });
  await host.follow({ past: 0 });
  const guest = await enter(room, "ada", options);
  const lines: string[] = [];
  const reading = (async () => {
    while (true) {
      const message = await hear(guest.client);
      if (message.type === "ping") await ask(guest, { type: "pong" });
      else lines.push(described(message));
    }
  })();
  reading.catch(() => {});
  return { room, seat, host, guest, lines, reading };
}

async function ask({ client }: Guest, ...messages: readonly MemberMessage[]): Promise<void> {
  for (const message of messages) await client.send(encodeMessage(message));
}

/** What was said, of what a seat has heard. */
function said({ heard }: Notebook): string[] {
  return heard.filter((line) => /^(\d|private)/.test(line));
}

/** Makes somebody slow, or quick again with 0. */
function slow(host: Membership, guest: Guest, seconds: number, reason = ""): Promise<void> {
  return host.moderate({ action: "slow", target: targetOf(guest.self), reason, seconds });
}

const TOO_FAST = "notice: you are throttled: at most 3 messages a second";

// How fast one may go.

Deno.test("requests: of three a second, a pipe full arrives whole and in order, and is told once", async () => {
  using clock = new Clock();
  const throttled: string[] = [];
  const { seat, guest, lines } = await visited({ messagesPerSecond: 3 }, {
    observer: { throttled: ({ nick }) => throttled.push(nick) },
  });
  const count = 30;
  await ask(guest, ...Array.from({ length: count }, (_, index) => send(index, `line ${index}`)));
  await clock.pass(0);
  assert.deepEqual(lines.toSorted(), ["delivered 1", "delivered 2", "delivered 3", TOO_FAST]);
  await clock.pass(330);
  assert.equal(said(seat).length, 3);
  for (let seconds = 0; seconds < 9; seconds++) {
    await clock.pass(10);
    assert.equal(said(seat).length, 3 * seconds + 4);
    await clock.pass(990);
    assert.equal(said(seat).length, 3 * seconds + 6);
  }
  const delivered = Array.from({ length: count }, (_, index) => `delivered ${index + 1}`);
  assert.deepEqual(lines.filter((line) => line !== TOO_FAST), delivered);
  assert.equal(lines.length, count + 1);
  assert.deepEqual(throttled, ["ada"]);
  assert.deepEqual(
    seat.messages.flatMap((message) => message.type === "message" ? [message.id[0]] : []),
    Array.from({ length: count }, (_, index) => index),
  );
  await leave(guest);
});

Deno.test("requests: who goes on like that is told once more, but not before half a minute is over", async () => {
  using clock = new Clock();
  const { guest, lines } = await visited({ messagesPerSecond: 3 });
  const told = () => lines.filter((line) => line === TOO_FAST).length;
  await ask(guest, ...Array.from({ length: 100 }, (_, index) => send(index, "")));
  await clock.pass(29_000);
  assert.equal(told(), 1);
  await clock.pass(2_000);
  assert.equal(told(), 2);
  await clock.pass(10_000);
  assert.equal(lines.length, 102);
  await leave(guest);
});

Deno.test("requests: a long message counts as several, one for each 256 bytes", async () => {
  using clock = new Clock();
  const { seat, guest, lines } = await visited({ messagesPerSecond: 3 });
  const long = { type: "send", id: idOf(1), body: new Uint8Array(5 * 256 + 1) } as const;
  await ask(guest, long, send(2, "short"));
  await clock.pass(990);
  assert.equal(said(seat).length, 0, "it is paid for first");
  assert.deepEqual(lines, [`${TOO_FAST}; each 256 bytes of one count as a message`]);
  await clock.pass(20);
  assert.equal(said(seat).length, 1);
  await clock.pass(320);
  assert.equal(said(seat).length, 1);
  await clock.pass(20);
  assert.equal(said(seat).length, 2);
  await leave(guest);
});

Deno.test("requests: everything that is asked for counts, pongs too", async () => {
  using clock = new Clock();
  const { seat, guest, lines } = await visited({ messagesPerSecond: 3 });
  await ask(
    guest,
    { type: "rename", id: idOf(1), nick: "bob" },
    { type: "topic", id: idOf(2), topic: "engines" },
    ...Array.from({ length: 4 }, () => ({ type: "pong" }) as const),
    send(3, "after all"),
  );
  await clock.pass(1_320);
  assert.equal(said(seat).length, 0);
  await clock.pass(20);
  assert.deepEqual(said(seat), ["1 bob"]);
  assert.equal(lines.at(-1), "delivered 1");
  await leave(guest);
});

Deno.test("requests: names and topics have a pace of their own: five, and then one a second", async () => {
  using clock = new Clock();
  const { seat, guest, lines } = await visited();
  const changes = Array.from(
    { length: 10 },
    (_, index): MemberMessage =>
      index % 2 === 0
        ? { type: "rename", id: idOf(index), nick: `ada-${index}` }
        : { type: "topic", id: idOf(index), topic: `topic ${index}` },
  );
  await ask(guest, ...changes);
  const done = () => seat.heard.filter((line) => /renamed|topic/.test(line)).length;
  await clock.pass(990);
  assert.equal(done(), 5);
  for (let count = 6; count <= 10; count++) {
    await clock.pass(20);
    assert.equal(done(), count);
    await clock.pass(980);
  }
  const told = "notice: you are throttled: names and topics may not change that often";
  assert.equal(lines.filter((line) => line === told).length, 1);
  // What is said is not held back by that.
  await ask(guest, send(11, "one"), send(12, "two"));
  await turns();
  assert.equal(said(seat).length, 2);
  await leave(guest);
});

Deno.test("requests: the pace is that of a key, over all its connections", async () => {
  using clock = new Clock();
  const { room, seat, guest, host } = await visited({ messagesPerSecond: 3 });
  const twin = await enter(room, "ada");
  const other = await enter(room, "bob", {}, { keys: KEY_PAIRS[1] });
  // So that it does not count that the first one has shown that it lives.
  await clock.pass(1_000);
  await ask(guest, send(1, ""), send(2, ""), send(3, ""));
  await turns();
  await ask(twin, send(4, ""));
  await turns();
  assert.deepEqual(said(seat), ["1 ada", "2 ada", "3 ada"]);
  await ask(other, send(5, ""));
  await turns();
  assert.equal(said(seat).at(-1), "4 bob");
  await clock.pass(340);
  assert.equal(said(seat).at(-1), "5 ada-2");

  await clock.pass(10_000);
  await slow(host, guest, 5);
  await ask(guest, send(6, ""));
  await turns();
  assert.equal(said(seat).length, 6, "the last time was long ago");
  await ask(twin, send(7, ""));
  await clock.pass(2_000);
  await ask(guest, send(8, ""));
  await clock.pass(2_990);
  assert.equal(said(seat).length, 6);
  await clock.pass(20);
  assert.equal(said(seat).at(-1), "7 ada-2");
  await clock.pass(4_980);
  assert.equal(said(seat).length, 7, "each takes a turn of its own");
  await clock.pass(20);
  assert.equal(said(seat).at(-1), "8 ada");
  await Promise.all([guest, twin, other].map(leave));
});

Deno.test("requests: who comes back is as slow as it was, with what has passed of the pause", async () => {
  using clock = new Clock();
  const { room, seat, guest, host } = await visited();
  await slow(host, guest, 60);
  await ask(guest, send(1, ""));
  await turns();
  await leave(guest);
  const again = await enter(room, "ada");
  await ask(again, send(2, ""));
  await clock.pass(59_000);
  assert.equal(said(seat).length, 1);
  await clock.pass(1_000);
  assert.equal(said(seat).length, 2);
  await leave(again);
});

Deno.test("requests: who keeps to the pace is not held back, nor told", async () => {
  using clock = new Clock();
  const { seat, guest, lines } = await visited({ messagesPerSecond: 3 });
  for (let count = 1; count <= 20; count++) {
    await ask(guest, send(count, ""));
    await turns();
    assert.equal(said(seat).length, count);
    await clock.pass(334);
  }
  assert.equal(lines.length, 20);
  await leave(guest);
});

// An operator makes somebody slow.

Deno.test("requests: no pause is so long that there is none", async () => {
  using clock = new Clock();
  const { room, seat, host, guest } = await visited();
  await slow(host, guest, 3600);
  // As after a thousand messages, each on a connection that was cut while slow mode held it.
  const { holder } = room.join("ada", guest.self.key, somebody());
  holder.conduct.lastSpoken = performance.now() + 3_600_000_000;
  const delays: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((work: () => void, delay: number) => {
    delays.push(delay);
    return setTimeout(work, delay);
  }) as typeof setTimeout;
  await ask(guest, send(1, "now"));
  await turns();
  globalThis.setTimeout = setTimeout;
  // What does not fit into 32 bits, a timer takes for no time at all.
  assert.equal(Math.max(...delays), 2 ** 31 - 1);
  await clock.pass(3_600_000);
  assert.deepEqual(said(seat), []);
});

Deno.test("requests: in slow mode there is a pause between two messages, or names, or topics", async () => {
  using clock = new Clock();
  const { seat, host, guest, lines } = await visited();
  await slow(host, guest, 5, "let others speak");
  await ask(guest, send(1, "one"), send(2, "two"));
  await clock.pass(4_990);
  assert.deepEqual(said(seat), ["1 ada"], "the first needs no pause");
  assert.deepEqual(lines, [
    "notice: host set slow mode for you: one message every 5 s; reason: let others speak",
    "delivered 1",
    "notice: slow mode is on for you: one message every 5 s; reason: let others speak",
  ]);
  await clock.pass(20);
  assert.deepEqual(said(seat), ["1 ada", "2 ada"]);

  await ask(guest, { type: "rename", id: idOf(3), nick: "bob" });
  await clock.pass(4_900);
  assert.equal(lines.at(-1), "delivered 2", "or else it would speak by that");
  await clock.pass(200);
  assert.equal(lines.at(-1), "delivered 0");
  await clock.pass(3_000);
  await ask(guest, send(4, "three"));
  await clock.pass(1_800);
  assert.equal(said(seat).length, 2, "what has passed of the pause counts");
  await clock.pass(200);
  assert.equal(said(seat).length, 3);

  await slow(host, guest, 0);
  await ask(guest, send(5, "four"), send(6, "five"));
  await turns();
  assert.equal(said(seat).length, 5);
  await leave(guest);
});

Deno.test("requests: an operator who is slow can act at once", async () => {
  using clock = new Clock();
  const { room, seat, host, guest } = await visited();
  const ann = await enter(room, "ann", { isOperator: () => true }, { keys: KEY_PAIRS[1] });
  await slow(host, ann, 3_600);
  await ask(ann, send(1, "one"), {
    type: "moderate",
    id: idOf(2),
    action: "kick",
    target: targetOf(guest.self),
    reason: "",
    seconds: 0,
  });
  await turns();
  assert.equal(seat.heard.at(-1), "ada left: kicked by ann");
  await leave(ann);
  await clock.pass(0);
});

// While somebody is held back.

Deno.test("requests: a goodbye while one is held back is noticed at once", async () => {
  using clock = new Clock();
  const { room, seat, host, guest } = await visited();
  await slow(host, guest, 3_600);
  await ask(guest, send(1, "one"), send(2, "two"));
  await turns();
  await guest.client.end();
  await turns();
  assert.equal(room.members.length, 1);
  assert.equal(seat.heard.at(-1), "ada left");
  assert.deepEqual(said(seat), ["1 ada"], "what was held back is not said any more");
  await guest.client.close();
  await guest.served;
  assert.equal(clock.timers, 0, "and nothing waits for it");
});

Deno.test("requests: a cut while one is held back is noticed at once, too", async () => {
  using clock = new Clock();
  const { room, host, guest } = await visited();
  await slow(host, guest, 3_600);
  await ask(guest, send(1, "one"), send(2, "two"));
  await turns();
  guest.client.abort();
  assert.equal(await failure(guest.served), "NetworkError/cut");
  assert.equal(room.members.length, 1);
  assert.equal(clock.timers, 0);
});

Deno.test("requests: one that breaks the protocol while it is held back is told at once", async () => {
  using clock = new Clock();
  const { room, seat, host, guest, reading } = await visited();
  await slow(host, guest, 3_600);
  await ask(guest, send(1, "one"), send(2, "two"));
  await guest.client.send(Uint8Array.of(0xff));
  assert.equal(await failure(reading), "ProtocolError/malformed-message");
  assert.equal(await failure(guest.served), "ProtocolError/malformed-message");
  assert.equal(room.members.length, 1);
  assert.deepEqual(said(seat), ["1 ada"]);
  assert.equal(clock.timers, 0);
});

Deno.test("requests: one that is put out while it is held back hears why", async () => {
  using clock = new Clock();
  const { room, host, guest, reading } = await visited();
  await slow(host, guest, 3_600);
  await ask(guest, send(1, "one"), send(2, "two"), send(3, "three"));
  await turns();
  const target = targetOf(guest.self);
  await host.moderate({ action: "kick", target, reason: "spam", seconds: 0 });
  assert.equal(room.members.length, 1);
  await assert.rejects(reading, {
    code: "removed",
    message: "the other side says: “host kicked you; reason: spam”",
  });
  assert.equal(await failure(guest.served), "NetworkError/removed");
  await guest.server.closed;
  await turns();
  assert.equal(clock.timers, 0, "and nothing waits for it");
});

Deno.test("requests: while one is held back, it is not listened to as soon as more waits", async () => {
  using clock = new Clock();
  const { client, server } = await establish();
  const room = new Room({ limits: { messagesPerSecond: 3 } });
  const membership = room.join("ada", keyOf(1), somebody());
  const requests = new GuestRequests(server, membership, room.limits);
  assert.equal(requests.listeningSince, undefined, "before it has begun");
  const gone = Promise.withResolvers<void>();
  const working = requests.carryOut(gone.promise);
  const since = performance.now();
  assert.equal(requests.listeningSince, since);
  await clock.pass(100);
  assert.equal(requests.listeningSince, since, "for as long as nothing comes");
  const say = () => client.send(encodeMessage(send(1, "")));
  for (let count = 0; count < 4; count++) await say();
  await turns();
  assert.equal(requests.listeningSince, performance.now(), "it may still say goodbye");
  await say();
  await turns();
  assert.equal(requests.listeningSince, undefined, "what comes behind that is not seen");
  await clock.pass(400);
  assert.notEqual(requests.listeningSince, undefined);
  await client.end();
  await clock.pass(0);
  await working;
  assert.equal(requests.listeningSince, undefined);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("requests: one that breaks the protocol while it does not read is found out, too", async () => {
  const left: string[] = [];
  const room = new Room({ observer: { left: (_member, _count, why) => left.push(why) } });
  const host = room.join("host", HOST_KEY, somebody());
  const transports = memoryPair(20_000);
  const guest = await enter(room, "ada", {}, { transports });
  for (let count = 0; count < 20; count++) host.post(newMessageId(), new Uint8Array(10_000));
  await ask(guest, send(1, "one"));
  await turns();
  assert.equal(room.log.last, 21);
  // Its answer waits behind all that; what it says next is looked at all the same.
  await guest.client.send(Uint8Array.of(0xff));
  await turns();
  assert.equal(room.members.length, 1);
  assert.deepEqual(left, ["malformed"]);
  const reading = async () => {
    while (true) await hear(guest.client);
  };
  assert.equal(await failure(reading()), "ProtocolError/malformed-message");
  assert.equal(await failure(guest.served), "ProtocolError/malformed-message");
});

Deno.test("requests: being held back again and again leaves nothing behind", async () => {
  const { client, server } = await establish();
  const room = new Room();
  const membership = room.join("ada", keyOf(1), somebody());
  const seat = new Notebook();
  void room.join("bob", keyOf(2), seat).follow({ past: 0 });
  // A promise that is never settled keeps all that was ever hung on it.
  const gone = new Promise<void>(() => {});
  let hung = 0;
  const then = gone.then.bind(gone);
  gone.then = ((...callbacks: Parameters<typeof then>) => {
    hung++;
    return then(...callbacks);
  }) as typeof gone.then;
  const working = new GuestRequests(server, membership, room.limits).carryOut(gone);
  for (let count = 0; count < 50; count++) {
    seat.fill();
    await client.send(encodeMessage(send(2 * count, "")));
    await client.send(encodeMessage(send(2 * count + 1, "")));
    await turns();
    seat.makeRoom();
    await turns();
  }
  assert.equal(said(seat).length, 100);
  assert.ok(hung <= 2, `${hung} times`);
  await client.end();
  await working;
  await Promise.all([client.close(), server.close()]);
});

// Those who listen.

Deno.test("requests: a guest waits for a room that does not keep up, and everything arrives", async () => {
  const { seat, guest, lines } = await visited();
  await ask(guest, send(1, "one"));
  await turns();
  seat.fill();
  await ask(guest, send(2, "two"), send(3, "three"), send(4, "four"));
  await turns();
  // The second one is told before the seat can say that it has no room for more.
  assert.deepEqual(said(seat), ["1 ada", "2 ada"]);
  assert.deepEqual(lines, ["delivered 1", "delivered 2"]);
  // What is no message waits for nobody's reading, but for its turn.
  seat.makeRoom();
  await turns();
  assert.deepEqual(said(seat), ["1 ada", "2 ada", "3 ada", "4 ada"]);
  assert.deepEqual(lines, ["delivered 1", "delivered 2", "delivered 3", "delivered 4"]);
  await leave(guest);
});

Deno.test("requests: whoever may go on asks once more: somebody else may have taken the room", async () => {
  const { client, server } = await establish();
  const room = new Room();
  const seat = new Notebook();
  void room.join("bob", keyOf(2), seat).follow({ past: 0 });
  const waits = [1, 2, 3].map(() => Promise.withResolvers<void>());
  let asked = 0;
  const membership = room.join("ada", keyOf(1), somebody());
  membership.ready = () => waits[asked++]?.promise;
  const gone = Promise.withResolvers<void>();
  const working = new GuestRequests(server, membership, room.limits).carryOut(gone.promise);
  await client.send(encodeMessage(send(1, "")));
  for (const { resolve } of waits) {
    await turns();
    assert.deepEqual(said(seat), []);
    resolve();
  }
  await turns();
  assert.deepEqual(said(seat), ["1 ada"]);
  await client.end();
  await working;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("requests: who speaks to one alone waits for that one, and for no other", async () => {
  const { room, seat, host: owner, guest, lines } = await visited();
  const bob = await enter(room, "bob", {}, { keys: KEY_PAIRS[1] });
  const eve = await enter(room, "eve", {}, { keys: KEY_PAIRS[2] });
  const [host] = room.members;
  seat.fill();
  await ask(guest, send(1, "to all"));
  await turns();
  // The host's screen is stuck. To bob one may speak, be it in private or with everybody else.
  await ask(guest, send(2, "to bob", bob.self), send(3, "to all"));
  assert.deepEqual(await hearLines(bob.client, 4), [
    "eve joined",
    "1 ada",
    "private 1 ada",
    "2 ada",
  ]);
  await ask(bob, { type: "got", private: 1 });
  await ask(guest, send(4, "to the host", host), send(5, "to all"));
  await turns();
  assert.equal(lines.filter((line) => line.startsWith("delivered")).length, 3);
  // Others are not held back by that.
  await ask(eve, send(6, "to all"));
  assert.deepEqual(await hearLines(bob.client, 1), ["3 eve"]);
  seat.makeRoom();
  assert.deepEqual(await hearLines(bob.client, 1), ["4 ada"]);
  assert.deepEqual(said(seat), ["1 ada", "2 ada", "3 eve", "private 1 ada", "4 ada"]);
  owner.got(1);
  await Promise.all([guest, bob, eve].map(leave));
});

// What is refused.

Deno.test("requests: one that is refused is answered, and the connection lives on", async () => {
  const refused: string[] = [];
  const { room, seat, host, guest, lines } = await visited({ messageSize: 100 }, {
    observer: { refused: (type) => refused.push(type) },
  });
  room.join("eve", keyOf(8), somebody());
  await turns();
  lines.length = 0;
  const target = targetOf(host.member);
  await ask(
    guest,
    { type: "rename", id: idOf(1), nick: "EVE" },
    { type: "send", id: idOf(2), body: new Uint8Array(101) },
    send(3, "nobody is there", { nick: "bob", key: keyOf(9) }),
    { type: "moderate", id: idOf(4), action: "kick", target, reason: "", seconds: 0 },
    send(5, "still here"),
  );
  await turns();
  const reasons = [
    /name EVE, .* taken/,
    /at most 100 bytes/,
    /^bob .* may not have been delivered/,
    /operators/,
  ];
  assert.deepEqual(refused, ["rename", "send", "send", "moderate"], "what, but not in whose words");
  assert.equal(lines.length, reasons.length + 1);
  for (const reason of reasons) {
    const isTold = lines.some((line) =>
      line.startsWith("refused: ") && reason.test(line.slice("refused: ".length))
    );
    assert.ok(isTold, `${reason}`);
  }
  assert.ok(lines.includes("delivered 1"));
  assert.deepEqual(seat.heard, ["caught up 0", "ada joined", "eve joined", "1 ada"]);
  await leave(guest);
});

Deno.test("requests: the answer stands behind what was said before, and in front of what comes then", async () => {
  const { room, host, guest } = await visited();
  const bob = await enter(room, "bob", {}, { keys: KEY_PAIRS[1] });
  assert.equal(await isPending(bob.served), true);
  host.post(idOf(1), new Uint8Array(10));
  await ask(bob, send(2, "mine"));
  await turns();
  host.post(idOf(3), new Uint8Array(10));
  assert.deepEqual(await hearLines(bob.client, 3), ["1 host", "delivered 2", "3 host"]);
  await Promise.all([guest, bob].map(leave));
});
