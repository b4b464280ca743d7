import { AuthenticationError } from "../../errors.ts";
import { assertSize, equalConstantTime } from "../bytes.ts";
import { x25519, X25519_SIZE } from "./x25519.ts";

/** The first byte of 2^255 − 19, little-endian; all others but the last are 0xff, and that is 0x7f. */
const LOWEST_BYTE_OF_P = 0xed;

/**
 * 5ℓ − 1, little-endian, where ℓ is the order of the base point (RFC 7748 §4.1). It is a scalar as
 * X25519 clamps them: a multiple of 8, between 2^254 and 2^255.
 */
const MINUS_ONE = Uint8Array.from([
  ...[
    0xa0,
    0x23,
    0xcd,
    0xd0,
    0x83,
    0xef,
    0x5b,
    0xb8,
    0x2f,
    0x10,
    0xd6,
    0x2e,
    0x59,
    0xe1,
    0x5a,
    0x68,
  ],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x50],
]);

/**
 * Whether 32 bytes are the canonical form of a coordinate: the top bit is 0, and the value is below
 * 2^255 − 19. X25519 ignores the bit and reduces the value (RFC 7748 §5), so without this one key
 * could be written in several ways.
 *
 * @returns `false` for any other size.
 */
export function isCanonicalX25519(publicKey: Uint8Array): boolean {
  const [lowest = 0] = publicKey;
  const top = publicKey[X25519_SIZE - 1] ?? 0xff;
  if (publicKey.length !== X25519_SIZE || top > 0x7f) return false;
  const isNearlyP = top === 0x7f && publicKey.subarray(1, -1).every((byte) => byte === 0xff);
  return !isNearlyP || lowest < LOWEST_BYTE_OF_P;
}

/**
 * Makes sure that a public key is the only one of its private key.
 *
 * A private key has more of them than its owner shows. X25519 ignores the top bit of a public key and
 * reduces the rest; and because it multiplies by multiples of 8, a point of low order may be added to a
 * public key (RFC 7748 §7), and every shared secret stays the same. Whoever is banned by a key, or is
 * known by it, could come back with another one. Such a key passes here in one form alone: multiplied
 * by a number that is −1 modulo ℓ and 0 modulo 8, only a canonical point of the order ℓ stays what it
 * is, because a point and its negative have the same coordinate.
 *
 * @param publicKey 32 bytes.
 * @throws {RangeError} If it has another size.
 * @throws {AuthenticationError} With code `low-order-point` or `not-canonical`.
 */
export async function assertX25519PublicKey(publicKey: Uint8Array): Promise<void> {
  assertSize("X25519 public key", publicKey, X25519_SIZE);
  const only = await x25519(MINUS_ONE, publicKey);
  if (!isCanonicalX25519(publicKey) || !equalConstantTime(only, publicKey)) {
    throw new AuthenticationError(
      "not-canonical",
      "the public key is not in the one form that its private key gives",
    );
  }
}
