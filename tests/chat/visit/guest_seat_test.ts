import assert from "node:assert/strict";
import { CloseCode, type SecureChannel, SEND_HIGH_WATER_MARK } from "../../../lib/channel/mod.ts";
import { Broadcast, encodeMessage, encodeText, newMessageId, Room } from "../../../lib/chat/mod.ts";
import { GuestSeat } from "../../../lib/chat/visit/guest_seat.ts";
import { establish, failure, isPending, rejection, turns } from "../../channel/support.ts";
import { memoryPair } from "../../support/wire.ts";
import {
  described,
  enter,
  hear,
  hearLines,
  HOST_KEY,
  idOf,
  KEY_PAIRS,
  keyOf,
  leave,
  somebody,
} from "../support.ts";

const QUEUE = 200_000;

/** A message of about so many bytes, with a number to know it by. */
function message(seq: number, size = 10_000): Broadcast {
  const from = { nick: "host", key: HOST_KEY };
  return new Broadcast({
    type: "message",
    id: idOf(1),
    seq,
    time: 5,
    from,
    body: new Uint8Array(size),
  });
}

async function seated(): Promise<
  { seat: GuestSeat; client: SecureChannel; server: SecureChannel; overflows: () => number }
> {
  const ends = await establish({ transports: memoryPair(20_000) });
  let overflows = 0;
  const seat = new GuestSeat(ends.server, QUEUE, () => overflows++, () => false);
  return { ...ends, seat, overflows: () => overflows };
}

/** Reads messages until the end, and tells how many they were and how it ended. */
async function readAll(client: SecureChannel): Promise<{ seqs: number[]; end: unknown }> {
  const seqs: number[] = [];
  const end = await rejection((async () => {
    while (true) {
      const said = await hear(client);
      if (said.type === "message") seqs.push(said.seq);
    }
  })());
  return { seqs, end };
}

Deno.test("guest seat: it takes what it can, and says when it has room no more, and again", async () => {
  const { seat, client, server } = await seated();
  let count = 0;
  // Once more when the first record is on its way, for which the transport has no space.
  for (let time = 0; time < 2; time++) {
    while (seat.deliver(message(++count))) assert.ok(server.queued <= SEND_HIGH_WATER_MARK);
    assert.ok(server.queued > SEND_HIGH_WATER_MARK && server.queued < QUEUE);
    await turns();
  }
  const drained = seat.drained();
  assert.equal(await isPending(drained), true);
  for (let seq = 1; seq <= count; seq++) assert.equal(described(await hear(client)), `${seq} host`);
  await drained;
  assert.equal(seat.deliver(message(++count)), true);
  assert.equal(described(await hear(client)), `${count} host`);
  assert.equal(seat.removal, undefined);
  assert.equal(await isPending(seat.gone), true);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("guest seat: one whose queue is full is put out, and told so when it reads again", async () => {
  const { seat, client, server, overflows } = await seated();
  // One turn later its transport is full, and everything else waits.
  seat.deliver(message(1, 60_000));
  await turns();
  let count = 1;
  while (server.queued <= QUEUE) seat.deliver(message(++count));
  assert.equal(overflows(), 0, "not at this moment: others are still being told");
  const queued = count;
  await Promise.resolve();
  assert.equal(overflows(), 1);
  assert.equal(seat.removal?.code, CloseCode.tooSlow);
  await seat.gone;
  await seat.drained();
  assert.equal(server.queued, 0, "what waited is thrown away");
  for (let more = 0; more < 100; more++) assert.equal(seat.deliver(message(++count)), true);
  assert.equal(server.queued, 0);
  assert.equal(overflows(), 1);

  const { seqs, end } = await readAll(client);
  const onTheirWay = Array.from({ length: seqs.length }, (_, index) => index + 1);
  assert.deepEqual(seqs, onTheirWay, "what was on its way arrives");
  assert.ok(seqs.length > 0 && seqs.length < queued, "and the rest does not");
  assert.ok(end instanceof Error);
  assert.equal(end.message, "the other side says: “you did not keep up with the conversation”");
  assert.equal(client.remoteClose?.code, CloseCode.tooSlow);
  await server.closed;
});

Deno.test("guest seat: as much as the queue holds is no reason to go", async () => {
  const { seat, client, server, overflows } = await seated();
  seat.deliver(message(1, 60_000));
  await turns();
  while (server.queued < QUEUE - 10_200) seat.deliver(message(2));
  // To the byte.
  const { length } = message(3, 1_000).bytes;
  seat.deliver(message(3, QUEUE - server.queued - 2 - (length - 1_000)));
  assert.equal(server.queued, QUEUE);
  await turns();
  assert.deepEqual([overflows(), seat.removal], [0, undefined]);
  seat.deliver(message(4, 0));
  await turns();
  assert.equal(overflows(), 1);
  assert.equal(await failure(readAll(client).then(({ end }) => Promise.reject(end))), TOO_SLOW);
  await server.closed;
});

const TOO_SLOW = "NetworkError/too-slow";

Deno.test("guest seat: one that is put out hears why, once", async () => {
  const { seat, client, server } = await seated();
  seat.remove({ code: CloseCode.removed, reason: "ada kicked you" });
  seat.remove({ code: CloseCode.timeout, reason: "and again" });
  assert.deepEqual(seat.removal, { code: CloseCode.removed, reason: "ada kicked you" });
  await seat.gone;
  await assert.rejects(client.receive(), {
    code: "removed",
    message: "the other side says: “ada kicked you”",
  });
  await server.closed;
});

Deno.test("guest seat: when its channel has failed, or said goodbye, it is gone, and takes no harm", async () => {
  const failed = await seated();
  failed.server.abort();
  assert.equal(failed.seat.deliver(message(1)), true);
  await failed.seat.gone;
  await failed.seat.drained();
  assert.equal(failed.seat.removal, undefined);
  failed.client.abort();

  const ended = await seated();
  await ended.server.end();
  assert.equal(ended.seat.deliver(message(1)), true);
  await ended.seat.gone;
  assert.equal(await ended.client.receive(), undefined);
  await Promise.all([ended.client.close(), ended.server.close()]);
});

// In a room.

Deno.test("guest seat: one that does not keep up is put out, and nobody else is affected", async () => {
  const left: string[] = [];
  const room = new Room({
    now: () => 5,
    limits: { queueSize: QUEUE },
    observer: { left: ({ nick }, _count, why) => left.push(`${nick} ${why}`) },
  });
  const host = room.join("host", HOST_KEY, somebody());
  const guests = [];
  for (const [index, nick] of ["ada", "slow", "bob"].entries()) {
    const transports = memoryPair(20_000);
    guests.push(await enter(room, nick, {}, { transports, keys: KEY_PAIRS[index] }));
  }
  const [ada, slow, bob] = guests;
  const count = 60;
  const heard = Promise.all([
    hearLines(ada.client, 2 + count + 1),
    hearLines(bob.client, count + 1),
  ]);
  for (let seq = 1; seq <= count; seq++) {
    assert.equal(host.ready(), undefined, "one of three holds nobody");
    host.post(idOf(seq), new Uint8Array(10_000));
    await turns(1);
  }
  const [byAda, byBob] = await heard;
  const changes = ["slow joined", "bob joined"];
  const goodbye = "slow left: did not keep up with the conversation";
  const said = Array.from({ length: count }, (_, index) => `${index + 1} host`);
  assert.deepEqual(byAda.filter((line) => line.endsWith("host")), said);
  assert.deepEqual(byAda.filter((line) => !line.endsWith("host")), [...changes, goodbye]);
  assert.deepEqual(byBob, byAda.slice(2), "in the same order");
  assert.deepEqual(left, ["slow too-slow"]);
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host", "ada", "bob"]);

  const { seqs, end } = await readAll(slow.client);
  assert.deepEqual(seqs, seqs.map((_, index) => index + 1), "without a gap, as far as it goes");
  assert.ok(seqs.length < count);
  assert.equal(await failure(Promise.reject(end)), TOO_SLOW);
  assert.equal(await failure(slow.served), "NetworkError/removed");
  await slow.server.closed;
  await Promise.all([ada, bob].map(leave));
});

Deno.test("guest seat: one that speaks and does not read hears why it had to go", async () => {
  const room = new Room({ limits: { queueSize: QUEUE } });
  const host = room.join("host", HOST_KEY, somebody());
  room.join("carol", keyOf(8), somebody());
  const slow = await enter(room, "slow", {}, { transports: memoryPair(20_000) });
  const speaking = rejection((async () => {
    while (true) {
      const body = encodeText("x".repeat(10_000));
      await slow.client.send(encodeMessage({ type: "send", id: newMessageId(), body }));
    }
  })());
  for (let seq = 1; room.members.length === 3; seq++) {
    host.post(newMessageId(), encodeText("x".repeat(10_000)));
    await turns(1);
  }
  const { end } = await readAll(slow.client);
  assert.equal(await failure(Promise.reject(end)), TOO_SLOW);
  await speaking;
  assert.equal(await failure(slow.served), "NetworkError/removed");
  await slow.server.closed;
});
