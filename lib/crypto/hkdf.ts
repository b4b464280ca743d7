import { concat, wipe } from "./bytes.ts";
import { hmac, HmacKey } from "./hmac.ts";
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
  const output = new Uint8Array(length);
  const key = new HmacKey("SHA-256", pseudorandomKey);
  let previous: Uint8Array = new Uint8Array(0);
  for (let counter = 1, start = 0; start < length; counter++, start += HASH_SIZE) {
    const input = concat(previous, info, Uint8Array.of(counter));
    const tag = key.signSecret(input);
    wipe(input, previous);
    previous = tag;
    output.set(previous.subarray(0, length - start), start);
  }
  wipe(previous);
  key.destroy();
  return output;
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
