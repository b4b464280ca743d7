import assert from "node:assert/strict";
import type { SecureChannel } from "../../lib/channel/mod.ts";
import { MAX_WAITING_GUESTS, Member, Room, serveRoom } from "../../lib/chat/mod.ts";
import { described, establish, failure } from "../channel/support.ts";
import { hello, HOST_KEY, listen, SOMEBODY } from "./support.ts";

/** Channels that come when the test says so. */
class Door implements AsyncIterable<SecureChannel> {
  readonly #stream: TransformStream<SecureChannel, SecureChannel> = new TransformStream();
  readonly #writer = this.#stream.writable.getWriter();

  async enter(): Promise<SecureChannel> {
    const { client, server } = await establish();
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

function newRoom(capacity = 10): Room {
  const room = new Room({ capacity });
  room.join("host", HOST_KEY, SOMEBODY);
  return room;
}

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
  await bob.say("hello");
  await bob.leave();
  await bobHeard.ended;
  await second.close();
  await ada.leave();
  await heard.ended;
  await first.close();
  assert.deepEqual(
    heard.events.map((event) => event.type === "member" ? event.change : event.type),
    ["joined", "message", "left"],
  );
  assert.deepEqual(joined, ["ada", "bob"]);
  await silent.close();
  await door.close();
  await serving;
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
  await member.say("still here");
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
    onFailure: (error, _channel, member) =>
      failures.push(`${described(error)} ${member?.nick ?? "nobody"}`),
  });
  const bad = await door.enter();
  await bad.send(Uint8Array.of(0xff));
  assert.equal(await failure(bad.receive()), "ProtocolError/malformed-message");

  const cut = await door.enter();
  await Member.join(cut, { nick: "cut" });
  const late = await door.enter();
  assert.equal(await failure(Member.join(late, { nick: "late" })), "NetworkError/room-full");
  cut.abort();

  await door.close();
  await serving;
  assert.deepEqual(failures, [
    "ProtocolError/malformed-message nobody",
    "NetworkError/room-full nobody",
    "NetworkError/cut cut",
  ]);
});

Deno.test("serving: of too many that say nothing, those who have waited longest must go", async () => {
  const door = new Door();
  const room = newRoom(2);
  const serving = serveRoom(door, room);
  const silent: SecureChannel[] = [];
  const surplus = 3;
  // Who has introduced itself does not count, however early it came.
  const honest = await door.enter();
  const member = await Member.join(honest, { nick: "honest" });
  for (let index = 0; index < MAX_WAITING_GUESTS + surplus; index++) {
    silent.push(await door.enter());
  }
  for (const channel of silent.slice(0, surplus)) {
    // At once, and not because the time for a hello is over: then it would be told so.
    await assert.rejects(channel.receive(), { message: "the other side waited too long" });
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
