import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { MAX_MESSAGE_SIZE, RecordType, SEND_HIGH_WATER_MARK } from "../../lib/channel/mod.ts";
import { memoryPair, Wire } from "../support/wire.ts";
import {
  assertSame,
  CIPHERS,
  classical,
  establish,
  failure,
  fromUtf8,
  pattern,
  receiveAll,
  Recorder,
  same,
  utf8,
} from "./support.ts";

for (const cipher of CIPHERS) {
  Deno.test(`sending, ${cipher}: messages of any size, in any mix, arrive whole and in order`, async () => {
    const size = fc.oneof(
      { weight: 8, arbitrary: fc.nat(500) },
      { weight: 2, arbitrary: fc.nat(70_000) },
      { weight: 1, arbitrary: fc.nat(MAX_MESSAGE_SIZE) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 65_468, 65_535, 65_536, MAX_MESSAGE_SIZE) },
    );
    const sizes = fc.array(size, { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.boolean(), async (up, down, waits) => {
        const { client, server } = await establish({ cipher });
        const sent = [up, down].map((sizes) => sizes.map((size, index) => pattern(size, index)));
        const [fromServer, fromClient] = await Promise.all(
          [client, server].map(async (channel, side) => {
            const receiving = receiveAll(channel);
            for (const message of sent[side]) {
              const sending = channel.send(message);
              if (waits) await sending;
            }
            await channel.end();
            return await receiving;
          }),
        );
        for (const [received, expected] of [[fromClient, sent[0]], [fromServer, sent[1]]]) {
          assert.equal(received.length, expected.length);
          assert.ok(received.every((message, index) => same(message, expected[index])));
        }
        await Promise.all([client.closed, server.closed]);
      }),
      { numRuns: 25 },
    );
  });

  Deno.test(`sending, ${cipher}: what is sent in one turn shares a record`, async () => {
    const trace = new Recorder();
    const { client, server } = await establish({ cipher, client: { trace } });
    const handshake = trace.of("bytes").length;
    for (let index = 0; index < 1000; index++) void client.send(utf8(`message ${index}`));
    for (let index = 0; index < 1000; index++) {
      assert.equal(fromUtf8(await server.receive()), `message ${index}`);
    }
    const records = trace.of("record");
    assert.equal(records.length, 1);
    assert.equal(records[0].recordType, RecordType.messages);
    assert.equal(trace.of("bytes").length, handshake + 1, "and goes out in one piece");
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`sending, ${cipher}: what comes while a record is on its way shares the next one`, async () => {
    const trace = new Recorder();
    const transports = memoryPair(1_000);
    const { client, server } = await establish({ transports, cipher, client: { trace } });
    void client.send(pattern(2_000));
    await transports.client.outgoing.isFull;
    for (let index = 0; index < 500; index++) void client.send(utf8(`message ${index}`));
    assertSame(await server.receive(), pattern(2_000));
    for (let index = 0; index < 500; index++) {
      assert.equal(fromUtf8(await server.receive()), `message ${index}`);
    }
    assert.equal(trace.of("record").length, 2);
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`sending, ${cipher}: no message is left lying, whenever it is sent`, async () => {
    // The moment in which the sender has just found nothing more to do is one of these.
    const { client, server } = await establish({ cipher });
    for (let ticks = 0; ticks < 120; ticks++) {
      void client.send(utf8("first"));
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      void client.send(utf8("second"));
      assert.equal(fromUtf8(await server.receive()), "first");
      assert.equal(fromUtf8(await server.receive()), "second", `after ${ticks} ticks`);
    }
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`sending, ${cipher}: no goodbye is left lying, whenever it is said`, async () => {
    for (let ticks = 0; ticks < 60; ticks++) {
      const { client, server } = await establish({ cipher });
      void client.send(utf8("only"));
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      const ending = client.end();
      assert.equal(fromUtf8(await server.receive()), "only");
      assert.equal(await server.receive(), undefined, `after ${ticks} ticks`);
      await ending;
      await Promise.all([client.close(), server.close()]);
    }
  });
}

Deno.test("sending: a message that is too long is the caller's mistake, and changes nothing", async () => {
  const { client, server } = await establish();
  assert.equal(MAX_MESSAGE_SIZE, 262_144);
  assert.equal(
    await failure(client.send(new Uint8Array(MAX_MESSAGE_SIZE + 1))),
    "UsageError/usage",
  );
  await client.send(utf8("fine"));
  assert.equal(fromUtf8(await server.receive()), "fine");
  await Promise.all([client.close(), server.close()]);
});

Deno.test("sending: with a signal that is aborted before, nothing is sent", async () => {
  const { client, server } = await establish();
  const reason = new Error("not any more");
  await assert.rejects(client.send(utf8("no"), { signal: AbortSignal.abort(reason) }), reason);
  await client.send(utf8("yes"));
  assert.equal(fromUtf8(await server.receive()), "yes");
  await Promise.all([client.close(), server.close()]);
});

Deno.test("sending: a view into a larger buffer sends its own bytes only", async () => {
  const { client, server } = await establish();
  const buffer = pattern(100_000);
  await client.send(buffer.subarray(10, 20));
  void client.send(buffer.subarray(5, 90_000));
  assertSame(await server.receive(), buffer.slice(10, 20));
  assertSame(await server.receive(), buffer.slice(5, 90_000));
  await Promise.all([client.close(), server.close()]);
});

Deno.test("sending: two senders at once, each in its own order", async () => {
  const { client, server } = await establish();
  const speak = async (name: string) => {
    for (let index = 0; index < 200; index++) await client.send(utf8(`${name} ${index}`));
  };
  const received = receiveAll(server);
  await Promise.all([speak("a"), speak("b")]);
  await client.end();
  const texts = (await received).map((message) => fromUtf8(message) ?? "");
  assert.equal(texts.length, 400);
  for (const name of ["a", "b"]) {
    assert.deepEqual(
      texts.filter((text) => text.startsWith(name)),
      Array.from({ length: 200 }, (_, index) => `${name} ${index}`),
    );
  }
  await Promise.all([client.close(), server.close()]);
});

Deno.test("trace: records, their bytes and their numbers are what crosses the wire", async () => {
  for (const cipher of CIPHERS) {
    const wire = new Wire();
    const traces = { client: new Recorder(), server: new Recorder() };
    const { client, server } = await establish({
      transports: wire,
      client: { protocols: [classical(cipher)], trace: traces.client },
      server: { trace: traces.server },
    });
    await client.send(utf8("up"));
    await server.receive();
    await server.send(utf8("down"));
    await client.receive();
    await Promise.all([client.close(), server.close()]);
    for (
      const [side, trace, first] of [
        ["client", traces.client, 3],
        ["server", traces.server, 1],
      ] as const
    ) {
      const sent = trace.of("record").filter(({ direction }) => direction === "out");
      const frames = wire.framesFrom(side).slice(first);
      assert.deepEqual(sent.map(({ ciphertext }) => ciphertext), frames.map((f) => f.subarray(4)));
      const peer = side === "client" ? traces.server : traces.client;
      const seen = peer.of("record").filter(({ direction }) => direction === "in");
      assert.deepEqual(
        seen.map(({ number, plaintext }) => ({ number, plaintext })),
        sent.map(({ number, plaintext }) => ({ number, plaintext })),
      );
      assert.deepEqual(trace.of("close").map(({ direction }) => direction).toSorted(), [
        "in",
        "out",
      ]);
    }
  }
});

Deno.test("trace: without being asked for, no secret is in it", async () => {
  class Public extends Recorder {
    override readonly secrets = false as unknown as true;
  }
  const trace = new Public();
  const { client, server } = await establish({ client: { trace } });
  for (const { step } of trace.of("handshake")) {
    assert.equal("secrets" in step && step.secrets !== undefined, false);
    assert.equal("keys" in step && step.keys !== undefined, false);
  }
  await Promise.all([client.close(), server.close()]);
});

Deno.test("sending: 64 KiB may wait before a sender has to", () => {
  assert.equal(SEND_HIGH_WATER_MARK, 65_536);
});
