import assert from "node:assert/strict";
import { REKEY_LIMITS, type RekeyLimits } from "../../lib/channel/mod.ts";
import { RecordCipher } from "../../lib/channel/records/record_cipher.ts";
import { FRAME_HEADER_SIZE } from "../../lib/channel/frames/framing.ts";
import { AESCBC, AESGCM, CipherState } from "../../lib/noise/mod.ts";
import {
  assertSame,
  CIPHERS,
  described,
  establish,
  failure,
  pattern,
  random,
  Recorder,
  rejection,
  utf8,
} from "./support.ts";

const NO_ASSOCIATED_DATA = new Uint8Array(0);
const TAMPERED = "AuthenticationError/tampered";

function limits(records: number, bytes = REKEY_LIMITS.bytes): RekeyLimits {
  return { records, bytes };
}

Deno.test("rekey: 2^20 records or 1 GiB, unless told otherwise", () => {
  assert.deepEqual(REKEY_LIMITS, { records: 1_048_576, bytes: 1_073_741_824 });
});

for (const cipher of CIPHERS) {
  const cipherFunction = cipher === "cbc" ? AESCBC : AESGCM;

  Deno.test(`rekey, ${cipher}: both directions, every few records, while messages go both ways`, async () => {
    const traces = { client: new Recorder(), server: new Recorder() };
    const rekeyLimits = limits(3);
    const { client, server } = await establish({
      cipher,
      client: { rekeyLimits, trace: traces.client },
      server: { rekeyLimits, trace: traces.server },
    });
    for (let turn = 0; turn < 50; turn++) {
      // Large ones take the way over another thread.
      const message = pattern(turn % 10 === 0 ? 40_000 : turn, turn);
      await Promise.all([client.send(message), server.send(message)]);
      assertSame(await server.receive(), message);
      assertSame(await client.receive(), message);
    }
    await Promise.all([client.close(), server.close()]);
    for (const trace of Object.values(traces)) {
      for (const direction of ["in", "out"] as const) {
        // 50 records and the close record.
        assert.deepEqual(
          trace.of("rekey").filter((event) => event.direction === direction)
            .map(({ number }) => Number(number)),
          Array.from({ length: 17 }, (_, index) => 3 * (index + 1)),
        );
        const numbers = trace.of("record").filter((event) => event.direction === direction)
          .map(({ number }) => Number(number));
        assert.deepEqual(numbers, Array.from({ length: 51 }, (_, index) => index), "n goes on");
      }
    }
  });

  Deno.test(`rekey, ${cipher}: after so many bytes of frame bodies`, async () => {
    const trace = new Recorder();
    const rekeyLimits = limits(REKEY_LIMITS.records, 5_000);
    const { client, server } = await establish({
      cipher,
      client: { rekeyLimits, trace },
      server: { rekeyLimits },
    });
    for (let turn = 0; turn < 30; turn++) {
      await client.send(random(900));
      assert.equal((await server.receive())?.length, 900);
    }
    await Promise.all([client.close(), server.close()]);
    const records = trace.of("record").filter(({ direction }) => direction === "out");
    const expected: number[] = [];
    let bytes = 0;
    for (const { number, ciphertext } of records) {
      bytes += ciphertext.length;
      if (bytes < 5_000) continue;
      expected.push(Number(number) + 1);
      bytes = 0;
    }
    assert.ok(expected.length >= 4);
    assert.deepEqual(
      trace.of("rekey").filter(({ direction }) => direction === "out")
        .map(({ number }) => Number(number)),
      expected,
    );
  });

  Deno.test(`rekey, ${cipher}: the old key opens nothing of what comes after`, async () => {
    const trace = new Recorder();
    const rekeyLimits = limits(2);
    const { client, server } = await establish({
      cipher,
      client: { rekeyLimits, trace },
      server: { rekeyLimits },
    });
    for (let turn = 0; turn < 6; turn++) {
      await client.send(utf8(`message ${turn}`));
      await server.receive();
    }
    await Promise.all([client.close(), server.close()]);

    const keys = trace.of("handshake").map(({ step }) => step)
      .find((step) => step.kind === "split")?.keys;
    assert.ok(keys !== undefined);
    assert.notDeepEqual(keys.initiatorToResponder, keys.responderToInitiator);
    const records = trace.of("record").filter(({ direction }) => direction === "out").slice(0, 6);
    for (const { number, ciphertext, plaintext } of records) {
      // What opens a record is the first key rekeyed once for every two records before it.
      for (let rekeys = 0; rekeys < 4; rekeys++) {
        const state = new CipherState(cipherFunction);
        state.initializeKey(keys.initiatorToResponder);
        for (let turn = 0; turn < rekeys; turn++) state.rekey();
        state.setNonce(number);
        if (rekeys === Math.floor(Number(number) / 2)) {
          assertSame(await state.decryptWithAd(NO_ASSOCIATED_DATA, ciphertext), plaintext);
        } else {
          const opening = (async () => await state.decryptWithAd(NO_ASSOCIATED_DATA, ciphertext))();
          assert.equal(await failure(opening), "AuthenticationError/decrypt-failed");
        }
      }
    }
  });

  Deno.test(`rekey, ${cipher}: limits that differ end the connection, whoever is first`, async () => {
    for (const [theirs, ours] of [[limits(2), limits(3)], [limits(3), limits(2)]]) {
      const { client, server } = await establish({
        cipher,
        client: { rekeyLimits: theirs },
        server: { rekeyLimits: ours },
      });
      for (let turn = 0; turn < 2; turn++) {
        await client.send(pattern(9, turn));
        assertSame(await server.receive(), pattern(9, turn));
      }
      await client.send(pattern(9));
      assert.equal(await failure(server.receive()), TAMPERED);
      assert.match(described(await rejection(client.receive())), /tampered/);
      await Promise.all([client.closed, server.closed]);
    }
  });

  Deno.test(`rekey, ${cipher}: one record a key, and parts of a large message under several`, async () => {
    const rekeyLimits = limits(1);
    const { client, server } = await establish({
      cipher,
      client: { rekeyLimits },
      server: { rekeyLimits },
    });
    const message = random(262_144);
    const sending = client.send(message);
    assertSame(await server.receive(), message);
    await sending;
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`rekey, ${cipher}: a failed record counts for nothing`, async () => {
    const key = random(32);
    const rekeys: bigint[] = [];
    const create = () => {
      const state = new CipherState(cipherFunction);
      state.initializeKey(key);
      return new RecordCipher(state, limits(2));
    };
    const [sealer, opener] = [create(), create()];
    for (const size of [10, 50_000]) {
      const sealed = sealer.seal(pattern(size));
      const body = (await sealed.result).slice(FRAME_HEADER_SIZE);
      const altered = body.slice();
      altered[5] ^= 1;
      for (let turn = 0; turn < 3; turn++) {
        const number = opener.number;
        const opening = (async () => await opener.open(altered).result)();
        assert.equal(await failure(opening), "AuthenticationError/decrypt-failed");
        assert.equal(opener.number, number);
      }
      const opened = opener.open(body);
      assertSame(await opened.result, pattern(size));
      for (const { nextKeyFrom } of [sealed, opened]) {
        if (nextKeyFrom !== undefined) rekeys.push(nextKeyFrom);
      }
    }
    assert.deepEqual(rekeys, [2n, 2n], "the two sides went over once each");
    sealer.destroy();
    opener.destroy();
  });
}
