import assert from "node:assert/strict";
import { cbc } from "npm:@noble/ciphers@2.4.0/aes.js";
import fc from "npm:fast-check@4.10.2";
import {
  AES256_CBC_HMAC_SHA256,
  AesCbcHmac,
  type AesCbcHmacParameters,
  concat,
  type MaybePromise,
} from "../../lib/crypto/mod.ts";
import { ASYNC_THRESHOLD, sync } from "../../lib/crypto/platform.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";
import {
  fromHex,
  sharedVectors,
  toHex,
  type WycheproofCase,
  wycheproofCases,
  type WycheproofFile,
} from "../support/vectors.ts";
import {
  alter,
  alteration,
  assertDecryptFailed,
  assertSameBytes,
  bytesOfSize,
  errorOf,
  pattern,
  SIZES,
  withReplaced,
} from "./support.ts";
import {
  A128CBC_HS256,
  A192CBC_HS384,
  A256CBC_HS512,
  COMPOSITION_AD,
  COMPOSITION_IV,
  COMPOSITION_PLAINTEXT,
  COMPOSITION_VECTORS,
} from "./vectors/aes_cbc_hmac.ts";

const PARAMETER_SETS: Readonly<Record<string, AesCbcHmacParameters>> = {
  A128CBC_HS256,
  A192CBC_HS384,
  A256CBC_HS512,
  AES256_CBC_HMAC_SHA256,
};

type Aead = (
  aead: AesCbcHmac,
  iv: Uint8Array,
  ad: Uint8Array,
  input: Uint8Array,
) => MaybePromise<Uint8Array>;

const PATHS: Readonly<Record<string, { seal: Aead; open: Aead }>> = {
  synchronous: {
    seal: (aead, iv, ad, plaintext) => aead.sealSync(iv, ad, plaintext),
    open: (aead, iv, ad, sealed) => aead.openSync(iv, ad, sealed),
  },
  asynchronous: {
    seal: (aead, iv, ad, plaintext) => aead.sealAsync(iv, ad, plaintext),
    open: (aead, iv, ad, sealed) => aead.openAsync(iv, ad, sealed),
  },
};

function keyFor({ macKeySize, encryptionKeySize }: AesCbcHmacParameters): Uint8Array<ArrayBuffer> {
  return pattern(macKeySize + encryptionKeySize, 7);
}

/** RFC 7518 §5.2.2.1 step by step, from other code: the unpadded blocks are given. */
function sealByHand(
  { hash, macKeySize, tagSize }: AesCbcHmacParameters,
  key: Uint8Array,
  iv: Uint8Array,
  ad: Uint8Array,
  paddedPlaintext: Uint8Array,
): Uint8Array {
  const [macKey, encryptionKey] = [key.subarray(0, macKeySize), key.subarray(macKeySize)];
  const ciphertext = cbc(encryptionKey, iv, { disablePadding: true }).encrypt(paddedPlaintext);
  const al = new Uint8Array(8);
  new DataView(al.buffer).setUint32(4, 8 * ad.length);
  const mac = nobleFunctions().hmac(hash, macKey, ad, iv, ciphertext, al);
  return concat(ciphertext, mac.subarray(0, tagSize));
}

function pad(plaintext: Uint8Array): Uint8Array {
  const count = 16 - plaintext.length % 16;
  return concat(plaintext, new Uint8Array(count).fill(count));
}

for (const vector of COMPOSITION_VECTORS) {
  for (const [path, { seal, open }] of Object.entries(PATHS)) {
    Deno.test(`AesCbcHmac, ${path}: RFC 7518 Appendix ${vector.section}`, async () => {
      const aead = new AesCbcHmac(vector.parameters, fromHex(vector.key));
      const [iv, ad] = [fromHex(COMPOSITION_IV), fromHex(COMPOSITION_AD)];
      const sealed = await seal(aead, iv, ad, fromHex(COMPOSITION_PLAINTEXT));
      assert.equal(toHex(sealed), vector.ciphertext + vector.tag);
      assert.equal(toHex(await open(aead, iv, ad, sealed)), COMPOSITION_PLAINTEXT);
    });
  }
}

Deno.test("AesCbcHmac: the sizes of RFC 7518 §5.2.3 to §5.2.5 and of the Double Ratchet §5.2", () => {
  assert.deepEqual(PARAMETER_SETS, {
    A128CBC_HS256: { hash: "SHA-256", macKeySize: 16, encryptionKeySize: 16, tagSize: 16 },
    A192CBC_HS384: { hash: "SHA-384", macKeySize: 24, encryptionKeySize: 24, tagSize: 24 },
    A256CBC_HS512: { hash: "SHA-512", macKeySize: 32, encryptionKeySize: 32, tagSize: 32 },
    AES256_CBC_HMAC_SHA256: {
      hash: "SHA-256",
      macKeySize: 32,
      encryptionKeySize: 32,
      tagSize: 32,
    },
  });
});

for (const [name, parameters] of Object.entries(PARAMETER_SETS)) {
  Deno.test(`AesCbcHmac, ${name}: both paths give the same bytes and read each other`, async () => {
    const key = keyFor(parameters);
    const aead = new AesCbcHmac(parameters, key);
    const iv = pattern(16, 2);
    for (const size of SIZES) {
      const ad = pattern(size % 40, 3);
      const plaintext = pattern(size, 4);
      const sealed = aead.sealSync(iv, ad, plaintext);
      assert.equal(sealed.length, size + 16 - size % 16 + parameters.tagSize);
      assertSameBytes(sealed, sealByHand(parameters, key, iv, ad, pad(plaintext)));
      assertSameBytes(await aead.sealAsync(iv, ad, plaintext), sealed);
      assertSameBytes(await aead.seal(iv, ad, plaintext), sealed);
      assertSameBytes(aead.openSync(iv, ad, sealed), plaintext);
      assertSameBytes(await aead.openAsync(iv, ad, sealed), plaintext);
      assertSameBytes(await aead.open(iv, ad, sealed), plaintext);
    }
  });

  Deno.test(`AesCbcHmac, ${name}: is the composition of RFC 7518 §5.2.2 for any input`, async () => {
    const { macKeySize, encryptionKeySize } = parameters;
    await fc.assert(
      fc.asyncProperty(
        bytesOfSize(macKeySize + encryptionKeySize),
        bytesOfSize(16),
        fc.uint8Array({ maxLength: 70 }),
        fc.uint8Array({ maxLength: 70 }),
        async (key, iv, ad, plaintext) => {
          const aead = new AesCbcHmac(parameters, key);
          const expected = sealByHand(parameters, key, iv, ad, pad(plaintext));
          for (const { seal, open } of Object.values(PATHS)) {
            assert.equal(toHex(await seal(aead, iv, ad, plaintext)), toHex(expected));
            assert.equal(toHex(await open(aead, iv, ad, expected)), toHex(plaintext));
          }
        },
      ),
    );
  });

  Deno.test(`AesCbcHmac, ${name}: any change to IV, associated data, ciphertext or tag is refused`, async () => {
    const aead = new AesCbcHmac(parameters, keyFor(parameters));
    await fc.assert(
      fc.asyncProperty(
        bytesOfSize(16),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom("iv" as const, "ad" as const, "ciphertext" as const, "tag" as const),
        alteration,
        async (iv, ad, plaintext, part, how) => {
          const sealed = aead.sealSync(iv, ad, plaintext);
          const end = sealed.length - parameters.tagSize;
          const parts = { iv, ad, ciphertext: sealed.slice(0, end), tag: sealed.slice(end) };
          const altered = { ...parts, [part]: alter(parts[part], how) };
          for (const { open } of Object.values(PATHS)) {
            await assertDecryptFailed(() =>
              open(aead, altered.iv, altered.ad, concat(altered.ciphertext, altered.tag))
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  Deno.test(`AesCbcHmac, ${name}: every single bit of the tag counts`, async () => {
    const aead = new AesCbcHmac(parameters, keyFor(parameters));
    const iv = pattern(16, 2);
    const ad = pattern(5, 3);
    const sealed = aead.sealSync(iv, ad, pattern(20, 4));
    for (let bit = 8 * (sealed.length - parameters.tagSize); bit < 8 * sealed.length; bit++) {
      const forged = alter(sealed, { kind: "flip", bit });
      for (const { open } of Object.values(PATHS)) {
        await assertDecryptFailed(() => open(aead, iv, ad, forged));
      }
    }
  });

  Deno.test(`AesCbcHmac, ${name}: refuses anything shorter than one block and a tag`, async () => {
    const aead = new AesCbcHmac(parameters, keyFor(parameters));
    for (let length = 0; length <= 16 + parameters.tagSize; length++) {
      for (const { open } of Object.values(PATHS)) {
        await assertDecryptFailed(() =>
          open(aead, new Uint8Array(16), new Uint8Array(0), new Uint8Array(length))
        );
      }
    }
  });

  Deno.test(`AesCbcHmac, ${name}: refuses a key of another size`, () => {
    const size = parameters.macKeySize + parameters.encryptionKeySize;
    for (const wrong of [0, size / 2, size - 1, size + 1]) {
      assert.throws(() => new AesCbcHmac(parameters, new Uint8Array(wrong)), {
        name: "RangeError",
        message: `key must have ${size} bytes, not ${wrong}`,
      });
    }
  });
}

Deno.test("AesCbcHmac: bytes cannot move between associated data, IV and ciphertext", async () => {
  // All of these put the same bytes into the MAC but for AL, which tells them apart.
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keyFor(AES256_CBC_HMAC_SHA256));
  const iv = pattern(16, 2);
  const ad = pattern(32, 3);
  const sealed = aead.sealSync(iv, ad, pattern(40, 4));
  for (const { open } of Object.values(PATHS)) {
    await assertDecryptFailed(() =>
      open(aead, sealed.subarray(0, 16), concat(ad, iv), sealed.subarray(16))
    );
    await assertDecryptFailed(() =>
      open(aead, ad.subarray(16), ad.subarray(0, 16), concat(iv, sealed))
    );
    // Here even AL is the same: the IV's size alone is wrong.
    await assertDecryptFailed(() =>
      open(aead, concat(iv, sealed.subarray(0, 16)), ad, sealed.subarray(16))
    );
    await assertDecryptFailed(() => open(aead, new Uint8Array(0), ad, concat(iv, sealed)));
  }
});

Deno.test("AesCbcHmac: what one key sealed, another does not open", async () => {
  const parameters = AES256_CBC_HMAC_SHA256;
  const key = keyFor(parameters);
  const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
  const sealed = new AesCbcHmac(parameters, key).sealSync(iv, ad, pattern(40, 4));
  const swapped = concat(key.subarray(32), key.subarray(0, 32));
  const otherMacKey = alter(key, { kind: "flip", bit: 0 });
  const otherEncryptionKey = alter(key, { kind: "flip", bit: 8 * 32 });
  for (const { open } of Object.values(PATHS)) {
    await assertDecryptFailed(() => open(new AesCbcHmac(parameters, swapped), iv, ad, sealed));
    await assertDecryptFailed(() => open(new AesCbcHmac(parameters, otherMacKey), iv, ad, sealed));
    // The tag does not depend on this half, so the text comes out wrong, or its padding does.
    const other = new AesCbcHmac(parameters, otherEncryptionKey);
    try {
      assert.notDeepEqual(await open(other, iv, ad, sealed), pattern(40, 4));
    } catch (error) {
      await assertDecryptFailed(() => {
        throw error;
      });
    }
  }
});

for (const [path, { open }] of Object.entries(PATHS)) {
  Deno.test(`AesCbcHmac, ${path}: length, tag and padding fail in the same way at the same point`, async () => {
    const parameters = AES256_CBC_HMAC_SHA256;
    const key = keyFor(parameters);
    const aead = new AesCbcHmac(parameters, key);
    const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
    const sealed = aead.sealSync(iv, ad, pattern(40, 4));
    const badPadding = (lastByte: number) => {
      const padded = concat(pattern(47, 5), Uint8Array.of(lastByte));
      padded[46] = lastByte ^ 0xff;
      return sealByHand(parameters, key, iv, ad, padded);
    };
    // First the proof that the hand-made texts have a valid tag: good padding opens.
    assertSameBytes(
      await open(aead, iv, ad, sealByHand(parameters, key, iv, ad, pad(pattern(33, 5)))),
      pattern(33, 5),
    );

    const refused = {
      "nothing": new Uint8Array(0),
      "no room for a tag": sealed.subarray(0, 31),
      "a tag alone": sealed.subarray(0, 32),
      "no whole block": sealed.subarray(0, 70),
      "one block less": sealed.subarray(16),
      "wrong tag, first byte": alter(sealed, { kind: "flip", bit: 8 * (sealed.length - 32) }),
      "wrong tag, last byte": alter(sealed, { kind: "flip", bit: 8 * sealed.length - 1 }),
      "wrong ciphertext": alter(sealed, { kind: "flip", bit: 0 }),
      "valid tag, padding 0": badPadding(0),
      "valid tag, padding 2 with a wrong byte": badPadding(2),
      "valid tag, padding 16 with wrong bytes": badPadding(16),
      "valid tag, padding 17": badPadding(17),
      "valid tag, padding 255": badPadding(255),
    };
    const seen = new Set<string>();
    for (const [what, text] of Object.entries(refused)) {
      const action = () => open(aead, iv, ad, text);
      await assertDecryptFailed(action);
      const error = await errorOf(action);
      // What lies below the library differs between a call and what follows an `await`.
      const lines = error.stack?.split("\n").filter((line) => line.includes("/lib/crypto/"));
      assert.equal(lines?.length, 2);
      seen.add(JSON.stringify([Object.entries(error), error.name, lines]));
      assert.equal(seen.size, 1, `${what}: ${error.stack}`);
    }
  });

  Deno.test(`AesCbcHmac, ${path}: nothing is decrypted before the tag has been found right`, async () => {
    const aead = new AesCbcHmac(A128CBC_HS256, keyFor(A128CBC_HS256));
    const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
    const sealed = aead.sealSync(iv, ad, pattern(40, 4));
    let decryptions = 0;
    const { cbcDecrypt } = sync;
    const countingSync: typeof cbcDecrypt = (...args) => {
      decryptions++;
      return cbcDecrypt(...args);
    };
    const webDecrypt = crypto.subtle.decrypt.bind(crypto.subtle);
    const countingWeb: typeof webDecrypt = (...args) => {
      decryptions++;
      return webDecrypt(...args);
    };
    await withReplaced(sync, "cbcDecrypt", countingSync, async () => {
      await withReplaced(crypto.subtle, "decrypt", countingWeb, async () => {
        for (const bit of [0, 200, 8 * sealed.length - 1]) {
          const forged = alter(sealed, { kind: "flip", bit });
          await assertDecryptFailed(() => open(aead, iv, ad, forged));
        }
        await assertDecryptFailed(() => open(aead, iv, pattern(8, 9), sealed));
        await assertDecryptFailed(() => open(aead, iv, ad, sealed.subarray(1)));
        assert.equal(decryptions, 0);
        await open(aead, iv, ad, sealed);
        assert.equal(decryptions, 1);
      });
    });
  });
}

Deno.test("AesCbcHmac: refuses to seal with an IV that is no block", async () => {
  const aead = new AesCbcHmac(A128CBC_HS256, keyFor(A128CBC_HS256));
  for (const { seal } of Object.values(PATHS)) {
    for (const size of [0, 12, 15, 17, 32]) {
      const error = await errorOf(() =>
        seal(aead, new Uint8Array(size), new Uint8Array(0), new Uint8Array(1))
      );
      assert(error instanceof RangeError);
      assert.equal(error.message, `IV must have 16 bytes, not ${size}`);
    }
  }
});

Deno.test("AesCbcHmac: works at once below the threshold and off this thread from there on", async () => {
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keyFor(AES256_CBC_HMAC_SHA256));
  const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
  assert(aead.seal(iv, ad, new Uint8Array(ASYNC_THRESHOLD - 1)) instanceof Uint8Array);
  const sealed = aead.seal(iv, ad, new Uint8Array(ASYNC_THRESHOLD));
  assert(sealed instanceof Promise);
  const opened = aead.open(iv, ad, await sealed);
  assert(opened instanceof Promise);
  assertSameBytes(await opened, new Uint8Array(ASYNC_THRESHOLD));
  assert(aead.open(iv, ad, aead.sealSync(iv, ad, new Uint8Array(9))) instanceof Uint8Array);
});

Deno.test("AesCbcHmac: a forged large message is refused off this thread as well", async () => {
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keyFor(AES256_CBC_HMAC_SHA256));
  const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
  const sealed = aead.sealSync(iv, ad, pattern(65_000, 4));
  for (const bit of [0, 8 * 30_000, 8 * sealed.length - 1]) {
    await assertDecryptFailed(() => aead.open(iv, ad, alter(sealed, { kind: "flip", bit })));
  }
  await assertDecryptFailed(() => aead.open(iv, ad, sealed.subarray(0, -1)));
  await assertDecryptFailed(() => aead.open(iv, ad, sealed.subarray(16)));
});

Deno.test("AesCbcHmac: takes views and shared memory", async () => {
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keyFor(AES256_CBC_HMAC_SHA256));
  const memory = new Uint8Array(new SharedArrayBuffer(300));
  memory.set(pattern(300, 4));
  const [iv, ad, plaintext] = [
    memory.subarray(1, 17),
    memory.subarray(17, 30),
    memory.subarray(30),
  ];
  const expected = aead.sealSync(iv.slice(), ad.slice(), plaintext.slice());
  for (const { seal, open } of Object.values(PATHS)) {
    assertSameBytes(await seal(aead, iv, ad, plaintext), expected);
    const shared = new Uint8Array(new SharedArrayBuffer(expected.length + 3)).subarray(3);
    shared.set(expected);
    assert.deepEqual([...await open(aead, iv, ad, shared)], [...plaintext]);
  }
});

Deno.test("AesCbcHmac: copies its key, and destroy overwrites the copy alone", () => {
  const parameters = AES256_CBC_HMAC_SHA256;
  const key = keyFor(parameters);
  const [iv, ad] = [pattern(16, 2), pattern(8, 3)];
  const aead = new AesCbcHmac(parameters, key);
  const sealed = aead.sealSync(iv, ad, pattern(40, 4));
  aead.destroy();
  assertSameBytes(key, keyFor(parameters));
  assert.throws(() => aead.openSync(iv, ad, sealed));
  let after: Uint8Array | undefined;
  try {
    after = aead.sealSync(iv, ad, pattern(40, 4));
  } catch {
    after = undefined;
  }
  // Neither the ciphertext nor the tag over it may still come from the old keys.
  if (after !== undefined) {
    const ciphertext = after.subarray(0, 48);
    assert.notDeepEqual(ciphertext, sealed.subarray(0, 48));
    const al = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 8 * ad.length);
    const oldTag = nobleFunctions().hmac("SHA-256", key.subarray(0, 32), ad, iv, ciphertext, al);
    assert.notDeepEqual(after.subarray(48), oldTag);
  }

  const copied = new AesCbcHmac(parameters, key);
  key.fill(0);
  assertSameBytes(copied.openSync(iv, ad, sealed), pattern(40, 4));
});

interface AeadCase extends WycheproofCase {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

const wycheproof = sharedVectors<WycheproofFile<object, AeadCase>>("wycheproof_a128cbc_hs256");
for (const [path, { seal, open }] of Object.entries(PATHS)) {
  wycheproof.test(`AesCbcHmac, ${path}: Wycheproof`, async (file) => {
    let ran = 0;
    for (const { test } of wycheproofCases(file)) {
      const aead = new AesCbcHmac(A128CBC_HS256, fromHex(test.key));
      const [iv, ad, sealed] = [test.iv, test.aad, test.ct + test.tag].map(fromHex);
      if (test.result === "valid") {
        assert.equal(toHex(await seal(aead, iv, ad, fromHex(test.msg))), test.ct + test.tag);
        assert.equal(toHex(await open(aead, iv, ad, sealed)), test.msg, `case ${test.tcId}`);
      } else {
        await assertDecryptFailed(() => open(aead, iv, ad, sealed));
      }
      ran++;
    }
    assert.equal(ran, file.numberOfTests);
  });
}
