import assert from "node:assert/strict";
import { MemoryLog, Room, type RoomOptions } from "../../../lib/chat/mod.ts";
import { Sequence, type SequenceOptions } from "../../../lib/chat/delivery/sequence.ts";
import { Clock, isPending, turns } from "../../channel/support.ts";
import { idOf, keyOf, Notebook } from "../support.ts";

/** A sequence that gathers for 5 ms, and news for 50; and what has had its turn. */
function sequenceOf(options: Partial<SequenceOptions> = {}) {
  const done: string[] = [];
  const sequence = new Sequence({
    log: new MemoryLog(),
    gatherFor: () => 5,
    gatherNewsFor: () => 50,
    onTurn: () => {},
    onFailure: () => assert.fail("the log does not fail"),
    ...options,
  });
  const post = (byte: number) => {
    const from = { nick: "ada", key: keyOf(1) };
    const entry = { id: idOf(byte), time: 1, from, body: new Uint8Array(1) };
    sequence.post(entry, () => done.push(`message ${byte}`));
  };
  const step = (name: string) => sequence.then(() => done.push(name));
  const news = (name: string) => sequence.thenNews(() => done.push(name));
  return { sequence, done, post, step, news };
}

Deno.test("news: the first after a pause has its turn at once, and more is gathered", async () => {
  using clock = new Clock();
  const { done, news } = sequenceOf();
  news("ada");
  assert.deepEqual(done, ["ada"]);
  news("bob");
  await clock.pass(30);
  news("eve");
  await clock.pass(19);
  assert.deepEqual(done, ["ada"]);
  await clock.pass(1);
  assert.deepEqual(done, ["ada", "bob", "eve"]);
  await clock.pass(1_000);
  news("joe");
  assert.equal(done.at(-1), "joe");
  assert.equal(clock.timers, 0);
});

Deno.test("news: what comes behind it takes it along in its own time, in their order", async () => {
  using clock = new Clock();
  const { done, news, post, step } = sequenceOf();
  step("first");
  news("ada came");
  await clock.pass(2);
  post(1);
  news("bob came");
  await clock.pass(2);
  assert.deepEqual(done, ["first"]);
  await clock.pass(1);
  await turns();
  assert.deepEqual(done, ["first", "ada came", "message 1", "bob came"]);

  news("eve came");
  await clock.pass(20);
  assert.equal(done.at(-1), "bob came");
  step("at once");
  assert.deepEqual(done.slice(-2), ["eve came", "at once"]);
  assert.equal(clock.timers, 0);
});

Deno.test("news: one who goes waits for messages before it, and not for news alone", async () => {
  using clock = new Clock();
  const { sequence, done, news, post } = sequenceOf();
  news("first");
  news("second");
  await sequence.settleMessages();
  assert.deepEqual(done, ["first"]);
  post(1);
  assert.equal(await isPending(sequence.settleMessages()), false);
  assert.deepEqual(done, ["first", "second", "message 1"]);
  news("third");
  await sequence.settle();
  assert.equal(done.at(-1), "third");
  assert.equal(clock.timers, 0);
});

Deno.test("news: it waits for 64 KiB of it at most", () => {
  using clock = new Clock();
  const { done, news } = sequenceOf();
  for (let count = 0; count < 1_000; count++) news(`${count}`);
  assert.ok(done.length > 600, `${done.length}`);
  void clock;
});

/** A room in which so many sit, each of whom has heard of those behind it. */
function roomOf(count: number, options: RoomOptions = {}) {
  const room = new Room({ gatherFor: 10, ...options });
  const come = (index: number) => {
    const seat = new Notebook();
    const membership = room.join(`user${index}`, keyOf(index), seat);
    void membership.follow({ past: 0 });
    return { seat, membership };
  };
  return { room, come, guests: Array.from({ length: count }, (_, index) => come(index)) };
}

Deno.test("news: in a crowd many who come are told together, and what one says is behind it", async () => {
  using clock = new Clock();
  const { room, come, guests } = roomOf(100);
  await room.settle();
  const [{ seat }] = guests;
  await clock.pass(1_000);
  const heard = () => seat.heard.filter((line) => /user1\d\d/.test(line));
  come(100);
  assert.deepEqual(heard(), ["user100 joined"], "after a pause at once");
  const { membership } = come(101);
  come(102);
  await clock.pass(40);
  assert.deepEqual(heard(), ["user100 joined"]);
  const posted = membership.post(idOf(1), new Uint8Array(1));
  await clock.pass(10);
  await posted;
  const told = ["user100 joined", "user101 joined", "user102 joined", "1 user101"];
  assert.deepEqual(heard(), told);

  guests[5].membership.leave();
  await clock.pass(20);
  guests[6].membership.leave();
  await clock.pass(32);
  assert.deepEqual(seat.heard.slice(-2), ["user5 left", "user6 left"]);
  await room.close();
});

Deno.test("news: in a small room they are told as soon as anything else", async () => {
  using clock = new Clock();
  const { room, come, guests: [{ seat }] } = roomOf(10);
  await clock.pass(1_000);
  come(10);
  come(11);
  assert.equal(seat.heard.at(-1), "user10 joined");
  await clock.pass(10);
  assert.equal(seat.heard.at(-1), "user11 joined");
  await room.close();
});
