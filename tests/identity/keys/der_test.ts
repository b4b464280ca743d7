import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  decodeDer,
  encodeDer,
  isInteger,
  isTagged,
  objectIdentifier,
  octets,
  sequence,
  taggedBits,
  toInteger,
  toObjectIdentifier,
  toOctets,
  toSequence,
  unsignedInteger,
} from "../../../lib/identity/keys/der.ts";
import { KeyFormatError } from "../../../lib/identity/keys/key_format_error.ts";
import { fromHex, toHex } from "../../support/vectors.ts";
import { assertProblem } from "./key_file_support.ts";

/** Fails unless reading these bytes is refused. */
async function assertNoDer(hex: string, read: (value: ReturnType<typeof decodeDer>) => unknown) {
  const message = "is damaged: what it holds is no PKCS #8 key";
  await assertProblem(() => read(decodeDer(fromHex(hex))), "malformed", message);
}

Deno.test("DER: what is written is read", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(fc.property(bytes, fc.nat(2 ** 31 - 1), (bytes, number) => {
    const [oid, octetString, integer, inner, ...more] = sequence(decodeDer(encodeDer(toSequence(
      toObjectIdentifier("1.3.101.110"),
      toOctets(bytes),
      toInteger(number),
      toSequence(),
    ))));
    assert.equal(objectIdentifier(oid), "1.3.101.110");
    assert.deepEqual(octets(octetString), bytes);
    assert.equal(unsignedInteger(integer), number);
    assert.deepEqual(sequence(inner), []);
    assert.deepEqual(more, []);
  }));
});

Deno.test("DER: the bytes of each type (X.690 §8, §10)", () => {
  assert.equal(toHex(encodeDer(toInteger(0))), "020100");
  assert.equal(toHex(encodeDer(toInteger(16384))), "02024000");
  assert.equal(toHex(encodeDer(toInteger(128))), "02020080");
  assert.equal(toHex(encodeDer(toOctets(fromHex("0102")))), "04020102");
  assert.equal(toHex(encodeDer(toObjectIdentifier("1.3.101.110"))), "06032b656e");
  assert.equal(toHex(encodeDer(toSequence(toInteger(1)))), "3003020101");
  assert.equal(toHex(encodeDer(toOctets(new Uint8Array(200)))).slice(0, 6), "0481c8");
});

Deno.test("DER: numbers that are large, negative or nothing", async () => {
  assert.equal(unsignedInteger(decodeDer(fromHex("0209 00ffffffffffffffff"))), 2 ** 64);
  assert.equal(unsignedInteger(decodeDer(fromHex(`0282 0101 7f${"00".repeat(256)}`))), Infinity);
  await assertNoDer("0201ff", unsignedInteger);
  await assertNoDer("0200", unsignedInteger);
  await assertNoDer("0a0101", unsignedInteger); // ENUMERATED
  assert(!isInteger(decodeDer(fromHex("0a0101"))));
  assert(isInteger(decodeDer(fromHex("020101"))));
});

Deno.test("DER: context-specific tags", async () => {
  const bits = decodeDer(fromHex("8103 00abcd"));
  assert(isTagged(bits, 1));
  assert(!isTagged(bits, 0));
  assert(!isTagged(decodeDer(fromHex("020101")), 1));
  assert(!isTagged(undefined, 1));
  assert.deepEqual(taggedBits(bits), fromHex("abcd"));
  await assertNoDer("8103 07ab80", taggedBits);
  await assertNoDer("8100", taggedBits);
  await assertNoDer("a103 020100", taggedBits);
});

Deno.test("DER: another type, another encoding, or more than one value, is refused", async () => {
  const octetString = (value: ReturnType<typeof decodeDer>) => octets(value);
  await assertNoDer("020101", sequence);
  await assertNoDer("3100", sequence);
  await assertNoDer("3000", octetString);
  await assertNoDer("0500", objectIdentifier);
  // BER: indefinite and overlong lengths, a string in pieces.
  await assertNoDer("3080 020101 0000", sequence);
  await assertNoDer("3080 020101", sequence);
  await assertNoDer("048101ab", octetString);
  await assertNoDer("0482000100", octetString);
  await assertNoDer("2403 0401ab", octetString);
  // Ends too early, or too late.
  await assertNoDer("0402ab", octetString);
  await assertNoDer("0401abcd", octetString);
  await assertNoDer("3003 0402ab", sequence);
  await assertNoDer("", sequence);
  // Too deep, too many.
  await assertNoDer(`${"3080".repeat(20)}`, sequence);
  await assertNoDer(`3081c8${"0500".repeat(100)}`, sequence);
});

Deno.test("DER: a date that is none is refused like the rest", async () => {
  // asn1js throws an error of its own for a GeneralizedTime of two digits, at any depth.
  await assertNoDer("1802 3030", sequence);
  await assertNoDer("3004 1802 3030", sequence);
  await assertNoDer("1702 3030", sequence);
});

Deno.test("DER: any bytes are read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(0x3f), (bytes, tag) => {
      for (const input of [bytes, Uint8Array.of(tag, bytes.length, ...bytes)]) {
        for (const read of [sequence, octets, unsignedInteger, objectIdentifier, taggedBits]) {
          try {
            read(decodeDer(input));
          } catch (error) {
            assert(error instanceof KeyFormatError, String(error));
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});
