import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { decodeCbor, encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import { ProtocolError } from "../../../lib/errors.ts";
import { fromHex, toHex } from "../../support/vectors.ts";

function assertRefused(bytes: Uint8Array): void {
  assert.throws(
    () => decodeCbor(bytes),
    (error) => error instanceof ProtocolError && error.code === "malformed-message",
    toHex(bytes.subarray(0, 40)),
  );
}

// From RFC 8949, Appendix A: what these messages are made of.
const EXAMPLES: readonly (readonly [hex: string, value: unknown])[] = [
  ["00", 0],
  ["17", 23],
  ["1818", 24],
  ["1903e8", 1000],
  ["1a000f4240", 1_000_000],
  ["1b000000e8d4a51000", 1_000_000_000_000],
  ["40", new Uint8Array()],
  ["4401020304", Uint8Array.of(1, 2, 3, 4)],
  ["60", ""],
  ["6449455446", "IETF"],
  ["62225c", '"\\'],
  ["62c3bc", "\u00fc"],
  ["63e6b0b4", "\u6c34"],
  ["64f0908591", "\u{10151}"],
  ["80", []],
  ["83010203", [1, 2, 3]],
  ["a0", {}],
  ["a26161016162820203", { a: 1, b: [2, 3] }],
  ["826161a161626163", ["a", { b: "c" }]],
];

Deno.test("cbor: the examples of RFC 8949 are read and written", () => {
  for (const [hex, value] of EXAMPLES) {
    assert.deepEqual(decodeCbor(fromHex(hex)), value, hex);
    assert.equal(toHex(encodeCbor(value)), hex);
  }
});

const REFUSED: readonly (readonly [hex: string, why: string])[] = [
  ["", "nothing"],
  ["0000", "something behind the item"],
  ["1800", "an integer that is longer than it need be"],
  ["190017", "an integer that is longer than it need be"],
  ["1a000003e8", "an integer that is longer than it need be"],
  ["1b00000000000f4240", "an integer that is longer than it need be"],
  ["780161", "a length that is longer than it need be"],
  ["1bffffffffffffffff", "an integer that no number can hold"],
  ["3bffffffffffffffff", "an integer that no number can hold"],
  ["5f42010243030405ff", "bytes of indefinite length"],
  ["7f657374726561646d696e67ff", "text of indefinite length"],
  ["9fff", "an array of indefinite length"],
  ["bf61610161629f0203ffff", "a map of indefinite length"],
  ["c11a514b67b0", "a tag"],
  ["c249010000000000000000", "a tag"],
  ["f7", "undefined"],
  ["f97e00", "not a number"],
  ["f97c00", "infinity"],
  ["f9fc00", "minus infinity"],
  ["f0", "a simple value"],
  ["f8ff", "a simple value"],
  ["ff", "a break"],
  ["1c", "a reserved length"],
  ["a10102", "a key that is no text"],
  ["a1416101", "a key that is no text"],
  ["a2616101616102", "a key that occurs twice"],
  ["61ff", "text that is not UTF-8"],
  ["62c080", "an overlong form"],
  ["63eda080", "half of a surrogate pair"],
  ["64f4908080", "a code point above U+10FFFF"],
  ["a161ff01", "a key that is not UTF-8"],
  ["8261fe6101", "text that is not UTF-8, before other text"],
  ["6261", "text that ends too early"],
  ["4201", "bytes that end too early"],
  ["8201", "an array that ends too early"],
  ["a16161", "a map that ends too early"],
  ["9b0000000100000000", "an array of 2^32 items"],
  ["5b0000000100000000", "2^32 bytes"],
  ["bb0000000100000000", "a map of 2^32 items"],
];

for (const [hex, why] of REFUSED) {
  Deno.test(`cbor: refuses ${why} (${hex || "no bytes"})`, () => assertRefused(fromHex(hex)));
}

Deno.test("cbor: a U+FFFD that somebody wrote is text like any other", () => {
  for (const value of ["\ufffd", "a\ufffdb", { "\ufffd": ["\ufffd"] }]) {
    assert.deepEqual(decodeCbor(encodeCbor(value)), value);
  }
  // Beside bytes that are not UTF-8 it does not hide them.
  assertRefused(fromHex("8263efbfbd61ff"));
});

Deno.test("cbor: text keeps a byte order mark", () => {
  assert.equal(decodeCbor(fromHex("64efbbbf61")), "\ufeffa");
  assert.deepEqual(decodeCbor(fromHex("a2616101 64efbbbf61 02")), { "a": 1, "\ufeffa": 2 });
  for (const value of ["\ufeff", "\ufeff".repeat(50), "a\ufeff", ["\ufeff\ufffd"]]) {
    assert.deepEqual(decodeCbor(encodeCbor(value)), value);
  }
  assertRefused(fromHex("8264efbbbf6161ff"));
});

Deno.test("cbor: lists and maps are nested at most 16 levels deep, whatever the stack could hold", () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? 1 : levels % 2 === 0 ? [7, nested(levels - 1), 7] : { a: nested(levels - 1) };
  for (const levels of [1, 15, 16]) {
    assert.deepEqual(decodeCbor(encodeCbor(nested(levels))), nested(levels), `${levels}`);
  }
  assertRefused(encodeCbor(nested(17)));
  assertRefused(encodeCbor(["\ufeff", nested(16)]));
  // An empty one is a level, too, and what is closed is none any more.
  assertRefused(fromHex(`${"81".repeat(16)}80`));
  assertRefused(fromHex(`${"81".repeat(16)}a0`));
  const wide = Array.from({ length: 100 }, () => nested(15));
  assert.deepEqual(decodeCbor(encodeCbor(wide)), wide);
  assert.deepEqual(decodeCbor(encodeCbor([[], {}, [[], [[]]], 1])), [[], {}, [[], [[]]], 1]);
});

Deno.test("cbor: nesting as deep as a message allows is refused, and does no harm", () => {
  assertRefused(new Uint8Array(262_144).fill(0x81));
  const maps = new Uint8Array(262_143);
  for (let index = 0; index < maps.length; index += 3) maps.set([0xa1, 0x61, 0x61], index);
  assertRefused(maps);
});

Deno.test("cbor: a key named __proto__ is a key, and changes nothing else", () => {
  const value = decodeCbor(fromHex("a1695f5f70726f746f5f5fa161610a"));
  assert.ok(typeof value === "object" && value !== null);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal("a" in value, false);
  assert.equal("a" in {}, false);
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 12 },
    fc.nat(Number.MAX_SAFE_INTEGER),
    fc.string({ unit: "binary" }),
    fc.uint8Array(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: "binary", minLength: 1 }), tie("value"), { maxKeys: 5 }),
  ),
})).value;

/** Without the library's prototypes, and with the order of keys left out. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array
    ? { bytes: toHex(value) }
    : Array.isArray(value)
    ? value.map(plain)
    : typeof value === "object" && value !== null
    ? Object.entries(value).map(([key, inner]) => [key, plain(inner)]).sort()
    : value;
}

Deno.test("cbor: what is written is read again", () => {
  fc.assert(fc.property(json, (value) => {
    assert.deepEqual(plain(decodeCbor(encodeCbor(value))), plain(value));
  }));
});

/** Decoding ends well or with a protocol error, never otherwise. */
function tryDecode(bytes: Uint8Array): void {
  try {
    decodeCbor(bytes);
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    assert.equal(error.code, "malformed-message");
  }
}

Deno.test("cbor: random bytes give a value or a protocol error", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tryDecode), { numRuns: 2000 });
});

Deno.test("cbor: whatever is cut short is refused", () => {
  fc.assert(fc.property(json, fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
    const bytes = encodeCbor(value);
    const size = Math.min(bytes.length - 1, Math.floor(share * bytes.length));
    assertRefused(bytes.subarray(0, size));
  }));
});

Deno.test("cbor: a floating-point number does not pass as an integer", () => {
  // 1.0 in half, single and double precision (RFC 8949 §3.3).
  for (const hex of ["f93c00", "fa3f800000", "fb3ff0000000000000", "a16161f93c00"]) {
    assertRefused(fromHex(hex));
  }
});

Deno.test("cbor: whatever is altered gives a value or a protocol error", () => {
  const alterations = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(json, alterations, (value, changes) => {
      const bytes = encodeCbor(value).slice();
      for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
      tryDecode(bytes);
    }),
    { numRuns: 1000 },
  );
});
