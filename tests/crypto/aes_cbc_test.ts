import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { AES_BLOCK_SIZE, AesCbcKey, loadAes192, type MaybePromise } from "../../lib/crypto/mod.ts";
import { ASYNC_THRESHOLD } from "../../lib/crypto/platform.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";
import {
  fromHex,
  sharedVectors,
  toHex,
  type WycheproofCase,
  wycheproofCases,
  type WycheproofFile,
} from "../support/vectors.ts";
import { assertSameBytes, bytesOfSize, errorOf, pattern, SIZES } from "./support.ts";
import { CBC_IV, CBC_PLAINTEXT, CBC_VECTORS } from "./vectors/aes_cbc.ts";

await loadAes192();

type Cipher = (key: Uint8Array, iv: Uint8Array, input: Uint8Array) => MaybePromise<Uint8Array>;

const IMPLEMENTATIONS: Readonly<Record<string, { encrypt: Cipher; decrypt: Cipher }>> = {
  "AesCbcKey, synchronous": {
    encrypt: (key, iv, plaintext) => new AesCbcKey(key).encryptSync(iv, plaintext),
    decrypt: (key, iv, ciphertext) => new AesCbcKey(key).decryptSync(iv, ciphertext),
  },
  "AesCbcKey, asynchronous": {
    encrypt: (key, iv, plaintext) => new AesCbcKey(key).encryptAsync(iv, plaintext),
    decrypt: (key, iv, ciphertext) => new AesCbcKey(key).decryptAsync(iv, ciphertext),
  },
  "noble": {
    encrypt: nobleFunctions().cbcEncrypt,
    decrypt: nobleFunctions().cbcDecrypt,
  },
};

for (const [name, { encrypt, decrypt }] of Object.entries(IMPLEMENTATIONS)) {
  for (const vector of CBC_VECTORS) {
    Deno.test(`${name}: NIST SP 800-38A ${vector.sections}`, async () => {
      const key = fromHex(vector.key);
      const iv = fromHex(CBC_IV);
      // The published blocks are unpadded: one block of padding follows them here.
      const ciphertext = await encrypt(key, iv, fromHex(CBC_PLAINTEXT));
      assert.equal(ciphertext.length, 5 * AES_BLOCK_SIZE);
      assert.equal(toHex(ciphertext.subarray(0, 4 * AES_BLOCK_SIZE)), vector.ciphertext);
      assert.equal(toHex(await decrypt(key, iv, ciphertext)), CBC_PLAINTEXT);
    });
  }

  Deno.test(`${name}: refuses a ciphertext that is empty, no whole block, or badly padded`, async () => {
    const key = pattern(32);
    const iv = pattern(16, 2);
    const ciphertext = await encrypt(key, iv, pattern(40, 3));
    for (const length of [0, 1, 15, 17, 47]) {
      await errorOf(() => decrypt(key, iv, ciphertext.slice(0, length)));
    }
    // Without its last block the text ends in a byte that is no padding.
    await errorOf(() => decrypt(key, iv, ciphertext.slice(0, 32)));
  });

  Deno.test(`${name}: refuses an IV that is no block`, async () => {
    const key = pattern(32);
    const ciphertext = await encrypt(key, new Uint8Array(16), pattern(40));
    for (const size of [0, 12, 15, 17, 32]) {
      await errorOf(() => encrypt(key, new Uint8Array(size), pattern(40)));
      await errorOf(() => decrypt(key, new Uint8Array(size), ciphertext));
    }
  });

  Deno.test(`${name}: refuses a key of another size than AES has`, async () => {
    for (const size of [0, 15, 17, 20, 33, 64]) {
      await errorOf(() => encrypt(new Uint8Array(size), new Uint8Array(16), pattern(40)));
      await errorOf(() => decrypt(new Uint8Array(size), new Uint8Array(16), pattern(48)));
    }
  });
}

Deno.test("AesCbcKey: both paths give the same bytes and read each other, at every size", async () => {
  for (const keySize of [16, 24, 32]) {
    const key = new AesCbcKey(pattern(keySize));
    const iv = pattern(16, 2);
    for (const size of SIZES) {
      const plaintext = pattern(size, 3);
      const ciphertext = key.encryptSync(iv, plaintext);
      assert.equal(ciphertext.length, size + 16 - size % 16);
      assertSameBytes(await key.encryptAsync(iv, plaintext), ciphertext);
      assertSameBytes(await key.encrypt(iv, plaintext), ciphertext);
      assertSameBytes(key.decryptSync(iv, ciphertext), plaintext);
      assertSameBytes(await key.decryptAsync(iv, ciphertext), plaintext);
      assertSameBytes(await key.decrypt(iv, ciphertext), plaintext);
    }
  }
});

Deno.test("AesCbcKey: what one path decrypts, or refuses, the other does too", async () => {
  await fc.assert(
    fc.asyncProperty(
      bytesOfSize(16),
      fc.uint8Array({ maxLength: 64 }),
      async (iv, ciphertext) => {
        const key = new AesCbcKey(pattern(32));
        const outcome = async (decrypt: () => MaybePromise<Uint8Array>) => {
          try {
            return toHex(await decrypt());
          } catch {
            return "refused";
          }
        };
        const expected = await outcome(() => key.decryptSync(iv, ciphertext));
        assert.equal(await outcome(() => key.decryptAsync(iv, ciphertext)), expected);
      },
    ),
  );
});

Deno.test("AesCbcKey: works at once below the threshold and off this thread from there on", async () => {
  const key = new AesCbcKey(pattern(32));
  const iv = pattern(16, 2);
  assert(key.encrypt(iv, new Uint8Array(ASYNC_THRESHOLD - 1)) instanceof Uint8Array);
  const encrypted = key.encrypt(iv, new Uint8Array(ASYNC_THRESHOLD));
  assert(encrypted instanceof Promise);
  const decrypted = key.decrypt(iv, await encrypted);
  assert(decrypted instanceof Promise);
  assertSameBytes(await decrypted, new Uint8Array(ASYNC_THRESHOLD));
  const small = key.encryptSync(iv, new Uint8Array(ASYNC_THRESHOLD - 32));
  assert(key.decrypt(iv, small) instanceof Uint8Array);
});

Deno.test("AesCbcKey: takes views and shared memory, and returns bytes of their own", async () => {
  const key = new AesCbcKey(pattern(32));
  const buffer = new Uint8Array(new SharedArrayBuffer(100));
  buffer.set(pattern(100, 4));
  const iv = buffer.subarray(3, 19);
  const plaintext = buffer.subarray(20, 57);
  const expected = key.encryptSync(iv.slice(), plaintext.slice());
  const encrypted = key.encryptSync(iv, plaintext);
  assertSameBytes(encrypted, expected);
  assert.equal(encrypted.buffer.byteLength, encrypted.length);
  assertSameBytes(await key.encryptAsync(iv, plaintext), expected);
  assert.deepEqual([...key.decryptSync(iv, expected)], [...plaintext]);
  assert.deepEqual([...await key.decryptAsync(iv, expected)], [...plaintext]);
});

Deno.test("AesCbcKey: copies its key, and destroy overwrites the copy alone", () => {
  const rawKey = pattern(32);
  const iv = pattern(16, 2);
  const key = new AesCbcKey(rawKey);
  const ciphertext = key.encryptSync(iv, pattern(20));
  const before = rawKey.slice();
  key.destroy();
  assertSameBytes(rawKey, before);
  let after: Uint8Array | undefined;
  try {
    after = key.encryptSync(iv, pattern(20));
  } catch {
    after = undefined;
  }
  assert.notDeepEqual(after, ciphertext);

  const copied = new AesCbcKey(rawKey);
  rawKey.fill(0);
  assertSameBytes(copied.encryptSync(iv, pattern(20)), ciphertext);
});

interface CbcCase extends WycheproofCase {
  readonly key: string;
  readonly iv: string;
  readonly msg: string;
  readonly ct: string;
}

const wycheproof = sharedVectors<WycheproofFile<object, CbcCase>>("wycheproof_aes_cbc_pkcs5");
for (const [name, { encrypt, decrypt }] of Object.entries(IMPLEMENTATIONS)) {
  wycheproof.test(`${name}: Wycheproof`, async (file) => {
    let ran = 0;
    for (const { test } of wycheproofCases(file)) {
      const [key, iv, ciphertext] = [test.key, test.iv, test.ct].map(fromHex);
      if (test.result === "valid") {
        assert.equal(toHex(await encrypt(key, iv, fromHex(test.msg))), test.ct);
        assert.equal(toHex(await decrypt(key, iv, ciphertext)), test.msg, `case ${test.tcId}`);
      } else {
        await assert.rejects(
          async () => await decrypt(key, iv, ciphertext),
          `case ${test.tcId}: ${test.comment}`,
        );
      }
      ran++;
    }
    assert.equal(ran, file.numberOfTests);
  });
}
