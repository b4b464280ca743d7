import assert from "node:assert/strict";
import { encodeMessage, type MemberMessage, Room, type RoomLimits } from "../../../lib/chat/mod.ts";
import { Moderation } from "../../../lib/chat/conduct/moderation.ts";
import { moderate, type Subject } from "../../../lib/chat/room/operators.ts";
import { Clock, failure, turns, until } from "../../channel/support.ts";
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
  targetOf,
} from "../support.ts";

const SECONDS = 1_000;

const PONG: MemberMessage = { type: "pong" };

/** A guest in a room with one seat that nobody sits at. */
async function visited(limits: Partial<RoomLimits> = {}) {
  const room = new Room({ limits });
  const seat = new Notebook();
  const host = room.join("host", HOST_KEY, seat, { isOperator: true });
  await host.follow({ past: 0 });
  return { room, seat, host, guest: await enter(room, "ada") };
}

/** Has a guest say many things at once: they share a few records. */
function pour({ client }: Guest, messages: readonly MemberMessage[]): void {
  for (const message of messages) client.enqueue(encodeMessage(message));
}

function times<T>(count: number, one: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => one(index));
}

/** What a guest hears from now on, in lines, until its channel ends. */
function hearing({ client }: Guest): string[] {
  const lines: string[] = [];
  const reading = (async () => {
    while (true) lines.push(described(await hear(client)));
  })();
  reading.catch(() => {});
  return lines;
}

/** What a seat was told that was said. */
function said({ heard }: Notebook): string[] {
  return heard.filter((line) => /^\d/.test(line));
}

Deno.test("floods: one that is refused again and again is throttled, whatever it asks for", async () => {
  using clock = new Clock();
  const { room, host, guest } = await visited();
  const kick = (id: number): MemberMessage => {
    const target = targetOf(guest.self);
    return { type: "moderate", id: idOf(id), action: "kick", target, reason: "", seconds: 0 };
  };
  const absent = { nick: "ghost", key: keyOf(9) };
  const ways: ((id: number) => MemberMessage)[] = [
    kick,
    // The same request each time: its answer is remembered.
    () => kick(0),
    (id) => send(id, "psst", absent),
    // It is muted by then.
    (id) => send(id, "hello"),
  ];
  for (const [index, way] of ways.entries()) {
    const other = await enter(room, `guest-${index}`, {}, { keys: KEY_PAIRS[index + 1] });
    if (index === 3) {
      const target = targetOf(other.self);
      await host.moderate({ action: "mute", target, reason: "", seconds: 0 });
    }
    const lines = hearing(other);
    const refused = () => lines.filter((line) => line.startsWith("refused")).length;
    pour(other, times(200, way));
    const told = () => lines.filter((line) => /throttled: too much/.test(line)).length;
    await until(() => refused() >= 30 && (told() > 0 || refused() === 200));
    const atOnce = refused();
    assert.ok(atOnce < 80, `${index}: ${atOnce} at once`);
    assert.equal(told(), 1);
    await clock.pass(10 * SECONDS);
    assert.ok(refused() - atOnce <= 60, `${index}: ${refused() - atOnce} in ten seconds`);
    assert.ok(refused() > atOnce, "it goes on");
    const target = targetOf(other.self);
    await host.moderate({ action: "kick", target, reason: "", seconds: 0 });
    assert.equal(await failure(other.served), "NetworkError/removed");
  }
  await leave(guest);
});

Deno.test("floods: one that is refused now and then is not throttled", async () => {
  using clock = new Clock();
  const { guest } = await visited();
  const lines = hearing(guest);
  for (let count = 1; count <= 60; count++) {
    pour(guest, [send(count, "psst", { nick: "ghost", key: keyOf(9) })]);
    await until(() => lines.length === count);
    await clock.pass(0.2 * SECONDS);
  }
  await leave(guest);
});

Deno.test("floods: who may not moderate costs no look at the members", async () => {
  const by: Subject = {
    member: { nick: "ada", key: keyOf(1) },
    target: keyOf(2),
    notify: () => {},
    expel: () => {},
  };
  const present: Iterable<Subject> = {
    [Symbol.iterator]: () => assert.fail("the members were looked at"),
  };
  const tools = { moderation: new Moderation(), bans: undefined, owner: undefined };
  const request = { action: "kick", target: keyOf(3), reason: "", seconds: 0 } as const;
  await assert.rejects(moderate(tools, by, present, request), {
    code: "refused",
    message: "only operators may do that",
  });
});

Deno.test("floods: pongs that answer no ping are throttled, and some do no harm", async () => {
  using clock = new Clock();
  const { seat, guest } = await visited();
  pour(guest, [...times(60, () => PONG), send(1, "one")]);
  await turns();
  assert.equal(said(seat).length, 1, "as many as come at once behind a slow link");
  pour(guest, [...times(100, () => PONG), send(2, "two")]);
  await clock.pass(90 * SECONDS);
  assert.equal(said(seat).length, 1);
  await clock.pass(20 * SECONDS);
  assert.equal(said(seat).length, 2);
  await leave(guest);
});

Deno.test("floods: one that waits because of its pongs is no silent one, and can be gone", async () => {
  using clock = new Clock();
  const { room, guest } = await visited();
  pour(guest, times(500, () => PONG));
  await turns();
  assert.equal(clock.timers, 1);
  guest.server.abort();
  assert.equal(await failure(guest.served), "NetworkError/cut");
  assert.equal(room.members.length, 1);
  assert.equal(clock.timers, 0);
});

Deno.test("floods: receipts are throttled that confirm nothing new, and no others", async () => {
  using clock = new Clock();
  const { seat, host, guest } = await visited();
  const letters = times(200, (index) => host.whisper(guest.self, idOf(index), new Uint8Array(1)));
  await hearLines(guest.client, 200);
  const got = (number: number): MemberMessage => ({ type: "got", private: number });
  pour(guest, [...times(200, (index) => got(index + 1)), send(1, "one")]);
  await Promise.all(letters);
  await until(() => said(seat).length === 1);
  pour(guest, [...times(100, () => got(0)), send(2, "two")]);
  await clock.pass(30 * SECONDS);
  assert.equal(said(seat).length, 1);
  await clock.pass(20 * SECONDS);
  assert.equal(said(seat).length, 2);
  await leave(guest);
});

Deno.test("floods: between the messages of a record everything else has its time", async () => {
  const { seat, guest } = await visited();
  const count = 256;
  pour(guest, times(count, (index) => send(index, "")));
  let most = 0;
  for (let before = 0; before < count;) {
    await turns(1);
    const now = said(seat).length;
    most = Math.max(most, now - before);
    before = now;
  }
  assert.ok(most <= 96, `${most} at once`);
  await leave(guest);
});
