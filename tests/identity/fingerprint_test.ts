import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "npm:fast-check@4.10.2";
import { sha256 } from "../../lib/crypto/mod.ts";
import { fingerprint, parseFingerprint } from "../../lib/identity/mod.ts";
import { fromHex } from "../support/vectors.ts";

// Computed with `xxd -r -p | openssl dgst -sha256 -binary | base64`. The last two are the public keys
// of RFC 7748 §6.1.
const KNOWN: readonly (readonly [key: string, fingerprint: string])[] = [
  ["00".repeat(32), "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU"],
  ["ff".repeat(32), "SHA256:r5YTdg9yY1+9tEpaCmPDnxKvMPlQpu5clxvhiOicQFE"],
  [
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "SHA256:Yw3NKWbEM2aRElRIu7JbT/QSpJxzLbLIq8G4WBvXEN0",
  ],
  [
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    "SHA256:MAyclgO5Kks57TlYv5JAEUgE20/TcwEsDKR0MtY0Ja4",
  ],
  [
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    "SHA256:815WFhYKML88bnn6c8V21AIF6Pw7pOHG3Pk+a5joV7Q",
  ],
];

Deno.test("fingerprint: as OpenSSH writes it", () => {
  for (const [key, expected] of KNOWN) {
    assert.equal(fingerprint(fromHex(key)), expected);
    assert.equal(expected.length, 50);
  }
});

Deno.test("fingerprint: whichever keys came before", () => {
  const keys = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1 });
  fc.assert(fc.property(keys, fc.infiniteStream(fc.nat()), (keys, picks) => {
    for (let turn = 0; turn < 10; turn++) {
      const key = keys[picks.next().value % keys.length];
      const hash = createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
      assert.equal(fingerprint(key), `SHA256:${hash}`);
    }
  }));
});

Deno.test("fingerprint: a key that changes in place is another key", () => {
  const key = new Uint8Array(32);
  const before = fingerprint(key);
  key[31] = 1;
  assert.notEqual(fingerprint(key), before);
  key[31] = 0;
  assert.equal(fingerprint(key), before);
});

Deno.test("fingerprint: its 32 bytes come back, and no other text is one", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (publicKey) => {
    assert.deepEqual(parseFingerprint(fingerprint(publicKey)), sha256(publicKey));
  }));
  const [[, known]] = KNOWN;
  const others = ["", "SHA256:", "eve", known.slice(7), ` ${known}`, `${known}\n`, `${known}=`];
  // Of other sizes, whose base64 ends with one `=` as well.
  for (const size of [2, 29, 35]) {
    others.push(`SHA256:${btoa("\x01".repeat(size)).slice(0, -1)}`);
  }
  // The last character has two bits that mean nothing: with one of them set, it is another text.
  const last = known.at(-1) ?? "";
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  others.push(known.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1]);
  for (const text of others) assert.equal(parseFingerprint(text), undefined, text);
});
