/**
 * The few ASN.1 types that private keys are made of, decoded and encoded by asn1js.
 *
 * asn1js reads BER. RFC 7468 §10 prefers DER, which is what every tool writes: lengths that are
 * indefinite, or longer than they need to be, are refused.
 *
 * @module
 */
import {
  type BaseBlock,
  Enumerated,
  fromBER,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
} from "npm:asn1js@4.0.0";
import { unshared } from "../../crypto/mod.ts";
import { KeyFormatError } from "./key_format_error.ts";

/** A decoded value, or none where a sequence has ended. */
export type DerValue = BaseBlock | undefined;

/**
 * Private keys stay far below. `copyInput` would leave copies of secrets that nobody can wipe, and
 * `parseEmbedded` would guess at what is in them.
 */
const LIMITS = { maxDepth: 8, maxNodes: 64, parseEmbedded: false, copyInput: false };

/** asn1js's number for the tag class of `[0]` and `[1]`. */
const CONTEXT_SPECIFIC = 3;

/**
 * The one value that the bytes are. Its parts are views of them.
 *
 * @throws {KeyFormatError} `malformed`, as everything here, if they are not exactly one.
 */
export function decodeDer(bytes: Uint8Array): BaseBlock {
  const { offset, result } = parse(bytes);
  if (offset !== bytes.length || result.error !== "") throw notDer();
  return result;
}

/** The values in a SEQUENCE. */
export function sequence(value: DerValue): readonly DerValue[] {
  if (!(value instanceof Sequence) || !hasDerLength(value)) throw notDer();
  return value.valueBlock.value;
}

/** The bytes of an OCTET STRING: a view. */
export function octets(value: DerValue): Uint8Array {
  if (!(value instanceof OctetString) || value.idBlock.isConstructed || !hasDerLength(value)) {
    throw notDer();
  }
  return value.valueBlock.valueHexView;
}

/** The dotted numbers of an OBJECT IDENTIFIER. */
export function objectIdentifier(value: DerValue): string {
  if (!(value instanceof ObjectIdentifier) || !hasDerLength(value)) throw notDer();
  return value.getValue();
}

/** An INTEGER that is not negative; not exact from 2^53 on, where nothing here is allowed to be. */
export function unsignedInteger(value: DerValue): number {
  if (!isInteger(value) || !hasDerLength(value)) throw notDer();
  // asn1js takes an INTEGER without bytes for zero.
  if (value.valueBlock.valueHexView.length === 0) throw notDer();
  const number = Number(value.toBigInt());
  if (number < 0) throw notDer();
  return number;
}

/** Whether a value is an INTEGER, which tells whether one that may be left out is there. */
export function isInteger(value: DerValue): value is Integer {
  // asn1js derives ENUMERATED from INTEGER.
  return value instanceof Integer && !(value instanceof Enumerated);
}

/** Whether a value has the tag `[tagNumber]`. */
export function isTagged(value: DerValue, tagNumber: number): boolean {
  return value?.idBlock.tagClass === CONTEXT_SPECIFIC && value.idBlock.tagNumber === tagNumber;
}

/** The bytes of an IMPLICIT BIT STRING with a tag of its own, which has only whole bytes: a view. */
export function taggedBits(value: DerValue): Uint8Array {
  if (!(value instanceof Primitive) || !hasDerLength(value)) throw notDer();
  const [unusedBits] = value.valueBlock.valueHexView;
  if (unusedBits !== 0) throw notDer();
  return value.valueBlock.valueHexView.subarray(1);
}

/** The DER of a value. */
export function encodeDer(value: BaseBlock): Uint8Array<ArrayBuffer> {
  return new Uint8Array(value.toBER());
}

/** A SEQUENCE. */
export function toSequence(...value: BaseBlock[]): Sequence {
  return new Sequence({ value });
}

/** An OCTET STRING. */
export function toOctets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: unshared(bytes) });
}

/** An OBJECT IDENTIFIER. */
export function toObjectIdentifier(value: string): ObjectIdentifier {
  return new ObjectIdentifier({ value });
}

/** An INTEGER. */
export function toInteger(value: number): Integer {
  return new Integer({ value });
}

/** asn1js returns most errors, but throws that of a date which is none. */
function parse(bytes: Uint8Array): ReturnType<typeof fromBER> {
  try {
    return fromBER(unshared(bytes), LIMITS);
  } catch {
    throw notDer();
  }
}

/** asn1js warns of a length with needless bytes, and of nothing else about a length. */
function hasDerLength({ lenBlock }: BaseBlock): boolean {
  return !lenBlock.isIndefiniteForm && lenBlock.warnings.length === 0;
}

function notDer(): KeyFormatError {
  return new KeyFormatError("malformed", "is damaged: what it holds is no PKCS #8 key");
}
