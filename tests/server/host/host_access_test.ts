import assert from "node:assert/strict";
import {
  encodeText,
  MemoryLog,
  type Participant,
  Room,
  type RoomMessage,
  type RoomOptions,
  type Seat,
} from "../../../lib/chat/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { HostAccess } from "../../../lib/server/host/host_access.ts";
import { isPending, until } from "../../channel/support.ts";
import { key } from "../../support/doubles.ts";

const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 17);
const HEX = "00112233445566778899aabbccddeeff";
const OTHER_ID = new Uint8Array(16).fill(0xab);
const OTHER_HEX = "ab".repeat(16);
const DELIVERED = { event: "delivered", id: HEX, seq: 0 };

/** A seat that remembers, and has no room while the test says so. */
class TestSeat implements Seat {
  readonly messages: RoomMessage[] = [];
  gate: PromiseWithResolvers<void> | undefined;
  #waiting: Promise<void> | undefined;

  deliver({ message }: { readonly message: RoomMessage }): boolean {
    this.messages.push(message);
    this.#waiting = this.gate?.promise;
    return this.#waiting === undefined;
  }

  drained(): Promise<void> {
    return this.#waiting ?? Promise.resolve();
  }

  isAlive(): Promise<boolean> {
    return Promise.resolve(true);
  }

  remove(): void {}

  /** What it got of one kind. */
  of<Type extends RoomMessage["type"]>(type: Type): Extract<RoomMessage, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<RoomMessage, { type: Type }> =>
      message.type === type
    );
  }

  /** Resolves when it has got so many of one kind. */
  async got(type: RoomMessage["type"], count = 1): Promise<void> {
    await until(() => this.of(type).length === count);
  }
}

function setUp(options: RoomOptions = {}) {
  const room = new Room({ now: () => 1234, ownerKey: key(100), ...options });
  const shown: ChatEvent[] = [];
  const hostSeat = new TestSeat();
  const membership = room.join("host", key(100), hostSeat, { isOperator: true });
  const place = new HostAccess(
    room,
    membership,
    (event) => Promise.resolve(void shown.push(event)),
  );
  const seats = [new TestSeat(), new TestSeat()];
  const memberships = [
    room.join("ada", key(1), seats[0]),
    room.join("bob", key(2), seats[1]),
  ];
  for (const member of [membership, ...memberships]) void member.follow({ past: 0 });
  return { room, place, shown, hostSeat, seats, memberships };
}

/** The two guests, as the room knows them now. */
function guests({ others }: HostAccess): [ada: Participant, bob: Participant] {
  return [others[0], others[1]];
}

Deno.test("host access: it knows who one is, who else is there, and what the room takes", async () => {
  const { place, seats, memberships } = setUp({ limits: { messageSize: 1000 } });
  assert.deepEqual(place.self, { nick: "host", key: key(100), operator: true });
  assert.deepEqual(place.others, [{ nick: "ada", key: key(1) }, { nick: "bob", key: key(2) }]);
  assert.equal(place.maxBody, 1000);
  assert.equal(place.topic, undefined);
  memberships[0].leave();
  assert.deepEqual(place.others, [{ nick: "bob", key: key(2) }]);
  await seats[1].got("member");
});

Deno.test("host access: a message goes to everybody, and is confirmed with its place", async () => {
  const { place, shown, hostSeat, seats } = setUp();
  await place.request({ type: "send", body: encodeText("one") }, ID);
  await place.request({ type: "send", body: encodeText("two") }, OTHER_ID);
  for (const seat of seats) {
    await seat.got("message", 2);
    assert.deepEqual(
      seat.of("message").map(({ id, seq, from, body }) => ({ id, seq, from, body })),
      [
        { id: ID, seq: 1, from: place.self, body: encodeText("one") },
        { id: OTHER_ID, seq: 2, from: place.self, body: encodeText("two") },
      ],
    );
  }
  await place.allAnswered();
  assert.deepEqual(shown, [{ ...DELIVERED, seq: 1 }, { ...DELIVERED, id: OTHER_HEX, seq: 2 }]);
  assert.deepEqual(hostSeat.of("message"), [], "not to whoever said it");
});

Deno.test("host access: a private message goes to one alone, and has no place", async () => {
  const { place, shown, seats, memberships } = setUp();
  const [, bob] = guests(place);
  await place.request({ type: "send", body: encodeText("psst"), to: bob }, ID);
  await seats[1].got("message");
  assert.equal(seats[1].of("message")[0].seq, 0);
  assert.deepEqual(seats[0].of("message"), []);
  assert.deepEqual(shown, [], "not before it has been got");
  assert.deepEqual(place.pending.map(({ id }) => id), [ID]);
  memberships[1].got(1);
  await place.allAnswered();
  assert.deepEqual(place.pending, []);
  assert.deepEqual(shown, [DELIVERED]);
});

Deno.test("host access: whoever has left, or has another name, gets nothing, and that is said", async () => {
  const { place, shown, seats, memberships } = setUp();
  const [ada, bob] = guests(place);
  memberships[0].leave();
  await memberships[1].rename("rob");
  for (const [index, to] of [ada, bob].entries()) {
    const id = index === 0 ? ID : OTHER_ID;
    await place.request({ type: "send", body: encodeText("psst"), to }, id);
  }
  await seats[1].got("member", 2);
  await place.allAnswered();
  assert.equal(shown.length, 2);
  for (const [index, nick] of ["ada", "bob"].entries()) {
    const event = shown[index];
    assert.ok(event.event === "refused");
    assert.match(event.reason, new RegExp(`^${nick} .* not delivered$`));
  }
  assert.deepEqual(seats.flatMap((seat) => seat.of("message")), []);
});

Deno.test("host access: alone one speaks to nobody, unless what is said is kept for those who come", async () => {
  for (const isKept of [false, true]) {
    const log = Object.assign(new MemoryLog(), { isKept });
    const { room, place, shown, memberships } = setUp({ log });
    for (const membership of memberships) membership.leave();
    await place.request({ type: "send", body: encodeText("hello") }, ID);
    await place.allAnswered();
    assert.equal(shown[0].event, isKept ? "delivered" : "refused");
    assert.equal(room.log.last, isKept ? 1 : 0);
  }
});

Deno.test("host access: another name, a topic, and what operators do", async () => {
  const { room, place, shown, hostSeat, seats } = setUp();
  await place.request({ type: "rename", nick: "chair" });
  assert.equal(place.self.nick, "chair");
  assert.deepEqual(place.others.length, 2, "and one is not among the others");
  await place.request({ type: "topic", topic: "Tea" });
  assert.equal(place.topic?.topic, "Tea");
  const target = sha256(key(1));
  const kick = { type: "moderate", action: "kick", target, reason: "why", seconds: 0 } as const;
  await place.request(kick);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["chair", "bob"]);
  assert.deepEqual(
    shown.map((event) => event.event === "delivered" && event.seq),
    [0, 0, 0],
  );
  await seats[1].got("member", 2);
  await hostSeat.got("member", 4);
  await hostSeat.got("topic");
});

Deno.test("host access: what the room refuses is told, with the id and the reason", async () => {
  const { place, shown, hostSeat } = setUp({ limits: { messageSize: 300 } });
  const self = { type: "moderate", target: sha256(key(100)), reason: "", seconds: 0 } as const;
  const ids = [1, 2, 3, 4].map((byte) => new Uint8Array(16).fill(byte));
  await place.request({ type: "rename", nick: "ADA" }, ids[0]);
  await place.request({ type: "send", body: new Uint8Array(301) }, ids[1]);
  await place.allAnswered();
  await place.request({ ...self, action: "kick" }, ids[2]);
  await place.request({ ...self, action: "ban", target: sha256(key(9)) }, ids[3]);
  const reasons = shown.map((event, index) => {
    assert.ok(event.event === "refused" && event.id === `0${index + 1}`.repeat(16));
    return event.reason;
  });
  assert.match(reasons[0], /^the name ADA, or one that looks like it, is taken/);
  assert.match(reasons[1], /at most 300 bytes/);
  assert.match(reasons[2], /owner of the room/);
  assert.match(reasons[3], /does not support bans/);
  assert.equal(place.self.nick, "host");
  await hostSeat.got("member", 2);
});

Deno.test("host access: without an id one is drawn, another each time", async () => {
  const { place, shown, seats } = setUp();
  for (let count = 0; count < 3; count++) {
    await place.request({ type: "send", body: encodeText("x") });
  }
  await seats[0].got("message", 3);
  await place.allAnswered();
  const ids = shown.map((event) => event.event === "delivered" ? event.id : "");
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

Deno.test("host access: the next message waits until the readers have room", async () => {
  const { place, shown, seats } = setUp();
  for (const seat of seats) seat.gate = Promise.withResolvers();
  await place.request({ type: "send", body: encodeText("one") }, ID);
  await place.allAnswered();
  const second = place.request({ type: "send", body: encodeText("two") }, OTHER_ID);
  assert.equal(await isPending(second), true, "both readers are slow");
  assert.deepEqual(shown, [{ ...DELIVERED, seq: 1 }]);
  for (const { gate } of seats) gate?.resolve();
  await second;
  await place.allAnswered();
  assert.deepEqual(shown.at(-1), { ...DELIVERED, id: OTHER_HEX, seq: 2 });
});

Deno.test("host access: at its end nothing is said any more, nor confirmed, even what waits for readers", async () => {
  const { room, place, shown, seats } = setUp();
  for (const seat of seats) seat.gate = Promise.withResolvers();
  await place.request({ type: "send", body: encodeText("one") }, ID);
  await place.allAnswered();
  const second = place.request({ type: "send", body: encodeText("two") }, OTHER_ID);
  place.end();
  for (const { gate } of seats) gate?.resolve();
  const third = place.request({ type: "send", body: encodeText("three") });
  assert.deepEqual([await isPending(second), await isPending(third)], [true, true]);
  assert.deepEqual(shown, [{ ...DELIVERED, seq: 1 }]);
  assert.equal(room.log.last, 1);
});

Deno.test("host access: what goes wrong otherwise is thrown", async () => {
  const broken = new UsageError("bad-file", "banned_keys is read only");
  const { room, place, shown, seats } = setUp({
    bans: { add: () => Promise.reject(broken), remove: () => Promise.reject(new TypeError("x")) },
  });
  const target = sha256(key(1));
  const ban = { type: "moderate", target, reason: "", seconds: 0 } as const;
  await assert.rejects(place.request({ ...ban, action: "ban" }), (error) => error === broken);
  await assert.rejects(place.request({ ...ban, action: "unban" }), new TypeError("x"));
  assert.deepEqual(shown, []);
  assert.deepEqual(room.members.length, 2, "whoever was to be banned is out all the same");
  await seats[1].got("member");
});
