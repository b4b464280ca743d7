import { concat, wipe } from "./bytes.ts";
import { hmac } from "./hmac.ts";
import { sync } from "./platform.ts";

const HASH_SIZE = 32;

/** `node:crypto` takes no longer info in the one call that does it all, in bytes. */
const LONGEST_INFO_AT_ONCE = 1024;

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
  assertLength(length);
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

/**
 * HKDF with SHA-256 (RFC 5869 §2): extract, then expand to `length` bytes.
 *
 * @throws {RangeError} If `length` is more than 255 × 32.
 */
export function hkdf(
  salt: Uint8Array,
  inputKeyMaterial: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  assertLength(length);
  if (info.length <= LONGEST_INFO_AT_ONCE) return sync.hkdf(salt, inputKeyMaterial, info, length);
  const pseudorandomKey = hkdfExtract(salt, inputKeyMaterial);
  const output = hkdfExpand(pseudorandomKey, info, length);
  wipe(pseudorandomKey);
  return output;
}

function assertLength(length: number): void {
  if (length > 255 * HASH_SIZE) throw new RangeError(`HKDF gives at most ${255 * HASH_SIZE} bytes`);
}
