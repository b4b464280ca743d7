import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { loadAes192, nodeFunctions } from "../../lib/crypto/sync_node.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";
import { toHex } from "../support/vectors.ts";
import { assertSameBytes, bytesOfSize, pattern, SIZES, withReplaced } from "./support.ts";

await loadAes192();

function requireNode() {
  const functions = nodeFunctions();
  assert(functions !== undefined, "this runtime has node:crypto");
  return functions;
}

const node = requireNode();
const noble = nobleFunctions();
const aesKey = fc.constantFrom(16, 24, 32).chain(bytesOfSize);
const anyBytes = fc.uint8Array({ maxLength: 100 });

/** What a function gives as hexadecimal, or that it refuses. */
function outcome(run: () => Uint8Array): string {
  try {
    return toHex(run());
  } catch {
    return "refused";
  }
}

Deno.test("sync_node: SHA-256 and HMAC as noble has them", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("SHA-256" as const, "SHA-384" as const, "SHA-512" as const),
      fc.uint8Array({ maxLength: 200 }),
      fc.array(anyBytes, { maxLength: 5 }),
      (hash, key, parts) => {
        assertSameBytes(node.sha256(...parts), noble.sha256(...parts));
        assertSameBytes(node.hmac(hash, key, ...parts), noble.hmac(hash, key, ...parts));
      },
    ),
  );
});

Deno.test("sync_node: AES-CBC as noble has it", () => {
  fc.assert(fc.property(aesKey, bytesOfSize(16), anyBytes, (key, iv, plaintext) => {
    const ciphertext = node.cbcEncrypt(key, iv, plaintext);
    assert.equal(toHex(ciphertext), toHex(noble.cbcEncrypt(key, iv, plaintext)));
    assert.equal(toHex(node.cbcDecrypt(key, iv, ciphertext)), toHex(plaintext));
    assert.equal(toHex(noble.cbcDecrypt(key, iv, ciphertext)), toHex(plaintext));
  }));
});

Deno.test("sync_node: AES-CBC refuses what noble refuses, and nothing else", () => {
  fc.assert(
    fc.property(aesKey, bytesOfSize(16), anyBytes, (key, iv, ciphertext) => {
      assert.equal(
        outcome(() => node.cbcDecrypt(key, iv, ciphertext)),
        outcome(() => noble.cbcDecrypt(key, iv, ciphertext)),
      );
    }),
    { examples: [[pattern(32), pattern(16), new Uint8Array(0)]] },
  );
  // Every last byte that a block can have, so every padding: the right ones and all the wrong ones.
  const iv = pattern(16, 2);
  for (const key of [16, 24, 32].map((size) => pattern(size))) {
    const block = noble.cbcEncrypt(key, iv, new Uint8Array(0));
    for (let mask = 0; mask < 256; mask++) {
      const otherIv = iv.slice();
      otherIv[15] ^= mask;
      assert.equal(
        outcome(() => node.cbcDecrypt(key, otherIv, block)),
        outcome(() => noble.cbcDecrypt(key, otherIv, block)),
      );
    }
  }
});

Deno.test("sync_node: AES-GCM as noble has it, and it refuses what noble refuses", () => {
  fc.assert(
    fc.property(bytesOfSize(32), bytesOfSize(12), anyBytes, anyBytes, (key, nonce, ad, input) => {
      const sealed = node.gcmSeal(key, nonce, ad, input);
      assert.equal(toHex(sealed), toHex(noble.gcmSeal(key, nonce, ad, input)));
      assert.equal(toHex(node.gcmOpen(key, nonce, ad, sealed)), toHex(input));
      assert.equal(toHex(noble.gcmOpen(key, nonce, ad, sealed)), toHex(input));
      assert.equal(outcome(() => node.gcmOpen(key, nonce, ad, input)), "refused");
      assert.equal(outcome(() => noble.gcmOpen(key, nonce, ad, input)), "refused");
    }),
  );
});

Deno.test("sync_node: HKDF as noble has it", () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, anyBytes, fc.nat(300), (salt, input, info, length) => {
      assertSameBytes(node.hkdf(salt, input, info, length), noble.hkdf(salt, input, info, length));
    }),
  );
});

Deno.test("sync_node: the same bytes as noble at every size", () => {
  const key = pattern(32);
  for (const size of SIZES) {
    const data = pattern(size, 2);
    const [iv, nonce] = [pattern(16, 3), pattern(12, 4)];
    assertSameBytes(node.sha256(data), noble.sha256(data));
    assertSameBytes(node.cbcEncrypt(key, iv, data), noble.cbcEncrypt(key, iv, data));
    assertSameBytes(node.gcmSeal(key, nonce, data, data), noble.gcmSeal(key, nonce, data, data));
  }
});

Deno.test("sync_node: results are plain arrays in memory of their own, not from a pool", () => {
  const key = pattern(32);
  const iv = pattern(16);
  const nonce = pattern(12);
  const none = new Uint8Array(0);
  const ciphertext = node.cbcEncrypt(key, iv, pattern(5));
  const sealed = node.gcmSeal(key, nonce, none, pattern(5));
  for (
    const result of [
      node.sha256(none),
      node.hmac("SHA-256", key, none),
      ciphertext,
      node.cbcDecrypt(key, iv, ciphertext),
      sealed,
      node.gcmOpen(key, nonce, none, sealed),
      node.hkdf(key, key, none, 64),
    ]
  ) {
    assert.equal(Object.getPrototypeOf(result), Uint8Array.prototype);
    assert.equal(result.buffer.byteLength, result.length);
  }
});

Deno.test("sync_node: nothing where the runtime has no node:crypto", async () => {
  const runtime = globalThis as { process?: unknown };
  await withReplaced(runtime, "process", undefined, () => {
    assert.equal(nodeFunctions(), undefined);
  });
  await withReplaced(runtime, "process", {}, () => {
    assert.equal(nodeFunctions(), undefined);
  });
  await withReplaced(runtime, "process", { getBuiltinModule: () => undefined }, () => {
    assert.equal(nodeFunctions(), undefined);
  });
});
