import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat, sha256, SHA256_SIZE } from "../../lib/crypto/mod.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";
import { toHex } from "../support/vectors.ts";
import { SHA256_VECTORS } from "./vectors/sha256.ts";

for (const { name, message, digest } of SHA256_VECTORS) {
  Deno.test(`sha256: FIPS 180, ${name}`, () => {
    const bytes = new TextEncoder().encode(message);
    assert.equal(toHex(sha256(bytes)), digest);
    assert.equal(toHex(nobleFunctions().sha256(bytes)), digest);
  });
}

Deno.test("sha256: the parts are hashed as one message", () => {
  assert.deepEqual(sha256(), sha256(new Uint8Array(0)));
  fc.assert(fc.property(fc.array(fc.uint8Array()), (parts) => {
    const digest = sha256(...parts);
    assert.equal(digest.length, SHA256_SIZE);
    assert.deepEqual(digest, sha256(concat(...parts)));
    assert.deepEqual(digest, nobleFunctions().sha256(...parts));
  }));
});
