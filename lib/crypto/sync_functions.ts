/** A hash function, under WebCrypto's name. */
export type HashName = "SHA-256" | "SHA-384" | "SHA-512";

/** The synchronous primitives. All take and return whole byte strings. */
export interface SyncFunctions {
  /** SHA-256 of the concatenation of `parts`: 32 bytes (FIPS 180-4). */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC of the concatenation of `parts` (RFC 2104): as many bytes as the hash gives. */
  hmac(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** AES-CBC with PKCS #7 padding. */
  cbcEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The inverse of `cbcEncrypt`; throws on bad padding or a length that is no multiple of 16. */
  cbcDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** AES-GCM: the ciphertext with its 16-byte tag behind it. */
  gcmSeal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The inverse of `gcmSeal`; throws when the tag is wrong. */
  gcmOpen(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** HKDF with SHA-256 (RFC 5869 §2): extract, then expand to `length` bytes, at most 255 × 32. */
  hkdf(
    salt: Uint8Array,
    inputKeyMaterial: Uint8Array,
    info: Uint8Array,
    length: number,
  ): Uint8Array<ArrayBuffer>;
}
