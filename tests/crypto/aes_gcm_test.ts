import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  AES_GCM_KEY_SIZE,
  AES_GCM_NONCE_SIZE,
  AES_GCM_TAG_SIZE,
  AesGcm,
  concat,
  type MaybePromise,
} from "../../lib/crypto/mod.ts";
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
import {
  alter,
  alteration,
  assertDecryptFailed,
  assertSameBytes,
  bitFlip,
  bytesOfSize,
  errorOf,
  pattern,
  SIZES,
} from "./support.ts";
import { GCM_VECTORS } from "./vectors/aes_gcm.ts";

type Aead = (
  aead: AesGcm,
  nonce: Uint8Array,
  ad: Uint8Array,
  input: Uint8Array,
) => MaybePromise<Uint8Array>;

const PATHS: Readonly<Record<string, { seal: Aead; open: Aead }>> = {
  synchronous: {
    seal: (aead, nonce, ad, plaintext) => aead.sealSync(nonce, ad, plaintext),
    open: (aead, nonce, ad, sealed) => aead.openSync(nonce, ad, sealed),
  },
  asynchronous: {
    seal: (aead, nonce, ad, plaintext) => aead.sealAsync(nonce, ad, plaintext),
    open: (aead, nonce, ad, sealed) => aead.openAsync(nonce, ad, sealed),
  },
};

for (const vector of GCM_VECTORS) {
  const [key, nonce, ad, plaintext] = [vector.key, vector.nonce, vector.ad, vector.plaintext]
    .map(fromHex);
  const sealed = vector.ciphertext + vector.tag;
  for (const [path, { seal, open }] of Object.entries(PATHS)) {
    Deno.test(`AesGcm, ${path}: GCM specification, test case ${vector.testCase}`, async () => {
      const aead = new AesGcm(key);
      assert.equal(toHex(await seal(aead, nonce, ad, plaintext)), sealed);
      assert.equal(toHex(await open(aead, nonce, ad, fromHex(sealed))), vector.plaintext);
    });
  }
  Deno.test(`noble: GCM specification, test case ${vector.testCase}`, () => {
    const { gcmSeal, gcmOpen } = nobleFunctions();
    assert.equal(toHex(gcmSeal(key, nonce, ad, plaintext)), sealed);
    assert.equal(toHex(gcmOpen(key, nonce, ad, fromHex(sealed))), vector.plaintext);
  });
}

Deno.test("AesGcm: both paths give the same bytes and read each other, at every size", async () => {
  const aead = new AesGcm(pattern(32));
  const nonce = pattern(12, 2);
  for (const size of SIZES) {
    const ad = pattern(size % 40, 3);
    const plaintext = pattern(size, 4);
    const sealed = aead.sealSync(nonce, ad, plaintext);
    assert.equal(sealed.length, size + AES_GCM_TAG_SIZE);
    assertSameBytes(await aead.sealAsync(nonce, ad, plaintext), sealed);
    assertSameBytes(await aead.seal(nonce, ad, plaintext), sealed);
    assertSameBytes(aead.openSync(nonce, ad, sealed), plaintext);
    assertSameBytes(await aead.openAsync(nonce, ad, sealed), plaintext);
    assertSameBytes(await aead.open(nonce, ad, sealed), plaintext);
    assertSameBytes(nobleFunctions().gcmSeal(pattern(32), nonce, ad, plaintext), sealed);
  }
});

Deno.test("AesGcm: both paths agree for any input", async () => {
  await fc.assert(
    fc.asyncProperty(
      bytesOfSize(32),
      bytesOfSize(12),
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ maxLength: 70 }),
      async (key, nonce, ad, plaintext) => {
        const aead = new AesGcm(key);
        const sealed = aead.sealSync(nonce, ad, plaintext);
        assertSameBytes(await aead.sealAsync(nonce, ad, plaintext), sealed);
        assert.equal(toHex(aead.openSync(nonce, ad, sealed)), toHex(plaintext));
        assert.equal(toHex(await aead.openAsync(nonce, ad, sealed)), toHex(plaintext));
      },
    ),
  );
});

Deno.test("AesGcm: any change to nonce, associated data, ciphertext or tag is refused", async () => {
  const aead = new AesGcm(pattern(32));
  await fc.assert(
    fc.asyncProperty(
      bytesOfSize(12),
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 100 }),
      fc.oneof(
        fc.record({ part: fc.constant("nonce" as const), how: bitFlip }),
        fc.record({
          part: fc.constantFrom("ad" as const, "ciphertext" as const, "tag" as const),
          how: alteration,
        }),
      ),
      async (nonce, ad, plaintext, { part, how }) => {
        const sealed = aead.sealSync(nonce, ad, plaintext);
        const end = sealed.length - AES_GCM_TAG_SIZE;
        const parts = { nonce, ad, ciphertext: sealed.slice(0, end), tag: sealed.slice(end) };
        const altered = { ...parts, [part]: alter(parts[part], how) };
        for (const { open } of Object.values(PATHS)) {
          await assertDecryptFailed(() =>
            open(aead, altered.nonce, altered.ad, concat(altered.ciphertext, altered.tag))
          );
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("AesGcm: every single bit of the tag counts, and so does its whole length", async () => {
  const aead = new AesGcm(pattern(32));
  const [nonce, ad] = [pattern(12, 2), pattern(5, 3)];
  const sealed = aead.sealSync(nonce, ad, pattern(20, 4));
  for (const { open } of Object.values(PATHS)) {
    for (let bit = 8 * (sealed.length - AES_GCM_TAG_SIZE); bit < 8 * sealed.length; bit++) {
      await assertDecryptFailed(() => open(aead, nonce, ad, alter(sealed, { kind: "flip", bit })));
    }
    for (let length = 0; length < sealed.length; length++) {
      await assertDecryptFailed(() => open(aead, nonce, ad, sealed.subarray(0, length)));
    }
  }
});

Deno.test("AesGcm: a forged large message is refused off this thread as well", async () => {
  const aead = new AesGcm(pattern(32));
  const [nonce, ad] = [pattern(12, 2), pattern(8, 3)];
  const sealed = aead.sealSync(nonce, ad, pattern(65_000, 4));
  for (const bit of [0, 8 * 30_000, 8 * sealed.length - 1]) {
    await assertDecryptFailed(() => aead.open(nonce, ad, alter(sealed, { kind: "flip", bit })));
  }
  await assertDecryptFailed(() => aead.open(nonce, ad, sealed.subarray(0, -1)));
});

Deno.test("AesGcm: works at once below the threshold and off this thread from there on", async () => {
  const aead = new AesGcm(pattern(32));
  const [nonce, ad] = [pattern(12, 2), pattern(8, 3)];
  assert(aead.seal(nonce, ad, new Uint8Array(ASYNC_THRESHOLD - 1)) instanceof Uint8Array);
  const sealed = aead.seal(nonce, ad, new Uint8Array(ASYNC_THRESHOLD));
  assert(sealed instanceof Promise);
  const opened = aead.open(nonce, ad, await sealed);
  assert(opened instanceof Promise);
  assertSameBytes(await opened, new Uint8Array(ASYNC_THRESHOLD));
  assert(aead.open(nonce, ad, aead.sealSync(nonce, ad, new Uint8Array(9))) instanceof Uint8Array);
});

Deno.test("AesGcm: refuses keys and nonces of another size, by name", async () => {
  for (const size of [0, 16, 24, 31, 33]) {
    assert.throws(() => new AesGcm(new Uint8Array(size)), {
      name: "RangeError",
      message: `key must have ${AES_GCM_KEY_SIZE} bytes, not ${size}`,
    });
  }
  const aead = new AesGcm(pattern(32));
  for (const { seal, open } of Object.values(PATHS)) {
    for (const size of [0, 8, 11, 13, 16]) {
      for (const run of [seal, open]) {
        const error = await errorOf(() =>
          run(aead, new Uint8Array(size), new Uint8Array(0), new Uint8Array(40))
        );
        assert(error instanceof RangeError);
        assert.equal(
          error.message,
          `nonce must have ${AES_GCM_NONCE_SIZE} bytes, not ${size}`,
        );
      }
    }
  }
});

Deno.test("AesGcm: takes views and shared memory", async () => {
  const aead = new AesGcm(pattern(32));
  const memory = new Uint8Array(new SharedArrayBuffer(300));
  memory.set(pattern(300, 4));
  const [nonce, ad, plaintext] = [
    memory.subarray(1, 13),
    memory.subarray(13, 30),
    memory.subarray(30),
  ];
  const expected = aead.sealSync(nonce.slice(), ad.slice(), plaintext.slice());
  for (const { seal, open } of Object.values(PATHS)) {
    assertSameBytes(await seal(aead, nonce, ad, plaintext), expected);
    const shared = new Uint8Array(new SharedArrayBuffer(expected.length + 3)).subarray(3);
    shared.set(expected);
    assert.deepEqual([...await open(aead, nonce, ad, shared)], [...plaintext]);
  }
});

Deno.test("AesGcm: copies its key, and destroy overwrites the copy alone", () => {
  const key = pattern(32);
  const [nonce, ad] = [pattern(12, 2), pattern(8, 3)];
  const aead = new AesGcm(key);
  const sealed = aead.sealSync(nonce, ad, pattern(40, 4));
  aead.destroy();
  assertSameBytes(key, pattern(32));
  assert.throws(() => aead.openSync(nonce, ad, sealed));

  const copied = new AesGcm(key);
  key.fill(0);
  assertSameBytes(copied.openSync(nonce, ad, sealed), pattern(40, 4));
});

interface AeadCase extends WycheproofCase {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

interface AeadGroup {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
}

const wycheproof = sharedVectors<WycheproofFile<AeadGroup, AeadCase>>("wycheproof_aes_gcm");
for (const [path, { seal, open }] of Object.entries(PATHS)) {
  wycheproof.test(`AesGcm, ${path}: Wycheproof`, async (file) => {
    let ran = 0;
    let ourSizes = 0;
    for (const { group, test } of wycheproofCases(file)) {
      ran++;
      const [key, nonce, ad, sealed] = [test.key, test.iv, test.aad, test.ct + test.tag]
        .map(fromHex);
      if (group.keySize !== 256) {
        assert.throws(() => new AesGcm(key), RangeError);
        continue;
      }
      const aead = new AesGcm(key);
      if (group.ivSize !== 96) {
        assert(await errorOf(() => seal(aead, nonce, ad, sealed)) instanceof RangeError);
        assert(await errorOf(() => open(aead, nonce, ad, sealed)) instanceof RangeError);
        continue;
      }
      assert.equal(group.tagSize, 128);
      ourSizes++;
      if (test.result === "valid") {
        assert.equal(toHex(await seal(aead, nonce, ad, fromHex(test.msg))), test.ct + test.tag);
        assert.equal(toHex(await open(aead, nonce, ad, sealed)), test.msg, `case ${test.tcId}`);
      } else {
        await assertDecryptFailed(() => open(aead, nonce, ad, sealed));
      }
    }
    assert.equal(ran, file.numberOfTests);
    assert.equal(ourSizes, 66);
  });
}
