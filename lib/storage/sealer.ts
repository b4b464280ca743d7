import {
  AES256_CBC_HMAC_SHA256,
  AES_BLOCK_SIZE,
  AesCbcHmac,
  concat,
  hkdf,
  randomBytes,
  sha256,
  uint64BigEndian,
  wipe,
  X25519_SIZE,
} from "../crypto/mod.ts";

/** Size of the salt that a database keeps for its keys, in bytes. */
export const SALT_SIZE = 32;

const CIPHER_KEY_SIZE = AES256_CBC_HMAC_SHA256.macKeySize +
  AES256_CBC_HMAC_SHA256.encryptionKeySize;
const MARK_KEY_SIZE = 32;

/** By how much sealing makes a text longer, at most: IV, padding and tag, in bytes. */
export const MAX_SEALED_OVERHEAD = AES_BLOCK_SIZE + AES_BLOCK_SIZE +
  AES256_CBC_HMAC_SHA256.tagSize;

/**
 * Encrypts what stands in a database: AES-256-CBC with HMAC-SHA-256, a fresh random IV each time. What
 * was sealed for one row of one table opens for that row alone.
 *
 * Everything happens at once, on this thread: whatever waited in the middle of a transaction would let
 * others into it. 64 KiB take about a quarter of a millisecond.
 */
export class Sealer {
  readonly #cipher: AesCbcHmac;
  readonly #markKey: Uint8Array;

  /**
   * A sealer with keys that the owner of a private key alone can derive.
   *
   * @param privateKey The 32 bytes of an X25519 private key.
   * @param salt 32 random bytes, which are kept with what is sealed.
   * @param purpose What the keys are for: other words, other keys.
   */
  constructor(privateKey: Uint8Array, salt: Uint8Array, purpose: string) {
    const secret = clamped(privateKey);
    const info = new TextEncoder().encode(`x25519-tcp-chat storage: ${purpose}`);
    const keys = hkdf(salt, secret, info, CIPHER_KEY_SIZE + MARK_KEY_SIZE);
    this.#cipher = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keys.subarray(0, CIPHER_KEY_SIZE));
    this.#markKey = keys.slice(CIPHER_KEY_SIZE);
    wipe(secret, keys);
  }

  /**
   * Encrypts bytes for a row of a table: IV, ciphertext and tag.
   *
   * @param row A whole number that is not negative.
   */
  seal(table: string, row: number, plaintext: Uint8Array): Uint8Array {
    const iv = randomBytes(AES_BLOCK_SIZE);
    return concat(iv, this.#cipher.sealSync(iv, place(table, row), plaintext));
  }

  /**
   * Decrypts what {@linkcode Sealer.seal} made for the same row of the same table.
   *
   * @throws {AuthenticationError} If it is anything else.
   */
  open(table: string, row: number, sealed: Uint8Array): Uint8Array {
    const iv = sealed.subarray(0, AES_BLOCK_SIZE);
    return this.#cipher.openSync(iv, place(table, row), sealed.subarray(AES_BLOCK_SIZE));
  }

  /**
   * A number by which bytes are found again, and which tells nothing of them without the key: the start
   * of a SHA-256 hash with a secret in front. That takes a quarter of the time of an HMAC, which would be
   * needed if the bytes' length varied, or if the whole hash were shown.
   *
   * @param bytes 16 of them.
   * @returns A number of 32 bits: so others may have the same one, if rarely.
   */
  mark(bytes: Uint8Array): number {
    const hash = sha256(this.#markKey, bytes);
    return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  }

  /** Overwrites the keys. The object is of no use afterwards. */
  destroy(): void {
    this.#cipher.destroy();
    wipe(this.#markKey);
  }
}

/** What is authenticated beside the text, so that rows cannot change places. */
function place(table: string, row: number): Uint8Array {
  return concat(new TextEncoder().encode(`${table}\0`), uint64BigEndian(BigInt(row)));
}

/**
 * The private key with the bits set that X25519 sets for itself (RFC 7748 §5). The same key is written
 * with or without them, depending on the format of its file.
 */
function clamped(privateKey: Uint8Array): Uint8Array {
  const bytes = privateKey.slice(0, X25519_SIZE);
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = (bytes[31] ?? 0) & 127 | 64;
  return bytes;
}
