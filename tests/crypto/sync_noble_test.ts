// First, so that lib/crypto/platform.ts finds no node:crypto and falls back.
import "./without_node_crypto.ts";
import assert from "node:assert/strict";
import {
  AES256_CBC_HMAC_SHA256,
  AesCbcHmac,
  AesCbcKey,
  AesGcm,
  hkdf,
  hmac,
  sha256,
} from "../../lib/crypto/mod.ts";
import { nodeFunctions } from "../../lib/crypto/sync_node.ts";
import { fromHex, toHex } from "../support/vectors.ts";
import { alter, assertDecryptFailed, assertSameBytes, pattern, SIZES } from "./support.ts";
import { CBC_IV, CBC_PLAINTEXT, CBC_VECTORS } from "./vectors/aes_cbc.ts";
import {
  COMPOSITION_AD,
  COMPOSITION_IV,
  COMPOSITION_PLAINTEXT,
  COMPOSITION_VECTORS,
} from "./vectors/aes_cbc_hmac.ts";
import { GCM_VECTORS } from "./vectors/aes_gcm.ts";
import { HKDF_SHA256 } from "./vectors/hkdf.ts";
import { HMAC_VECTORS } from "./vectors/hmac.ts";
import { SHA256_VECTORS } from "./vectors/sha256.ts";

Deno.test("without node:crypto: there is none in this file", () => {
  assert.equal(nodeFunctions(), undefined);
});

Deno.test("without node:crypto: the published vectors of hash, HMAC and HKDF", () => {
  for (const { message, digest } of SHA256_VECTORS) {
    assert.equal(toHex(sha256(new TextEncoder().encode(message))), digest);
  }
  for (const { key, data, tags } of HMAC_VECTORS) {
    for (const hash of ["SHA-256", "SHA-384", "SHA-512"] as const) {
      const tag = toHex(hmac(hash, fromHex(key), fromHex(data)));
      assert.equal(tag.slice(0, tags[hash].length), tags[hash]);
    }
  }
  for (const { salt, inputKeyMaterial, info, length, output } of HKDF_SHA256) {
    const derived = hkdf(fromHex(salt), fromHex(inputKeyMaterial), fromHex(info), length);
    assert.equal(toHex(derived), output);
  }
});

Deno.test("without node:crypto: the published vectors of the ciphers", () => {
  for (const { key, ciphertext } of CBC_VECTORS) {
    const cbcKey = new AesCbcKey(fromHex(key));
    const encrypted = cbcKey.encryptSync(fromHex(CBC_IV), fromHex(CBC_PLAINTEXT));
    assert.equal(toHex(encrypted.subarray(0, 64)), ciphertext);
    assert.equal(toHex(cbcKey.decryptSync(fromHex(CBC_IV), encrypted)), CBC_PLAINTEXT);
  }
  for (const { parameters, key, ciphertext, tag } of COMPOSITION_VECTORS) {
    const aead = new AesCbcHmac(parameters, fromHex(key));
    const [iv, ad] = [fromHex(COMPOSITION_IV), fromHex(COMPOSITION_AD)];
    const sealed = aead.sealSync(iv, ad, fromHex(COMPOSITION_PLAINTEXT));
    assert.equal(toHex(sealed), ciphertext + tag);
    assert.equal(toHex(aead.openSync(iv, ad, sealed)), COMPOSITION_PLAINTEXT);
  }
  for (const { key, nonce, ad, plaintext, ciphertext, tag } of GCM_VECTORS) {
    const aead = new AesGcm(fromHex(key));
    const sealed = aead.sealSync(fromHex(nonce), fromHex(ad), fromHex(plaintext));
    assert.equal(toHex(sealed), ciphertext + tag);
    assert.equal(toHex(aead.openSync(fromHex(nonce), fromHex(ad), sealed)), plaintext);
  }
});

Deno.test("without node:crypto: both paths still give the same bytes", async () => {
  const composition = new AesCbcHmac(AES256_CBC_HMAC_SHA256, pattern(64));
  const gcm = new AesGcm(pattern(32));
  const [iv, nonce, ad] = [pattern(16, 2), pattern(12, 3), pattern(8, 4)];
  for (const size of SIZES) {
    const plaintext = pattern(size, 5);
    const first = composition.sealSync(iv, ad, plaintext);
    assertSameBytes(await composition.sealAsync(iv, ad, plaintext), first);
    assertSameBytes(composition.openSync(iv, ad, first), plaintext);
    const second = gcm.sealSync(nonce, ad, plaintext);
    assertSameBytes(await gcm.sealAsync(nonce, ad, plaintext), second);
    assertSameBytes(gcm.openSync(nonce, ad, second), plaintext);
  }
});

Deno.test("without node:crypto: every single bit of a sealed message counts", async () => {
  const composition = new AesCbcHmac(AES256_CBC_HMAC_SHA256, pattern(64));
  const gcm = new AesGcm(pattern(32));
  const [iv, nonce, ad] = [pattern(16, 2), pattern(12, 3), pattern(8, 4)];
  const first = composition.sealSync(iv, ad, pattern(20, 5));
  const second = gcm.sealSync(nonce, ad, pattern(20, 5));
  for (let bit = 0; bit < 8 * first.length; bit++) {
    const forged = alter(first, { kind: "flip", bit });
    await assertDecryptFailed(() => composition.openSync(iv, ad, forged));
  }
  for (let bit = 0; bit < 8 * second.length; bit++) {
    const forged = alter(second, { kind: "flip", bit });
    await assertDecryptFailed(() => gcm.openSync(nonce, ad, forged));
  }
});
