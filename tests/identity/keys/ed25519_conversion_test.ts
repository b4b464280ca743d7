import assert from "node:assert/strict";
import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import fc from "npm:fast-check@4.10.2";
import { x25519, x25519KeyPair } from "../../../lib/crypto/mod.ts";
import {
  x25519FromEd25519PublicKey,
  x25519FromEd25519Seed,
} from "../../../lib/identity/keys/ed25519_conversion.ts";
import { bytesOfSize, pattern } from "../../crypto/support.ts";
import { fromHex, toHex } from "../../support/vectors.ts";

// libsodium's test ed25519_convert: the key pair of a seed, and what it converts to.
const LIBSODIUM = {
  seed: "421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee",
  publicKey: "b5076a8474a832daee4dd5b4040983b6623b5f344aca57d4d6ee4baf3f259e6e",
  x25519Public: "f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50",
  x25519Private: "8052030376d47112be7f73ed7a019293dd12ad910b654455798b4667d73de166",
};

/** The base point of edwards25519 (RFC 7748 §4.1): y = 4/5. */
const BASE_POINT = "5866666666666666666666666666666666666666666666666666666666666666";

Deno.test("Ed25519 to X25519: libsodium's example", async () => {
  const { seed, publicKey, x25519Public, x25519Private } = LIBSODIUM;
  assert.equal(toHex(ed25519.getPublicKey(fromHex(seed))), publicKey);
  assert.equal(toHex(await x25519FromEd25519PublicKey(fromHex(publicKey))), x25519Public);
  const keyPair = await x25519FromEd25519Seed(fromHex(seed));
  assert.equal(toHex(keyPair.privateKey), x25519Private);
  assert.equal(toHex(keyPair.publicKey), x25519Public);
});

Deno.test("Ed25519 to X25519: the base points belong together (RFC 7748 §4.1)", async () => {
  assert.equal(
    toHex(await x25519FromEd25519PublicKey(fromHex(BASE_POINT))),
    `09${"00".repeat(31)}`,
  );
});

Deno.test("Ed25519 to X25519: private and public key stay a pair, and the scalar is clamped", async () => {
  await fc.assert(fc.asyncProperty(bytesOfSize(32), bytesOfSize(32), async (seed, other) => {
    const keyPair = await x25519FromEd25519Seed(seed);
    const publicKey = await x25519FromEd25519PublicKey(ed25519.getPublicKey(seed));
    assert.equal(toHex(publicKey), toHex(keyPair.publicKey));
    assert.deepEqual(keyPair, await x25519KeyPair(keyPair.privateKey));
    assert.equal(keyPair.privateKey[0] & 7, 0);
    assert.equal(keyPair.privateKey[31] >> 6, 1);
    // Two people who converted agree.
    const otherPair = await x25519FromEd25519Seed(other);
    assert.deepEqual(
      await x25519(keyPair.privateKey, otherPair.publicKey),
      await x25519(otherPair.privateKey, publicKey),
    );
  }));
});

Deno.test("Ed25519 to X25519: a point and its negative become one key", async () => {
  const publicKey = fromHex(LIBSODIUM.publicKey);
  publicKey[31] ^= 0x80;
  assert.equal(toHex(await x25519FromEd25519PublicKey(publicKey)), LIBSODIUM.x25519Public);
});

const P_PLUS_3 = `f0${"ff".repeat(30)}7f`;

const REFUSED: readonly (readonly [what: string, key: string, message: string])[] = [
  // y = 2 has no x.
  ["what is no point", `02${"00".repeat(31)}`, "the key is not a point of the curve"],
  ["y = p + 3, not reduced", P_PLUS_3, "the key is not a point of the curve"],
  ["y = p, not reduced", `ed${"ff".repeat(30)}7f`, "the key is not a point of the curve"],
  ["x = 0 with a sign", `01${"00".repeat(30)}80`, "the key is not a point of the curve"],
  ["the neutral element", `01${"00".repeat(31)}`, "the key is of low order"],
  ["all zero, of order 4", "00".repeat(32), "the key is of low order"],
  ["the point of order 2", `ec${"ff".repeat(30)}7f`, "the key is of low order"],
  [
    "a point of order 8",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "the key is of low order",
  ],
];

for (const [what, key, message] of REFUSED) {
  Deno.test(`Ed25519 to X25519: ${what} is refused`, async () => {
    await assert.rejects(x25519FromEd25519PublicKey(fromHex(key)), { name: "RangeError", message });
  });
}

Deno.test("Ed25519 to X25519: a point outside the subgroup of prime order is refused", async () => {
  const lowOrder = ed25519.Point.fromHex(REFUSED[7][1]);
  const honest = ed25519.Point.fromHex(LIBSODIUM.publicKey);
  for (let multiple = 1n; multiple < 8n; multiple++) {
    const mixed = honest.add(lowOrder.multiply(multiple)).toBytes();
    await assert.rejects(x25519FromEd25519PublicKey(mixed), {
      name: "RangeError",
      message: "the key is not a multiple of the base point",
    });
  }
});

Deno.test("Ed25519 to X25519: keys of another size are refused by name", async () => {
  for (const size of [0, 31, 33, 64]) {
    await assert.rejects(x25519FromEd25519PublicKey(new Uint8Array(size)), {
      name: "RangeError",
      message: `Ed25519 public key must have 32 bytes, not ${size}`,
    });
    await assert.rejects(x25519FromEd25519Seed(new Uint8Array(size)), {
      name: "RangeError",
      message: `Ed25519 seed must have 32 bytes, not ${size}`,
    });
  }
});

Deno.test("Ed25519 to X25519: any 32 bytes give a key of 32 bytes or a RangeError", async () => {
  await fc.assert(fc.asyncProperty(bytesOfSize(32), async (publicKey) => {
    try {
      assert.equal((await x25519FromEd25519PublicKey(publicKey)).length, 32);
    } catch (error) {
      assert(error instanceof RangeError);
    }
  }));
});

Deno.test("Ed25519 to X25519: leaves its arguments as they were", async () => {
  const seed = pattern(32, 2);
  const publicKey = ed25519.getPublicKey(seed);
  const before = publicKey.slice();
  await x25519FromEd25519PublicKey(publicKey);
  await x25519FromEd25519Seed(seed);
  assert.deepEqual(publicKey, before);
  assert.deepEqual(seed, pattern(32, 2));
});
