/** A hash function, under WebCrypto's name. */
export type HashName = "SHA-256" | "SHA-384" | "SHA-512";

/** The synchronous primitives. All take whole byte strings, and return them in memory of their own. */
export interface SyncFunctions {
  /** SHA-256 of the concatenation of `parts`: 32 bytes (FIPS 180-4). */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /**
   * A hash of the concatenation of `parts` (FIPS 180-4) that is no secret: on its way it may be a
   * string, which nobody can wipe.
   */
  publicHash(hash: HashName, ...parts: readonly Uint8Array[]): Uint8Array;
  /** A hash whose input comes in pieces, with time between them. */
  startHash(hash: HashName): RunningHash;
  /** HMAC of the concatenation of `parts` (RFC 2104): as many bytes as the hash gives. */
  hmac(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** AES-CBC with PKCS #7 padding. */
  cbcEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The inverse of `cbcEncrypt`; throws on bad padding or a length that is no multiple of 16. */
  cbcDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** A chain under this key, or `undefined` where the platform has none for it. */
  cbcChain(key: Uint8Array, direction: CbcDirection): CbcChain | undefined;
  /**
   * AES-GCM: the ciphertext with its 16-byte tag behind it.
   *
   * @param headroom How many zero bytes to leave in front of it. Default 0.
   */
  gcmSeal(
    key: Uint8Array,
    nonce: Uint8Array,
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom?: number,
  ): Uint8Array;
  /** The inverse of `gcmSeal`, without headroom; throws when the tag is wrong. */
  gcmOpen(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** HKDF with SHA-256 (RFC 5869 §2): extract, then expand to `length` bytes, at most 255 × 32. */
  hkdf(
    salt: Uint8Array,
    inputKeyMaterial: Uint8Array,
    info: Uint8Array,
    length: number,
  ): Uint8Array<ArrayBuffer>;
}

/** A hash under way. */
export interface RunningHash {
  /** Takes the next bytes of the input. */
  update(part: Uint8Array): void;
  /** The hash of all of it. Called once, at the end. */
  digest(): Uint8Array;
}

/** What a {@linkcode CbcChain} does. */
export type CbcDirection = "encrypt" | "decrypt";

/**
 * AES-CBC without padding under one key, as one chain without an end: the last block of ciphertext of
 * each call is what the first block of the next one is mixed with (NIST SP 800-38A §6.2). The first
 * call's is zero.
 */
export interface CbcChain {
  /**
   * Goes on by whole blocks. What it returns shares memory with others: copy it at once. Anything but
   * as many bytes as went in means that the chain is broken.
   */
  update(blocks: Uint8Array): Uint8Array;
  /** Lets go of the key. Nothing may follow. */
  close(): void;
}
