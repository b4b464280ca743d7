import type { MaybePromise } from "../crypto/mod.ts";

/** Size of a cipher key `k` in bytes (Noise §4.2). */
export const CIPHER_KEY_SIZE = 32;

/** The nonce that only `Rekey` uses: 2^64 − 1 (Noise §4.2). */
export const MAX_NONCE = 2n ** 64n - 1n;

/** A cipher function (Noise §4.2): its name, and the way to a cipher under one key. */
export interface CipherFunction {
  /** As it stands in a protocol name. */
  readonly name: string;
  /** How many bytes the ciphertext of so many bytes of plaintext has. */
  ciphertextSize(plaintextSize: number): number;
  /** The cipher under `k`: 32 bytes, copied. */
  withKey(k: Uint8Array): KeyedCipher;
}

/** A cipher function under one key. */
export interface KeyedCipher {
  /**
   * `ENCRYPT(k, n, ad, plaintext)` (Noise §4.2). Calls may overlap, and `destroy` may come before a
   * promise is settled.
   *
   * @param headroom How many bytes to leave in front of the ciphertext, for a header. Default 0.
   */
  encrypt(
    n: bigint,
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom?: number,
  ): MaybePromise<Uint8Array>;
  /**
   * `DECRYPT(k, n, ad, ciphertext)` (Noise §4.2); overlapping as `encrypt`. The arguments may be changed
   * as soon as the call has returned.
   *
   * @throws {AuthenticationError} If anything is not as it was encrypted.
   */
  decrypt(n: bigint, ad: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array>;
  /** `REKEY(k)`: the next `k`, 32 bytes (Noise §4.2). */
  rekey(): Uint8Array;
  /** Overwrites the key. */
  destroy(): void;
}
