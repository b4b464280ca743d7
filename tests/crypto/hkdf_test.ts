import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hkdf, hkdfExpand, hkdfExtract } from "../../lib/crypto/mod.ts";
import {
  fromHex,
  sharedVectors,
  toHex,
  type WycheproofCase,
  wycheproofCases,
  type WycheproofFile,
} from "../support/vectors.ts";
import { pattern } from "./support.ts";
import { HKDF_SHA256 } from "./vectors/hkdf.ts";

const MAXIMUM = 255 * 32;

for (const vector of HKDF_SHA256) {
  Deno.test(`hkdf: RFC 5869 ${vector.section}`, () => {
    const salt = fromHex(vector.salt);
    const inputKeyMaterial = fromHex(vector.inputKeyMaterial);
    const info = fromHex(vector.info);
    const pseudorandomKey = hkdfExtract(salt, inputKeyMaterial);
    assert.equal(toHex(pseudorandomKey), vector.pseudorandomKey);
    assert.equal(toHex(hkdfExpand(pseudorandomKey, info, vector.length)), vector.output);
    assert.equal(toHex(hkdf(salt, inputKeyMaterial, info, vector.length)), vector.output);
  });
}

Deno.test("hkdf: the same bytes as WebCrypto's", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }),
      fc.integer({ min: 1, max: 300 }),
      async (salt, inputKeyMaterial, info, length) => {
        const key = await crypto.subtle.importKey(
          "raw",
          new Uint8Array(inputKeyMaterial),
          "HKDF",
          false,
          ["deriveBits"],
        );
        const parameters = {
          name: "HKDF",
          hash: "SHA-256",
          salt: new Uint8Array(salt),
          info: new Uint8Array(info),
        };
        const expected = await crypto.subtle.deriveBits(parameters, key, 8 * length);
        assert.equal(
          toHex(hkdf(salt, inputKeyMaterial, info, length)),
          toHex(new Uint8Array(expected)),
        );
      },
    ),
  );
});

Deno.test("hkdf: extract and then expand, whatever is empty or long", () => {
  for (const saltSize of [0, 32, 64, 65, 2000]) {
    for (const inputSize of [0, 32, 2000]) {
      for (const infoSize of [0, 32, 1024, 1025, 5000]) {
        const [salt, input, info] = [saltSize, inputSize, infoSize].map((size) => pattern(size));
        for (const length of [0, 1, 64, 96, MAXIMUM]) {
          assert.equal(
            toHex(hkdf(salt, input, info, length)),
            toHex(hkdfExpand(hkdfExtract(salt, input), info, length)),
            `${saltSize}, ${inputSize}, ${infoSize}, ${length}`,
          );
        }
        assert.throws(() => hkdf(salt, input, info, MAXIMUM + 1), RangeError);
      }
    }
  }
});

Deno.test("hkdfExpand: a shorter output is the start of a longer one, up to 255 blocks", () => {
  const pseudorandomKey = new Uint8Array(32).fill(1);
  const info = Uint8Array.of(2);
  const longest = hkdfExpand(pseudorandomKey, info, MAXIMUM);
  assert.equal(longest.length, MAXIMUM);
  for (const length of [0, 1, 31, 32, 33, 64, 65, MAXIMUM - 1]) {
    assert.deepEqual(hkdfExpand(pseudorandomKey, info, length), longest.slice(0, length));
  }
  assert.throws(() => hkdfExpand(pseudorandomKey, info, MAXIMUM + 1), RangeError);
});

Deno.test("hkdfExpand: leaves its arguments as they were", () => {
  const pseudorandomKey = new Uint8Array(32).fill(1);
  const info = new Uint8Array(40).fill(2);
  hkdfExpand(pseudorandomKey, info, 100);
  assert.deepEqual(pseudorandomKey, new Uint8Array(32).fill(1));
  assert.deepEqual(info, new Uint8Array(40).fill(2));
});

interface HkdfCase extends WycheproofCase {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

sharedVectors<WycheproofFile<object, HkdfCase>>("wycheproof_hkdf_sha256").test(
  "hkdf: Wycheproof",
  (file) => {
    let ran = 0;
    for (const { test } of wycheproofCases(file)) {
      const derive = () =>
        hkdf(fromHex(test.salt), fromHex(test.ikm), fromHex(test.info), test.size);
      if (test.result === "valid") assert.equal(toHex(derive()), test.okm, `case ${test.tcId}`);
      else assert.throws(derive, RangeError, `case ${test.tcId}`);
      ran++;
    }
    assert.equal(ran, file.numberOfTests);
  },
);
