import assert from "node:assert/strict";
import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import fc from "npm:fast-check@4.10.2";
import { x25519, x25519KeyPair } from "../../../lib/crypto/x25519/x25519.ts";
import { assertX25519PublicKey, isCanonicalX25519 } from "../../../lib/crypto/x25519/public_key.ts";
import { otherPublicKeys } from "./other_public_keys.ts";

const P = 2n ** 255n - 19n;

function encoded(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number(value >> BigInt(8 * index) & 255n));
}

Deno.test("canonical: a coordinate is below p, and has 32 bytes", () => {
  for (const value of [0n, 1n, 9n, P - 1n, P - 2n, 2n ** 254n, P - 256n]) {
    assert.equal(isCanonicalX25519(encoded(value)), true, String(value));
    assert.equal(isCanonicalX25519(encoded(value + 2n ** 255n)), false);
  }
  for (let value = P; value < 2n ** 255n; value++) {
    assert.equal(isCanonicalX25519(encoded(value)), false);
  }
  assert.equal(isCanonicalX25519(new Uint8Array(31)), false);
  assert.equal(isCanonicalX25519(new Uint8Array(33)), false);
  assert.equal(isCanonicalX25519(new Uint8Array()), false);
});

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

Deno.test("public key: the one that belongs to a private key passes", async () => {
  await fc.assert(
    fc.asyncProperty(seed, async (privateKey) => {
      await assertX25519PublicKey((await x25519KeyPair(privateKey)).publicKey);
    }),
    { numRuns: 30 },
  );
});

Deno.test("public key: all others that give the same secrets are refused", async () => {
  const { publicKey: other } = await x25519KeyPair(new Uint8Array(32).fill(5));
  const other32 = new Uint8Array(32).fill(5);
  await fc.assert(
    fc.asyncProperty(seed, async (privateKey) => {
      const { publicKey } = await x25519KeyPair(privateKey);
      const keys = otherPublicKeys(publicKey);
      assert.ok(keys.length >= 8);
      const secret = await x25519(privateKey, other);
      for (const key of keys) {
        assert.notDeepEqual(key, publicKey);
        assert.deepEqual(await x25519(other32, key), secret, "it would do as well");
        await assert.rejects(assertX25519PublicKey(key), { code: "not-canonical" });
      }
    }),
    { numRuns: 10 },
  );
});

Deno.test("public key: one of low order, of the twist or of another size is refused", async () => {
  await assert.rejects(assertX25519PublicKey(encoded(0n)), { code: "low-order-point" });
  await assert.rejects(assertX25519PublicKey(encoded(1n)), { code: "low-order-point" });
  // 2 is the coordinate of a point of the twist.
  await assert.rejects(assertX25519PublicKey(encoded(2n)), { code: "not-canonical" });
  await assert.rejects(assertX25519PublicKey(new Uint8Array(31)), RangeError);
  assert.equal(ed25519.Point.Fn.ORDER * 5n - 1n & 7n, 0n);
});
