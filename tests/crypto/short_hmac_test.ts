import assert from "node:assert/strict";
import { hmac, HmacKey } from "../../lib/crypto/mod.ts";
import {
  loadShortHmac,
  SHORT_HMAC_SIZE,
  ShortHmac,
  shortHmac,
} from "../../lib/crypto/short_hmac.ts";
import { pattern } from "./support.ts";

await loadShortHmac();

Deno.test("HmacKey: the tags of a key that is used often are those of HMAC, at every size", () => {
  const rawKey = pattern(32);
  const key = new HmacKey("SHA-256", rawKey);
  for (let size = 0; size <= SHORT_HMAC_SIZE + 2; size++) {
    const data = pattern(size);
    const tag = key.signSync(data.subarray(0, size >> 1), data.subarray(size >> 1));
    assert.deepEqual(tag, new Uint8Array(hmac("SHA-256", rawKey, data)), `${size} bytes`);
  }
});

Deno.test("HmacKey: keys that take turns do not mix", () => {
  const rawKeys = [pattern(32), pattern(64), pattern(200), new Uint8Array(0)];
  const keys = rawKeys.map((rawKey) => new HmacKey("SHA-256", rawKey));
  for (let round = 0; round < 20; round++) {
    const data = pattern(round * 7);
    for (const [index, key] of keys.entries()) {
      const expected = hmac("SHA-256", rawKeys[index] ?? data, data);
      assert.deepEqual(key.signSync(data), new Uint8Array(expected));
    }
  }
});

Deno.test("HmacKey: other hashes keep their own tags, however often a key is used", () => {
  const key = new HmacKey("SHA-512", pattern(64));
  for (let round = 0; round < 20; round++) {
    assert.deepEqual(key.signSync(pattern(9)), hmac("SHA-512", pattern(64), pattern(9)));
  }
});

Deno.test("ShortHmac: a tag is in memory of its own, and destroy overwrites the states", () => {
  const short = shortHmac(pattern(64), pattern(64));
  assert(short instanceof ShortHmac);
  const first = short.sign([pattern(3)]);
  const copy = first.slice();
  short.sign([pattern(4)]);
  assert.deepEqual(first, copy);
  short.destroy();
  assert.throws(() => short.sign([pattern(3)]));
});

Deno.test("HmacKey: after destroy nothing is signed under the old key", () => {
  const key = new HmacKey("SHA-256", pattern(32));
  for (let round = 0; round < 10; round++) key.signSync(pattern(1));
  key.destroy();
  for (let round = 0; round < 10; round++) {
    assert.notDeepEqual(key.signSync(pattern(1)), hmac("SHA-256", pattern(32), pattern(1)));
  }
});
