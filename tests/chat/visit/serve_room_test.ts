import assert from "node:assert/strict";
import { CloseCode, type SecureChannel } from "../../../lib/channel/mod.ts";
import {
  encodeText,
  MAX_WAITING_GUESTS,
  Member,
  Room,
  serveRoom,
  Visit,
} from "../../../lib/chat/mod.ts";
import { formatFingerprint } from "../../../lib/identity/mod.ts";
import { memoryPair } from "../../support/wire.ts";
import { described as describedError, establish, failure } from "../../channel/support.ts";
import { described, hello, HOST_KEY, KEY_PAIRS, listen, somebody, targetOf } from "../support.ts";

/** Channels that come when the test says so. */
class Door implements AsyncIterable<SecureChannel> {
  readonly #stream: TransformStream<SecureChannel, SecureChannel> = new TransformStream();
  readonly #writer = this.#stream.writable.getWriter();

  async enter(staticKeyPair = KEY_PAIRS[0], remoteAddress?: string): Promise<SecureChannel> {
    const transports = memoryPair();
    const { client, server } = await establish({
      transports: {
        ...transports,
        server: { ...transports.server, ...(remoteAddress && { remoteAddress }) },
      },
      client: { staticKeyPair },
    });
    await this.#writer.write(server);
    return client;
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<SecureChannel> {
    return this.#stream.readable[Symbol.asyncIterator]();
  }
}

function newRoom(members = 10): Room {
  const room = new Room({ limits: { members } });
  room.join("host", HOST_KEY, somebody());
  return room;
}

const say = (member: Member, text: string) =>
  member.request({ type: "send", body: encodeText(text) });

Deno.test("serving: guests are served beside each other, and told of each other", async () => {
  const door = new Door();
  const joined: string[] = [];
  const serving = serveRoom(door, newRoom(), { onJoin: (_channel, { nick }) => joined.push(nick) });
  // The first one comes and says nothing; it holds up nobody.
  const silent = await door.enter();
  const [first, second] = [await door.enter(), await door.enter()];
  const ada = await Member.join(first, { nick: "ada" });
  const heard = listen(ada);
  const bob = await Member.join(second, { nick: "bob" });
  assert.deepEqual(bob.others.map(({ nick }) => nick), ["host", "ada"]);
  const bobHeard = listen(bob);
  await say(bob, "hello");
  await bob.leave();
  await bobHeard.ended;
  await second.close();
  await ada.leave();
  await heard.ended;
  await first.close();
  assert.deepEqual(heard.events.map(described), ["bob joined", "1 bob", "bob left"]);
  assert.deepEqual(joined, ["ada", "bob"]);
  await silent.close();
  await door.close();
  await serving;
});

Deno.test("serving: a connection whose member has come back by another one has not failed", async () => {
  const door = new Door();
  const failures: unknown[] = [];
  const returned: boolean[] = [];
  const serving = serveRoom(door, newRoom(), {
    onJoin: (_channel, _member, hasReturned) => returned.push(hasReturned),
    onFailure: (error) => failures.push(error),
  });
  const visit = new Visit();
  const first = await door.enter();
  const before = listen(await Member.join(first, { nick: "ada", visit }));
  // The server does not know yet that the first one is dead.
  const second = await door.enter();
  const ada = await Member.join(second, { nick: "ada", visit });
  const { ended } = listen(ada);
  assert.equal(await failure(before.ended), "NetworkError/timed-out");
  await ada.leave();
  await ended;
  await second.close();
  await door.close();
  await serving;
  assert.deepEqual([returned, failures], [[false, true], []]);
});

Deno.test("serving: it ends when no more come and the last one has left", async () => {
  const door = new Door();
  const serving = serveRoom(door, newRoom());
  const client = await door.enter();
  const member = await Member.join(client, { nick: "ada" });
  await door.close();
  let isOver = false;
  const over = serving.then(() => isOver = true);
  const { ended } = listen(member);
  await say(member, "still here");
  assert.equal(isOver, false);
  await member.leave();
  await ended;
  await client.close();
  await over;
});

Deno.test("serving: everybody is told when the server leaves", async () => {
  const door = new Door();
  const leaving = new AbortController();
  const failures: unknown[] = [];
  const serving = serveRoom(door, newRoom(), {
    signal: leaving.signal,
    door: { turnedAway: (error) => failures.push(error) },
    onFailure: (error) => failures.push(error),
  });
  const [first, second] = [await door.enter(), await door.enter()];
  const ada = await Member.join(first, { nick: "ada" });
  const { ended } = listen(ada);
  await door.close();
  leaving.abort();
  await ended;
  assert.equal(first.remoteClose?.reason, "the server has left");
  assert.equal(await second.receive(), undefined);
  await Promise.all([first.close(), second.close()]);
  await serving;
  assert.deepEqual(failures, []);
});

Deno.test("serving: what goes wrong with one guest is told, and concerns nobody else", async () => {
  const door = new Door();
  const failures: string[] = [];
  const serving = serveRoom(door, newRoom(2), {
    door: { turnedAway: (error, where) => failures.push(`${describedError(error)} at ${where}`) },
    onFailure: (error, { nick }) => failures.push(`${describedError(error)} ${nick}`),
  });
  const bad = await door.enter();
  await bad.send(Uint8Array.of(0xff));
  assert.equal(await failure(bad.receive()), "ProtocolError/malformed-message");

  const cut = await door.enter();
  await Member.join(cut, { nick: "cut" });
  const late = await door.enter(KEY_PAIRS[1]);
  assert.equal(await failure(Member.join(late, { nick: "late" })), "NetworkError/room-full");
  cut.abort();

  await door.close();
  await serving;
  assert.deepEqual(failures, [
    "ProtocolError/malformed-message at client",
    "NetworkError/room-full at client",
    "NetworkError/cut cut",
  ]);
});

Deno.test("serving: one that leaves before it has a place puts no words into the log", async () => {
  const door = new Door();
  const told: string[] = [];
  const serving = serveRoom(door, newRoom(), {
    door: { turnedAway: (error) => told.push(String(error)) },
  });
  // With `notAllowed` it would pass for a guest that this side has banned.
  for (const code of Object.values(CloseCode)) {
    const guest = await door.enter();
    await guest.close({ code, reason: "the server was broken into" });
    await guest.closed;
  }
  await door.close();
  await serving;
  assert.deepEqual(told, []);
});

Deno.test("serving: an operator over the wire puts somebody out, who hears why", async () => {
  const door = new Door();
  const failures: string[] = [];
  const serving = serveRoom(door, newRoom(), {
    isOperator: (key) => key.every((byte, index) => byte === KEY_PAIRS[0].publicKey[index]),
    door: { turnedAway: (error) => failures.push(describedError(error)) },
    onFailure: (error, { nick }) => failures.push(`${describedError(error)} ${nick}`),
  });
  const [first, second] = [await door.enter(), await door.enter(KEY_PAIRS[1])];
  const ada = await Member.join(first, { nick: "ada" });
  const bob = await Member.join(second, { nick: "bob" });
  assert.deepEqual([ada.self.operator, bob.self.operator], [true, undefined]);
  const heard = listen(ada);
  const { ended } = listen(bob);
  await ada.request({
    type: "moderate",
    action: "kick",
    target: targetOf(bob.self),
    reason: "spam",
    seconds: 0,
  });
  await assert.rejects(ended, {
    code: "removed",
    message: "the other side says: “ada kicked you; reason: spam”",
  });
  assert.equal(second.remoteClose?.code, CloseCode.removed);
  await ada.leave();
  await heard.ended;
  assert.deepEqual(heard.events.map(described), [
    "bob joined",
    "bob left: kicked by ada; reason: spam",
    `notice: kicked bob (${formatFingerprint(targetOf(bob.self))})`,
    "delivered 0",
  ]);
  await first.close();
  await door.close();
  await serving;
  assert.deepEqual(failures, ["NetworkError/removed bob"], "nobody takes it for a cut");
});

Deno.test("serving: of too many that say nothing, those who have waited longest must go", async () => {
  const door = new Door();
  const room = newRoom(2);
  const serving = serveRoom(door, room);
  const silent: SecureChannel[] = [];
  const surplus = 3;
  // Who has introduced itself does not count, however early it came.
  const honest = await door.enter(KEY_PAIRS[1]);
  const member = await Member.join(honest, { nick: "honest" });
  for (let index = 0; index < MAX_WAITING_GUESTS + surplus; index++) {
    silent.push(await door.enter());
  }
  for (const channel of silent.slice(0, surplus)) {
    // At once, and not because the time for a hello is over: then it would be told so.
    await assert.rejects(channel.receive(), { message: "the other side gave up waiting" });
  }
  // The next one still has its chance.
  await silent[surplus].send(hello("too-late"));
  assert.equal(await failure(silent[surplus].receive()), "NetworkError/room-full");
  assert.equal(room.members.length, 2);

  for (const channel of silent.slice(surplus + 1)) channel.abort();
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await honest.close();
  await door.close();
  await serving;
});

Deno.test("serving: a flood of guests that say nothing takes nobody else's place", async () => {
  const door = new Door();
  const serving = serveRoom(door, newRoom(), {
    originOf: (address = "") => ({ name: address.split(":")[0], isExempt: true }),
  });
  const slow = await door.enter(KEY_PAIRS[1], "192.0.2.1:1");
  const flood: SecureChannel[] = [];
  for (let index = 0; index < MAX_WAITING_GUESTS; index++) {
    flood.push(await door.enter(KEY_PAIRS[0], `192.0.2.2:${index}`));
  }
  await assert.rejects(flood[0].receive(), { message: "the other side gave up waiting" });
  const member = await Member.join(slow, { nick: "slow" });
  for (const channel of flood) channel.abort();
  const { ended } = listen(member);
  await member.leave();
  await ended;
  await slow.close();
  await door.close();
  await serving;
});
