import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { decodeBase64, encodeBase64 } from "../../lib/identity/base64.ts";

// RFC 4648 §10.
const VECTORS = [
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
] as const;

Deno.test("base64: RFC 4648 §10", () => {
  for (const [text, base64] of VECTORS) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(encodeBase64(bytes), base64);
    assert.deepEqual(decodeBase64(base64), bytes);
  }
});

Deno.test("base64: every byte string comes back, long ones too", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
  }));
  assert.equal(decodeBase64(encodeBase64(new Uint8Array(500_000)))?.length, 500_000);
});

Deno.test("base64: what is not strict is none", () => {
  const wrong = [
    "Zg", // padding left out
    "Zg=",
    "Zg===",
    "Zh==", // bits behind the last byte
    "Zm9=",
    "Zm8=Zm8=", // padding in the middle
    "====",
    "=",
    " Zm9v", // white space, which `atob` passes over
    "Zm9v\n",
    "Zm 9v",
    "Zm-_", // another alphabet (RFC 4648 §5)
    "Zm9ö",
  ];
  for (const text of wrong) assert.equal(decodeBase64(text), undefined, JSON.stringify(text));
});

Deno.test("base64: of any text, only what encodes to it is taken", () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."AQgwZ+/=\n ") }),
    fc.base64String(),
    fc.string(),
  );
  fc.assert(fc.property(texts, (text) => {
    const bytes = decodeBase64(text);
    if (bytes !== undefined) assert.equal(encodeBase64(bytes), text);
  }));
});
