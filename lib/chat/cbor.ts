import { decode, encode, Token, Tokenizer, Type } from "npm:cborg@6.1.5";
import { ProtocolError } from "../errors.ts";

const OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
} as const;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Refuses text that is not UTF-8 (RFC 8949 §3.1), which the library would mend in silence. */
class StrictTokenizer extends Tokenizer {
  override next(): Token {
    const token = super.next();
    if (token.type === Type.string && token.value.includes("\uFFFD")) utf8.decode(token.byteValue);
    return token;
  }
}

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
    return decode(bytes, { ...OPTIONS, tokenizer: new StrictTokenizer(bytes, OPTIONS) });
  } catch (cause) {
    throw new ProtocolError("malformed-message", "received a message that is not strict CBOR", {
      cause,
    });
  }
}
