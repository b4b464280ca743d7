/**
 * The tests of X25519, which have to hold for whichever implementation `lib/crypto/x25519/platform.ts` chose.
 *
 * @module
 */
import assert from "node:assert/strict";
import { x25519 as nobleX25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import fc from "npm:fast-check@4.10.2";
import {
  generateX25519KeyPair,
  type MaybePromise,
  x25519,
  X25519_SIZE,
  x25519KeyPair,
} from "../../../lib/crypto/mod.ts";
import { AuthenticationError } from "../../../lib/errors.ts";
import {
  fromHex,
  sharedVectors,
  toHex,
  type WycheproofCase,
  wycheproofCases,
  type WycheproofFile,
} from "../../support/vectors.ts";
import { bytesOfSize, errorOf, pattern } from "../support.ts";
import {
  ITERATION_START,
  ITERATIONS,
  KEY_EXCHANGE,
  LOW_ORDER_POINTS,
  MULTIPLICATIONS,
} from "../vectors/x25519.ts";

interface XdhCase extends WycheproofCase {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

/** Fails unless `action` is refused because of a public key of low order. */
export async function assertLowOrder(
  action: () => MaybePromise<unknown>,
  what: string,
): Promise<void> {
  const error = await errorOf(action);
  assert(error instanceof AuthenticationError, `${what}: ${error.name}: ${error.message}`);
  assert.equal(error.code, "low-order-point", what);
  assert.equal(error.message, "the public key is one of low order", what);
}

/** Declares every test; `implementation` goes into the names. */
export function testX25519(implementation: string): void {
  const prefix = `x25519, ${implementation}`;

  for (const [index, { scalar, u, result }] of MULTIPLICATIONS.entries()) {
    Deno.test(`${prefix}: RFC 7748 §5.2, vector ${index + 1}`, async () => {
      assert.equal(toHex(await x25519(fromHex(scalar), fromHex(u))), result);
    });
  }

  Deno.test(`${prefix}: RFC 7748 §5.2, iterated`, async () => {
    let k: Uint8Array = fromHex(ITERATION_START);
    let u: Uint8Array = fromHex(ITERATION_START);
    let done = 0;
    for (const { count, result } of ITERATIONS) {
      for (; done < count; done++) [k, u] = [await x25519(k, u), k];
      assert.equal(toHex(k), result, `after ${count}`);
    }
  });

  Deno.test(`${prefix}: RFC 7748 §6.1`, async () => {
    const alice = await x25519KeyPair(fromHex(KEY_EXCHANGE.alicePrivate));
    const bob = await x25519KeyPair(fromHex(KEY_EXCHANGE.bobPrivate));
    assert.equal(toHex(alice.publicKey), KEY_EXCHANGE.alicePublic);
    assert.equal(toHex(bob.publicKey), KEY_EXCHANGE.bobPublic);
    assert.equal(toHex(await x25519(alice.privateKey, bob.publicKey)), KEY_EXCHANGE.shared);
    assert.equal(toHex(await x25519(bob.privateKey, alice.publicKey)), KEY_EXCHANGE.shared);
  });

  Deno.test(`${prefix}: every public key of low order is refused, top bit set or not`, async () => {
    for (const point of LOW_ORDER_POINTS) {
      const publicKey = fromHex(point);
      for (const topBit of [0, 0x80]) {
        publicKey[31] = (publicKey[31] & 0x7f) | topBit;
        for (const privateKey of [pattern(32), new Uint8Array(32), new Uint8Array(32).fill(255)]) {
          await assertLowOrder(() => x25519(privateKey, publicKey), toHex(publicKey));
        }
      }
    }
  });

  Deno.test(`${prefix}: public keys that are not reduced are accepted, and mean the reduced one`, async () => {
    // 2^255 − 19 + n for n from 2 to 18 fits into 255 bits and is n.
    for (let n = 2; n <= 18; n++) {
      const unreduced = new Uint8Array(32).fill(0xff);
      unreduced[0] = 0xed + n;
      unreduced[31] = 0x7f;
      const reduced = new Uint8Array(32);
      reduced[0] = n;
      assert.deepEqual(
        await x25519(pattern(32), unreduced),
        await x25519(pattern(32), reduced),
        String(n),
      );
    }
  });

  Deno.test(`${prefix}: the bits that clamping sets, and the public key's top bit, do not matter`, async () => {
    const { publicKey } = await x25519KeyPair(pattern(32, 2));
    const privateKey = pattern(32, 3);
    const expected = await x25519(privateKey, publicKey);
    for (const [index, bit] of [[0, 1], [0, 2], [0, 4], [31, 0x40], [31, 0x80]]) {
      const other = privateKey.slice();
      other[index] ^= bit;
      assert.deepEqual(await x25519(other, publicKey), expected);
    }
    const topBit = publicKey.slice();
    topBit[31] ^= 0x80;
    assert.deepEqual(await x25519(privateKey, topBit), expected);
  });

  Deno.test(`${prefix}: the same bytes as noble, and both sides agree`, async () => {
    await fc.assert(
      fc.asyncProperty(bytesOfSize(32), bytesOfSize(32), async (privateA, privateB) => {
        const a = await x25519KeyPair(privateA);
        const b = await x25519KeyPair(privateB);
        assert.equal(toHex(a.publicKey), toHex(nobleX25519.getPublicKey(privateA)));
        const shared = await x25519(privateA, b.publicKey);
        assert.equal(toHex(await x25519(privateB, a.publicKey)), toHex(shared));
        assert.equal(toHex(shared), toHex(nobleX25519.getSharedSecret(privateA, b.publicKey)));
      }),
    );
  });

  Deno.test(`${prefix}: a new key pair is new, and belongs together`, async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, generateX25519KeyPair));
    assert.equal(new Set(pairs.map((pair) => toHex(pair.privateKey))).size, pairs.length);
    for (const { privateKey, publicKey } of pairs) {
      assert.equal(privateKey.length, X25519_SIZE);
      assert.equal(publicKey.length, X25519_SIZE);
      assert.deepEqual((await x25519KeyPair(privateKey)).publicKey, publicKey);
    }
  });

  Deno.test(`${prefix}: keys of another size are refused by name`, async () => {
    for (const size of [0, 31, 33, 64]) {
      await assert.rejects(x25519(new Uint8Array(size), pattern(32)), {
        name: "RangeError",
        message: `X25519 private key must have 32 bytes, not ${size}`,
      });
      await assert.rejects(x25519(pattern(32), new Uint8Array(size)), {
        name: "RangeError",
        message: `X25519 public key must have 32 bytes, not ${size}`,
      });
      await assert.rejects(x25519KeyPair(new Uint8Array(size)), { name: "RangeError" });
    }
  });

  Deno.test(`${prefix}: leaves its arguments as they were, and takes views`, async () => {
    const privateKey = pattern(40, 2);
    const publicKey = (await x25519KeyPair(pattern(32, 3))).publicKey;
    const memory = new Uint8Array(50);
    memory.set(publicKey, 7);
    const shared = await x25519(privateKey.subarray(4, 36), memory.subarray(7, 39));
    assert.deepEqual(shared, await x25519(privateKey.slice(4, 36), publicKey));
    assert.deepEqual(privateKey, pattern(40, 2));
    assert.deepEqual(memory.subarray(7, 39), publicKey);
  });

  sharedVectors<WycheproofFile<object, XdhCase>>("wycheproof_x25519").test(
    `${prefix}: Wycheproof`,
    async (file) => {
      let ran = 0;
      let refused = 0;
      for (const { test } of wycheproofCases(file)) {
        const [privateKey, publicKey] = [test.private, test.public].map(fromHex);
        const what = `case ${test.tcId}: ${test.comment}`;
        if (/^0+$/.test(test.shared)) {
          await assertLowOrder(() => x25519(privateKey, publicKey), what);
          refused++;
        } else {
          assert.equal(toHex(await x25519(privateKey, publicKey)), test.shared, what);
        }
        ran++;
      }
      assert.equal(ran, file.numberOfTests);
      const flagged = wycheproofCases(file).filter(({ test }) =>
        test.flags.includes("ZeroSharedSecret")
      );
      assert.equal(refused, flagged.length);
      assert(refused > 0);
    },
  );
}
