// First, so that lib/crypto/x25519/platform.ts finds neither and falls back.
import "../without_node_crypto.ts";
import "./without_web_x25519.ts";
import assert from "node:assert/strict";
import { nodeX25519 } from "../../../lib/crypto/x25519/node.ts";
import { testX25519 } from "./x25519_suite.ts";

Deno.test("x25519: there is no node:crypto, and WebCrypto has no X25519 in this file", async () => {
  assert.equal(nodeX25519(), undefined);
  await assert.rejects(crypto.subtle.generateKey("X25519", true, ["deriveBits"]), {
    name: "NotSupportedError",
  });
});

testX25519("noble");
