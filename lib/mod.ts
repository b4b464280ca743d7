/**
 * Authenticated, encrypted connections for Deno: X25519 and ML-KEM-768, AES-CBC and HMAC, over any
 * pair of byte streams.
 *
 * @module
 */
export * from "./channel/mod.ts";
export {
  type Encapsulation,
  generateX25519KeyPair,
  type MaybePromise,
  type MlKem768,
  type MlKem768KeyPair,
  X25519_SIZE,
  type X25519KeyPair,
  x25519KeyPair,
} from "./crypto/mod.ts";
export * from "./errors.ts";
export * from "./identity/mod.ts";
export type {
  CandidatePreSharedKeys,
  CipherFunction,
  HandshakeObserver,
  HandshakeOptions,
  HandshakeSecrets,
  HandshakeStep,
  KeyedCipher,
  Role,
  Token,
} from "./noise/mod.ts";
