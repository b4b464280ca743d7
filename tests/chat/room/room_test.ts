import assert from "node:assert/strict";
import {
  DEFAULT_LIMITS,
  encodeText,
  MAX_BODY_SIZE,
  type Membership,
  Room,
  type RoomOptions,
} from "../../../lib/chat/mod.ts";
import { NetworkError, UsageError } from "../../../lib/errors.ts";
import { formatFingerprint } from "../../../lib/identity/mod.ts";
import { idOf, keyOf, Notebook, SOMEBODY } from "../support.ts";

/** A room, and those who are in it with their seats. */
function roomOf(nicks: readonly string[], options: RoomOptions = {}) {
  const room = new Room({ now: () => 1234, ...options });
  const seats = nicks.map(() => new Notebook());
  const members = nicks.map((nick, index) => room.join(nick, keyOf(index + 1), seats[index]));
  return { room, seats, members };
}

/** Forgets what the seats were told so far. */
function clear(seats: readonly Notebook[]): void {
  for (const { broadcasts } of seats) broadcasts.length = 0;
}

function post(membership: Membership, byte = 1): number {
  return membership.post(idOf(byte), encodeText(`text ${byte}`)).seq;
}

const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UsageError && error.code === "refused", String(error));
  assert.match(error.message, message);
  return true;
};

Deno.test("room: everybody but the speaker hears everything in one order", () => {
  const { seats, members: [ada, bob, eve] } = roomOf(["ada", "bob", "eve"]);
  const receipts = [
    ada.post(idOf(1), encodeText("one")),
    bob.post(idOf(2), encodeText("two")),
    ada.post(idOf(3), encodeText("three")),
    eve.post(idOf(4), encodeText("four")),
  ];
  assert.deepEqual(receipts, [1, 2, 3, 4].map((seq) => ({ seq, time: 1234 })));
  assert.deepEqual(seats.map((seat) => seat.heard), [
    ["bob joined", "eve joined", "2 bob", "4 eve"],
    ["eve joined", "1 ada", "3 ada", "4 eve"],
    ["1 ada", "2 bob", "3 ada"],
  ]);
  assert.deepEqual(seats[2].messages[0], {
    type: "message",
    id: idOf(1),
    seq: 1,
    time: 1234,
    from: { nick: "ada", key: keyOf(1) },
    body: encodeText("one"),
  });
});

Deno.test("room: a message is encoded once for all", () => {
  const { seats, members: [ada] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  post(ada);
  assert.equal(seats[1].broadcasts[0], seats[2].broadcasts[0]);
});

Deno.test("room: its clock is the system's unless another is given", () => {
  const room = new Room();
  const before = Date.now();
  const { time } = room.join("ada", keyOf(1), SOMEBODY).post(idOf(1), encodeText("one"));
  assert.ok(before <= time && time <= Date.now());
});

Deno.test("room: it does not look into bodies", () => {
  const { seats: [seat], members: [, bob] } = roomOf(["ada", "bob"]);
  const body = Uint8Array.of(0xff);
  bob.post(idOf(1), body);
  const [, message] = seat.messages;
  assert.ok(message.type === "message" && message.body === body);
});

Deno.test("room: what holds where nothing else is said", () => {
  assert.deepEqual(new Room().limits, DEFAULT_LIMITS);
  assert.deepEqual(DEFAULT_LIMITS, {
    members: 2000,
    messagesPerSecond: 5000,
    messageSize: MAX_BODY_SIZE,
    queueSize: 8 * 1024 * 1024,
    history: 200,
  });
  assert.deepEqual(new Room({ limits: { members: 3 } }).limits, { ...DEFAULT_LIMITS, members: 3 });
});

Deno.test("room: a full one takes nobody, until somebody leaves", () => {
  const { room, seats: [seat], members: [, bob] } = roomOf(["ada", "bob"], {
    limits: { members: 2 },
  });
  assert.throws(
    () => room.join("eve", keyOf(3), new Notebook()),
    (error) =>
      error instanceof NetworkError && error.code === "room-full" &&
      /^the room is full \(2 members\)/.test(error.message),
  );
  assert.deepEqual(seat.heard, ["bob joined"]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["ada", "bob"]);
  bob.leave();
  // The one who was not let in does not keep its name either.
  assert.equal(room.join("eve", keyOf(3), new Notebook()).member.nick, "eve");
  assert.deepEqual(seat.heard, ["bob joined", "bob left", "eve joined"]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["ada", "eve"]);
});

Deno.test("room: who has left is told nothing more, and leaves once", () => {
  const { seats, members: [ada, bob] } = roomOf(["ada", "bob"]);
  bob.leave();
  bob.leave("cut", "once more");
  post(ada);
  assert.deepEqual(seats.map(({ heard }) => heard), [["bob joined", "bob left"], []]);
});

Deno.test("room: why somebody left who did not want to is told", () => {
  const { seats: [seat], members: [, bob] } = roomOf(["ada", "bob"]);
  clear([seat]);
  bob.leave("too-slow", "did not keep up");
  assert.deepEqual(seat.heard, ["bob left: did not keep up"]);
});

Deno.test("room: a nickname that is taken, or looks so, gets a number, and is free again afterwards", () => {
  const { room, members: [first, second, third] } = roomOf(["guest", "Guest", "gu\u0435st"]);
  assert.equal(first.member.nick, "guest");
  assert.equal(second.member.nick, "Guest-2");
  assert.equal(third.member.nick, "gu\u0435st-3", "with a Cyrillic e");
  first.leave();
  assert.equal(room.join("guest", keyOf(4), new Notebook()).member.nick, "guest");
  second.leave();
  assert.equal(room.join("guest", keyOf(5), new Notebook()).member.nick, "guest-2");
});

Deno.test("room: who leaves a busy room has got what was said before, and in order", () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob", "eve"], {
    gatherFor: 3_600_000,
  });
  room.flush();
  clear(seats);
  for (let byte = 1; byte <= 3; byte++) post(ada, byte);
  assert.deepEqual(seats[1].heard, []);
  bob.leave();
  post(ada, 4);
  assert.deepEqual(seats[1].heard, ["1 ada", "2 ada", "3 ada"]);
  room.flush();
  assert.deepEqual(seats.map(({ heard }) => heard), [
    ["bob left"],
    ["1 ada", "2 ada", "3 ada"],
    ["1 ada", "2 ada", "3 ada", "bob left", "4 ada"],
  ]);
});

// Names.

Deno.test("room: a new name is told to everybody, and holds from then on", () => {
  const { room, seats, members: [ada] } = roomOf(["ada", "bob"]);
  clear(seats);
  ada.rename("lovelace");
  post(ada);
  const renamed = "lovelace renamed, before ada";
  assert.deepEqual(seats.map(({ heard }) => heard), [[renamed], [renamed, "1 lovelace"]]);
  assert.deepEqual(ada.member, { nick: "lovelace", key: keyOf(1) });
  assert.deepEqual(room.members.map(({ nick }) => nick), ["lovelace", "bob"]);
  ada.leave();
  assert.equal(seats[1].heard.at(-1), "lovelace left");
  // Both names are free.
  assert.equal(room.join("ada", keyOf(3), SOMEBODY).member.nick, "ada");
  assert.equal(room.join("lovelace", keyOf(4), SOMEBODY).member.nick, "lovelace");
});

Deno.test("room: a name that is taken, or looks so, is refused, and the old one stays", () => {
  const { seats, members: [ada] } = roomOf(["ada", "bob"]);
  clear(seats);
  for (const nick of ["bob", "BOB", "b\u043eb", "b0b"]) {
    assert.throws(
      () => ada.rename(nick),
      refused(new RegExp(`^the name ${nick}, .* is taken$`)),
    );
  }
  assert.deepEqual(seats.map(({ heard }) => heard), [[], []]);
  assert.equal(ada.member.nick, "ada");
});

Deno.test("room: one's own name may be written in another way, and the same one is no news", () => {
  const { seats, members: [ada] } = roomOf(["ada", "bob"]);
  clear(seats);
  ada.rename("ada");
  assert.deepEqual(seats[1].heard, []);
  ada.rename("ADA");
  assert.deepEqual(seats[1].heard, ["ADA renamed, before ada"]);
});

// The topic.

Deno.test("room: a topic is told to everybody, and can be taken away", () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob"]);
  clear(seats);
  assert.equal(room.topic, undefined);
  ada.setTopic("engines");
  assert.deepEqual(room.topic, {
    topic: "engines",
    by: { nick: "ada", key: keyOf(1) },
    time: 1234,
  });
  bob.setTopic("");
  assert.equal(room.topic, undefined);
  const told = ["topic of ada: engines", "topic of bob: "];
  assert.deepEqual(seats.map(({ heard }) => heard), [told, told]);
});

Deno.test("room: a topic stays when the one who set it leaves", () => {
  const { room, members: [ada] } = roomOf(["ada", "bob"]);
  ada.setTopic("engines");
  ada.leave();
  assert.equal(room.topic?.by.nick, "ada");
});

// Private messages.

Deno.test("room: a private message reaches one, and has no place in the order", () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  post(ada);
  const receipt = ada.whisper(bob.member, idOf(2), encodeText("psst"));
  assert.deepEqual(receipt, { seq: 0, time: 1234 });
  assert.equal(post(ada, 3), 2);
  assert.deepEqual(seats.map(({ heard }) => heard), [
    [],
    ["1 ada", "0 ada", "2 ada"],
    ["1 ada", "2 ada"],
  ]);
  assert.deepEqual(seats[1].messages[1], {
    type: "message",
    id: idOf(2),
    seq: 0,
    time: 1234,
    from: ada.member,
    body: encodeText("psst"),
  });
  assert.deepEqual(
    room.history.map(({ message }) => message.type === "message" && message.seq),
    [1, 2],
    "nor is it told to those who come later",
  );
});

Deno.test("room: a private message needs both the name and the key of whom it is for", () => {
  const { seats, members: [ada, bob, eve] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  const old = bob.member;
  const gone = /^bob has left, .* not delivered$/;
  const tell = () => ada.whisper(old, idOf(1), encodeText("psst"));
  bob.rename("robert");
  assert.throws(tell, refused(gone));
  // Somebody else has taken the name: it must not get what was meant for another.
  eve.rename("bob");
  assert.throws(tell, refused(gone));
  assert.throws(
    () => ada.whisper({ nick: "robert", key: keyOf(9) }, idOf(1), encodeText("psst")),
    refused(/^robert has left/),
  );
  bob.leave();
  assert.throws(
    () => ada.whisper(bob.member, idOf(1), encodeText("psst")),
    refused(/not delivered/),
  );
  for (const { messages } of seats) {
    assert.ok(messages.every(({ type }) => type === "member"));
  }
});

// Limits.

Deno.test("room: a body may be as long as the room says, and no longer", () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob"], {
    limits: { messageSize: 100 },
  });
  clear(seats);
  const long = new Uint8Array(101);
  const why = refused(/at most 100 bytes/);
  assert.throws(() => ada.post(idOf(1), long), why);
  assert.throws(() => ada.whisper(bob.member, idOf(1), long), why);
  assert.deepEqual(seats[1].heard, []);
  assert.equal(room.history.length, 0);
  assert.equal(ada.post(idOf(1), new Uint8Array(100)).seq, 1, "it took no number");
  ada.whisper(bob.member, idOf(1), new Uint8Array(100));
  assert.deepEqual(seats[1].heard, ["1 ada", "0 ada"]);
});

Deno.test("room: the last messages are kept for those who come late, as they were", () => {
  let now = 10;
  const { room, members: [ada, bob] } = roomOf(["ada", "bob"], {
    limits: { history: 3 },
    now: () => now++,
  });
  for (let byte = 1; byte <= 5; byte++) post(byte % 2 === 0 ? bob : ada, byte);
  ada.rename("lovelace");
  const kept = room.history.map(({ message }) => message);
  assert.deepEqual(
    kept.map((message) =>
      message.type === "message" && [message.seq, message.time, message.from.nick]
    ),
    [[3, 12, "ada"], [4, 13, "bob"], [5, 14, "ada"]],
  );
});

Deno.test("room: half of a queue is for the past, and 256 KiB at most", () => {
  for (
    const [limits, most, size] of [
      [{ queueSize: 4_000 }, 2_000, 10],
      [{}, 256 * 1024, 10_000],
    ] as const
  ) {
    const { room, members: [ada] } = roomOf(["ada", "bob"], {
      limits: { ...limits, history: 1_000 },
    });
    for (let byte = 1; byte < 100; byte++) ada.post(idOf(byte), new Uint8Array(size));
    const kept = room.history.reduce((sum, { bytes }) => sum + bytes.length, 0);
    assert.ok(kept <= most && kept > 0.9 * most, `${kept} bytes`);
  }
});

// Who is told.

Deno.test("room: somebody alone can be told something", () => {
  const { seats, members: [, bob] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  bob.notify("you have a letter");
  assert.deepEqual(seats.map(({ heard }) => heard), [[], ["notice: you have a letter"], []]);
});

Deno.test("room: an observer is told of everything but what is said", async () => {
  const events: unknown[][] = [];
  const room = new Room({
    limits: { messageSize: 100 },
    observer: {
      joined: ({ nick }, members) => events.push(["joined", nick, members]),
      left: ({ nick }, members, why) => events.push(["left", nick, members, why]),
      renamed: ({ nick }, previous) => events.push(["renamed", nick, previous]),
      message: (kind, size) => events.push(["message", kind, size]),
      fanOut: (seats, milliseconds) => events.push(["fanOut", seats, milliseconds >= 0]),
      moderated: (action, by, target) => events.push(["moderated", action, by.nick, target]),
    },
  });
  const ada = room.join("ada", keyOf(1), SOMEBODY, true);
  const bob = room.join("bob", keyOf(2), SOMEBODY);
  const eve = room.join("eve", keyOf(3), SOMEBODY);
  ada.post(idOf(1), new Uint8Array(10));
  ada.whisper(bob.member, idOf(2), new Uint8Array(20));
  ada.rename("lovelace");
  bob.leave();
  eve.leave("silent", "nothing was heard");
  assert.throws(() => ada.post(idOf(3), new Uint8Array(101)));
  const target = new Uint8Array(32);
  await ada.moderate({ action: "mute", target, reason: "", seconds: 0 });
  assert.deepEqual(events, [
    ["joined", "ada", 1],
    ["joined", "bob", 2],
    ["joined", "eve", 3],
    ["message", "room", 10],
    ["fanOut", 2, true],
    ["message", "private", 20],
    ["renamed", "lovelace", "ada"],
    ["left", "bob", 2, "left"],
    ["left", "eve", 1, "silent"],
    ["moderated", "mute", "lovelace", formatFingerprint(target)],
  ]);
});

Deno.test("room: it is told who is an operator", () => {
  const room = new Room();
  const seat = new Notebook();
  room.join("ada", keyOf(1), seat);
  const bob = room.join("bob", keyOf(2), SOMEBODY, true);
  const expected = { nick: "bob", key: keyOf(2), operator: true };
  assert.deepEqual(bob.member, expected);
  assert.deepEqual(room.members, [{ nick: "ada", key: keyOf(1) }, expected]);
  assert.deepEqual(seat.messages, [{ type: "member", change: "joined", member: expected }]);
  bob.rename("robert");
  assert.equal(bob.member.operator, true, "and it stays one under another name");
});
