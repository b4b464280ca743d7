import assert from "node:assert/strict";
import { Broadcast } from "../../../lib/chat/mod.ts";
import { Crowd } from "../../../lib/chat/delivery/crowd.ts";
import { isPending, turns } from "../../channel/support.ts";
import { idOf, keyOf, Notebook } from "../support.ts";

/** A message with a text to know it by, and so many bytes more. */
function notice(text: string, size = 0): Broadcast {
  return new Broadcast({ type: "notice", text: text + "x".repeat(size) });
}

/** A message with a number. */
function message(seq: number): Broadcast {
  const from = { nick: "ada", key: keyOf(1) };
  return new Broadcast({
    type: "message",
    id: idOf(1),
    seq,
    time: 0,
    from,
    body: new Uint8Array(),
  });
}

/** Tells everybody, or everybody but one. */
function tellAll(crowd: Crowd, broadcast: Broadcast, except?: Notebook): void {
  crowd.gather({ broadcast, ...(except && { except }) });
  crowd.handOn();
}

function crowdOf(count: number): { crowd: Crowd; seats: Notebook[] } {
  const crowd = new Crowd();
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
  tellAll(crowd, notice("all"));
  tellAll(crowd, notice("others"), seats[1]);
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
  tellAll(crowd, notice("three"));
  assert.deepEqual([stranger, ...seats].map(texts), [[], [], ["three"]]);
  assert.equal(crowd.size, 1);
});

// Who is held.

Deno.test("crowd: where all have room, nobody is held", () => {
  const { crowd, seats } = crowdOf(3);
  tellAll(crowd, notice("hello"));
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
  tellAll(crowd, notice("hello"), speaker);
  assert.equal(crowd.ready(speaker), undefined);
  reader.fill();
  tellAll(crowd, notice("too much"), speaker);
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

// What is handed on together.

Deno.test("crowd: what is gathered is handed on seat by seat, in its order, and once", () => {
  const { crowd, seats } = crowdOf(2);
  crowd.gather({ broadcast: notice("all") });
  crowd.gather({ broadcast: notice("one"), only: seats[0] });
  crowd.gather({ broadcast: notice("others"), except: seats[0] });
  assert.deepEqual(seats.map(texts), [[], []]);
  assert.equal(crowd.handOn(), false, "there was no message among it");
  crowd.handOn();
  assert.deepEqual(seats.map(texts), [["all", "one"], ["all", "others"]]);
});

Deno.test("crowd: what was told before somebody came is not for them", () => {
  const { crowd, seats } = crowdOf(1);
  const upTo = crowd.count;
  const late = new Notebook();
  crowd.add(late);
  crowd.gather({ broadcast: notice("before"), upTo });
  crowd.gather({ broadcast: notice("now"), upTo: crowd.count });
  crowd.handOn();
  assert.deepEqual([...seats, late].map(texts), [["before", "now"], ["now"]]);
});

Deno.test("crowd: messages are for those who follow, anything else is for all", () => {
  const { crowd, seats } = crowdOf(2);
  crowd.follow(seats[1]);
  crowd.gather({ broadcast: message(1) });
  crowd.gather({ broadcast: notice("all") });
  crowd.gather({ broadcast: message(0), only: seats[0] });
  assert.equal(crowd.handOn(), true);
  assert.deepEqual(seats.map(texts), [["all", "message"], ["message", "all"]]);
});
