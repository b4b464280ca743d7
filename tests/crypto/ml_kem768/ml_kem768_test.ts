import assert from "node:assert/strict";
import { shake128 } from "npm:@noble/hashes@2.4.0/sha3.js";
import { ml_kem768 } from "npm:@noble/post-quantum@0.7.1/ml-kem.js";
import fc from "npm:fast-check@4.10.2";
import {
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  ML_KEM768_SECRET_SIZE,
  ML_KEM768_SEED_SIZE,
  type MlKem768,
  platformMlKem768,
} from "../../../lib/crypto/mod.ts";
import { webMlKem768 } from "../../../lib/crypto/ml_kem768/web.ts";
import { nobleMlKem768 } from "../../../lib/crypto/ml_kem768/noble.ts";
import { ProtocolError } from "../../../lib/errors.ts";
import { toHex } from "../../support/vectors.ts";
import { alter, bitFlip, bytesOfSize, errorOf, pattern } from "../support.ts";
import { ACCUMULATED } from "../vectors/ml_kem768.ts";

/** q of FIPS 203 §2.3. */
const Q = 3329;

const webHasMlKem = await hasMlKem();

async function hasMlKem(): Promise<boolean> {
  try {
    await (crypto.subtle.generateKey as (...args: unknown[]) => Promise<unknown>)(
      { name: "ML-KEM-768" },
      true,
      ["encapsulateBits", "decapsulateBits"],
    );
    return true;
  } catch {
    return false;
  }
}

/** A test that needs WebCrypto's ML-KEM: ignored, with the reason in its name, where there is none. */
function testWeb(name: string, body: () => Promise<void>): void {
  if (webHasMlKem) Deno.test(name, body);
  else {
    Deno.test({
      name: `${name} (ignored: this runtime's WebCrypto has no ML-KEM-768)`,
      ignore: true,
      fn: () => {},
    });
  }
}

const IMPLEMENTATIONS = [
  { name: "webMlKem768", kem: webMlKem768, test: testWeb },
  { name: "nobleMlKem768", kem: nobleMlKem768, test: Deno.test },
] satisfies { name: string; kem: MlKem768; test: unknown }[];

/** A copy of a public key with one of its 3 × 256 coefficients, 12 bits each, replaced. */
function withCoefficient(publicKey: Uint8Array, index: number, value: number): Uint8Array {
  const copy = publicKey.slice();
  const at = 3 * (index >> 1);
  if (index % 2 === 0) {
    copy[at] = value & 0xff;
    copy[at + 1] = (copy[at + 1] & 0xf0) | (value >> 8);
  } else {
    copy[at + 1] = (copy[at + 1] & 0x0f) | ((value & 0x0f) << 4);
    copy[at + 2] = value >> 4;
  }
  return copy;
}

for (const { name, kem, test } of IMPLEMENTATIONS) {
  test(`${name}: Go's accumulated test, ${ACCUMULATED.iterations} iterations`, async () => {
    const source = shake128.create({ dkLen: 32 });
    const accumulated = shake128.create({ dkLen: 32 });
    for (let count = 0; count < ACCUMULATED.iterations; count++) {
      const keyPair = await kem.generateKeyPair(source.xof(ML_KEM768_SEED_SIZE));
      accumulated.update(keyPair.publicKey);
      // Only noble can encapsulate with a given `m`. What comes out is the published value's, so
      // the decapsulations, the keys and noble's encapsulation are all held against it.
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(
        keyPair.publicKey,
        source.xof(32),
      );
      assert.deepEqual(await keyPair.decapsulate(cipherText), sharedSecret);
      accumulated.update(cipherText).update(sharedSecret);
      accumulated.update(await keyPair.decapsulate(source.xof(ML_KEM768_CIPHERTEXT_SIZE)));
    }
    assert.equal(toHex(accumulated.digest()), ACCUMULATED.result);
  });

  test(`${name}: both sides get the same secret, with the sizes of FIPS 203 §8`, async () => {
    const { publicKey, decapsulate } = await kem.generateKeyPair();
    assert.equal(publicKey.length, ML_KEM768_PUBLIC_KEY_SIZE);
    const first = await kem.encapsulate(publicKey);
    const second = await kem.encapsulate(publicKey);
    for (const { ciphertext, sharedSecret } of [first, second]) {
      assert.equal(ciphertext.length, ML_KEM768_CIPHERTEXT_SIZE);
      assert.equal(sharedSecret.length, ML_KEM768_SECRET_SIZE);
      assert.deepEqual(await decapsulate(ciphertext), sharedSecret);
    }
    assert.notDeepEqual(first.sharedSecret, second.sharedSecret);
    assert.notDeepEqual(first.ciphertext, second.ciphertext);
  });

  test(`${name}: a new key pair is new, the one of a seed is always the same`, async () => {
    const seed = pattern(ML_KEM768_SEED_SIZE);
    const [first, second, seeded, again] = await Promise.all([
      kem.generateKeyPair(),
      kem.generateKeyPair(),
      kem.generateKeyPair(seed),
      kem.generateKeyPair(seed.slice()),
    ]);
    assert.notDeepEqual(first.publicKey, second.publicKey);
    assert.deepEqual(seeded.publicKey, again.publicKey);
    assert.deepEqual(seed, pattern(ML_KEM768_SEED_SIZE));
  });

  test(`${name}: an altered ciphertext gives another secret, always the same, and no error`, async () => {
    const { publicKey, decapsulate } = await kem.generateKeyPair(pattern(64));
    const { ciphertext, sharedSecret } = await kem.encapsulate(publicKey);
    await fc.assert(
      fc.asyncProperty(bitFlip, async (flip) => {
        const altered = alter(ciphertext, flip);
        const rejected = await decapsulate(altered);
        assert.equal(rejected.length, ML_KEM768_SECRET_SIZE);
        assert.notDeepEqual(rejected, sharedSecret);
        assert.deepEqual(await decapsulate(altered), rejected);
      }),
      { numRuns: 30 },
    );
    assert.deepEqual(await decapsulate(ciphertext), sharedSecret);
  });

  test(`${name}: a public key with a coefficient of q or more is refused`, async () => {
    const { publicKey } = await kem.generateKeyPair(pattern(64));
    const refuses = async (key: Uint8Array) => {
      const error = await errorOf(() => kem.encapsulate(key));
      assert(error instanceof ProtocolError, `${error.name}: ${error.message}`);
      assert.equal(error.code, "malformed-message");
      assert.equal(error.message, "the ML-KEM public key is not a valid one");
    };
    for (const index of [0, 1, 255, 256, 767]) {
      await kem.encapsulate(withCoefficient(publicKey, index, Q - 1));
      await refuses(withCoefficient(publicKey, index, Q));
      await refuses(withCoefficient(publicKey, index, 4095));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 767 }),
        fc.integer({ min: Q, max: 4095 }),
        async (index, value) => await refuses(withCoefficient(publicKey, index, value)),
      ),
      { numRuns: 30 },
    );
  });

  test(`${name}: keys, ciphertexts and seeds of another size are refused by name`, async () => {
    const { publicKey, decapsulate } = await kem.generateKeyPair();
    const { ciphertext } = await kem.encapsulate(publicKey);
    const refuses = async (action: () => Promise<unknown>, message: string) => {
      const error = await errorOf(action);
      assert(error instanceof RangeError, `${error.name}: ${error.message}`);
      assert.equal(error.message, message);
    };
    for (const size of [0, ML_KEM768_PUBLIC_KEY_SIZE - 1, ML_KEM768_PUBLIC_KEY_SIZE + 1]) {
      const wrong = new Uint8Array(size);
      wrong.set(publicKey.subarray(0, size));
      await refuses(
        () => kem.encapsulate(wrong),
        `ML-KEM public key must have ${ML_KEM768_PUBLIC_KEY_SIZE} bytes, not ${size}`,
      );
    }
    for (const size of [0, ML_KEM768_CIPHERTEXT_SIZE - 1, ML_KEM768_CIPHERTEXT_SIZE + 1]) {
      const wrong = new Uint8Array(size);
      wrong.set(ciphertext.subarray(0, size));
      await refuses(
        () => decapsulate(wrong),
        `ML-KEM ciphertext must have ${ML_KEM768_CIPHERTEXT_SIZE} bytes, not ${size}`,
      );
    }
    for (const size of [0, 32, 63, 65]) {
      await refuses(
        () => kem.generateKeyPair(new Uint8Array(size)),
        `ML-KEM seed must have ${ML_KEM768_SEED_SIZE} bytes, not ${size}`,
      );
    }
  });

  test(`${name}: a refusal is a rejected promise, never thrown at the call`, async () => {
    const { decapsulate } = await kem.generateKeyPair();
    const invalidKey = new Uint8Array(ML_KEM768_PUBLIC_KEY_SIZE).fill(0xff);
    for (
      const refuse of [
        () => kem.encapsulate(invalidKey),
        () => kem.encapsulate(new Uint8Array(1)),
        () => kem.generateKeyPair(new Uint8Array(1)),
        () => decapsulate(new Uint8Array(1)),
      ]
    ) {
      const refused: Promise<unknown> = refuse();
      await assert.rejects(refused);
    }
  });
}

testWeb("ML-KEM-768: WebCrypto and noble make the same keys and read each other", async () => {
  await fc.assert(
    fc.asyncProperty(bytesOfSize(ML_KEM768_SEED_SIZE), bitFlip, async (seed, flip) => {
      const web = await webMlKem768.generateKeyPair(seed);
      const noble = await nobleMlKem768.generateKeyPair(seed);
      assert.deepEqual(web.publicKey, noble.publicKey);
      for (const kem of [webMlKem768, nobleMlKem768]) {
        const { ciphertext, sharedSecret } = await kem.encapsulate(web.publicKey);
        assert.deepEqual(await web.decapsulate(ciphertext), sharedSecret);
        assert.deepEqual(await noble.decapsulate(ciphertext), sharedSecret);
        const altered = alter(ciphertext, flip);
        assert.deepEqual(await web.decapsulate(altered), await noble.decapsulate(altered));
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("platformMlKem768: WebCrypto where it has ML-KEM, noble elsewhere, chosen once", async () => {
  assert.equal(await platformMlKem768(), webHasMlKem ? webMlKem768 : nobleMlKem768);
  assert.equal(await platformMlKem768(), await platformMlKem768());
});
