import assert from "node:assert/strict";
import crypto from "node:crypto";
import { x25519 } from "../../../lib/crypto/mod.ts";
import { nodeX25519 } from "../../../lib/crypto/x25519/node.ts";
import { platformX25519 } from "../../../lib/crypto/x25519/platform.ts";
import { pattern, withReplaced } from "../support.ts";
import { assertLowOrder, testX25519 } from "./x25519_suite.ts";

Deno.test("x25519: Deno takes it from node:crypto", () => {
  assert.equal(String(platformX25519.multiply), String(nodeX25519()?.multiply));
});

testX25519("node:crypto");

Deno.test("x25519: a zero result is refused even if the implementation hands it over", async () => {
  // Some versions refuse by themselves, some do not; nothing may rest on that.
  const zero = () => new Uint8Array(32);
  await withReplaced(platformX25519, "multiply", zero, async () => {
    await assertLowOrder(() => x25519(pattern(32), pattern(32, 2)), "zero");
  });
});

Deno.test("x25519: a result of node:crypto lies in memory of its own, and its buffer is wiped", async () => {
  const buffer = crypto.randomBytes(32);
  const bytes = new Uint8Array(buffer);
  const node = nodeX25519();
  assert(node !== undefined);
  await withReplaced(crypto, "diffieHellman", () => buffer, async () => {
    const secret = await node.multiply(pattern(32), pattern(32, 2));
    assert.deepEqual(secret, bytes);
    assert.deepEqual(new Uint8Array(buffer), new Uint8Array(32));
  });
});

Deno.test("x25519: the copy of a private key that is made for node:crypto is wiped", async () => {
  const node = nodeX25519();
  assert(node !== undefined);
  const copies: Uint8Array[] = [];
  const { createPrivateKey } = crypto;
  const watched: typeof createPrivateKey = (input) => {
    assert(typeof input === "object" && "key" in input && input.key instanceof Uint8Array);
    assert.deepEqual(new Uint8Array(input.key.slice(-32)), pattern(32));
    copies.push(input.key);
    return createPrivateKey(input);
  };
  await withReplaced(crypto, "createPrivateKey", watched, () => {
    // The first product loads the module; before that, WebCrypto gives the public key.
    node.multiply(pattern(32), Uint8Array.of(9, ...new Uint8Array(31)));
    node.publicKeyOf(pattern(32));
  });
  assert.equal(copies.length, 2);
  for (const copy of copies) assert.ok(copy.every((byte) => byte === 0));
});
