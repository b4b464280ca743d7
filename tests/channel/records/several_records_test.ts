import assert from "node:assert/strict";
import { encodeFrame, type SecureChannel, SEND_HIGH_WATER_MARK } from "../../../lib/channel/mod.ts";
import { FRAME_HEADER_SIZE } from "../../../lib/channel/frames/framing.ts";
import { RecordCipher } from "../../../lib/channel/records/record_cipher.ts";
import { AESCBC, AESGCM, CipherState } from "../../../lib/noise/mod.ts";
import { withReplaced } from "../../crypto/support.ts";
import { memoryPair } from "../../support/wire.ts";
import {
  assertSame,
  CIPHERS,
  establish,
  failure,
  pattern,
  random,
  Recorder,
  rejection,
  turns,
  until,
  utf8,
} from "../support.ts";

const LARGE = 65_000;
const TAMPERED = "AuthenticationError/tampered";
/** Four frames at their longest: what may be under way at once. */
const BOUND = 4 * 65_535;

type Operation = "encrypt" | "decrypt";

/** Lets calls of WebCrypto begin, and holds their results back until they are let go. */
class Gate {
  /** What is held back, in the order of the calls. */
  readonly held: { readonly size: number; readonly letGo: () => void }[] = [];
  /** How many calls there have been. */
  begun = 0;
  #isOpen = false;

  /** Holds the results of one operation while `action` runs. */
  static async during(operation: Operation, action: (gate: Gate) => Promise<void>): Promise<void> {
    const gate = new Gate();
    const real = crypto.subtle[operation].bind(crypto.subtle);
    const replacement: typeof real = async (parameters, key, data) => {
      gate.begun++;
      const result = real(parameters, key, data);
      if (!gate.#isOpen) {
        const { promise, resolve } = Promise.withResolvers<void>();
        gate.held.push({ size: data.byteLength, letGo: resolve });
        await promise;
      }
      return await result;
    };
    await withReplaced(crypto.subtle, operation, replacement, async () => {
      try {
        await action(gate);
      } finally {
        gate.open();
      }
    });
  }

  /** Lets the last one go first, so that the order of results is no accident. */
  async openBackwards(): Promise<void> {
    for (const { letGo } of this.held.splice(0).reverse()) {
      letGo();
      await turns();
    }
    this.open();
  }

  open(): void {
    this.#isOpen = true;
    for (const { letGo } of this.held.splice(0)) letGo();
  }
}

/** The keys are imported with the first large record, and a small one ends the reading behind it. */
async function warmUp(from: SecureChannel, to: SecureChannel): Promise<void> {
  from.enqueue(pattern(LARGE));
  await to.receive();
  from.enqueue(utf8("small"));
  await to.receive();
}

for (const cipher of CIPHERS) {
  Deno.test(`several records, ${cipher}: sealed at once, written in order`, async () => {
    const transports = memoryPair(10_000_000);
    const { client, server } = await establish({ transports, cipher });
    await warmUp(client, server);
    const before = transports.client.outgoing.given;
    await Gate.during("encrypt", async (gate) => {
      for (let index = 0; index < 12; index++) client.enqueue(pattern(LARGE, index));
      await until(() => gate.held.length > 1);
      await turns(20);
      assert.equal(gate.held.length, 4);
      assert.ok(gate.held.reduce((sum, { size }) => sum + size, 0) <= BOUND);
      assert.equal(transports.client.outgoing.given, before, "none overtakes the first");
      assert.equal(client.queued, 3 * (LARGE + 3) + 8 * (LARGE + 2));
      await gate.openBackwards();
      for (let index = 0; index < 12; index++) {
        assertSame(await server.receive(), pattern(LARGE, index));
      }
    });
    await until(() => client.queued === 0);
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`several records, ${cipher}: opened at once, delivered in order`, async () => {
    const { client, server } = await establish({ transports: memoryPair(10_000_000), cipher });
    await warmUp(client, server);
    for (let index = 0; index < 12; index++) client.enqueue(pattern(LARGE, index));
    client.enqueue(utf8("small"));
    await until(() => client.queued === 0);
    await turns(20);
    await Gate.during("decrypt", async (gate) => {
      const first = server.receive();
      await until(() => gate.held.length > 1);
      await turns(20);
      assert.equal(gate.held.length, 4);
      assert.ok(gate.held.reduce((sum, { size }) => sum + size, 0) <= BOUND);
      await gate.openBackwards();
      assertSame(await first, pattern(LARGE));
      for (let index = 1; index < 12; index++) {
        assertSame(await server.receive(), pattern(LARGE, index));
      }
      assertSame(await server.receive(), utf8("small"));
    });
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`several records, ${cipher}: who does not read holds the sender back all the same`, async () => {
    const capacity = 100_000;
    const transports = memoryPair(capacity);
    const { client, server } = await establish({ transports, cipher });
    let sent = 0;
    const sending = (async () => {
      for (; sent < 60; sent++) await client.send(pattern(LARGE, sent));
    })();
    assertSame(await server.receive(), pattern(LARGE));
    await transports.client.outgoing.isFull;
    await turns(30);
    const { bytesIn } = server.activity;
    assert.ok(bytesIn <= LARGE + 100 + BOUND, `${bytesIn} bytes were read ahead`);
    const atRest = sent;
    assert.ok(
      atRest * LARGE <= bytesIn + capacity + 2 * 65_539 + SEND_HIGH_WATER_MARK + 2 * LARGE,
      `${atRest} messages were taken`,
    );
    await turns(30);
    assert.equal(sent, atRest, "and there it stays");
    assert.equal(server.activity.bytesIn, bytesIn);
    for (let index = 1; index < 60; index++) {
      assertSame(await server.receive(), pattern(LARGE, index));
    }
    await sending;
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`several records, ${cipher}: keys change exactly where they would one by one`, async () => {
    for (
      const rekeyLimits of [{ records: 3, bytes: 2 ** 30 }, { records: 2 ** 20, bytes: 150_000 }]
    ) {
      const traces = { client: new Recorder(), server: new Recorder() };
      const { client, server } = await establish({
        cipher,
        client: { rekeyLimits, trace: traces.client },
        server: { rekeyLimits, trace: traces.server },
      });
      for (let index = 0; index < 20; index++) {
        client.enqueue(index % 5 === 4 ? utf8(`${index}`) : pattern(LARGE, index));
      }
      for (let index = 0; index < 20; index++) {
        assertSame(
          await server.receive(),
          index % 5 === 4 ? utf8(`${index}`) : pattern(LARGE, index),
        );
      }
      await Promise.all([client.close(), server.close()]);
      const told = (recorder: Recorder, direction: "in" | "out") =>
        recorder.events.flatMap((event) =>
          (event.type === "record" || event.type === "rekey") && event.direction === direction
            ? [`${event.type} ${event.number}`]
            : []
        );
      const expected: string[] = [];
      let [records, bytes] = [0, 0];
      for (const { number, ciphertext, direction } of traces.client.of("record")) {
        if (direction === "in") continue;
        records++;
        bytes += ciphertext.length;
        if (records >= rekeyLimits.records || bytes >= rekeyLimits.bytes) {
          expected.push(`rekey ${number + 1n}`);
          records = bytes = 0;
        }
        expected.push(`record ${number}`);
      }
      assert.ok(expected.filter((event) => event.startsWith("rekey")).length > 4);
      assert.deepEqual(told(traces.client, "out"), expected);
      assert.deepEqual(told(traces.server, "in"), expected);
      const frames = traces.server.of("record").filter(({ direction }) => direction === "in");
      traces.client.of("record").filter(({ direction }) => direction === "out")
        .forEach(({ ciphertext, plaintext }, index) => {
          assertSame(frames[index]?.ciphertext, ciphertext);
          assertSame(frames[index]?.plaintext, plaintext);
        });
    }
  });

  Deno.test(`several records, ${cipher}: a goodbye comes last, and only when all has left`, async () => {
    const { client, server } = await establish({ cipher });
    for (let index = 0; index < 8; index++) client.enqueue(pattern(LARGE, index));
    const closing = client.close();
    for (let index = 0; index < 8; index++) {
      assertSame(await server.receive(), pattern(LARGE, index));
    }
    assert.equal(await server.receive(), undefined);
    await Promise.all([closing, server.close(), client.closed, server.closed]);
  });

  Deno.test(`several records, ${cipher}: one that was altered ends it where it would one by one`, async () => {
    for (const altered of [1, 2, 3]) {
      const { client: clientEnd, server: serverEnd } = memoryPair(10_000_000);
      let count = -Infinity;
      const readable = serverEnd.readable.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            if (count++ === altered) chunk[30_000] = (chunk[30_000] ?? 0) ^ 1;
            controller.enqueue(chunk);
          },
        }),
      );
      const transports = {
        client: clientEnd,
        server: { ...serverEnd, readable, close: () => serverEnd.close() },
      };
      const { client, server } = await establish({ transports, cipher });
      count = 0;
      for (let index = 0; index < 6; index++) client.enqueue(pattern(LARGE, index));
      for (let index = 0; index < altered; index++) {
        assertSame(await server.receive(), pattern(LARGE, index));
      }
      assert.equal(await failure(server.receive()), TAMPERED);
      assert.equal(await failure(server.receive()), TAMPERED, "and nothing behind it");
      assert.match(String(await rejection(client.receive())), /altered/);
      await Promise.all([client.closed, server.closed]);
    }
  });

  Deno.test(`several records, ${cipher}: closed waits for what is under way`, async () => {
    for (const operation of ["encrypt", "decrypt"] as const) {
      const { client, server } = await establish({ transports: memoryPair(10_000_000), cipher });
      await warmUp(client, server);
      await Gate.during(operation, async (gate) => {
        for (let index = 0; index < 6; index++) client.enqueue(pattern(LARGE, index));
        const receiving = server.receive().catch(() => {});
        await until(() => gate.held.length > 1);
        const channel = operation === "encrypt" ? client : server;
        let isClosed = false;
        void channel.closed.then(() => isClosed = true);
        channel.abort();
        await turns(20);
        assert.equal(isClosed, false);
        gate.open();
        await channel.closed;
        await Promise.all([client, server].map((end) => end.close().catch(() => {})));
        await receiving;
      });
    }
  });
}

for (const [name, cipherFunction] of [["cbc", AESCBC], ["gcm", AESGCM]] as const) {
  Deno.test(`RecordCipher, ${name}: overlapping calls have numbers of their own, and the last under a key is known`, async () => {
    const key = random(32);
    const create = () => {
      const state = new CipherState(cipherFunction);
      state.initializeKey(key);
      return new RecordCipher(state, { records: 3, bytes: 2 ** 30 });
    };
    const [sealer, opener] = [create(), create()];
    const sealed = [0, 1, 2, 3, 4].map((index) => sealer.seal(pattern(LARGE, index)));
    assert.deepEqual(sealed.map(({ number }) => number), [0n, 1n, 2n, 3n, 4n]);
    const next = [undefined, undefined, 3n, undefined, undefined];
    assert.deepEqual(sealed.map(({ nextKeyFrom }) => nextKeyFrom), next);
    const frames = await Promise.all(sealed.map(({ result }) => result));
    const bodies = frames.map((frame) => frame.slice(FRAME_HEADER_SIZE));
    frames.forEach((frame, index) => {
      assertSame(frame, encodeFrame(bodies[index] ?? new Uint8Array(0)));
    });

    const opened = bodies.slice(0, 3).map((body) => {
      assert.equal(opener.isLastUnderWay, false);
      return opener.open(body);
    });
    assert.equal(opener.isLastUnderWay, true);
    assert.deepEqual(opened.map(({ nextKeyFrom }) => nextKeyFrom), next.slice(0, 3));
    for (const [index, { result }] of opened.entries()) {
      assertSame(await result, pattern(LARGE, index));
    }
    assert.equal(opener.isLastUnderWay, false);
    for (const [index, body] of bodies.slice(3).entries()) {
      assertSame(await opener.open(body).result, pattern(LARGE, index + 3));
    }
    sealer.destroy();
    opener.destroy();
  });

  Deno.test(`CipherState, ${name}: of several that are under way, the first that fails is where it stops`, async () => {
    const key = random(32);
    const [sealing, opening] = [cipherFunction, cipherFunction].map((cipher) => {
      const state = new CipherState(cipher);
      state.initializeKey(key);
      return state;
    });
    assert.ok(sealing !== undefined && opening !== undefined);
    const none = new Uint8Array(0);
    const messages: Uint8Array[] = [];
    for (const index of [0, 1, 2]) {
      messages.push(await sealing.encryptWithAd(none, pattern(LARGE, index)));
    }
    const [first, second, third] = messages;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const forged = second.slice();
    forged[40_000] = (forged[40_000] ?? 0) ^ 1;
    const open = async (message: Uint8Array) => await opening.decryptWithAd(none, message);
    const results = await Promise.allSettled([open(first), open(forged)]);
    assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected"]);
    assert.equal(opening.nonce, 1n);
    assertSame(await open(second), pattern(LARGE, 1));
    assertSame(await open(third), pattern(LARGE, 2));
  });
}
