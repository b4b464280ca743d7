import assert from "node:assert/strict";
import {
  CLOSE_TIMEOUT,
  CloseCode,
  encodeMessages,
  type SecureChannel,
} from "../../lib/channel/mod.ts";
import { ProtocolError } from "../../lib/errors.ts";
import { memoryPair } from "../support/wire.ts";
import { ClientByHand } from "./by_hand.ts";
import {
  assertSame,
  CIPHERS,
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
  utf8,
} from "./support.ts";

const CUT = "NetworkError/cut";
const CLOSED = "UsageError/closed";

async function closeBoth(...channels: SecureChannel[]): Promise<void> {
  await Promise.all(channels.map((channel) => channel.close()));
}

for (const cipher of CIPHERS) {
  Deno.test(`closing, ${cipher}: one direction ends, the other goes on`, async () => {
    const { client, server } = await establish({ cipher });
    await client.send(utf8("a question"));
    await client.end({ code: CloseCode.shutdown, reason: "nothing more to ask" });
    assert.equal(fromUtf8(await server.receive()), "a question");
    assert.equal(await server.receive(), undefined);
    assert.deepEqual(server.remoteClose, {
      code: CloseCode.shutdown,
      reason: "nothing more to ask",
    });
    assert.equal(client.remoteClose, undefined);
    assert.equal(await failure(client.send(utf8("one more"))), CLOSED);
    const receiving = receiveAll(client);
    for (let index = 0; index < 50; index++) await server.send(pattern(3_000, index));
    await server.end();
    assert.equal((await receiving).length, 50);
    await Promise.all([client.closed, server.closed]);
  });

  Deno.test(`closing, ${cipher}: both at once`, async () => {
    for (let ticks = 0; ticks < 30; ticks++) {
      const transports = memoryPair();
      const { client, server } = await establish({ transports, cipher });
      const closing = client.close();
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      await Promise.all([closing, server.close()]);
      await Promise.all([client.closed, server.closed]);
      assert.deepEqual([transports.client.closeCount, transports.server.closeCount], [1, 1]);
      for (const channel of [client, server]) {
        assert.equal(await channel.receive(), undefined);
        assert.equal(await failure(channel.send(utf8("too late"))), CLOSED);
      }
    }
  });

  Deno.test(`closing, ${cipher}: everything that was queued arrives first`, async () => {
    const { client, server } = await establish({ cipher });
    const count = 100;
    const sends = Array.from({ length: count }, (_, index) => client.send(pattern(9_000, index)));
    const closing = client.close();
    for (let index = 0; index < count; index++) {
      assertSame(await server.receive(), pattern(9_000, index));
    }
    assert.equal(await server.receive(), undefined);
    await Promise.all(sends);
    await server.close();
    await closing;
  });

  Deno.test(`closing, ${cipher}: a reason reaches the other side while it sends without a pause`, async () => {
    for (
      const [code, expected] of [
        [CloseCode.full, "NetworkError/room-full"],
        [CloseCode.notAllowed, "AuthenticationError/key-refused"],
        [CloseCode.malformed, "ProtocolError/malformed-message"],
        [CloseCode.timeout, "NetworkError/timed-out"],
        [CloseCode.removed, "NetworkError/removed"],
        [CloseCode.tooSlow, "NetworkError/too-slow"],
      ] as const
    ) {
      const { client, server } = await establish({ cipher });
      const sending = rejection((async () => {
        while (true) await client.send(pattern(30_000));
      })());
      const closing = server.close({ code, reason: "so it is" });
      assert.equal(await failure(client.receive()), expected);
      assert.equal(described(await sending), expected);
      assert.equal(await failure(client.end()), expected);
      await closing;
      await Promise.all([client.closed, server.closed]);
    }
  });
}

Deno.test("closing: what the other side still sends is thrown away, and it is not held back", async () => {
  const { client, server } = await establish();
  const closing = client.close();
  for (let index = 0; index < 100; index++) await server.send(pattern(30_000));
  assert.equal(await server.receive(), undefined);
  await server.close();
  await closing;
  await closeBoth(client, server);
});

Deno.test("closing: end, close and abort as often as one likes", async () => {
  const { client, server } = await establish();
  const ends = [client.end(), client.end(), client.end({ code: CloseCode.full, reason: "no" })];
  await Promise.all(ends);
  await client.end();
  assert.equal(await server.receive(), undefined);
  assert.deepEqual(server.remoteClose, { code: CloseCode.done, reason: "" }, "the first counts");
  const closes = [client.close(), client.close(), server.close(), server.close()];
  await Promise.all(closes);
  await closeBoth(client, server);
  client.abort();
  client.abort(new Error("again"));
  await Promise.all([client.end(), server.end(), client.closed, server.closed]);
  await client[Symbol.asyncDispose]();
  assert.equal(await client.receive(), undefined, "an end stays an end");
});

Deno.test("closing: abort is a cut for whoever waits, on both sides", async () => {
  for (const reason of [undefined, new Error("no reason"), "text"]) {
    const transports = memoryPair();
    const { client, server } = await establish({ transports });
    const waiting = [client.receive(), client.receive(), server.receive()].map(rejection);
    client.abort(reason);
    for (const error of await Promise.all(waiting)) assert.equal(described(error), CUT);
    const [own] = await Promise.all(waiting);
    assert.ok(own instanceof Error && own.cause === reason);
    for (const channel of [client, server]) {
      assert.equal(await failure(channel.send(utf8("more"))), CUT);
      assert.equal(await failure(channel.receive()), CUT);
      assert.equal(await failure(channel.end()), CUT);
    }
    await Promise.all([client.closed, server.closed]);
    assert.deepEqual([transports.client.closeCount, transports.server.closeCount], [1, 1]);
    await closeBoth(client, server);
  }
});

Deno.test("closing: an abort with a reported error is that error for whoever waits", async () => {
  const { client, server } = await establish();
  const reason = new ProtocolError("malformed-message", "what was said made no sense");
  const waiting = rejection(client.receive());
  client.abort(reason);
  assert.equal(await waiting, reason);
  assert.equal(await rejection(client.send(utf8("more"))), reason);
  assert.equal(await failure(server.receive()), CUT);
});

Deno.test("closing: a message that has arrived before an abort can still be taken", async () => {
  const { peer, channel } = await ClientByHand.meet();
  await peer.sendRecord(encodeMessages([utf8("one"), utf8("two")]));
  assert.equal(fromUtf8(await channel.receive()), "one");
  channel.abort();
  assert.equal(fromUtf8(await channel.receive()), "two");
  assert.equal(await failure(channel.receive()), CUT);
});

Deno.test("closing: close against a peer that never answers takes as long as it may", async () => {
  assert.equal(CLOSE_TIMEOUT, 5_000);
  const transports = memoryPair();
  const { client, server } = await establish({ transports });
  await client.close(undefined, 5);
  assert.equal(transports.client.closeCount, 1);
  assert.equal(await failure(client.receive()), CLOSED);
  assert.equal(await server.receive(), undefined, "the goodbye was said");
  server.abort();
});

Deno.test("closing: close against a peer that never reads says that not everything was sent", async () => {
  const transports = memoryPair(1_000);
  const { client, server } = await establish({ transports });
  void client.send(pattern(5_000));
  await transports.client.outgoing.isFull;
  const lost = client.send(pattern(5_000));
  assert.equal(await failure(client.close(undefined, 5)), "NetworkError/timed-out");
  await client.closed;
  await client.close();
  await lost;
  // For the peer this is a cut: it has not been told of an end.
  assertSame(await server.receive(), pattern(5_000));
  assert.equal(await failure(server.receive()), CUT);
});

Deno.test("closing: close against a peer that is gone", async () => {
  const transports = memoryPair();
  const { client, server } = await establish({ transports });
  server.abort();
  await client.close().catch((error) => assert.equal(described(error), CUT));
  await client.closed;
  assert.equal(transports.client.closeCount, 1);
});

Deno.test("closing: close when the other side has closed already", async () => {
  const { client, server } = await establish();
  const first = client.close();
  assert.equal(await server.receive(), undefined);
  await server.close();
  await first;
});

Deno.test("closing: await using says goodbye, and a failure of that is nobody's", async () => {
  const { client, server } = await establish();
  const served = receiveAll(server).then(() => server.close());
  {
    await using channel = client;
    await channel.send(utf8("hello"));
  }
  await served;
  await client.closed;

  const second = await establish();
  second.server.abort();
  {
    await using channel = second.client;
    assert.equal(await failure(channel.receive()), CUT);
  }
  await second.client.closed;
});

Deno.test("closing: an end that waits ends with its signal, and the goodbye still goes", async () => {
  const transports = memoryPair(1_000);
  const { client, server } = await establish({ transports });
  const sending = client.send(pattern(5_000));
  await transports.client.outgoing.isFull;
  const controller = new AbortController();
  const ending = rejection(client.end(undefined, { signal: controller.signal }));
  controller.abort();
  assert.equal(await ending, controller.signal.reason);
  assertSame(await server.receive(), pattern(5_000));
  assert.equal(await server.receive(), undefined);
  await Promise.all([sending, client.close(), server.close()]);
});

Deno.test("closing: a goodbye in the middle of a large message waits for its last part", async () => {
  const { client, server } = await establish();
  const sending = client.send(pattern(200_000));
  const ending = client.end();
  assertSame(await server.receive(), pattern(200_000));
  assert.equal(await server.receive(), undefined);
  await Promise.all([sending, ending]);
  await closeBoth(client, server);
});

// Waiting for messages.

Deno.test("receiving: several that wait get one message each, in order", async () => {
  const { client, server } = await establish();
  const waiting = Array.from({ length: 10 }, () => server.receive());
  for (let index = 0; index < 10; index++) {
    await client.send(utf8(String(index)));
    if (index % 3 === 0) await turns(1);
  }
  const received = (await Promise.all(waiting)).map(fromUtf8);
  assert.deepEqual(received, Array.from({ length: 10 }, (_, index) => String(index)));
  await closeBoth(client, server);
});

Deno.test("receiving: all that wait hear of the end, or of the failure", async () => {
  const { client, server } = await establish();
  const waiting = Array.from({ length: 5 }, () => server.receive());
  await client.end();
  assert.deepEqual(await Promise.all(waiting), new Array(5).fill(undefined));
  const failing = Array.from({ length: 5 }, () => rejection(client.receive()));
  server.abort();
  const errors = await Promise.all(failing);
  assert.equal(described(errors[0]), CUT);
  assert.equal(new Set(errors).size, 1, "and it is one and the same");
});

Deno.test("receiving: a signal ends the waiting, and nothing is lost", async () => {
  const { client, server } = await establish();
  for (let index = 0; index < 20; index++) {
    const controller = new AbortController();
    const reason = new Error("not now");
    const waiting = rejection(server.receive({ signal: controller.signal }));
    if (index % 2 === 0) await turns(1);
    controller.abort(reason);
    await client.send(utf8(String(index)));
    assert.equal(await waiting, reason);
    assert.equal(fromUtf8(await server.receive()), String(index));
  }
  await closeBoth(client, server);
});

Deno.test("receiving: whenever the signal comes, a message is received once", async () => {
  const { client, server } = await establish();
  for (let ticks = 0; ticks < 80; ticks++) {
    const controller = new AbortController();
    const waiting = server.receive({ signal: controller.signal }).then(
      (message) => fromUtf8(message),
      () => "aborted",
    );
    void client.send(utf8(String(ticks)));
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    controller.abort();
    const first = await waiting;
    if (first === "aborted") assert.equal(fromUtf8(await server.receive()), String(ticks));
    else assert.equal(first, String(ticks));
  }
  await closeBoth(client, server);
});

Deno.test("receiving: with a signal that is aborted before", async () => {
  const { client, server } = await establish();
  const reason = new Error("never");
  await assert.rejects(server.receive({ signal: AbortSignal.abort(reason) }), reason);
  const waiting = server.receive();
  assert.equal(await isPending(waiting), true);
  await client.send(utf8("still here"));
  assert.equal(fromUtf8(await waiting), "still here");
  await closeBoth(client, server);
});

Deno.test("trace: a failure is there once, an ordinary end is none", async () => {
  const traces = { client: new Recorder(), server: new Recorder() };
  const ends = { client: { trace: traces.client }, server: { trace: traces.server } };
  const first = await establish(ends);
  await closeBoth(first.client, first.server);
  assert.equal(traces.client.of("failure").length + traces.server.of("failure").length, 0);

  const second = await establish(ends);
  second.client.abort();
  for (let turn = 0; turn < 3; turn++) assert.equal(await failure(second.server.receive()), CUT);
  assert.equal(traces.server.of("failure").length, 1);
});

// Web Streams.

Deno.test("streams: pipeTo from one side to the other, in chunks of 64 KiB, both ways", async () => {
  for (const cipher of CIPHERS) {
    const { client, server } = await establish({ cipher });
    const chunks = Array.from({ length: 40 }, (_, index) => pattern(65_536, index));
    const send = (channel: SecureChannel) => ReadableStream.from(chunks).pipeTo(channel.writable);
    const collect = async (channel: SecureChannel) => {
      const received: Uint8Array[] = [];
      await channel.readable.pipeTo(
        new WritableStream({
          write(chunk) {
            received.push(chunk);
          },
        }),
      );
      return received;
    };
    const [up, down] = await Promise.all([
      collect(server),
      collect(client),
      send(client),
      send(server),
    ]);
    for (const received of [up, down]) {
      assert.equal(received.length, chunks.length);
      received.forEach((chunk, index) => assertSame(chunk, chunks[index]));
    }
    await Promise.all([client.closed, server.closed]);
  }
});

Deno.test("streams: the same stream each time, and nothing is read before somebody reads", async () => {
  const transports = memoryPair();
  const { client, server } = await establish({ transports });
  assert.equal(server.readable, server.readable);
  assert.equal(server.writable, server.writable);
  const before = transports.server.incoming.taken;
  await client.send(utf8("waiting"));
  await turns();
  assert.equal(transports.server.incoming.taken, before);
  const reader = server.readable.getReader();
  assert.equal(fromUtf8((await reader.read()).value), "waiting");
  const writer = client.writable.getWriter();
  await writer.write(utf8("and more"));
  assert.equal(fromUtf8((await reader.read()).value), "and more");
  await writer.close();
  assert.equal((await reader.read()).done, true);
  assert.equal(await failure(client.send(utf8("behind it"))), CLOSED);
  await server.send(utf8("the other direction is open"));
  assert.equal(fromUtf8(await client.receive()), "the other direction is open");
  await closeBoth(client, server);
});

Deno.test("streams: a writer is held back by a peer that does not read", async () => {
  const transports = memoryPair(10_000);
  const { client, server } = await establish({ transports });
  let pulled = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled++ < 40) controller.enqueue(pattern(20_000, pulled));
      else controller.close();
    },
  });
  const piping = source.pipeTo(client.writable);
  await transports.client.outgoing.isFull;
  assert.equal(await isPending(piping), true);
  assert.ok(pulled < 15, `${pulled} chunks were taken`);
  let size = 0;
  for await (const chunk of server.readable) size += chunk.length;
  assert.equal(size, 40 * 20_000);
  await piping;
  await closeBoth(client, server);
});

Deno.test("streams: a failure fails them", async () => {
  const { client, server } = await establish();
  const reading = failure(server.readable.getReader().read());
  const writer = server.writable.getWriter();
  client.abort();
  assert.equal(await reading, CUT);
  assert.equal(await failure(writer.write(utf8("more"))), CUT);
  await rejection(writer.closed);
  await server.closed;
});

Deno.test("streams: cancelling the readable one closes the channel", async () => {
  const { client, server } = await establish();
  const served = client.receive().then(() => client.close());
  await server.readable.cancel();
  await served;
  await Promise.all([client.closed, server.closed]);
});

Deno.test("streams: aborting the writable one is a cut", async () => {
  const { client, server } = await establish();
  await client.writable.abort(new Error("the source failed"));
  assert.equal(await failure(server.receive()), CUT);
  await Promise.all([client.closed, server.closed]);
});

Deno.test("streams: a source that fails is a cut for the other side, not an end", async () => {
  const { client, server } = await establish();
  const reason = new Error("the disk is gone");
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(utf8("first")),
    pull: (controller) => controller.error(reason),
  }, { highWaterMark: 0 });
  const piping = rejection(source.pipeTo(client.writable));
  const received: (string | undefined)[] = [];
  const error = await rejection((async () => {
    while (true) received.push(fromUtf8(await server.receive()));
  })());
  assert.equal(described(error), CUT);
  assert.ok(received.every((text) => text === "first"));
  assert.equal(await piping, reason);
});

Deno.test("closing: what a peer that was told to go still sends is not opened without end", async () => {
  const { client, server } = await establish();
  const refused = server.close({ code: CloseCode.notAllowed, reason: "go" });
  // It does not listen, and so it is not told.
  for (let sent = 0; sent < 20; sent++) await client.send(pattern(60_000));
  const { bytesIn } = server.activity;
  assert.ok(bytesIn > 100_000 && bytesIn < 400_000, `${bytesIn} bytes were opened`);
  assert.equal(await failure(client.receive()), "AuthenticationError/key-refused");
  client.abort();
  await refused;
});
