import assert from "node:assert/strict";
import { MAX_MESSAGE_SIZE } from "../../../lib/channel/mod.ts";
import {
  decodeMemberMessage,
  encodeText,
  MAX_BODY_SIZE,
  MAX_PAGES,
  MAX_UNANSWERED,
  MAX_UNANSWERED_SIZE,
  type NewRequest,
  UnansweredRequests,
} from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { isPending } from "../../channel/support.ts";
import { idOf } from "../support.ts";

/** How many may be on the way at once. */
const MOST = MAX_UNANSWERED - MAX_PAGES;

const text = (value: string): NewRequest => ({ type: "send", body: encodeText(value) });

function withRequests(count: number): UnansweredRequests {
  const unanswered = new UnansweredRequests();
  for (let byte = 1; byte <= count; byte++) unanswered.add(text(`${byte}`), { id: idOf(byte) });
  return unanswered;
}

/** The first bytes of the ids of all that can be taken. */
function takeAll(unanswered: UnansweredRequests): (number | undefined)[] {
  const taken: (number | undefined)[] = [];
  for (let next = unanswered.take(); next !== undefined; next = unanswered.take()) {
    taken.push(next.id[0]);
  }
  return taken;
}

Deno.test("unanswered: a request is taken once on a connection, in its order, with what it came from", () => {
  const unanswered = new UnansweredRequests();
  unanswered.add(text("one"), { line: 7, time: 5 });
  unanswered.add({ type: "rename", nick: "ada" });
  const first = unanswered.take();
  assert.ok(first !== undefined);
  assert.deepEqual([first.line, first.time], [7, 5]);
  assert.deepEqual(decodeMemberMessage(first.bytes), { ...text("one"), id: first.id });
  assert.equal(unanswered.take()?.request.type, "rename");
  assert.equal(unanswered.take(), undefined);
  assert.equal(unanswered.count, 2);
});

Deno.test("unanswered: an id is made of the time and chance, and none is there twice", () => {
  const unanswered = new UnansweredRequests();
  const before = Date.now();
  const { id } = unanswered.add(text("one"));
  const time = parseInt(hex(id.subarray(0, 6)), 16);
  assert.ok(before <= time && time <= Date.now());
  assert.throws(() => unanswered.add(text("two"), { id }), {
    code: "refused",
    message: `the id ${hex(id)} is in use already`,
  });
  assert.equal(unanswered.add(text("one"), { id }).id, id, "the same once more is the same");
  assert.equal(unanswered.count, 1);
  unanswered.take();
  assert.equal(unanswered.take(), undefined);
  unanswered.answer(id);
  unanswered.add(text("three"), { id });
  assert.equal(unanswered.count, 1);
});

Deno.test("unanswered: what was not answered is taken once more on the next connection, in its order", () => {
  const unanswered = withRequests(4);
  assert.deepEqual(takeAll(unanswered), [1, 2, 3, 4]);
  assert.notEqual(unanswered.answer(idOf(2)), "unknown");
  unanswered.add(text("5"), { id: idOf(5) });
  unanswered.rewind();
  assert.deepEqual(takeAll(unanswered), [1, 3, 4, 5]);
});

Deno.test("unanswered: answers come in any order, and one that is left is awaited", async () => {
  const unanswered = withRequests(3);
  takeAll(unanswered);
  const settled = unanswered.settled();
  for (const byte of [3, 1]) {
    const answered = unanswered.answer(idOf(byte));
    assert.ok(typeof answered === "object" && answered.id[0] === byte);
  }
  assert.equal(await isPending(settled), true);
  unanswered.answer(idOf(2));
  await settled;
  await unanswered.settled();
});

Deno.test("unanswered: an answer to what was not sent, or a second one on the same connection, is unknown", () => {
  const unanswered = withRequests(2);
  assert.equal(unanswered.answer(idOf(9)), "unknown");
  // It waits for its turn.
  assert.equal(unanswered.answer(idOf(1)), "unknown");
  assert.equal(unanswered.count, 2);
  takeAll(unanswered);
  unanswered.answer(idOf(1));
  assert.equal(unanswered.answer(idOf(1)), "unknown");
});

Deno.test("unanswered: what was sent on two connections may be answered twice, and before it is sent again", () => {
  const unanswered = withRequests(2);
  takeAll(unanswered);
  unanswered.rewind();
  const early = unanswered.answer(idOf(1));
  assert.ok(typeof early === "object" && early.id[0] === 1);
  assert.deepEqual(takeAll(unanswered), [2], "the other one is not sent any more");
  assert.ok(typeof unanswered.answer(idOf(2)) === "object");
  assert.equal(unanswered.answer(idOf(2)), "again");
  assert.equal(
    unanswered.answer(idOf(1)),
    "unknown",
    "that one was answered on its own connection",
  );
});

Deno.test("unanswered: what has turned out to be carried out may still be answered", () => {
  const unanswered = withRequests(2);
  takeAll(unanswered);
  unanswered.rewind();
  assert.equal(unanswered.take()?.id[0], 1);
  assert.equal(unanswered.remove(idOf(1))?.id[0], 1);
  assert.equal(unanswered.remove(idOf(1)), undefined);
  assert.throws(() => unanswered.add(text("other"), { id: idOf(1) }), { code: "refused" });
  assert.equal(unanswered.answer(idOf(1)), "again");
  assert.deepEqual(takeAll(unanswered), [2]);
});

Deno.test("unanswered: as many are on the way as may be, and each answer lets one more go", () => {
  const unanswered = new UnansweredRequests();
  for (let count = 0; count < MAX_UNANSWERED; count++) unanswered.add(text("x"));
  const taken = [];
  for (let next = unanswered.take(); next !== undefined; next = unanswered.take()) taken.push(next);
  assert.equal(taken.length, MOST);
  let ready = 0;
  unanswered.onReady = () => ready++;
  const [first] = taken;
  assert.ok(first !== undefined);
  unanswered.answer(first.id);
  assert.equal(ready, 1);
  assert.notEqual(unanswered.take(), undefined);
  assert.equal(unanswered.take(), undefined);
  // One that has turned out to be carried out is on the way until it is answered.
  const [, second] = taken;
  assert.ok(second !== undefined);
  unanswered.remove(second.id);
  assert.equal(unanswered.take(), undefined);
  assert.equal(unanswered.answer(second.id), "again");
  assert.notEqual(unanswered.take(), undefined);
});

Deno.test("unanswered: there is space until there are too many, or they are too large", async () => {
  const many = new UnansweredRequests();
  for (let count = 0; count < MOST - 1; count++) many.add(text("x"));
  await many.space();
  const last = many.add(text("x"));
  const space = many.space();
  assert.equal(await isPending(space), true);
  many.remove(last.id);
  await space;

  const large = new UnansweredRequests();
  const body = new Uint8Array(MAX_BODY_SIZE);
  while (large.count * MAX_BODY_SIZE < MAX_UNANSWERED_SIZE - MAX_BODY_SIZE) {
    large.add({ type: "send", body });
    await large.space();
  }
  const { id } = large.add({ type: "send", body });
  const largeSpace = large.space();
  assert.equal(await isPending(largeSpace), true);
  large.remove(id);
  await largeSpace;
});

Deno.test("unanswered: what no channel takes is not waited for", () => {
  const unanswered = new UnansweredRequests();
  const body = new Uint8Array(MAX_MESSAGE_SIZE);
  assert.throws(() => unanswered.add({ type: "send", body }), { code: "usage" });
  assert.equal(unanswered.count, 0);
});

Deno.test("unanswered: what is held back is not taken until it is released", () => {
  const unanswered = new UnansweredRequests();
  let ready = 0;
  unanswered.onReady = () => ready++;
  unanswered.add(text("1"), { id: idOf(1), isHeld: true });
  unanswered.add(text("2"), { id: idOf(2), isHeld: true });
  assert.deepEqual([unanswered.count, unanswered.take(), ready], [2, undefined, 0]);
  unanswered.release(idOf(1));
  unanswered.release(idOf(1));
  assert.deepEqual([takeAll(unanswered), ready], [[1], 1]);
  unanswered.rewind();
  assert.deepEqual(takeAll(unanswered), [1]);
  unanswered.release(idOf(2));
  assert.deepEqual(takeAll(unanswered), [2]);
});

Deno.test("unanswered: what an earlier run may have sent is answered as if on an earlier connection", () => {
  const unanswered = new UnansweredRequests();
  unanswered.add(text("1"), { id: idOf(1), wasSent: true });
  assert.ok(typeof unanswered.answer(idOf(1)) === "object");
  assert.equal(unanswered.answer(idOf(1)), "again");
});

Deno.test("unanswered: answers are tolerated to what was given up, and never to what still waits", () => {
  const unanswered = withRequests(1);
  assert.equal(unanswered.isForgiven(idOf(9)), false);
  unanswered.forgive(idOf(9));
  assert.deepEqual([unanswered.isForgiven(idOf(9)), unanswered.answer(idOf(9))], [true, "again"]);
  takeAll(unanswered);
  unanswered.rewind();
  takeAll(unanswered);
  assert.equal(unanswered.isForgiven(idOf(1)), false);
});

Deno.test("unanswered: what was taken is let go of, however many wait", () => {
  const unanswered = new UnansweredRequests();
  // As a pipe does it: there is always one more that waits.
  unanswered.add(text("0"));
  for (let count = 1; count < 5_000; count++) {
    unanswered.add(text(`${count}`));
    const taken = unanswered.take();
    assert.ok(taken !== undefined);
    assert.deepEqual(decodeMemberMessage(taken.bytes), { ...text(`${count - 1}`), id: taken.id });
    unanswered.answer(taken.id);
  }
  assert.equal(unanswered.count, 1);
});
