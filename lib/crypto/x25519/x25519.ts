import { AuthenticationError } from "../../errors.ts";
import { assertSize, equalConstantTime, randomBytes } from "../bytes.ts";
import { X25519_SIZE } from "./implementation.ts";
import { platformX25519 } from "./platform.ts";

export { X25519_SIZE };

/** An X25519 key pair. */
export interface X25519KeyPair {
  /** 32 secret bytes; the function clamps them itself, so any value will do. */
  readonly privateKey: Uint8Array;
  /** 32 bytes: the u-coordinate, little-endian. */
  readonly publicKey: Uint8Array;
}

const ALL_ZERO = new Uint8Array(X25519_SIZE);

/** A new key pair from the system's random source. */
export async function generateX25519KeyPair(): Promise<X25519KeyPair> {
  return await x25519KeyPair(randomBytes(X25519_SIZE));
}

/**
 * The key pair that belongs to a private key.
 *
 * @param privateKey 32 bytes; kept, not copied.
 * @throws {RangeError} If it has another size.
 */
export async function x25519KeyPair(privateKey: Uint8Array): Promise<X25519KeyPair> {
  assertSize("X25519 private key", privateKey, X25519_SIZE);
  return { privateKey, publicKey: await platformX25519.publicKeyOf(privateKey) };
}

/**
 * The X25519 function (RFC 7748 §5): the 32-byte shared secret.
 *
 * @param privateKey 32 bytes.
 * @param publicKey 32 bytes, from the other side; the top bit is ignored, and values that are not
 *   reduced modulo 2^255 − 19 are accepted, as RFC 7748 asks.
 * @throws {RangeError} If a key has another size.
 * @throws {AuthenticationError} If the result is zero, which a public key of low order makes it
 *   whatever the private key is (RFC 7748 §6.1).
 */
export async function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array> {
  assertSize("X25519 private key", privateKey, X25519_SIZE);
  assertSize("X25519 public key", publicKey, X25519_SIZE);
  const secret = await multiplyOrZero(privateKey, publicKey);
  // Whether the implementation handed zero over or refused to, it ends here, in constant time.
  if (equalConstantTime(secret, ALL_ZERO)) throw lowOrderPoint();
  return secret;
}

/** The product, also where it is zero and the implementation refuses to hand that over. */
async function multiplyOrZero(privateKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array> {
  try {
    return await platformX25519.multiply(privateKey, publicKey);
  } catch {
    // With both sizes right, a zero result is the only reason that an implementation has to refuse.
    return new Uint8Array(X25519_SIZE);
  }
}

function lowOrderPoint(): AuthenticationError {
  return new AuthenticationError("low-order-point", "the public key is one of low order");
}
