// First, so that lib/crypto/x25519.ts finds no X25519 in WebCrypto and falls back.
import "./without_web_x25519.ts";
import assert from "node:assert/strict";
import { testX25519 } from "./x25519_suite.ts";

Deno.test("x25519: WebCrypto has no X25519 in this file", async () => {
  await assert.rejects(crypto.subtle.generateKey("X25519", true, ["deriveBits"]), {
    name: "NotSupportedError",
  });
});

testX25519("noble");
