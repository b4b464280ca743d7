import assert from "node:assert/strict";
import { createCipheriv, createHmac } from "node:crypto";
import { concat } from "../../lib/crypto/mod.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { AESCBC, aescbc, CipherState, MAX_NONCE } from "../../lib/noise/mod.ts";
import { aes256Cbc, assertBytes, EMPTY, filled, utf8 } from "./support.ts";

const KEY = filled(32, 0x42);
const IV = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index);

/** HKDF-Expand (RFC 5869 §2.3), written out. */
function expand(key: Uint8Array, info: string, length: number): Uint8Array {
  let output: Uint8Array = EMPTY;
  let block: Uint8Array = EMPTY;
  for (let counter = 1; output.length < length; counter++) {
    block = createHmac("sha256", key).update(block).update(info).update(Uint8Array.of(counter))
      .digest();
    output = concat(output, block);
  }
  return output.subarray(0, length);
}

const bigEndian = (value: bigint) =>
  Uint8Array.from(
    { length: 8 },
    (_, index) => Number((value >> BigInt(8 * (7 - index))) & 0xffn),
  );

interface Parts {
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** A message of the cipher, written out: what stands on the wire is `iv || ciphertext || tag`. */
function seal(
  k: Uint8Array,
  iv: Uint8Array,
  n: bigint,
  ad: Uint8Array,
  plaintext: Uint8Array,
): Parts {
  const keys = expand(k, "X25519-TCP-Chat AESCBC keys", 64);
  const ciphertext = aes256Cbc(keys.subarray(32), iv, plaintext);
  const tag = createHmac("sha256", keys.subarray(0, 32))
    .update(bigEndian(n)).update(ad)
    .update(iv).update(ciphertext)
    .update(bigEndian(BigInt(8 * (8 + ad.length))))
    .digest();
  return { iv, ciphertext, tag };
}

const wire = ({ iv, ciphertext, tag }: Parts) => concat(iv, ciphertext, tag);

Deno.test("AESCBC: a message is IV, ciphertext and tag, recomputed", async () => {
  const keyed = aescbc(() => IV).withKey(KEY);
  for (const n of [0n, 1n, 256n, 0x0102030405060708n, MAX_NONCE - 1n]) {
    for (const ad of [EMPTY, utf8("associated data")]) {
      for (const plaintext of [EMPTY, utf8("text"), filled(16, 2), filled(20_000, 9)]) {
        const expected = wire(seal(KEY, IV, n, ad, plaintext));
        assertBytes(await keyed.encrypt(n, ad, plaintext), expected);
        assertBytes(await AESCBC.withKey(KEY).decrypt(n, ad, expected), plaintext);
      }
    }
  }
});

Deno.test("AESCBC: a fresh IV for every message, the same plaintext and nonce included", async () => {
  const keyed = AESCBC.withKey(KEY);
  const ivs = new Set<string>();
  const ciphertexts = new Set<string>();
  for (let round = 0; round < 500; round++) {
    const message = await keyed.encrypt(0n, EMPTY, utf8("the same text"));
    ivs.add(message.subarray(0, 16).join());
    ciphertexts.add(message.subarray(16, 32).join());
    assertBytes(message, wire(seal(KEY, message.slice(0, 16), 0n, EMPTY, utf8("the same text"))));
  }
  assert.equal(ivs.size, 500);
  assert.equal(ciphertexts.size, 500);
});

Deno.test("AESCBC: ciphertextSize is 49 to 64 more than the plaintext", async () => {
  const keyed = AESCBC.withKey(KEY);
  const sizes = Array.from({ length: 101 }, (_, size) => size);
  for (const size of [...sizes, 16_383, 16_384, 65_471]) {
    const expected = 16 + 16 * (Math.floor(size / 16) + 1) + 32;
    assert.equal(AESCBC.ciphertextSize(size), expected);
    assert.equal((await keyed.encrypt(0n, EMPTY, filled(size, 1))).length, expected);
  }
  assert.equal(AESCBC.ciphertextSize(15), 15 + 49);
  assert.equal(AESCBC.ciphertextSize(16), 16 + 64);
});

Deno.test("AESCBC: Rekey is HKDF-Expand of the key, without any randomness", async () => {
  let key: Uint8Array = KEY;
  const state = new CipherState(aescbc(() => IV));
  state.initializeKey(KEY);
  for (let n = 0n; n < 4n; n++) {
    assertBytes(
      await state.encryptWithAd(EMPTY, utf8("text")),
      wire(seal(key, IV, n, EMPTY, utf8("text"))),
    );
    const next = expand(key, "X25519-TCP-Chat AESCBC rekey", 32);
    assertBytes(AESCBC.withKey(key).rekey(), next);
    key = next;
    state.rekey();
  }
});

Deno.test("AESCBC: whatever is wrong, the error is one and the same", async () => {
  const keyed = AESCBC.withKey(KEY);
  const keys = expand(KEY, "X25519-TCP-Chat AESCBC keys", 64);
  const good = seal(KEY, IV, 5n, utf8("ad"), utf8("text"));

  /** A block of ciphertext that decrypts to wrong padding, under a right tag. */
  const badPadding = (() => {
    const cipher = createCipheriv("aes-256-cbc", keys.subarray(32), IV).setAutoPadding(false);
    const ciphertext = concat(cipher.update(filled(16, 0)), cipher.final());
    const tag = createHmac("sha256", keys.subarray(0, 32))
      .update(bigEndian(5n)).update("ad").update(IV).update(ciphertext).update(bigEndian(80n))
      .digest();
    return concat(IV, ciphertext, tag);
  })();
  /** Nothing between IV and tag, under a right tag. */
  const noCiphertext = concat(
    IV,
    createHmac("sha256", keys.subarray(0, 32))
      .update(bigEndian(5n)).update("ad").update(IV).update(bigEndian(80n)).digest(),
  );
  const { iv, ciphertext, tag } = good;
  const messages: Record<string, Uint8Array> = {
    "the wrong padding": badPadding,
    "no ciphertext": noCiphertext,
    "no bytes": EMPTY,
    "one byte": filled(1, 0),
    "half an IV": iv.subarray(0, 8),
    "an IV alone": iv,
    "a tag alone": tag,
    "half a tag": concat(iv, ciphertext, tag.subarray(0, 16)),
    "half a block": concat(iv, ciphertext.subarray(0, 8), tag),
    "the tag first": concat(tag, iv, ciphertext),
    "no IV": concat(ciphertext, tag),
    "another IV": concat(filled(16, 0), ciphertext, tag),
    "a block twice": concat(iv, ciphertext, ciphertext, tag),
  };
  for (const [what, message] of Object.entries(messages)) {
    await assert.rejects(
      async () => await keyed.decrypt(5n, utf8("ad"), message),
      (error: unknown) => {
        assert.ok(error instanceof AuthenticationError, what);
        assert.equal(error.code, "decrypt-failed", what);
        assert.equal(error.message, "the message could not be authenticated", what);
        assert.equal(error.cause, undefined, what);
        return true;
      },
    );
  }
  assertBytes(await keyed.decrypt(5n, utf8("ad"), wire(good)), utf8("text"));
});

Deno.test("AESCBC: bytes cannot move between the nonce, the associated data and the IV", async () => {
  const message = wire(seal(KEY, IV, 5n, utf8("ad"), utf8("text")));
  const keyed = AESCBC.withKey(KEY);
  await assert.rejects(
    async () => await keyed.decrypt(5n, concat(utf8("ad"), IV), message.subarray(16)),
    AuthenticationError,
  );
  await assert.rejects(
    async () => await keyed.decrypt(5n, utf8("a"), concat(utf8("d"), message)),
    AuthenticationError,
  );
});
