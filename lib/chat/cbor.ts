import { decode, encode, type Token, Tokenizer, Type } from "npm:cborg@6.1.5";
import { ProtocolError } from "../errors.ts";

const OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

const TEXT_OPTIONS = { ...OPTIONS, retainStringBytes: true } as const;

/** What the library puts where text is not UTF-8. People may write it, too. */
const REPLACEMENT = "\uFFFD";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Encodes a value as CBOR (RFC 8949). */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value);
}

/**
 * Decodes one CBOR item, strictly: shortest integers, definite lengths, no tags, text keys that occur
 * once, valid UTF-8, nothing behind it.
 *
 * @throws {ProtocolError} With code `malformed-message` for anything else.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes, OPTIONS);
    if (hasReplacement(value)) decode(bytes, { ...OPTIONS, tokenizer: new TextChecker(bytes) });
    return value;
  } catch (cause) {
    throw new ProtocolError("malformed-message", "received a message that is not strict CBOR", {
      cause,
    });
  }
}

/** Refuses text that is not UTF-8 (RFC 8949 §3.1), which the library mends in silence. */
class TextChecker extends Tokenizer {
  constructor(bytes: Uint8Array) {
    super(bytes, TEXT_OPTIONS);
  }

  override next(): Token {
    const token = super.next();
    if (token.type === Type.string) utf8.decode(token.byteValue);
    return token;
  }
}

function hasReplacement(value: unknown): boolean {
  if (typeof value === "string") return value.includes(REPLACEMENT);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return Object.entries(value).some(([key, inner]) =>
    key.includes(REPLACEMENT) || hasReplacement(inner)
  );
}
