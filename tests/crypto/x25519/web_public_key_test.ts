import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { webPublicKeyOf } from "../../../lib/crypto/x25519/web_public_key.ts";
import { x25519 } from "../../../lib/crypto/x25519/x25519.ts";
import { pattern, withReplaced } from "../support.ts";

const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

Deno.test("x25519: WebCrypto gives the public key that node:crypto gives", async () => {
  const privateKeys = fc.uint8Array({ minLength: 32, maxLength: 32 });
  await fc.assert(
    fc.asyncProperty(privateKeys, async (privateKey) => {
      assert.deepEqual(await webPublicKeyOf(privateKey), await x25519(privateKey, BASE_POINT));
    }),
    { numRuns: 50 },
  );
});

Deno.test("x25519: the copy of a private key that is made for WebCrypto is wiped", async () => {
  const copies: Uint8Array[] = [];
  const importKey = crypto.subtle.importKey.bind(crypto.subtle);
  const watched = (...[format, key, ...others]: Parameters<typeof importKey>) => {
    if (key instanceof Uint8Array && format !== "raw") {
      assert.deepEqual(key.slice(-32), pattern(32));
      copies.push(key);
    }
    return importKey(format, key, ...others);
  };
  await withReplaced(crypto.subtle, "importKey", watched as typeof importKey, async () => {
    await webPublicKeyOf(pattern(32));
  });
  assert.equal(copies.length, 1);
  for (const copy of copies) assert.ok(copy.every((byte) => byte === 0));
});
