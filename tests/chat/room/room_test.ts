import assert from "node:assert/strict";
import {
  carryOut,
  DEFAULT_LIMITS,
  encodeText,
  type Hearing,
  type JoinDetails,
  MAX_BODY_SIZE,
  type Membership,
  MemoryLog,
  newMessageId,
  Room,
  type RoomOptions,
  type Seat,
} from "../../../lib/chat/mod.ts";
import { NetworkError, UsageError } from "../../../lib/errors.ts";
import { formatFingerprint } from "../../../lib/identity/mod.ts";
import { isPending } from "../../channel/support.ts";
import { idOf, keyOf, Notebook, somebody } from "../support.ts";

/** A room, and those who are in it with their seats. */
function roomOf(nicks: readonly string[], options: RoomOptions = {}) {
  const room = new Room({ now: () => 1234, ...options });
  const seats = nicks.map(() => new Notebook());
  const members = nicks.map((nick, index) => join(room, nick, keyOf(index + 1), seats[index]));
  return { room, seats, members };
}

/** Joins, and follows what is said from now on. */
function join(room: Room, nick: string, key: Uint8Array, seat: Seat, details?: JoinDetails) {
  const membership = room.join(nick, key, seat, details);
  void membership.follow({ past: 0 });
  if (seat instanceof Notebook) seat.broadcasts.pop();
  return membership;
}

/** Forgets what the seats were told so far. */
function clear(seats: readonly Notebook[]): void {
  for (const { broadcasts } of seats) broadcasts.length = 0;
}

async function post(membership: Membership, byte = 1): Promise<number> {
  return (await membership.post(idOf(byte), encodeText(`text ${byte}`))).seq;
}

const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UsageError && error.code === "refused", String(error));
  assert.match(error.message, message);
  return true;
};

Deno.test("room: everybody but the speaker hears everything in one order", async () => {
  const { seats, members: [ada, bob, eve] } = roomOf(["ada", "bob", "eve"]);
  const receipts = await Promise.all([
    ada.post(idOf(1), encodeText("one")),
    bob.post(idOf(2), encodeText("two")),
    ada.post(idOf(3), encodeText("three")),
    eve.post(idOf(4), encodeText("four")),
  ]);
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

Deno.test("room: a message is encoded once for all", async () => {
  const { seats, members: [ada] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  await post(ada);
  assert.equal(seats[1].broadcasts[0], seats[2].broadcasts[0]);
});

Deno.test("room: its clock is the system's unless another is given", async () => {
  const room = new Room();
  const before = Date.now();
  const { time } = await room.join("ada", keyOf(1), somebody()).post(idOf(1), encodeText("one"));
  assert.ok(before <= time && time <= Date.now());
});

Deno.test("room: it does not look into bodies", async () => {
  const { seats: [seat], members: [, bob] } = roomOf(["ada", "bob"]);
  const body = Uint8Array.of(0xff);
  await bob.post(idOf(1), body);
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

Deno.test("room: who has left is told nothing more, and leaves once", async () => {
  const { seats, members: [ada, bob] } = roomOf(["ada", "bob"]);
  bob.leave();
  bob.leave("cut", "once more");
  await post(ada);
  assert.deepEqual(seats.map(({ heard }) => heard), [["bob joined", "bob left"], []]);
});

Deno.test("room: why somebody left who did not want to is told", () => {
  const { seats: [seat], members: [, bob] } = roomOf(["ada", "bob"]);
  clear([seat]);
  bob.leave("too-slow", "did not keep up");
  assert.deepEqual(seat.heard, ["bob left: did not keep up"]);
});

Deno.test("room: a nickname that is taken, or looks so, gets a number, and is free again afterwards", () => {
  const { room, members: [first, second, third] } = roomOf(["guest", "Guest", "gu\u1eb9st"]);
  assert.equal(first.member.nick, "guest");
  assert.equal(second.member.nick, "Guest-2");
  assert.equal(third.member.nick, "gu\u1eb9st-3", "with a dot below");
  first.leave();
  assert.equal(room.join("guest", keyOf(4), new Notebook()).member.nick, "guest");
  second.leave();
  assert.equal(room.join("guest", keyOf(5), new Notebook()).member.nick, "guest-2");
});

Deno.test("room: who leaves a busy room has got what was said before, once it has settled", async () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob", "eve"], {
    gatherFor: 3_600_000,
  });
  await room.settle();
  clear(seats);
  const posted = [1, 2, 3].map((byte) => post(ada, byte));
  assert.deepEqual(seats[1].heard, []);
  await bob.settle();
  bob.leave();
  posted.push(post(ada, 4));
  await room.settle();
  assert.deepEqual(await Promise.all(posted), [1, 2, 3, 4]);
  assert.deepEqual(seats.map(({ heard }) => heard), [
    ["bob left"],
    ["1 ada", "2 ada", "3 ada"],
    ["1 ada", "2 ada", "3 ada", "bob left", "4 ada"],
  ]);
});

// Names.

Deno.test("room: a new name is told to everybody, and holds from then on", async () => {
  const { room, seats, members: [ada] } = roomOf(["ada", "bob"]);
  clear(seats);
  await Promise.all([ada.rename("lovelace"), post(ada)]);
  const renamed = "lovelace renamed, before ada";
  assert.deepEqual(seats.map(({ heard }) => heard), [[renamed], [renamed, "1 lovelace"]]);
  assert.deepEqual(ada.member, { nick: "lovelace", key: keyOf(1) });
  assert.deepEqual(room.members.map(({ nick }) => nick), ["lovelace", "bob"]);
  ada.leave();
  assert.equal(seats[1].heard.at(-1), "lovelace left");
  // Both names are free.
  assert.equal(room.join("ada", keyOf(3), somebody()).member.nick, "ada");
  assert.equal(room.join("lovelace", keyOf(4), somebody()).member.nick, "lovelace");
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

// Private messages. Its reader confirms each.

Deno.test("room: a private message reaches one, and has no place in the order", async () => {
  const { seats, members: [ada, bob] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  await post(ada);
  const whispered = ada.whisper(bob.member, idOf(2), encodeText("psst"));
  assert.equal(await post(ada, 3), 2);
  assert.ok(await isPending(whispered), "not before its reader has it");
  bob.got(1);
  assert.deepEqual(await whispered, { seq: 0, time: 1234 });
  assert.deepEqual(seats.map(({ heard }) => heard), [
    [],
    ["1 ada", "private 1 ada", "2 ada"],
    ["1 ada", "2 ada"],
  ]);
  assert.deepEqual(seats[1].messages[1], {
    type: "message",
    id: idOf(2),
    seq: 0,
    time: 1234,
    from: ada.member,
    body: encodeText("psst"),
    private: 1,
  });
  const { messages } = await bob.readPast({ before: 0, count: 10 });
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    [1, 2],
    "nor is it told to those who come later",
  );
});

Deno.test("room: who leaves without confirming a private message may not have read it", async () => {
  const { members: [ada, bob] } = roomOf(["ada", "bob"]);
  const first = ada.whisper(bob.member, idOf(1), encodeText("psst"));
  const second = ada.whisper(bob.member, idOf(2), encodeText("psst"));
  bob.got(1);
  bob.leave();
  assert.equal((await first).seq, 0);
  await assert.rejects(second, refused(/^bob has left, and may not have read the message$/));
});

Deno.test("room: private messages that nobody confirms are limited in number and in bytes", async () => {
  for (const [limits, size, count] of [[{}, 1, 1_024], [{ queueSize: 2_500 }, 900, 2]] as const) {
    const { members: [ada, bob] } = roomOf(["ada", "bob"], { limits });
    const whisper = (byte: number) =>
      ada.whisper(bob.member, idOf(byte % 256), new Uint8Array(size));
    const open = Array.from({ length: count }, (_, index) => whisper(index));
    await assert.rejects(whisper(count), refused(/^too many private messages wait/));
    bob.got(count - 1);
    const more = whisper(count);
    assert.ok(!bob.got(count + 2), "that which was refused has no number");
    assert.ok(bob.got(count + 1));
    await Promise.all([...open, more]);
  }
});

Deno.test("room: a private message needs both the name and the key of whom it is for", async () => {
  const { seats, members: [ada, bob, eve] } = roomOf(["ada", "bob", "eve"]);
  clear(seats);
  const old = bob.member;
  const gone = /^bob has left, .* not delivered$/;
  const tell = () => ada.whisper(old, idOf(1), encodeText("psst"));
  bob.rename("robert");
  await assert.rejects(tell, refused(gone));
  // Somebody else has taken the name: it must not get what was meant for another.
  eve.rename("bob");
  await assert.rejects(tell, refused(gone));
  await assert.rejects(
    () => ada.whisper({ nick: "robert", key: keyOf(9) }, idOf(1), encodeText("psst")),
    refused(/^robert has left/),
  );
  bob.leave();
  await assert.rejects(
    () => ada.whisper(bob.member, idOf(1), encodeText("psst")),
    refused(/not delivered/),
  );
  for (const { messages } of seats) {
    assert.ok(messages.every(({ type }) => type === "member"));
  }
});

// Limits.

Deno.test("room: a body may be as long as the room says, and no longer", async () => {
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob"], {
    limits: { messageSize: 100 },
  });
  clear(seats);
  const long = new Uint8Array(101);
  const why = refused(/at most 100 bytes/);
  await assert.rejects(() => ada.post(idOf(1), long), why);
  await assert.rejects(() => ada.whisper(bob.member, idOf(1), long), why);
  assert.deepEqual(seats[1].heard, []);
  assert.equal(room.log.last, 0);
  assert.equal((await ada.post(idOf(1), new Uint8Array(100))).seq, 1, "it took no number");
  void ada.whisper(bob.member, idOf(1), new Uint8Array(100));
  assert.deepEqual(seats[1].heard, ["1 ada", "private 1 ada"]);
});

// Coming late.

/** What somebody who comes now is told, after its welcome. */
async function hearing(room: Room, hearing: Hearing): Promise<string[]> {
  const seat = new Notebook();
  const membership = room.join("late", keyOf(9), seat);
  await membership.follow(hearing);
  membership.leave();
  return seat.heard;
}

Deno.test("room: the last messages are kept for those who come late, as they were", async () => {
  let now = 10;
  const { room, members: [ada, bob] } = roomOf(["ada", "bob"], {
    limits: { history: 3 },
    now: () => now++,
  });
  for (let byte = 1; byte <= 5; byte++) await post(byte % 2 === 0 ? bob : ada, byte);
  await ada.rename("lovelace");
  const late = new Notebook();
  await room.join("late", keyOf(9), late).follow({ past: 10 });
  assert.deepEqual(
    late.messages.map((message) =>
      message.type === "message" && [message.seq, message.time, message.from.nick]
    ),
    [[3, 12, "ada"], [4, 13, "bob"], [5, 14, "ada"], false],
  );
});

Deno.test("room: who comes late gets as many as it wants, and as there are", async () => {
  const { room, members: [ada] } = roomOf(["ada", "bob"]);
  assert.deepEqual(await hearing(room, { past: 5 }), ["caught up 0"]);
  for (let byte = 1; byte <= 3; byte++) await post(ada, byte);
  assert.deepEqual(await hearing(room, { past: 0 }), ["caught up 3"]);
  assert.deepEqual(await hearing(room, { past: 2 }), ["2 ada", "3 ada", "caught up 3"]);
  assert.deepEqual(await hearing(room, { past: 9 }), ["1 ada", "2 ada", "3 ada", "caught up 3"]);
});

Deno.test("room: who has heard it up to a number gets all that came after", async () => {
  const { room, members: [ada] } = roomOf(["ada", "bob"], { limits: { history: 2 } });
  for (let byte = 1; byte <= 5; byte++) await post(ada, byte);
  const { log: { id: log } } = room;
  const after = (seq: number) => hearing(room, { after: { log, seq }, past: 1 });
  assert.deepEqual(await after(1), ["2 ada", "3 ada", "4 ada", "5 ada", "caught up 5"]);
  assert.deepEqual(await after(4), ["5 ada", "caught up 5"]);
  assert.deepEqual(await after(5), ["caught up 5"]);
  // What another log, or a later number, says means nothing here.
  assert.deepEqual(await after(6), ["5 ada", "caught up 5"]);
});

Deno.test("room: who comes from another log gets all of this one, unless that was kept before", async () => {
  for (const isKept of [false, true]) {
    const log = Object.assign(new MemoryLog(), { isKept });
    const { room, members: [ada] } = roomOf(["ada"], { log, limits: { history: 1 } });
    for (let byte = 1; byte <= 3; byte++) await post(ada, byte);
    const heard = await hearing(room, { after: { log: idOf(1), seq: 7 }, past: 10 });
    const last = ["3 ada", "caught up 3"];
    assert.deepEqual(heard, isKept ? last : ["1 ada", "2 ada", ...last]);
  }
});

Deno.test("room: it knows how many messages are gone for good", async () => {
  const { room, members: [ada, bob] } = roomOf(["ada", "bob"]);
  for (let byte = 1; byte <= 5; byte++) await post(ada, byte);
  await room.log.forget(3);
  const { log: { id: log } } = room;
  const gone = (seq: number) => bob.gone({ after: { log, seq }, past: 0 });
  assert.deepEqual([0, 1, 3, 5, 6].map(gone), [3, 2, 0, 0, 0]);
  assert.equal(bob.gone({ after: { log: idOf(1), seq: 0 }, past: 0 }), 0);
  assert.equal(bob.gone({ past: 0 }), 0);
  assert.deepEqual(await hearing(room, { after: { log, seq: 1 }, past: 0 }), [
    "4 ada",
    "5 ada",
    "caught up 5",
  ]);
});

Deno.test("room: who catches up slowly gets what is said meanwhile in its place, and once", async () => {
  const { room, members: [ada] } = roomOf(["ada", "bob"], { limits: { history: 1 } });
  const say = (count: number) =>
    Promise.all(Array.from({ length: count }, () => ada.post(newMessageId(), encodeText(""))));
  // More than is read from the log at once.
  await say(300);
  const late = new Notebook().fill();
  const { log: { id: log } } = room;
  const followed = room.join("late", keyOf(9), late).follow({ after: { log, seq: 0 }, past: 0 });
  await say(5);
  assert.ok(await isPending(followed), "it has no space for more");
  late.makeRoom();
  await say(5);
  await followed;
  await say(5);
  const seqs = late.messages.flatMap((message) => message.type === "message" ? [message.seq] : []);
  assert.deepEqual(seqs, Array.from({ length: 315 }, (_, index) => index + 1));
  const caughtUp = late.messages.findIndex(({ type }) => type === "caught-up");
  assert.deepEqual(late.messages[caughtUp], { type: "caught-up", seq: caughtUp });
});

Deno.test("room: half of a queue is for the past, and 256 KiB at most", async () => {
  for (
    const [limits, most, size] of [
      [{ queueSize: 4_000 }, 2_000, 10],
      [{}, 256 * 1024, 10_000],
    ] as const
  ) {
    const { room, members: [ada] } = roomOf(["ada", "bob"], {
      limits: { ...limits, history: 1_000 },
    });
    for (let byte = 1; byte < 100; byte++) await ada.post(idOf(byte), new Uint8Array(size));
    const late = new Notebook();
    await room.join("late", keyOf(9), late).follow({ past: 1_000 });
    const given = late.broadcasts.reduce(
      (sum, { message }) => sum + (message.type === "message" ? message.body.length : 0),
      0,
    );
    assert.ok(given <= most && given > 0, `${given} bytes`);
  }
});

// A log that fails.

Deno.test("room: where the log fails it goes on, says so, and confirms what it then has", async () => {
  const log = new MemoryLog();
  const failures: unknown[] = [];
  const { room, seats, members: [ada, bob] } = roomOf(["ada", "bob"], {
    log: Object.assign(log, { isKept: true }),
    observer: { logFailed: (error) => failures.push(error) },
  });
  await post(ada);
  clear(seats);
  const broken = new UsageError("storage", "the disk is full");
  Object.assign(log, { append: () => Promise.reject(broken) });
  assert.equal(await post(ada, 2), 2);
  assert.deepEqual(seats.map(({ heard }) => heard), [["log 1 false"], ["log 1 false", "2 ada"]]);
  assert.deepEqual(failures, [broken]);
  assert.equal(room.log.isKept, false);
  await post(bob, 3);
  assert.equal(failures.length, 1, "said once");
  // A position in the log before holds as far as that one went.
  const after = (seq: number, { id } = room.log) =>
    hearing(room, { after: { log: id, seq }, past: 1 });
  assert.deepEqual(await after(0, log), ["1 ada", "2 ada", "3 bob", "caught up 3"]);
  assert.deepEqual(await after(2, log), ["3 bob", "caught up 3"], "a number of the other one");
  assert.deepEqual(await after(2), ["3 bob", "caught up 3"]);
});

Deno.test("room: where the log cannot be read, nobody is kept out, and all are told", async () => {
  const log = new MemoryLog();
  const { room, members: [ada] } = roomOf(["ada"], { log, limits: { history: 1 } });
  await post(ada, 1);
  await post(ada, 2);
  const broken = () => Promise.reject(new UsageError("storage", "the disk fails"));
  Object.assign(log, { readAfter: broken, readBefore: broken });
  assert.deepEqual(await hearing(room, { after: { log: log.id, seq: 0 }, past: 0 }), [
    "notice: what was said before cannot be read: the server's disk does not give it back",
    "caught up 2",
  ]);
  const request = { type: "past", id: idOf(1), before: 0, count: 1 } as const;
  assert.deepEqual(await carryOut(ada, request), {
    type: "refused",
    id: idOf(1),
    reason: "what was said before cannot be read",
  });
});

Deno.test("room: a topic that cannot be kept is set all the same", async () => {
  const log = new MemoryLog();
  const { room, seats, members: [ada] } = roomOf(["ada", "bob"], { log });
  clear(seats);
  Object.assign(log, { setTopic: () => Promise.reject(new Error("read only")) });
  await ada.setTopic("engines");
  assert.equal(room.topic?.topic, "engines");
  assert.deepEqual(seats[1].heard.toSorted(), ["log 0 false", "topic of ada: engines"]);
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
  const ada = room.join("ada", keyOf(1), somebody(), { isOperator: true });
  const bob = room.join("bob", keyOf(2), somebody());
  const eve = room.join("eve", keyOf(3), somebody());
  await ada.post(idOf(1), new Uint8Array(10));
  const whispered = ada.whisper(bob.member, idOf(2), new Uint8Array(20));
  bob.got(1);
  await whispered;
  await ada.rename("lovelace");
  bob.leave();
  eve.leave("silent", "nothing was heard");
  await assert.rejects(() => ada.post(idOf(3), new Uint8Array(101)));
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
  const bob = room.join("bob", keyOf(2), somebody(), { isOperator: true });
  const expected = { nick: "bob", key: keyOf(2), operator: true };
  assert.deepEqual(bob.member, expected);
  assert.deepEqual(room.members, [{ nick: "ada", key: keyOf(1) }, expected]);
  assert.deepEqual(seat.messages, [{ type: "member", change: "joined", member: expected }]);
  bob.rename("robert");
  assert.equal(bob.member.operator, true, "and it stays one under another name");
});
