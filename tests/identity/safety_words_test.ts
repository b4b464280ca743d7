import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import { wordlist } from "npm:@scure/bip39@2.4.0/wordlists/english.js";
import fc from "npm:fast-check@4.10.2";
import { safetyWords } from "../../lib/identity/mod.ts";

const KEY = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** The same from another implementation, by shifting one large number instead of cutting a text. */
function expected(one: Uint8Array, other: Uint8Array): string {
  const keys = [one, other].map((key) => [...key]).sort((a, b) => {
    const index = a.findIndex((byte, index) => byte !== b[index]);
    return index === -1 ? 0 : a[index] - b[index];
  });
  const hash = pbkdf2Sync(
    Uint8Array.from(keys.flat()),
    "X25519-TCP-Chat safety words",
    8192,
    17,
    "sha256",
  );
  let number = BigInt(`0x${hash.toString("hex")}`) >> 4n;
  const words: string[] = [];
  for (let index = 0; index < 12; index++) {
    words.unshift(wordlist[Number(number & 2047n)]);
    number >>= 11n;
  }
  return words.join(" ");
}

Deno.test("safety words are those of another implementation, on both sides", async () => {
  await fc.assert(
    fc.asyncProperty(KEY, KEY, async (one, other) => {
      const words = await safetyWords(one, other);
      assert.equal(words, expected(one, other));
      assert.equal(await safetyWords(other, one), words);
      assert.equal(words.split(" ").length, 12);
    }),
    { numRuns: 25 },
  );
});

Deno.test("any bit of either key changes the safety words", async () => {
  await fc.assert(
    fc.asyncProperty(KEY, KEY, fc.nat(255), async (one, other, bit) => {
      const changed = new Uint8Array(one);
      changed[bit >> 3] ^= 1 << (bit & 7);
      assert.notEqual(await safetyWords(changed, other), await safetyWords(one, other));
    }),
    { numRuns: 25 },
  );
});

Deno.test("keys that share their beginning are sorted by the first byte that differs", async () => {
  const one = new Uint8Array(32).fill(7);
  const other = new Uint8Array(one);
  other[31] = 8;
  assert.equal(await safetyWords(one, other), expected(one, other));
  assert.equal(await safetyWords(other, one), expected(one, other));
  assert.equal(await safetyWords(one, one), expected(one, one));
});

Deno.test("a key of another size has no safety words", async () => {
  await assert.rejects(safetyWords(new Uint8Array(31), new Uint8Array(32)), RangeError);
  await assert.rejects(safetyWords(new Uint8Array(32), new Uint8Array(33)), RangeError);
});
