import assert from "node:assert/strict";
import {
  Broadcast,
  decodeRoomMessage,
  encodeText,
  Room,
  type RoomMessage,
  type Seat,
} from "../../lib/chat/mod.ts";
import { NetworkError } from "../../lib/errors.ts";

const KEYS = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte));

/** A seat that remembers what it was given. */
class Notebook implements Seat {
  readonly messages: RoomMessage[] = [];

  deliver(broadcast: Broadcast): Promise<void> {
    this.messages.push(broadcast.message);
    return Promise.resolve();
  }

  /** What was said: who, and the number in the room's order. */
  get heard(): string[] {
    return this.messages.map((message) => {
      if (message.type === "message") return `${message.seq} ${message.from.nick}`;
      return message.type === "member" ? `${message.member.nick} ${message.change}` : message.type;
    });
  }
}

function id(byte: number): Uint8Array {
  return new Uint8Array(16).fill(byte);
}

Deno.test("room: everybody but the speaker hears everything in one order", async () => {
  const room = new Room({ capacity: 3, now: () => 1234 });
  const seats = [new Notebook(), new Notebook(), new Notebook()];
  const [ada, bob, eve] = seats.map((seat, index) =>
    room.join(["ada", "bob", "eve"][index], KEYS[index], seat)
  );
  const receipts = [
    ada.post(id(1), encodeText("one")),
    bob.post(id(2), encodeText("two")),
    ada.post(id(3), encodeText("three")),
    eve.post(id(4), encodeText("four")),
  ];
  assert.deepEqual(receipts.map(({ seq, time }) => [seq, time]), [
    [1, 1234],
    [2, 1234],
    [3, 1234],
    [4, 1234],
  ]);
  await Promise.all(receipts.map(({ taken }) => taken));
  assert.deepEqual(seats.map((seat) => seat.heard), [
    ["bob joined", "eve joined", "2 bob", "4 eve"],
    ["eve joined", "1 ada", "3 ada", "4 eve"],
    ["1 ada", "2 bob", "3 ada"],
  ]);
  assert.deepEqual(seats[2].messages[0], {
    type: "message",
    id: id(1),
    seq: 1,
    time: 1234,
    from: { nick: "ada", key: KEYS[0] },
    body: encodeText("one"),
  });
});

Deno.test("room: its clock is the system's unless another is given", () => {
  const room = new Room({ capacity: 1 });
  const before = Date.now();
  const { time } = room.join("ada", KEYS[0], new Notebook()).post(id(1), encodeText("one"));
  assert.ok(before <= time && time <= Date.now());
});

Deno.test("room: it does not look into bodies", () => {
  const room = new Room({ capacity: 2 });
  const seat = new Notebook();
  room.join("ada", KEYS[0], seat);
  const body = Uint8Array.of(0xff);
  room.join("bob", KEYS[1], new Notebook()).post(id(1), body);
  const [, message] = seat.messages;
  assert.ok(message.type === "message" && message.body === body);
});

Deno.test("room: a full one takes nobody, until somebody leaves", () => {
  const room = new Room({ capacity: 2 });
  const seat = new Notebook();
  room.join("ada", KEYS[0], seat);
  const bob = room.join("bob", KEYS[1], new Notebook());
  assert.throws(
    () => room.join("eve", KEYS[2], new Notebook()),
    (error) => error instanceof NetworkError && error.code === "room-full",
  );
  assert.deepEqual(seat.heard, ["bob joined"]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["ada", "bob"]);
  bob.leave();
  room.join("eve", KEYS[2], new Notebook());
  assert.deepEqual(seat.heard, ["bob joined", "bob left", "eve joined"]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["ada", "eve"]);
});

Deno.test("room: who has left is told nothing more, and leaves once", () => {
  const room = new Room({ capacity: 3 });
  const [first, second] = [new Notebook(), new Notebook()];
  const ada = room.join("ada", KEYS[0], first);
  const bob = room.join("bob", KEYS[1], second);
  bob.leave();
  bob.leave();
  ada.post(id(1), encodeText("alone"));
  assert.deepEqual(first.heard, ["bob joined", "bob left"]);
  assert.deepEqual(second.heard, []);
});

Deno.test("room: a nickname that is taken gets a number, and is free again afterwards", () => {
  const room = new Room({ capacity: 4 });
  const first = room.join("guest", KEYS[0], new Notebook());
  const second = room.join("Guest", KEYS[1], new Notebook());
  assert.equal(first.member.nick, "guest");
  assert.equal(second.member.nick, "Guest-2");
  first.leave();
  assert.equal(room.join("guest", KEYS[2], new Notebook()).member.nick, "guest");
  assert.equal(room.join("guest", KEYS[3], new Notebook()).member.nick, "guest-3");
});

Deno.test("room: a slow seat holds the speaker back, a broken one does not", async () => {
  const room = new Room({ capacity: 4 });
  const slow = Promise.withResolvers<void>();
  const ada = room.join("ada", KEYS[0], new Notebook());
  room.join("slow", KEYS[1], { deliver: () => slow.promise });
  room.join("broken", KEYS[2], { deliver: () => Promise.reject(new Error("broken")) });
  const last = new Notebook();
  room.join("last", KEYS[3], last);
  let isTaken = false;
  const { taken } = ada.post(id(1), encodeText("one"));
  const done = taken.then(() => isTaken = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(isTaken, false);
  assert.deepEqual(last.heard, ["1 ada"], "the others do not wait for the slow one");
  slow.resolve();
  await done;
});

Deno.test("room: a message for many is encoded once", () => {
  const broadcast = new Broadcast({ type: "delivered", id: id(1), seq: 1 });
  assert.equal(broadcast.bytes, broadcast.bytes);
  assert.deepEqual(decodeRoomMessage(broadcast.bytes), broadcast.message);
});
