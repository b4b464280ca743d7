import { decode, encode, type Token, Tokenizer, Type } from "npm:cborg@6.1.5";
import { ProtocolError } from "../../errors.ts";

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

/** How many lists and maps may be open inside of each other, the outermost one counted. */
export const MAX_DEPTH = 16;

/** A list, in the upper three bits of its first byte; the lower ones say where its length stands. */
const LIST = 4 << 5;
const ONE_BYTE = 24;
const TWO_BYTES = 25;

/** What the library puts where text is not UTF-8. People may write it, too. */
const REPLACEMENT = "\uFFFD";

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes a value as CBOR (RFC 8949). */
export function encodeCbor(value: unknown): Uint8Array {
  return plain(encode(value));
}

/** The head of a list (RFC 8949 §3, major type 4) of at most 65,535 items, which follow it. */
export function listHead(count: number): Uint8Array {
  if (count < 24) return Uint8Array.of(LIST | count);
  if (count < 256) return Uint8Array.of(LIST | ONE_BYTE, count);
  return Uint8Array.of(LIST | TWO_BYTES, count >>> 8, count);
}

/**
 * Decodes one CBOR item, strictly: shortest integers and no other numbers, definite lengths, no tags,
 * text keys that occur once, valid UTF-8, at most 16 levels of lists and maps, nothing behind it.
 *
 * @throws {ProtocolError} With code `malformed-message` for anything else.
 */
export function decodeCbor(encoded: Uint8Array): unknown {
  const bytes = plain(encoded);
  try {
    if (!hasByteOrderMark(bytes)) {
      const tokenizer = new PlainItems(bytes, OPTIONS);
      const value: unknown = decode(bytes, { ...OPTIONS, tokenizer });
      if (!hasReplacement(value)) return value;
    }
    // Seldom, because it takes longer.
    return decode(bytes, { ...OPTIONS, tokenizer: new ExactText(bytes) });
  } catch (cause) {
    throw new ProtocolError("malformed-message", "received a message that is not strict CBOR", {
      cause,
    });
  }
}

/** The library makes Buffers where there are any, and what it cuts out of one shares its memory. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Refuses floating-point numbers, which the library would hand on as if they were integers, and what is
 * nested too deep: how deep it can go itself depends on the stack that is left.
 */
class PlainItems extends Tokenizer {
  /** How many items are still to come in each list and map that is open. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    if (token.type === Type.float) throw new Error("a floating-point number");
    this.#count(token);
    return token;
  }

  #count({ type, value }: Token): void {
    const open = this.#open;
    const missing = open.at(-1);
    if (missing !== undefined) open[open.length - 1] = missing - 1;
    if (type === Type.array || type === Type.map) {
      open.push(type === Type.map ? 2 * value : value);
      if (open.length > MAX_DEPTH) throw new Error("too many levels");
    }
    while (open.at(-1) === 0) open.pop();
  }
}

/**
 * Reads text exactly (RFC 8949 §3.1). The library drops a byte order mark in front of it, and mends
 * what is not UTF-8, both in silence.
 */
class ExactText extends PlainItems {
  constructor(bytes: Uint8Array) {
    super(bytes, TEXT_OPTIONS);
  }

  override next(): Token {
    const token = super.next();
    if (token.type === Type.string) token.value = utf8.decode(token.byteValue);
    return token;
  }
}

/** Whether the bytes of a byte order mark stand anywhere, be it by chance. */
function hasByteOrderMark(bytes: Uint8Array): boolean {
  const [first, ...others] = BYTE_ORDER_MARK;
  for (let start = bytes.indexOf(first); start >= 0; start = bytes.indexOf(first, start + 1)) {
    if (others.every((byte, index) => bytes[start + 1 + index] === byte)) return true;
  }
  return false;
}

function hasReplacement(value: unknown): boolean {
  if (typeof value === "string") return value.includes(REPLACEMENT);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return Object.entries(value).some(([key, inner]) =>
    key.includes(REPLACEMENT) || hasReplacement(inner)
  );
}
