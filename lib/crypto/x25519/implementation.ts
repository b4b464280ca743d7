import type { MaybePromise } from "../bytes.ts";

/** Size of a private key, a public key and a shared secret in bytes (RFC 7748 §5). */
export const X25519_SIZE = 32;

/** One implementation of X25519 (RFC 7748 §5). Sizes have been looked at before it is called. */
export interface X25519Implementation {
  /**
   * The product of a private and a public key: 32 bytes of each. Where it is zero, the implementation
   * gives zero, or throws.
   */
  multiply(privateKey: Uint8Array, publicKey: Uint8Array): MaybePromise<Uint8Array>;
  /** The public key of a private one: 32 bytes of each. */
  publicKeyOf(privateKey: Uint8Array): MaybePromise<Uint8Array>;
}
