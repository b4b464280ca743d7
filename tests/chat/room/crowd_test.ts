import assert from "node:assert/strict";
import { Broadcast } from "../../../lib/chat/mod.ts";
import { Crowd } from "../../../lib/chat/room/crowd.ts";
import { Clock, isPending, turns } from "../../channel/support.ts";
import { Notebook } from "../support.ts";

/** A message with a text to know it by, and so many bytes more. */
function notice(text: string, size = 0): Broadcast {
  return new Broadcast({ type: "notice", text: text + "x".repeat(size) });
}

function crowdOf(count: number, gatherFor = 0): { crowd: Crowd; seats: Notebook[] } {
  const crowd = new Crowd(gatherFor);
  const seats = Array.from({ length: count }, () => new Notebook());
  for (const seat of seats) crowd.add(seat);
  return { crowd, seats };
}

function texts({ messages }: Notebook): string[] {
  return messages.map((message) => message.type === "notice" ? message.text : message.type);
}

/** Whether whoever sits there has to wait. */
function isHeld(crowd: Crowd, seat: Notebook): Promise<boolean> {
  const ready = crowd.ready(seat);
  return ready === undefined ? Promise.resolve(false) : isPending(ready);
}

// Who is told.

Deno.test("crowd: one seat, all of them, or all but one", () => {
  const { crowd, seats } = crowdOf(3);
  crowd.deliver(seats[0], notice("one"));
  crowd.deliverToAll(notice("all"));
  crowd.deliverToAll(notice("others"), seats[1]);
  assert.deepEqual(seats.map(texts), [["one", "all", "others"], ["all"], ["all", "others"]]);
  assert.equal(crowd.size, 3);
});

Deno.test("crowd: a seat that is not there, or not any more, is given nothing", () => {
  const { crowd, seats } = crowdOf(2);
  const stranger = new Notebook();
  crowd.deliver(stranger, notice("one"));
  crowd.remove(seats[0]);
  crowd.remove(seats[0]);
  crowd.deliver(seats[0], notice("two"));
  crowd.deliverToAll(notice("three"));
  assert.deepEqual([stranger, ...seats].map(texts), [[], [], ["three"]]);
  assert.equal(crowd.size, 1);
});

// Who is held.

Deno.test("crowd: where all have room, nobody is held", () => {
  const { crowd, seats } = crowdOf(3);
  crowd.deliverToAll(notice("hello"));
  assert.deepEqual(seats.map((seat) => crowd.ready(seat)), [undefined, undefined, undefined]);
});

Deno.test("crowd: who is alone is not held, full or not", async () => {
  const { crowd, seats: [seat] } = crowdOf(1);
  crowd.deliver(seat.fill(), notice("hello"));
  assert.equal(await isHeld(crowd, seat), false);
  seat.makeRoom();
  await turns();
});

Deno.test("crowd: the only other one holds the speaker, until it has room", async () => {
  const { crowd, seats: [speaker, reader] } = crowdOf(2);
  crowd.deliverToAll(notice("hello"), speaker);
  assert.equal(crowd.ready(speaker), undefined);
  reader.fill();
  crowd.deliverToAll(notice("too much"), speaker);
  const ready = crowd.ready(speaker);
  assert.ok(ready !== undefined && await isPending(ready));
  assert.equal(await isHeld(crowd, reader), false, "itself it may speak");
  reader.makeRoom();
  await ready;
  assert.equal(crowd.ready(speaker), undefined);
});

Deno.test("crowd: one slow reader of two holds nobody, both do", async () => {
  const { crowd, seats: [speaker, first, second] } = crowdOf(3);
  crowd.deliver(first.fill(), notice("too much"));
  assert.equal(await isHeld(crowd, speaker), false);
  crowd.deliver(second.fill(), notice("too much"));
  const ready = crowd.ready(speaker);
  assert.ok(ready !== undefined && await isPending(ready));
  // Of the other two, of each of these, one only is full.
  assert.equal(await isHeld(crowd, first), false);
  first.makeRoom();
  await ready;
  second.makeRoom();
  await turns();
});

Deno.test("crowd: just over half of the others hold a speaker, in a crowd of any size", async () => {
  for (const size of [2, 3, 4, 5, 10, 51]) {
    const { crowd, seats: [speaker, ...others] } = crowdOf(size);
    for (const [index, seat] of others.entries()) {
      crowd.deliver(seat.fill(), notice("too much"));
      const full = index + 1;
      assert.equal(await isHeld(crowd, speaker), full > others.length / 2, `${full} of ${size}`);
    }
    for (const seat of others) seat.makeRoom();
    await turns();
  }
});

Deno.test("crowd: a speaker that is full itself does not count", async () => {
  const { crowd, seats: [speaker, first, second] } = crowdOf(3);
  crowd.deliver(speaker.fill(), notice("too much"));
  crowd.deliver(first.fill(), notice("too much"));
  assert.equal(await isHeld(crowd, speaker), false);
  assert.equal(await isHeld(crowd, second), true, "for whom both count");
  for (const seat of [speaker, first]) seat.makeRoom();
  await turns();
});

Deno.test("crowd: a full seat counts once, however much it is given", async () => {
  const { crowd, seats: [speaker, slow] } = crowdOf(4);
  slow.fill();
  for (let count = 0; count < 10; count++) crowd.deliver(slow, notice("too much"));
  assert.equal(await isHeld(crowd, speaker), false);
  slow.makeRoom();
  await turns();
  // And is counted again when it is full again.
  const { crowd: pair, seats: [one, other] } = crowdOf(2);
  for (let count = 0; count < 3; count++) {
    pair.deliver(other.fill(), notice("too much"));
    const ready = pair.ready(one);
    assert.ok(ready !== undefined && await isPending(ready));
    other.makeRoom();
    await ready;
  }
});

Deno.test("crowd: when a full seat is taken away, those it held go on", async () => {
  const { crowd, seats: [speaker, slow, other] } = crowdOf(3);
  crowd.deliver(slow.fill(), notice("too much"));
  crowd.deliver(other.fill(), notice("too much"));
  const ready = crowd.ready(speaker);
  assert.ok(ready !== undefined && await isPending(ready));
  crowd.remove(other);
  assert.equal(await isPending(ready), true, "of one other, one is full");
  crowd.remove(slow);
  await ready;
  // That they have room at last, when they are gone, counts for nobody.
  slow.makeRoom();
  other.makeRoom();
  await turns();
  const late = new Notebook();
  crowd.add(late);
  crowd.deliver(late.fill(), notice("too much"));
  assert.equal(await isHeld(crowd, speaker), true);
  late.makeRoom();
  await turns();
});

Deno.test("crowd: somebody who comes and has room counts at once", async () => {
  const { crowd, seats: [speaker, slow] } = crowdOf(2);
  crowd.deliver(slow.fill(), notice("too much"));
  const ready = crowd.ready(speaker);
  assert.ok(ready !== undefined && await isPending(ready));
  const other = new Notebook();
  crowd.add(other);
  assert.equal(crowd.ready(speaker), undefined);
  crowd.remove(other);
  assert.equal(await isHeld(crowd, speaker), true);
  slow.makeRoom();
  await ready;
});

Deno.test("crowd: who waits to speak to one waits for nobody else", async () => {
  const { crowd, seats: [speaker, quick, slow] } = crowdOf(3);
  crowd.deliver(slow.fill(), notice("too much"));
  assert.equal(crowd.ready(speaker, quick), undefined);
  const ready = crowd.ready(speaker, slow);
  assert.ok(ready !== undefined && await isPending(ready));
  assert.equal(crowd.ready(speaker), undefined);
  slow.makeRoom();
  await ready;
  assert.equal(crowd.ready(speaker, slow), undefined);
  assert.equal(
    crowd.ready(speaker, new Notebook()),
    undefined,
    "nor for somebody who is not there",
  );
});

Deno.test("crowd: who waits to speak to one goes on when that one has room, or goes, whoever else is full", async () => {
  const { crowd, seats: [speaker, slow, ...stuck] } = crowdOf(8);
  for (const seat of [slow, ...stuck]) crowd.deliver(seat.fill(), notice("too much"));
  const toSlow = crowd.ready(speaker, slow);
  const toStuck = crowd.ready(speaker, stuck[0]);
  assert.ok(toSlow !== undefined && await isPending(toSlow));
  slow.makeRoom();
  await toSlow;
  assert.ok(toStuck !== undefined && await isPending(toStuck));
  crowd.remove(stuck[0]);
  await toStuck;
  for (const seat of stuck) seat.makeRoom();
  await turns();
});

Deno.test("crowd: those who are held go on one after the other, in the order in which they came", async () => {
  const { crowd, seats } = crowdOf(6);
  const [first, second, third, ...readers] = seats;
  for (const seat of readers) crowd.deliver(seat.fill(), notice("too much"));
  const order: string[] = [];
  const waiting = [first, second, third].map((seat, index) =>
    crowd.ready(seat)?.then(() => {
      order.push(`speaker ${index}`);
      // What it says fills the room again for a moment: the next one has to wait for that.
      if (index === 0) crowd.deliver(readers[0].fill(), notice("too much"));
    })
  );
  assert.ok(waiting.every((each) => each !== undefined));
  readers[0].makeRoom();
  await waiting[0];
  await turns();
  assert.deepEqual(order, ["speaker 0"]);
  readers[0].makeRoom();
  await Promise.all(waiting);
  assert.deepEqual(order, ["speaker 0", "speaker 1", "speaker 2"]);
  for (const seat of readers) seat.makeRoom();
  await turns();
});

// Gathering.

Deno.test("crowd: in a busy one messages are gathered, and handed on together", async () => {
  using clock = new Clock();
  const { crowd, seats } = crowdOf(2, 5);
  crowd.deliverToAll(notice("first"));
  assert.deepEqual(texts(seats[0]), ["first"], "nobody waits who has not just been served");
  crowd.deliverToAll(notice("second"));
  crowd.deliverToAll(notice("third"), seats[1]);
  await clock.pass(4);
  assert.deepEqual(texts(seats[0]), ["first"]);
  await clock.pass(1);
  assert.deepEqual(seats.map(texts), [["first", "second", "third"], ["first", "second"]]);
  await clock.pass(1_000);
  crowd.deliverToAll(notice("fourth"));
  assert.deepEqual(texts(seats[0]).slice(3), ["fourth"]);
  assert.equal(clock.timers, 0);
});

Deno.test("crowd: what one is told alone stands behind what was said to all before", async () => {
  using clock = new Clock();
  const { crowd, seats } = crowdOf(2, 5);
  crowd.deliverToAll(notice("first"));
  crowd.deliverToAll(notice("second"));
  crowd.deliver(seats[0], notice("alone"));
  crowd.deliverToAll(notice("third"));
  assert.deepEqual(seats.map(texts), [["first", "second", "alone"], ["first"]]);
  await clock.pass(5);
  assert.deepEqual(seats.map(texts), [
    ["first", "second", "alone", "third"],
    ["first", "second", "third"],
  ]);
});

Deno.test("crowd: one who comes is not given what was said before, and one who goes gets no more", async () => {
  using clock = new Clock();
  const { crowd, seats } = crowdOf(2, 5);
  crowd.deliverToAll(notice("first"));
  crowd.deliverToAll(notice("second"));
  const late = new Notebook();
  crowd.add(late);
  crowd.remove(seats[1]);
  crowd.deliverToAll(notice("third"));
  await clock.pass(5);
  assert.deepEqual([...seats, late].map(texts), [
    ["first", "second", "third"],
    ["first"],
    ["third"],
  ]);
});

Deno.test("crowd: not more is gathered than 64 KiB, nor for longer than it is asked to", async () => {
  using clock = new Clock();
  const { crowd, seats: [seat] } = crowdOf(1, 5);
  crowd.deliverToAll(notice("first"));
  crowd.deliverToAll(notice("second", 65_000));
  assert.equal(seat.messages.length, 1);
  crowd.deliverToAll(notice("third", 1_000));
  assert.equal(seat.messages.length, 3);
  crowd.deliverToAll(notice("fourth"));
  crowd.handOn();
  assert.equal(seat.messages.length, 4);
  assert.equal(clock.timers, 0);
  crowd.handOn();
  await clock.pass(10);
  assert.equal(seat.messages.length, 4, "nothing comes twice");
  assert.equal(clock.timers, 0);
});

Deno.test("crowd: a large one is served less often, up to ten times less", async () => {
  using clock = new Clock();
  for (const [size, stretch] of [[100, 1], [500, 5], [2_000, 10]]) {
    const { crowd, seats: [seat] } = crowdOf(size, 5);
    crowd.deliverToAll(notice("first"));
    crowd.deliverToAll(notice("second"));
    await clock.pass(5 * stretch - 1);
    assert.equal(seat.messages.length, 1, `${size} seats`);
    await clock.pass(1);
    assert.equal(seat.messages.length, 2, `${size} seats`);
  }
});
