// First, so that lib/crypto/x25519/platform.ts finds no node:crypto and falls back.
import "../without_node_crypto.ts";
import assert from "node:assert/strict";
import { x25519 } from "../../../lib/crypto/mod.ts";
import { nodeX25519 } from "../../../lib/crypto/x25519/node.ts";
import { pattern, withReplaced } from "../support.ts";
import { assertLowOrder, testX25519 } from "./x25519_suite.ts";

Deno.test("x25519: there is no node:crypto in this file", () => {
  assert.equal(nodeX25519(), undefined);
});

testX25519("WebCrypto");

Deno.test("x25519: a zero result is refused even if WebCrypto hands it over", async () => {
  const zero: typeof crypto.subtle.deriveBits = () => Promise.resolve(new ArrayBuffer(32));
  await withReplaced(crypto.subtle, "deriveBits", zero, async () => {
    await assertLowOrder(() => x25519(pattern(32), pattern(32, 2)), "zero from WebCrypto");
  });
});
