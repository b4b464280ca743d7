import { ProtocolError } from "../../errors.ts";

/** Size of an encapsulation (public) key in bytes (FIPS 203 §8, table 3). */
export const ML_KEM768_PUBLIC_KEY_SIZE = 1184;
/** Size of a ciphertext in bytes (FIPS 203 §8, table 3). */
export const ML_KEM768_CIPHERTEXT_SIZE = 1088;
/** Size of a shared secret in bytes. */
export const ML_KEM768_SECRET_SIZE = 32;
/** Size of the seed `d || z` that a key pair is made from, in bytes (FIPS 203 §7.1). */
export const ML_KEM768_SEED_SIZE = 64;

/** An ML-KEM-768 key pair. The private half stays in the form that the platform works with. */
export interface MlKem768KeyPair {
  /** 1184 bytes. */
  readonly publicKey: Uint8Array;
  /** The shared secret (32 bytes) inside a ciphertext of 1088 bytes. */
  decapsulate(ciphertext: Uint8Array): Promise<Uint8Array>;
}

/** A fresh shared secret and the ciphertext that carries it to the owner of a public key. */
export interface Encapsulation {
  /** 1088 bytes. */
  readonly ciphertext: Uint8Array;
  /** 32 bytes. */
  readonly sharedSecret: Uint8Array;
}

/** One implementation of ML-KEM-768. */
export interface MlKem768 {
  /**
   * A new key pair, or the one that belongs to a 64-byte seed (tests and worked examples only).
   *
   * @throws {RangeError} If the seed has another size.
   */
  generateKeyPair(seed?: Uint8Array): Promise<MlKem768KeyPair>;
  /**
   * Makes a secret that only the owner of `publicKey` (1184 bytes) can have.
   *
   * @throws {ProtocolError} If the key is not one: a coefficient of q or more (FIPS 203 §7.2).
   */
  encapsulate(publicKey: Uint8Array): Promise<Encapsulation>;
}

/** The error for a public key that fails the modulus check. */
export function invalidPublicKey(cause: unknown): ProtocolError {
  return new ProtocolError("malformed-message", "the ML-KEM public key is not a valid one", {
    cause,
  });
}
