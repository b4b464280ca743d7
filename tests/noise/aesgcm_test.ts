import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { concat } from "../../lib/crypto/mod.ts";
import { AESGCM, CipherState, MAX_NONCE } from "../../lib/noise/mod.ts";
import { assertBytes, EMPTY, filled, utf8 } from "./support.ts";

const KEY = filled(32, 0x42);

/** Noise §12.4, written out. */
function seal(key: Uint8Array, n: bigint, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const nonce = Uint8Array.from(
    { length: 12 },
    (_, index) => index < 4 ? 0 : Number((n >> BigInt(8 * (11 - index))) & 0xffn),
  );
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(ad);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

Deno.test("AESGCM: nonce, ciphertext and tag as Noise §12.4 has them", async () => {
  const keyed = AESGCM.withKey(KEY);
  for (const n of [0n, 1n, 255n, 256n, 0x0102030405060708n, MAX_NONCE - 1n]) {
    for (const plaintext of [EMPTY, utf8("text"), filled(20_000, 9)]) {
      const expected = seal(KEY, n, utf8("ad"), plaintext);
      assertBytes(await keyed.encrypt(n, utf8("ad"), plaintext), expected);
      assertBytes(await keyed.decrypt(n, utf8("ad"), expected), plaintext);
    }
  }
});

Deno.test("AESGCM: ciphertextSize is 16 more than the plaintext", async () => {
  const keyed = AESGCM.withKey(KEY);
  const sizes = Array.from({ length: 101 }, (_, size) => size);
  for (const size of [...sizes, 16_383, 16_384, 65_519]) {
    assert.equal(AESGCM.ciphertextSize(size), size + 16);
    assert.equal((await keyed.encrypt(0n, EMPTY, filled(size, 1))).length, size + 16);
  }
});

Deno.test("AESGCM: Rekey is ENCRYPT(k, maxnonce, empty, 32 zeros), its first 32 bytes", async () => {
  let key: Uint8Array = KEY;
  const state = new CipherState(AESGCM);
  state.initializeKey(KEY);
  for (let n = 0n; n < 4n; n++) {
    const expected = seal(key, n, EMPTY, utf8("text"));
    assertBytes(await state.encryptWithAd(EMPTY, utf8("text")), expected);
    assertBytes(
      AESGCM.withKey(key).rekey(),
      seal(key, MAX_NONCE, EMPTY, new Uint8Array(32)).subarray(0, 32),
    );
    key = seal(key, MAX_NONCE, EMPTY, new Uint8Array(32)).subarray(0, 32);
    state.rekey();
  }
});
