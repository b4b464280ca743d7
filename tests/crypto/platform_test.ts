import assert from "node:assert/strict";
import { ASYNC_THRESHOLD, sync } from "../../lib/crypto/platform.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";

Deno.test("platform: Deno takes its synchronous functions from node:crypto", () => {
  // Both have the same names; only noble's are the slower ones, whose source names its imports.
  assert.deepEqual(Object.keys(sync).sort(), Object.keys(nobleFunctions()).sort());
  assert.equal(sync.cbcEncrypt.toString().includes("createCipheriv"), true);
});

Deno.test("platform: the threshold lies below the longest Noise message", () => {
  assert.equal(ASYNC_THRESHOLD, 32_768);
});
