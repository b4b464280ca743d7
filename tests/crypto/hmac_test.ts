import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat, type HashName, hmac, HmacKey, type MaybePromise } from "../../lib/crypto/mod.ts";
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
import { assertSameBytes, pattern, SIZES } from "./support.ts";
import { HMAC_VECTORS } from "./vectors/hmac.ts";

const HASHES: readonly HashName[] = ["SHA-256", "SHA-384", "SHA-512"];

type Hmac = (hash: HashName, key: Uint8Array, data: Uint8Array) => MaybePromise<Uint8Array>;

const IMPLEMENTATIONS: Readonly<Record<string, Hmac>> = {
  "hmac": hmac,
  "HmacKey.signSync": (hash, key, data) => new HmacKey(hash, key).signSync(data),
  "HmacKey.signAsync": (hash, key, data) => new HmacKey(hash, key).signAsync(data),
  "noble": nobleFunctions().hmac,
};

for (const [name, implementation] of Object.entries(IMPLEMENTATIONS)) {
  for (const { section, key, data, tags } of HMAC_VECTORS) {
    Deno.test(`${name}: RFC 4231 ${section}`, async () => {
      for (const hash of HASHES) {
        const tag = await implementation(hash, fromHex(key), fromHex(data));
        assert.equal(toHex(tag).slice(0, tags[hash].length), tags[hash], hash);
      }
    });
  }
}

Deno.test("HmacKey: both paths give the same bytes, at every size and hash", async () => {
  for (const hash of HASHES) {
    const key = new HmacKey(hash, pattern(32));
    for (const size of SIZES) {
      const data = pattern(size, 2);
      const tag = key.signSync(data);
      assert.equal(tag.length, { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 }[hash]);
      assertSameBytes(await key.signAsync(data), tag, `${hash}, ${size} bytes`);
      assertSameBytes(await key.sign(data), tag);
      assertSameBytes(nobleFunctions().hmac(hash, pattern(32), data), tag);
    }
  }
});

Deno.test("HmacKey: sign works at once below the threshold and off this thread from there on", async () => {
  const key = new HmacKey("SHA-256", pattern(32));
  assert(key.sign(new Uint8Array(ASYNC_THRESHOLD - 1)) instanceof Uint8Array);
  const larger = key.sign(new Uint8Array(ASYNC_THRESHOLD));
  assert(larger instanceof Promise);
  await larger;
  // It is the whole that counts, not one part.
  const divided = key.sign(new Uint8Array(ASYNC_THRESHOLD - 1), new Uint8Array(1));
  assert(divided instanceof Promise);
  await divided;
});

Deno.test("HmacKey: the parts are signed as one message, on both paths, with any key", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...HASHES),
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.uint8Array()),
      async (hash, rawKey, parts) => {
        const key = new HmacKey(hash, rawKey);
        const tag = hmac(hash, rawKey, concat(...parts));
        assertSameBytes(key.signSync(...parts), tag);
        assertSameBytes(await key.signAsync(...parts), tag);
        assertSameBytes(nobleFunctions().hmac(hash, rawKey, ...parts), tag);
      },
    ),
  );
});

Deno.test("HmacKey: an empty key is a key, on both paths", async () => {
  const key = new HmacKey("SHA-256", new Uint8Array(0));
  // No published value: this one is from Python's `hmac.new(b"", b"", "sha256")`.
  const tag = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  assert.equal(toHex(key.signSync()), tag);
  assert.equal(toHex(await key.signAsync()), tag);
});

Deno.test("HmacKey: copies its key, and destroy overwrites the copy alone", () => {
  const rawKey = pattern(32);
  const key = new HmacKey("SHA-256", rawKey);
  const tag = key.signSync(Uint8Array.of(1));
  const before = rawKey.slice();
  key.destroy();
  assertSameBytes(rawKey, before);
  let after: Uint8Array | undefined;
  try {
    after = key.signSync(Uint8Array.of(1));
  } catch {
    after = undefined;
  }
  assert.notDeepEqual(after, tag);

  const copied = new HmacKey("SHA-256", rawKey);
  rawKey.fill(0);
  assertSameBytes(copied.signSync(Uint8Array.of(1)), tag);
});

interface MacCase extends WycheproofCase {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

const wycheproof = sharedVectors<WycheproofFile<{ tagSize: number }, MacCase>>(
  "wycheproof_hmac_sha256",
);
for (const [name, implementation] of Object.entries(IMPLEMENTATIONS)) {
  wycheproof.test(`${name}: Wycheproof`, async (file) => {
    let ran = 0;
    for (const { group, test } of wycheproofCases(file)) {
      const tag = await implementation("SHA-256", fromHex(test.key), fromHex(test.msg));
      const matches = toHex(tag.subarray(0, group.tagSize / 8)) === test.tag;
      assert.equal(matches, test.result === "valid", `case ${test.tcId}: ${test.comment}`);
      ran++;
    }
    assert.equal(ran, file.numberOfTests);
  });
}
