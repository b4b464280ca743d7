/**
 * Authenticated, encrypted connections for Deno: X25519 and ML-KEM-768, AES-CBC and HMAC, over any
 * pair of byte streams.
 *
 * @module
 */
export * from "./channel/mod.ts";
export * from "./errors.ts";
export {
  generateX25519KeyPair,
  X25519_SIZE,
  type X25519KeyPair,
  x25519KeyPair,
} from "./crypto/mod.ts";
export type { HandshakeStep, Role } from "./noise/mod.ts";
