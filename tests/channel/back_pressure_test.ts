import assert from "node:assert/strict";
import { MAX_MESSAGE_SIZE, SEND_HIGH_WATER_MARK } from "../../lib/channel/mod.ts";
import { encodePart } from "../../lib/channel/records/record.ts";
import { memoryPair } from "../support/wire.ts";
import { ClientByHand } from "./by_hand.ts";
import {
  assertSame,
  CIPHERS,
  described,
  establish,
  failure,
  isPending,
  pattern,
  random,
  Recorder,
  rejection,
  turns,
  utf8,
} from "./support.ts";

/** What a pipe in memory holds before it makes its writer wait. */
const CAPACITY = 100_000;

/** A record at its longest, and its frame's header. */
const FRAME = 65_535 + 4;

/** Sends messages, awaiting each, until told to stop. */
function speak(
  send: (message: Uint8Array) => Promise<void>,
  size: number,
  count = Infinity,
): { sent: () => number; done: Promise<void> } {
  let sent = 0;
  const done = (async () => {
    while (sent < count) await send(pattern(size, sent++));
  })();
  done.catch(() => {});
  return { sent: () => sent, done };
}

for (const cipher of CIPHERS) {
  for (const size of [100, 5_000, 65_536, MAX_MESSAGE_SIZE]) {
    Deno.test(`back-pressure, ${cipher}: a peer that does not read holds a sender of ${size} bytes back`, async () => {
      const transports = memoryPair(CAPACITY);
      const { client, server } = await establish({ transports, cipher });
      const before = transports.client.outgoing.given;
      const count = Math.ceil(3_000_000 / size);
      const { sent, done } = speak((message) => client.send(message), size, count);
      await transports.client.outgoing.isFull;
      assert.equal(await isPending(done), true);
      const atRest = sent();
      // What the transport takes until it is full, the record that waits for it, and the queue: up
      // to the mark, and the one message more that goes over it.
      const bound = CAPACITY + 2 * FRAME + SEND_HIGH_WATER_MARK + 2 * (size + 2);
      assert.ok(atRest * size <= bound, `${atRest} messages of ${size} bytes were taken`);
      assert.ok(transports.client.outgoing.given - before <= CAPACITY + FRAME);
      await turns(20);
      assert.equal(sent(), atRest, "and there it stays");

      // Then it reads, and nothing is missing.
      for (let index = 0; index < count; index++) {
        assertSame(await server.receive(), pattern(size, index));
      }
      await done;
      assert.equal(sent(), count);
      await Promise.all([client.close(), server.close()]);
    });
  }
}

Deno.test("back-pressure: both sides full at once, then both read", async () => {
  const transports = memoryPair(CAPACITY);
  const { client, server } = await establish({ transports });
  const count = 60;
  const speakers = [client, server].map((channel) =>
    speak((message) => channel.send(message), 20_000, count)
  );
  await Promise.all([transports.client.outgoing.isFull, transports.server.outgoing.isFull]);
  for (let index = 0; index < count; index++) {
    assertSame(await server.receive(), pattern(20_000, index));
    assertSame(await client.receive(), pattern(20_000, index));
  }
  await Promise.all(speakers.map(({ done }) => done));
  await Promise.all([client.close(), server.close()]);
});

Deno.test("back-pressure: a side that does not receive reads nothing from its transport", async () => {
  const transports = memoryPair(CAPACITY);
  const trace = new Recorder();
  const { client, server } = await establish({ transports, server: { trace } });
  const before = transports.server.incoming.taken;
  const traced = trace.count("in");
  for (let index = 0; index < 3; index++) await client.send(pattern(10_000, index));
  await turns(20);
  assert.equal(transports.server.incoming.taken, before);
  assert.equal(trace.count("in"), traced);

  // One call reads what it needs: the first record here holds the first message only.
  assertSame(await server.receive(), pattern(10_000, 0));
  const first = transports.server.incoming.taken;
  assert.ok(first > before && first < before + 2 * 10_500);
  await turns(20);
  assert.equal(transports.server.incoming.taken, first);
  for (let index = 1; index < 3; index++) {
    assertSame(await server.receive(), pattern(10_000, index));
  }
  await Promise.all([client.close(), server.close()]);
});

Deno.test("back-pressure: a send that waits ends with its signal, and its message still goes", async () => {
  const transports = memoryPair(CAPACITY);
  const { client, server } = await establish({ transports });
  const controller = new AbortController();
  const { sent, done } = speak(
    (message) => client.send(message, { signal: controller.signal }),
    30_000,
  );
  await transports.client.outgoing.isFull;
  assert.equal(await isPending(done), true);
  const reason = new Error("waited long enough");
  controller.abort(reason);
  assert.equal(await rejection(done), reason);
  const count = sent();
  const ending = client.end();
  for (let index = 0; index < count; index++) {
    assertSame(await server.receive(), pattern(30_000, index));
  }
  assert.equal(await server.receive(), undefined);
  await ending;
  await Promise.all([client.close(), server.close()]);
});

Deno.test("back-pressure: several senders wait and all go on", async () => {
  const transports = memoryPair(CAPACITY);
  const { client, server } = await establish({ transports });
  const sends = Array.from({ length: 30 }, (_, index) => client.send(pattern(30_000, index)));
  await transports.client.outgoing.isFull;
  assert.equal(await isPending(sends[29]), true);
  for (let index = 0; index < 30; index++) {
    assertSame(await server.receive(), pattern(30_000, index));
  }
  await Promise.all(sends);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("back-pressure: a send that waits fails when the connection does", async () => {
  const ways: Record<string, (ends: Awaited<ReturnType<typeof full>>) => void> = {
    "the peer is gone": ({ server }) => server.abort(),
    "this side gives up": ({ client }) => client.abort(),
    "the transport breaks": ({ transports }) => {
      transports.client.outgoing.break();
      transports.server.outgoing.break();
    },
  };
  const full = async () => {
    const transports = memoryPair(CAPACITY);
    const ends = await establish({ transports });
    return { transports, ...ends };
  };
  for (const [way, act] of Object.entries(ways)) {
    const ends = await full();
    const { done } = speak((message) => ends.client.send(message), 65_536);
    await ends.transports.client.outgoing.isFull;
    assert.equal(await isPending(done), true);
    act(ends);
    assert.equal(described(await rejection(done)), "NetworkError/cut", way);
    assert.equal(await failure(ends.client.send(utf8("more"))), "NetworkError/cut", way);
    assert.equal(await failure(ends.client.receive()), "NetworkError/cut", way);
    ends.server.abort();
    await Promise.all([ends.client.closed, ends.server.closed]);
  }
});

Deno.test("back-pressure: the sender lets go of what it has sent", async () => {
  // In a process of its own, because collecting garbage on command takes a flag.
  const script = `
    import { Outbox } from ${
    JSON.stringify(import.meta.resolve("../../lib/channel/records/outbox.ts"))
  };
    const outbox = new Outbox(65_471);
    const sent = [];
    for (let turn = 0; turn < 500; turn++) {
      // There is always one more waiting, so the queue is never empty.
      const message = new Uint8Array(60_000);
      sent.push(new WeakRef(message));
      outbox.push(message);
      if (turn > 3) outbox.next();
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    globalThis.gc();
    console.log(sent.filter((reference) => reference.deref() !== undefined).length);
  `;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", "--v8-flags=--expose-gc", script],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const alive = Number(new TextDecoder().decode(stdout));
  assert.ok(alive < 20, `${alive} of 500 messages are still in memory`);
});

Deno.test("back-pressure: a receiver that stops in the middle of a large message goes on later", async () => {
  const { peer, channel } = await ClientByHand.meet();
  const large = random(50_000);
  const parts = [large.subarray(0, 20_000), large.subarray(20_000, 40_000), large.subarray(40_000)];
  for (const [index, part] of parts.entries()) {
    const controller = new AbortController();
    const waiting = rejection(channel.receive({ signal: controller.signal }));
    assert.equal(await isPending(waiting), true);
    controller.abort();
    assert.equal(await waiting, controller.signal.reason);
    await peer.sendRecord(encodePart(part, index === parts.length - 1));
  }
  assertSame(await channel.receive(), large);
  channel.abort();
});
