import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { generateX25519KeyPair, x25519 } from "../../../lib/crypto/mod.ts";
import { isLowOrder } from "../../../lib/identity/keys/low_order.ts";
import { bytesOfSize, errorOf, pattern } from "../../crypto/support.ts";
import { KEY_EXCHANGE, LOW_ORDER_POINTS } from "../../crypto/vectors/x25519.ts";
import { fromHex } from "../../support/vectors.ts";

Deno.test("low order: every such key, reduced or not, top bit set or not", async () => {
  for (const point of LOW_ORDER_POINTS) {
    const publicKey = fromHex(point);
    for (const topBit of [0, 0x80]) {
      publicKey[31] = (publicKey[31] & 0x7f) | topBit;
      assert(isLowOrder(publicKey), point);
      // It is what X25519 itself refuses.
      const error = await errorOf(() => x25519(pattern(32), publicKey));
      assert.equal(error.name, "AuthenticationError");
    }
  }
});

Deno.test("low order: their neighbours, and real keys, are not", async () => {
  for (const point of LOW_ORDER_POINTS) {
    const publicKey = fromHex(point);
    publicKey[15] ^= 1;
    assert(!isLowOrder(publicKey), point);
  }
  assert(!isLowOrder(fromHex(KEY_EXCHANGE.alicePublic)));
  assert(!isLowOrder((await generateX25519KeyPair()).publicKey));
});

Deno.test("low order: any key is what X25519 refuses, or is not", async () => {
  const edges = fc.constantFrom(...LOW_ORDER_POINTS).map(fromHex);
  const keys = fc.oneof(
    bytesOfSize(32),
    edges,
    fc.nat(255).map((n) => fromHex("00".repeat(31) + n.toString(16).padStart(2, "0")).reverse()),
  );
  await fc.assert(fc.asyncProperty(keys, async (publicKey) => {
    let isRefused = false;
    try {
      await x25519(pattern(32), publicKey);
    } catch {
      isRefused = true;
    }
    assert.equal(isLowOrder(publicKey), isRefused);
  }));
});

Deno.test("low order: keys of another size are refused by name", () => {
  assert.throws(() => isLowOrder(new Uint8Array(31)), {
    name: "RangeError",
    message: "X25519 public key must have 32 bytes, not 31",
  });
});
