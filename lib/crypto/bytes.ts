/** A value, or the promise of it where the work was handed to another thread. */
export type MaybePromise<T> = T | Promise<T>;

/** Joins byte strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Whether two byte strings are equal, in a time that depends on their lengths alone.
 *
 * No branch and no table index depends on the contents, so a forged tag is not rejected sooner for
 * being wrong in its first byte.
 */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  // Both have a byte at each index: `?? 0` is for the compiler, and looks at no content.
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Overwrites secrets with zeros. A JavaScript engine may hold copies that nobody can reach. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** `length` bytes from the system's cryptographic random source; `length` is at most 65,536. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** An unsigned 64-bit integer as 8 bytes, most significant first. */
export function uint64BigEndian(value: bigint): Uint8Array<ArrayBuffer> {
  WORD.setBigUint64(0, value);
  const bytes = new Uint8Array(8);
  bytes.set(WORD_BYTES);
  return bytes;
}

/** Made once: a view of an array that is new makes the engine move it out of its heap. */
const WORD = new DataView(new ArrayBuffer(8));
const WORD_BYTES = new Uint8Array(WORD.buffer);

/** A view that WebCrypto's types accept: the bytes themselves, or a copy of shared memory. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** Bytes as hexadecimal digits, two each, in lower case. */
export function hex(bytes: Uint8Array): string {
  // Every record is written so where connections are explained, and guests wait meanwhile.
  if (bytes.toHex !== undefined) return bytes.toHex();
  let digits = "";
  for (const byte of bytes) digits += DIGITS[byte];
  return digits;
}

/** For platforms that know no `toHex`, such as Deno 2.4: the digits of each byte. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Throws a `RangeError` that names the value unless it has the size (bytes) that it must have. */
export function assertSize(name: string, bytes: Uint8Array, size: number): void {
  if (bytes.length !== size) {
    throw new RangeError(`${name} must have ${size} bytes, not ${bytes.length}`);
  }
}
