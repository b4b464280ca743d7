import assert from "node:assert/strict";
import { AesCbcKey, loadAes192 } from "../../lib/crypto/mod.ts";

const IV = new Uint8Array(16);
const KEY = new Uint8Array(24).fill(7);

Deno.test("loadAes192: without it a key of 24 bytes says what to do; with it it works", async () => {
  const key = new AesCbcKey(KEY);
  assert.throws(() => key.encryptSync(IV, Uint8Array.of(1)), {
    name: "RangeError",
    message: "AES-192 is not ready: await loadAes192() first",
  });
  await loadAes192();
  const ciphertext = key.encryptSync(IV, Uint8Array.of(1, 2, 3));
  assert.deepEqual(key.decryptSync(IV, ciphertext), Uint8Array.of(1, 2, 3));
  assert.deepEqual(ciphertext, await key.encryptAsync(IV, Uint8Array.of(1, 2, 3)));
});
