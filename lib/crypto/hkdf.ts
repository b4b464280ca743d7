import { concat, wipe } from "./bytes.ts";
import { hmac } from "./hmac.ts";

const HASH_SIZE = 32;

/**
 * HKDF-Extract with SHA-256 (RFC 5869 §2.2): a pseudorandom key of 32 bytes.
 *
 * @param salt Any size; empty stands for 32 zero bytes.
 * @param inputKeyMaterial Any size.
 */
export function hkdfExtract(salt: Uint8Array, inputKeyMaterial: Uint8Array): Uint8Array {
  return hmac("SHA-256", salt.length === 0 ? new Uint8Array(HASH_SIZE) : salt, inputKeyMaterial);
}

/**
 * HKDF-Expand with SHA-256 (RFC 5869 §2.3).
 *
 * @param pseudorandomKey At least 32 bytes.
 * @param info Any size: what the output is for.
 * @param length Bytes of output, at most 255 × 32.
 * @throws {RangeError} If `length` is more than that.
 */
export function hkdfExpand(
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (length > 255 * HASH_SIZE) throw new RangeError(`HKDF gives at most ${255 * HASH_SIZE} bytes`);
  const blocks: Uint8Array[] = [];
  let previous: Uint8Array = new Uint8Array(0);
  for (let counter = 1; (counter - 1) * HASH_SIZE < length; counter++) {
    previous = hmac("SHA-256", pseudorandomKey, previous, info, Uint8Array.of(counter));
    blocks.push(previous);
  }
  const output = concat(...blocks);
  const wanted = output.slice(0, length);
  wipe(output, ...blocks);
  return wanted;
}

/** HKDF with SHA-256 (RFC 5869 §2): extract, then expand to `length` bytes. */
export function hkdf(
  salt: Uint8Array,
  inputKeyMaterial: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  const pseudorandomKey = hkdfExtract(salt, inputKeyMaterial);
  const output = hkdfExpand(pseudorandomKey, info, length);
  wipe(pseudorandomKey);
  return output;
}
