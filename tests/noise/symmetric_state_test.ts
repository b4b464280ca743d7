import assert from "node:assert/strict";
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { concat } from "../../lib/crypto/mod.ts";
import { AuthenticationError, UsageError } from "../../lib/errors.ts";
import { AESCBC, AESGCM, SymmetricState } from "../../lib/noise/mod.ts";
import { assertBytes, EMPTY, filled, flipped, utf8 } from "./support.ts";

const SHORT = "Noise_XX_25519_AESGCM_SHA256";
const LONG = "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA256";

const hash = (...parts: Uint8Array[]) => createHash("sha256").update(concat(...parts)).digest();
const hmac = (key: Uint8Array, data: Uint8Array) => createHmac("sha256", key).update(data).digest();

/** HKDF as Noise §4.3 writes it. */
function noiseHkdf(chainingKey: Uint8Array, input: Uint8Array, outputs: number): Uint8Array[] {
  const temporaryKey = hmac(chainingKey, input);
  const results: Uint8Array[] = [];
  let previous: Uint8Array = EMPTY;
  for (let index = 1; index <= outputs; index++) {
    previous = hmac(temporaryKey, concat(previous, Uint8Array.of(index)));
    results.push(previous);
  }
  return results;
}

function gcmSeal(key: Uint8Array, n: number, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(8, n);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(ad);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

Deno.test("InitializeSymmetric: up to 32 bytes of name are padded, more are hashed", () => {
  const exact = "Noise_XX_25519_ChaChaPoly_SHA256";
  const longer = `${exact}x`;
  assert.equal(exact.length, 32);
  const cases: [string, Uint8Array][] = [
    [SHORT, concat(utf8(SHORT), new Uint8Array(32 - SHORT.length))],
    [exact, utf8(exact)],
    [longer, hash(utf8(longer))],
    [LONG, hash(utf8(LONG))],
  ];
  for (const [name, expected] of cases) {
    const state = new SymmetricState(name, AESGCM);
    assertBytes(state.getHandshakeHash(), expected, name);
    assertBytes(state.getChainingKey(), expected, name);
    assert.equal(state.hasKey(), false);
  }
});

Deno.test("SymmetricState: a sequence of every operation, recomputed", async () => {
  const state = new SymmetricState(LONG, AESGCM);
  let h: Uint8Array = hash(utf8(LONG));
  let ck = h;
  let k: Uint8Array;

  state.mixHash(utf8("prologue"));
  h = hash(h, utf8("prologue"));
  assertBytes(state.getHandshakeHash(), h);

  // Without a key, EncryptAndHash passes the plaintext through, and hashes it.
  assertBytes(await state.encryptAndHash(utf8("clear")), utf8("clear"));
  h = hash(h, utf8("clear"));
  assertBytes(await state.decryptAndHash(utf8("clear too")), utf8("clear too"));
  h = hash(h, utf8("clear too"));
  assertBytes(state.getHandshakeHash(), h);

  state.mixKey(filled(32, 7));
  [ck, k] = noiseHkdf(ck, filled(32, 7), 2);
  assert.ok(state.hasKey());
  assertBytes(state.getChainingKey(), ck);
  assertBytes(state.getHandshakeHash(), h, "MixKey leaves the hash alone");

  for (const [n, text] of ["first", "second"].entries()) {
    const expected = gcmSeal(k, n, h, utf8(text));
    assertBytes(await state.encryptAndHash(utf8(text)), expected);
    h = hash(h, expected);
  }

  state.mixKeyAndHash(filled(32, 8));
  const [nextCk, temporaryH, nextK] = noiseHkdf(ck, filled(32, 8), 3);
  [ck, k] = [nextCk, nextK];
  h = hash(h, temporaryH);
  assertBytes(state.getChainingKey(), ck);
  assertBytes(state.getHandshakeHash(), h);

  const incoming = gcmSeal(k, 0, h, utf8("from the other side"));
  assertBytes(await state.decryptAndHash(incoming), utf8("from the other side"));
  h = hash(h, incoming);
  assertBytes(state.getHandshakeHash(), h);

  const expectedKeys = noiseHkdf(ck, EMPTY, 2);
  const keys = state.split();
  assertBytes(keys[0], expectedKeys[0]);
  assertBytes(keys[1], expectedKeys[1]);
  const transport = state.cipherState(keys[1]);
  assertBytes(
    await transport.encryptWithAd(EMPTY, utf8("transport")),
    gcmSeal(expectedKeys[1], 0, EMPTY, utf8("transport")),
  );
});

for (const cipher of [AESCBC, AESGCM]) {
  Deno.test(`DecryptAndHash, ${cipher.name}: a refused ciphertext changes nothing`, async () => {
    const create = () => {
      const state = new SymmetricState(LONG, cipher);
      state.mixKey(filled(32, 7));
      return state;
    };
    const [writer, reader] = [create(), create()];
    const ciphertext = await writer.encryptAndHash(utf8("text"));
    const before = reader.getHandshakeHash();
    for (let position = 0; position < ciphertext.length; position++) {
      await assert.rejects(
        reader.decryptAndHash(flipped(ciphertext, position)),
        AuthenticationError,
      );
    }
    assertBytes(reader.getHandshakeHash(), before);
    assertBytes(await reader.decryptAndHash(ciphertext), utf8("text"));
    assertBytes(reader.getHandshakeHash(), writer.getHandshakeHash());
  });

  Deno.test(`DecryptAndHash, ${cipher.name}: another transcript is refused`, async () => {
    const [writer, reader] = [0, 1].map((difference) => {
      const state = new SymmetricState(LONG, cipher);
      state.mixHash(Uint8Array.of(difference));
      state.mixKey(filled(32, 7));
      return state;
    });
    const ciphertext = await writer.encryptAndHash(utf8("text"));
    await assert.rejects(reader.decryptAndHash(ciphertext), AuthenticationError);
  });

  Deno.test(`EncryptAndHash, ${cipher.name}: a large plaintext is hashed as a small one`, async () => {
    const [writer, reader] = [0, 1].map(() => {
      const state = new SymmetricState(LONG, cipher);
      state.mixKey(filled(32, 7));
      return state;
    });
    const before = writer.getHandshakeHash();
    const ciphertext = await writer.encryptAndHash(filled(40_000, 3));
    assertBytes(writer.getHandshakeHash(), hash(before, ciphertext));
    assertBytes(await reader.decryptAndHash(ciphertext), filled(40_000, 3));
    assertBytes(reader.getHandshakeHash(), writer.getHandshakeHash());
  });
}

Deno.test("SymmetricState gives copies", () => {
  const state = new SymmetricState(LONG, AESGCM);
  state.getHandshakeHash().fill(0);
  state.getChainingKey().fill(0);
  assertBytes(state.getHandshakeHash(), hash(utf8(LONG)));
  assertBytes(state.getChainingKey(), hash(utf8(LONG)));
});

Deno.test("SymmetricState: destroy overwrites the chaining key and ends encryption", async () => {
  const state = new SymmetricState(LONG, AESGCM);
  state.mixKey(filled(32, 7));
  const h = state.getHandshakeHash();
  state.destroy();
  assertBytes(state.getChainingKey(), new Uint8Array(32));
  assertBytes(state.getHandshakeHash(), h, "the hash is no secret");
  assert.throws(() => state.encryptAndHash(utf8("text")), UsageError);
  await assert.rejects(state.decryptAndHash(filled(40, 0)), UsageError);
});
