import assert from "node:assert/strict";
import {
  CLOSE_TIMEOUT,
  CloseCode,
  MAX_MESSAGE_SIZE,
  type SecureChannel,
  SEND_HIGH_WATER_MARK,
} from "../../../lib/channel/mod.ts";
import { memoryPair } from "../../support/wire.ts";
import { ClientByHand } from "../by_hand.ts";
import {
  assertSame,
  CIPHERS,
  Clock,
  described,
  establish,
  failure,
  fromUtf8,
  isPending,
  pattern,
  receiveAll,
  Recorder,
  rejection,
  turns,
  until,
  utf8,
} from "../support.ts";

const CUT = "NetworkError/cut";
const CLOSED = "UsageError/closed";
const ENDED = "NetworkError/ended";
const TOO_SLOW = { code: CloseCode.tooSlow, reason: "you did not keep up" };

/** What a pipe in memory holds before it makes its writer wait. */
const CAPACITY = 20_000;

/** `Class/code` of what a call throws. */
function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return described(error);
  }
  return "nothing";
}

/** Two ends with little room on the way. */
async function narrow() {
  const transports = memoryPair(CAPACITY);
  return { transports, ...await establish({ transports }) };
}

/** Two ends, the first of which has more to say than the way to the other holds. */
async function stuck() {
  const ends = await narrow();
  let count = 0;
  while (ends.client.queued <= SEND_HIGH_WATER_MARK) ends.client.enqueue(pattern(10_000, count++));
  await ends.transports.client.outgoing.isFull;
  while (ends.client.queued <= SEND_HIGH_WATER_MARK) ends.client.enqueue(pattern(10_000, count++));
  return { ...ends, count };
}

/** Takes messages until that fails: how many there were, and the error. */
async function receiveToTheEnd(channel: SecureChannel): Promise<{ count: number; error: unknown }> {
  let count = 0;
  const error = await rejection((async () => {
    for (;; count++) assertSame(await channel.receive(), pattern(10_000, count));
  })());
  return { count, error };
}

// Queueing.

Deno.test("queueing: without waiting, as long as there is room it says so", async () => {
  const { client, server } = await narrow();
  const size = 10_000;
  let count = 0;
  while (client.enqueue(pattern(size, count++))) {
    assert.equal(client.queued, count * (size + 2), "the headers count");
    assert.ok(client.queued <= SEND_HIGH_WATER_MARK);
  }
  assert.equal(client.queued, count * (size + 2));
  assert.ok(client.queued > SEND_HIGH_WATER_MARK);
  // That there is no room does not mean that it is not taken.
  for (; count < 20; count++) assert.equal(client.enqueue(pattern(size, count)), false);
  const drained = client.drained();
  assert.equal(await isPending(drained), true);
  for (let index = 0; index < 20; index++) assertSame(await server.receive(), pattern(size, index));
  await drained;
  await client.drained();
  await until(() => client.queued === 0);
  assert.equal(client.enqueue(utf8("again")), true);
  assert.equal(fromUtf8(await server.receive()), "again");
  await Promise.all([client.close(), server.close()]);
});

Deno.test("queueing: mixed with sending, everything arrives in order", async () => {
  const { client, server } = await narrow();
  const sends: Promise<void>[] = [];
  for (let index = 0; index < 200; index++) {
    if (index % 3 === 0) client.enqueue(pattern(3_000, index));
    else sends.push(client.send(pattern(3_000, index)));
  }
  for (let index = 0; index < 200; index++) {
    assertSame(await server.receive(), pattern(3_000, index));
  }
  await Promise.all(sends);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("queueing: a message that is too long is refused at once, and changes nothing", async () => {
  const { client, server } = await establish();
  assert.equal(
    thrown(() => client.enqueue(new Uint8Array(MAX_MESSAGE_SIZE + 1))),
    "UsageError/usage",
  );
  assert.equal(client.queued, 0);
  client.enqueue(new Uint8Array(MAX_MESSAGE_SIZE));
  assert.equal(client.queued, MAX_MESSAGE_SIZE + 2);
  assert.equal((await server.receive())?.length, MAX_MESSAGE_SIZE);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("queueing: nothing is taken after a goodbye, or after the end", async () => {
  const { client, server } = await establish();
  const ending = client.end();
  assert.equal(thrown(() => client.enqueue(utf8("more"))), CLOSED);
  await ending;
  await Promise.all([client.close(), server.close()]);
  assert.equal(thrown(() => client.enqueue(utf8("more"))), CLOSED);

  const cut = await stuck();
  const drained = rejection(cut.client.drained());
  cut.client.abort();
  assert.equal(described(await drained), CUT);
  assert.equal(thrown(() => cut.client.enqueue(utf8("more"))), CUT);
  assert.equal(await failure(cut.client.drained()), CUT);
  assert.equal(cut.client.queued, 0, "and nothing is kept");
  cut.server.abort();
});

Deno.test("activity: bytes are those that cross the wire after the handshake", async () => {
  for (const cipher of CIPHERS) {
    const transports = memoryPair();
    const trace = new Recorder();
    const { client, server } = await establish({ transports, cipher, client: { trace } });
    const before = { in: trace.count("in"), out: trace.count("out") };
    const { bytesIn, bytesOut } = client.activity;
    assert.deepEqual([bytesIn, bytesOut], [0, 0]);
    client.enqueue(pattern(100_000));
    client.enqueue(utf8("up"));
    for (let count = 0; count < 2; count++) await server.receive();
    await until(() => client.queued === 0);
    await server.send(utf8("down"));
    await client.receive();
    assert.equal(client.activity.bytesOut, trace.count("out") - before.out);
    assert.equal(client.activity.bytesIn, trace.count("in") - before.in);
    assert.ok(client.activity.bytesOut > 100_000 && client.activity.bytesIn > 4);
    assert.equal(server.activity.bytesIn, client.activity.bytesOut);
    assert.equal(server.activity.bytesOut, client.activity.bytesIn);
    await Promise.all([client.close(), server.close()]);
  }
});

Deno.test("activity: when something was heard, and when something was taken", async () => {
  using clock = new Clock();
  const { client, server } = await narrow();
  const start = performance.now();
  const times = () => {
    const { lastIn, lastOut, lastRelief } = client.activity;
    return [lastIn - start, lastOut - start, lastRelief - start];
  };
  assert.deepEqual(times(), [0, 0, -Infinity]);
  await clock.pass(100);
  await client.send(utf8("up"));
  await turns();
  assert.deepEqual(times(), [0, 100, -Infinity]);
  await clock.pass(100);
  await server.receive();
  await server.send(utf8("down"));
  await client.receive();
  assert.deepEqual(times(), [200, 100, -Infinity]);

  // More than goes on its way at once: it was offered, and that counts.
  await clock.pass(100);
  client.enqueue(pattern(2 * CAPACITY));
  client.enqueue(utf8("behind it"));
  await turns();
  await clock.pass(1_000);
  assert.deepEqual(times(), [200, 300, -Infinity]);
  // Somebody reads at last.
  assertSame(await server.receive(), pattern(2 * CAPACITY));
  await turns();
  assert.deepEqual(times(), [200, 1_300, 1_300]);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("activity: a transport that takes a part of what it is offered has taken something", async () => {
  using clock = new Clock();
  const transports = memoryPair(CAPACITY);
  let lastTaken = performance.now();
  const slow = Object.create(transports.client, { lastTaken: { get: () => lastTaken } });
  const { client, server } = await establish({ transports: { ...transports, client: slow } });
  client.enqueue(pattern(2 * CAPACITY));
  await turns();
  await clock.pass(20_000);
  lastTaken = performance.now();
  await clock.pass(10_000);
  assert.equal(performance.now() - client.activity.lastOut, 10_000);
  client.abort();
  server.abort();
});

// Dismissing.

Deno.test("dismissing: what waits is thrown away, and the peer hears why when it reads again", async () => {
  const { client, server, count } = await stuck();
  const sending = rejection(client.send(pattern(10_000)));
  const drained = rejection(client.drained());
  const receiving = rejection(client.receive());
  const dismissing = client.dismiss(TOO_SLOW);
  assert.equal(client.queued, 0);
  for (const error of [await sending, await drained]) {
    assert.equal(described(error), ENDED);
    assert.equal(
      (error as Error).message,
      "messages that were not sent yet were discarded: you did not keep up",
    );
  }
  assert.equal(thrown(() => client.enqueue(utf8("more"))), ENDED);
  assert.equal(await isPending(dismissing), true, "it has its time to hear of it");

  const { count: received, error } = await receiveToTheEnd(server);
  assert.ok(received > 0 && received < count, `${received} of ${count} were on their way`);
  assert.equal(described(error), "NetworkError/too-slow");
  assert.equal((error as Error).message, "the other side says: “you did not keep up”");
  await dismissing;
  await Promise.all([client.closed, server.closed]);
  await receiving;
});

Deno.test("dismissing: a peer that never reads is released when its time is over", async () => {
  using clock = new Clock();
  assert.equal(CLOSE_TIMEOUT, 5_000);
  for (const timeout of [undefined, 200]) {
    const { client, server, transports } = await stuck();
    const dismissing = client.dismiss(TOO_SLOW, timeout);
    await clock.pass((timeout ?? 5_000) - 1);
    assert.equal(await isPending(dismissing), true);
    assert.equal(transports.client.closeCount, 0);
    await clock.pass(1);
    await dismissing;
    await client.closed;
    assert.equal(transports.client.closeCount, 1);
    assert.equal(await failure(client.receive()), ENDED);
    // For the peer that is a cut, whenever it looks.
    assert.equal(described((await receiveToTheEnd(server)).error), CUT);
    await server.closed;
  }
  assert.equal(clock.timers, 0);
});

Deno.test("dismissing: a peer that reads but does not answer is released when its time is over", async () => {
  using clock = new Clock();
  const { peer, channel } = await ClientByHand.meet();
  const dismissing = channel.dismiss(TOO_SLOW);
  const words = await peer.receiveRecord();
  assert.deepEqual(words?.slice(0, 2), Uint8Array.of(0, CloseCode.tooSlow));
  await clock.pass(4_999);
  assert.equal(await isPending(dismissing), true);
  await clock.pass(1);
  await dismissing;
  await channel.closed;
  assert.equal(clock.timers, 0);
});

Deno.test("dismissing: a peer that is gone is released at once", async () => {
  using clock = new Clock();
  const { client, server } = await stuck();
  server.abort();
  await client.dismiss(TOO_SLOW);
  await client.closed;
  assert.equal(clock.timers, 0);
});

Deno.test("dismissing: one that is up to date hears it, too, while it sends without a pause", async () => {
  for (const cipher of CIPHERS) {
    const { client, server } = await establish({ cipher });
    const sending = rejection((async () => {
      while (true) await server.send(pattern(30_000));
    })());
    const dismissing = client.dismiss({ code: CloseCode.removed, reason: "spam" });
    assert.equal(await failure(server.receive()), "NetworkError/removed");
    assert.equal(described(await sending), "NetworkError/removed");
    await dismissing;
    await Promise.all([client.closed, server.closed]);
  }
});

Deno.test("dismissing: in the middle of a large message, no part of it is delivered", async () => {
  const { client, server, transports } = await narrow();
  client.enqueue(pattern(200_000));
  await transports.client.outgoing.isFull;
  const dismissing = client.dismiss(TOO_SLOW);
  assert.equal(await failure(server.receive()), "NetworkError/too-slow");
  await dismissing;
  await server.closed;
});

Deno.test("dismissing: a goodbye that waits behind what is thrown away is not said", async () => {
  const { client, server } = await stuck();
  const ending = rejection(client.end());
  assert.equal(await isPending(ending), true);
  const dismissing = client.dismiss(TOO_SLOW);
  assert.equal(described(await ending), ENDED);
  assert.equal(described((await receiveToTheEnd(server)).error), "NetworkError/too-slow");
  await dismissing;
});

Deno.test("dismissing: after a goodbye it only waits for the peer's", async () => {
  const { client, server } = await establish();
  await client.end();
  const dismissing = client.dismiss(TOO_SLOW);
  assert.equal(await server.receive(), undefined);
  assert.equal(server.remoteClose?.code, CloseCode.done);
  await server.close();
  await dismissing;
  await client.closed;
});

Deno.test("dismissing: both each other, twice, and whatever is called afterwards", async () => {
  const { client, server } = await establish();
  await Promise.all([
    client.dismiss(TOO_SLOW),
    client.dismiss(TOO_SLOW),
    server.dismiss({ code: CloseCode.removed, reason: "" }),
  ]);
  await Promise.all([client.closed, server.closed]);
  await client.dismiss(TOO_SLOW);
  await client.close();
  client.abort();
  assert.notEqual(thrown(() => client.enqueue(utf8("more"))), "nothing");
  await rejection(client.receive());
});

Deno.test("dismissing: one that is closed already is left alone", async () => {
  const { client, server } = await establish();
  const received = receiveAll(server);
  await client.send(utf8("all there is"));
  await Promise.all([client.close(), received.then(() => server.close())]);
  await client.dismiss(TOO_SLOW);
  assert.equal(await client.receive(), undefined, "an end stays an end");
});
