import assert from "node:assert/strict";
import {
  encodeText,
  type Membership,
  newMessageId,
  Room,
  type RoomOptions,
} from "../../../lib/chat/mod.ts";
import { MemoryLog } from "../../../lib/chat/log/memory_log.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { Clock, isPending, turns } from "../../channel/support.ts";
import { idOf, keyOf, Notebook } from "../support.ts";

const GRACE = 120_000;

/** Who is back before has not been away for the others. */
const AWAY_AFTER = 1_000;

/** Long enough to be waited for as long as anybody. */
const A_WHILE = 3_600_000;

/** A room in which ada and bob have been for a while. */
async function scene(clock: Clock, options: RoomOptions = {}) {
  const room = new Room({ now: () => 5, grace: GRACE, ...options });
  const come = (nick: string, byte: number, visit = byte) => {
    const seat = new Notebook();
    const membership = room.join(nick, keyOf(byte), seat, { visit: idOf(visit) });
    void membership.follow({ past: 0 });
    return { seat, membership };
  };
  const ada = come("ada", 1);
  const bob = come("bob", 2);
  await clock.pass(A_WHILE);
  ada.seat.broadcasts.length = 0;
  const nicks = () => room.members.map(({ nick, away }) => away ? `${nick} (away)` : nick);
  return { room, come, ada, bob, nicks };
}

const CUT = "the connection was cut";

Deno.test("coming back: who is cut off is away, keeps its name, and is back without having left", async () => {
  using clock = new Clock();
  const { come, ada, bob, nicks } = await scene(clock);
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER);
  assert.deepEqual(ada.seat.heard, [`bob away: ${CUT}`]);
  assert.deepEqual(nicks(), ["ada", "bob (away)"]);
  await clock.pass(GRACE - AWAY_AFTER - 1);
  const { seat, membership } = come("bob", 2);
  assert.ok(membership.hasReturned);
  assert.equal(membership.member.nick, "bob");
  assert.deepEqual(nicks(), ["ada", "bob"]);
  assert.deepEqual(ada.seat.heard.slice(1), ["bob back"]);
  assert.deepEqual(seat.heard, ["caught up 0"], "it is not told of itself");
  await clock.pass(GRACE);
  assert.deepEqual(ada.seat.heard.length, 2, "its absence is over");
  assert.equal(clock.timers, 0);
});

Deno.test("coming back: a cut that is mended within a second is no news to anybody", async () => {
  using clock = new Clock();
  const { room, come, ada, bob, nicks } = await scene(clock);
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER - 1);
  assert.deepEqual(nicks(), ["ada", "bob"]);
  assert.equal(room.isConnected(bob.membership.member), false, "the room itself knows");
  const again = come("bob", 2);
  assert.ok(again.membership.hasReturned);
  assert.equal(room.isConnected(again.membership.member), true);
  await clock.pass(GRACE);
  assert.deepEqual(ada.seat.heard, []);
  assert.equal(clock.timers, 0);
});

Deno.test("coming back: of one who is not waited for longer than that, it is told once that it has left", async () => {
  using clock = new Clock();
  const { ada, bob } = await scene(clock, { grace: AWAY_AFTER });
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER);
  assert.deepEqual(ada.seat.heard, [`bob left: ${CUT}`]);
});

Deno.test("coming back: many who are cut off at one address, or come back under other names, are told of at a pace", async () => {
  using clock = new Clock();
  const { room, ada } = await scene(clock);
  const origin = { name: "192.0.2.1", isExempt: true };
  const come = (byte: number, isReturn = false, name = "eve") => {
    const arrival = { target: sha256(keyOf(byte)), origin, isReturn };
    return room.join(`${name}${byte}`, keyOf(byte), new Notebook(), { visit: idOf(byte), arrival });
  };
  const bytes = Array.from({ length: 60 }, (_, index) => index + 10);
  let members = bytes.map((byte) => come(byte));
  await clock.pass(A_WHILE);
  const told = () => ada.seat.broadcasts.splice(0).length;
  told();
  // One that is back at once is told of to nobody, however often.
  for (let round = 0; round < 20; round++) {
    for (const member of members) member.leave("cut", CUT);
    await clock.pass(AWAY_AFTER - 1);
    members = bytes.map((byte) => come(byte, true));
  }
  assert.equal(told(), 0);
  // Under another name it is, ten times, and then every two seconds; those who are away as well.
  members = bytes.map((byte) => come(byte, true, "dora"));
  assert.equal(told(), 10);
  assert.equal(members.filter(({ member }) => member.nick.startsWith("dora")).length, 10);
  for (const member of members) member.leave("cut", CUT);
  await clock.pass(10_000);
  assert.equal(told(), 5);
  assert.equal(room.members.filter(({ away }) => away).length, 5);
  // All have left in the end, and those who were away are back otherwise.
  members = bytes.slice(0, 30).map((byte) => come(byte, true, "dora"));
  assert.equal(told(), 5);
  await clock.pass(GRACE);
  const changes = ada.seat.heard.map((line) => line.split(" ")[1].replace(":", ""));
  assert.equal(changes.filter((change) => change === "left").length, 30);
  assert.equal(room.members.length, 32);
  await room.close();
});

Deno.test("coming back: whoever does not has left after the grace time, and why", async () => {
  using clock = new Clock();
  const { come, ada, bob, nicks } = await scene(clock);
  bob.membership.leave("silent", "nothing was heard");
  await clock.pass(GRACE);
  assert.deepEqual(ada.seat.heard.slice(1), ["bob left: nothing was heard"]);
  assert.deepEqual(nicks(), ["ada"]);
  const { membership } = come("bob", 2);
  assert.ok(!membership.hasReturned);
  assert.deepEqual(ada.seat.heard.at(-1), "bob joined");
});

Deno.test("coming back: who says goodbye, is removed or breaks the protocol leaves at once", async () => {
  using clock = new Clock();
  for (const why of ["left", "removed", "malformed", "shutdown"] as const) {
    const { bob, nicks } = await scene(clock);
    bob.membership.leave(why);
    assert.deepEqual(nicks(), ["ada"], why);
  }
  assert.equal(clock.timers, 0);
});

Deno.test("coming back: without a grace time nobody is away", async () => {
  using clock = new Clock();
  const { bob, nicks } = await scene(clock, { grace: 0 });
  bob.membership.leave("cut", CUT);
  assert.deepEqual(nicks(), ["ada"]);
});

Deno.test("coming back: who was here for a moment is waited for a moment", async () => {
  using clock = new Clock();
  const { come, nicks } = await scene(clock);
  const eve = come("eve", 3);
  await clock.pass(1_000);
  eve.membership.leave("cut", CUT);
  await clock.pass(8_999);
  assert.deepEqual(nicks(), ["ada", "bob", "eve (away)"]);
  await clock.pass(1);
  assert.deepEqual(nicks(), ["ada", "bob"]);
});

Deno.test("coming back: a place that waits is given up when another needs it, the one whose time ends first", async () => {
  using clock = new Clock();
  const { room, come, ada, bob, nicks } = await scene(clock, { limits: { members: 3 } });
  const eve = come("eve", 3);
  await clock.pass(A_WHILE);
  eve.membership.leave("cut", CUT);
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER);
  come("dora", 4);
  assert.deepEqual(nicks(), ["ada", "eve (away)", "dora"]);
  assert.equal(ada.seat.heard.at(-2), `bob left: ${CUT}`);
  come("eve", 3);
  assert.throws(() => room.join("fay", keyOf(5), new Notebook()), /the room is full/);
  assert.deepEqual(nicks(), ["ada", "eve", "dora"]);
});

Deno.test("coming back: in a full room who was here for a moment makes space before who was here long", async () => {
  using clock = new Clock();
  const { come, bob, nicks } = await scene(clock, { limits: { members: 3 } });
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER);
  for (let byte = 3; byte < 6; byte++) come("eve", byte).membership.leave("cut", CUT);
  come("dora", 6);
  assert.deepEqual(nicks(), ["ada", "bob (away)", "dora"]);
});

// Whose place it is.

Deno.test("coming back: a client takes its place even if its old connection is not known to be dead", async () => {
  using clock = new Clock();
  const { room, come, ada, bob, nicks } = await scene(clock);
  await room.awaken(keyOf(2), "bob", idOf(2));
  const again = come("bob", 2);
  assert.ok(again.membership.hasReturned);
  assert.match(bob.seat.removal?.reason ?? "", /connected again/);
  assert.deepEqual(ada.seat.heard, [], "nobody need know");
  assert.deepEqual(nicks(), ["ada", "bob"]);
  // What the old connection's visit still does is nothing.
  bob.membership.leave("cut", CUT);
  assert.deepEqual(nicks(), ["ada", "bob"]);
});

Deno.test("coming back: two clients with one key that live are two", async () => {
  using clock = new Clock();
  const { room, come, nicks } = await scene(clock);
  await room.awaken(keyOf(2), "bob", idOf(9));
  const twin = come("bob", 2, 9);
  assert.ok(!twin.membership.hasReturned);
  assert.deepEqual(nicks(), ["ada", "bob", "bob-2"]);
  // And each comes back to its own place.
  twin.membership.leave("cut", CUT);
  assert.equal(come("bob-2", 2, 9).membership.member.nick, "bob-2");
});

Deno.test("coming back: a client that was started anew takes the place of the one that is away, or gives no sign", async () => {
  using clock = new Clock();
  for (const isKnownToBeGone of [true, false]) {
    const { room, come, ada, bob, nicks } = await scene(clock);
    if (isKnownToBeGone) bob.membership.leave("cut", CUT);
    else bob.seat.lives = false;
    await room.awaken(keyOf(2), "bob", idOf(9));
    await clock.pass(AWAY_AFTER);
    assert.deepEqual(nicks(), ["ada", "bob (away)"]);
    const again = come("bob", 2, 9);
    assert.ok(again.membership.hasReturned);
    assert.deepEqual(nicks(), ["ada", "bob"]);
    assert.equal(ada.seat.heard.at(-1), "bob back");
  }
});

Deno.test("coming back: only whoever stands in the way of a name is asked for a sign of life", async () => {
  using clock = new Clock();
  const { room, come, bob, nicks } = await scene(clock);
  const asked: string[] = [];
  const twin = come("bob", 2, 9);
  for (const { seat, membership } of [bob, twin]) {
    seat.isAlive = () => Promise.resolve(asked.push(membership.member.nick) > 0);
  }
  await room.awaken(keyOf(2), "robert", idOf(8));
  await room.awaken(keyOf(2), "bo", idOf(8));
  await room.awaken(keyOf(3), "bob", idOf(8));
  assert.deepEqual(asked, []);
  await room.awaken(keyOf(2), "bob", idOf(8));
  assert.deepEqual(asked, ["bob", "bob-2"]);
  assert.deepEqual(nicks(), ["ada", "bob", "bob-2"]);
});

Deno.test("coming back: another key does not get the place, whatever it says", async () => {
  using clock = new Clock();
  const { room, come, bob, nicks } = await scene(clock);
  bob.membership.leave("cut", CUT);
  await clock.pass(AWAY_AFTER);
  await room.awaken(keyOf(3), "bob", idOf(2));
  const eve = come("bob", 3, 2);
  assert.ok(!eve.membership.hasReturned);
  assert.deepEqual(nicks(), ["ada", "bob (away)", "bob-2"]);
});

Deno.test("coming back: the name that is asked for is given if it is free, else the old one stays", async () => {
  using clock = new Clock();
  const { come, ada, bob, nicks } = await scene(clock);
  bob.membership.leave("cut", CUT);
  const again = come("robert", 2);
  assert.deepEqual(ada.seat.heard, ["robert renamed, before bob"]);
  assert.deepEqual(again.seat.heard, ["caught up 0"]);
  again.membership.leave("cut", CUT);
  assert.equal(come("ada", 2).membership.member.nick, "robert");
  assert.deepEqual(nicks(), ["ada", "robert"]);
});

Deno.test("coming back: whether one is an operator is decided anew", async () => {
  using clock = new Clock();
  const { room, bob } = await scene(clock);
  bob.membership.leave("cut", CUT);
  const seat = new Notebook();
  const promoted = room.join("bob", keyOf(2), seat, { visit: idOf(2), isOperator: true });
  assert.equal(promoted.member.operator, true);
  promoted.leave("cut", CUT);
  const demoted = room.join("bob", keyOf(2), new Notebook(), { visit: idOf(2) });
  assert.equal(demoted.member.operator, undefined);
});

// What it missed.

Deno.test("coming back: it gets all that was said meanwhile, and its private messages", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene(clock);
  await ada.membership.post(idOf(1), encodeText("one"));
  bob.membership.leave("cut", CUT);
  await ada.membership.post(idOf(2), encodeText("two"));
  const whispered = ada.membership.whisper(room.members[1], idOf(3), encodeText("psst"));
  await turns();
  assert.ok(await isPending(whispered), "it is kept");
  const seat = new Notebook();
  const again = room.join("bob", keyOf(2), seat, { visit: idOf(2) });
  await again.follow({ after: { log: room.log.id, seq: 1 }, past: 0 });
  assert.deepEqual(seat.heard, ["private 1 ada", "2 ada", "caught up 2"]);
  again.got(1);
  await whispered;
});

Deno.test("coming back: a private message that was lost with a connection is given again", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene(clock);
  const whispered = ada.membership.whisper(bob.membership.member, idOf(1), encodeText("psst"));
  await turns();
  assert.deepEqual(bob.seat.heard.slice(1), ["private 1 ada"]);
  bob.membership.leave("cut", CUT);
  const seat = new Notebook();
  const again = room.join("bob", keyOf(2), seat, { visit: idOf(2) });
  void again.follow({ past: 0 });
  assert.deepEqual(seat.heard, ["private 1 ada", "caught up 0"]);
  again.got(1);
  await whispered;
});

Deno.test("coming back: who sent a private message learns that its reader did not come back", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene(clock);
  bob.membership.leave("cut", CUT);
  const whispered = ada.membership.whisper(room.members[1], idOf(1), encodeText("psst"));
  whispered.catch(() => {});
  await clock.pass(GRACE);
  await assert.rejects(
    whispered,
    (error) =>
      error instanceof UsageError && error.code === "refused" &&
      error.message === "bob has left, and may not have read the message",
  );
});

Deno.test("coming back: for what an earlier run of the server may have delivered, nobody is told that it was not", async () => {
  using clock = new Clock();
  const { room, ada } = await scene(clock);
  const host = room.join("host", keyOf(9), new Notebook());
  const fresh = new Room();
  const back = fresh.join("ada", keyOf(1), new Notebook(), { visit: idOf(1) });
  const gone = { nick: "eve", key: keyOf(3) };
  const reason = (membership: Membership) =>
    membership.whisper(gone, idOf(1), encodeText("psst")).then(
      () => "nothing",
      (error) => error instanceof UsageError ? error.message : String(error),
    );
  const wasNot = "eve has left, or has another name now; the message was not delivered";
  assert.equal(await reason(ada.membership), wasNot);
  assert.equal(await reason(host), wasNot);
  assert.equal(await reason(back), wasNot.replace("was not", "may not have been"));
  await clock.pass(600_001);
  assert.equal(await reason(back), wasNot, "a client does not ask again after so long");
});

// The end.

Deno.test("coming back: a room that is closed waits for nobody", async () => {
  using clock = new Clock();
  const { room, bob, nicks } = await scene(clock);
  bob.membership.leave("cut", CUT);
  await room.close();
  assert.deepEqual(nicks(), ["ada"]);
  assert.equal(clock.timers, 0);
});

Deno.test("coming back: who reads slower than the log forgets is told how much is gone", async () => {
  using clock = new Clock();
  const log = new MemoryLog({ maxCount: 300 });
  const { room, ada, bob } = await scene(clock, { log, limits: { history: 10 } });
  bob.membership.leave("cut", CUT);
  let said = 0;
  const say = async (until: number) => {
    while (said < until) await ada.membership.post(numbered(++said), encodeText("x"));
  };
  await say(300);
  const seat = new Notebook().fill();
  const again = room.join("bob", keyOf(2), seat, { visit: idOf(2) });
  const hearing = { after: { log: log.id, seq: 0 }, past: 0 };
  assert.equal(again.gone(hearing), 0);
  const caughtUp = again.follow(hearing);
  await turns();
  assert.equal(seat.heard.at(-1), "256 ada");
  await say(600);
  seat.makeRoom();
  await caughtUp;
  assert.deepEqual(seat.heard.slice(256, 259), [
    "notice: 44 messages that you have missed are gone: the room has forgotten more than you could " +
    "read meanwhile",
    "301 ada",
    "302 ada",
  ]);
  assert.equal(seat.heard.at(-1), "caught up 600");
});

/** One of many ids. */
function numbered(number: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, number);
  return id;
}

Deno.test("coming back: others speak no faster than one who catches up can read", async () => {
  using clock = new Clock();
  const { room, ada, bob } = await scene(clock, { limits: { history: 0 } });
  bob.membership.leave("cut", CUT);
  // More than is read from the log at once.
  const count = 300;
  const post = () => ada.membership.post(newMessageId(), encodeText("x"));
  for (let number = 1; number <= count; number++) await post();
  const seat = new Notebook().fill();
  const back = room.join("bob", keyOf(2), seat, { visit: idOf(2) });
  assert.equal(ada.membership.ready(), undefined);
  void back.follow({ after: { log: room.log.id, seq: 0 }, past: 0 });
  await turns();
  const ready = ada.membership.ready();
  const caughtUp = room.caughtUp();
  assert.ok(ready !== undefined && await isPending(ready), "it has no space for more");
  assert.ok(await isPending(caughtUp), "nor has it heard all");
  // What is said all the same comes behind.
  await post();
  seat.makeRoom();
  await ready;
  await caughtUp;
  const numbers = Array.from({ length: count + 1 }, (_, index) => `${index + 1} ada`);
  assert.deepEqual(seat.heard, [...numbers, `caught up ${count + 1}`]);
});

// A server that was just started anew.

/** A room that has just begun, and those who were in an earlier one. */
function anew() {
  const room = new Room({ now: () => 5, grace: GRACE });
  const come = (nick: string, byte: number, hasBeenHere = true) => {
    const seat = new Notebook();
    const membership = room.join(nick, keyOf(byte), seat, { visit: idOf(byte), hasBeenHere });
    void membership.follow({ past: 0 });
    return { seat, membership };
  };
  return { room, come, bob: { nick: "bob", key: keyOf(2) } };
}

Deno.test("coming back: a private message waits for a reader who comes back to a new server later", async () => {
  using clock = new Clock();
  const { come, bob } = anew();
  const ada = come("ada", 1);
  const whispered = ada.membership.whisper(bob, idOf(1), encodeText("psst"));
  await clock.pass(GRACE - 1);
  assert.ok(await isPending(whispered));
  come("eve", 3);
  const { seat, membership } = come("bob", 2);
  await turns();
  assert.deepEqual(seat.heard, ["caught up 0", "private 1 ada"]);
  membership.got(1);
  await whispered;
  await clock.pass(GRACE);
  assert.equal(clock.timers, 0);
});

Deno.test("coming back: it does not wait for longer than the grace time, nor where the sender is new", async () => {
  using clock = new Clock();
  const { room, come, bob } = anew();
  const eve = come("eve", 3, false);
  await assert.rejects(eve.membership.whisper(bob, idOf(1), encodeText("psst")), /bob has left/);
  const ada = come("ada", 1);
  const whispered = ada.membership.whisper(bob, idOf(1), encodeText("psst"));
  whispered.catch(() => {});
  await clock.pass(GRACE);
  await assert.rejects(whispered, /bob has left/);
  await assert.rejects(ada.membership.whisper(bob, idOf(2), encodeText("psst")), /bob has left/);
  assert.equal(clock.timers, 0);
  await room.close();
});

Deno.test("coming back: a room that is closed lets nobody wait for a reader", async () => {
  using clock = new Clock();
  const { room, come, bob } = anew();
  const whispered = come("ada", 1).membership.whisper(bob, idOf(1), encodeText("psst"));
  whispered.catch(() => {});
  await room.close();
  await assert.rejects(whispered, /bob has left/);
  assert.equal(clock.timers, 0);
});
