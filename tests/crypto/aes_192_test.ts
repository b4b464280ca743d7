import assert from "node:assert/strict";
import { AesCbcKey, loadAes192 } from "../../lib/crypto/mod.ts";

const IV = new Uint8Array(16);
const KEY = new Uint8Array(24).fill(7);

Deno.test("loadAes192: without it a key of 24 bytes says what to do", async () => {
  // Another copy of the module: in this process somebody may have loaded it already.
  const copy = "../../lib/crypto/sync_node.ts?not-loaded";
  const { nodeFunctions } = await import(copy) as typeof import("../../lib/crypto/sync_node.ts");
  assert.throws(() => nodeFunctions()?.cbcEncrypt(KEY, IV, Uint8Array.of(1)), {
    name: "RangeError",
    message: "AES-192 is not ready: await loadAes192() first",
  });
});

Deno.test("loadAes192: with it a key of 24 bytes works, in the same way at once and elsewhere", async () => {
  await loadAes192();
  const key = new AesCbcKey(KEY);
  const ciphertext = key.encryptSync(IV, Uint8Array.of(1, 2, 3));
  assert.deepEqual(key.decryptSync(IV, ciphertext), Uint8Array.of(1, 2, 3));
  assert.deepEqual(ciphertext, await key.encryptAsync(IV, Uint8Array.of(1, 2, 3)));
});
