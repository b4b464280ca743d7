import { assertSize, X25519_SIZE } from "../../crypto/mod.ts";

/** The prime of Curve25519 (RFC 7748 §4.1). */
const P = 2n ** 255n - 19n;

/** The top bit of a u-coordinate means nothing (RFC 7748 §5). */
const U_BITS = 2n ** 255n - 1n;

/**
 * The u-coordinates of the points whose order divides 8, on the curve and on its twist ("Curve25519:
 * how to validate", Bernstein): order 1 or 2, order 4 on the curve, on the twist, and two of order 8.
 */
const LOW_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

/**
 * Whether an X25519 public key of 32 bytes makes the shared secret zero whatever the private key is
 * (RFC 7748 §6.1), so that it is nobody's. Unlike trying it, this needs no private key and no
 * waiting.
 *
 * @throws {RangeError} If it has another size.
 */
export function isLowOrder(publicKey: Uint8Array): boolean {
  assertSize("X25519 public key", publicKey, X25519_SIZE);
  let u = 0n;
  for (const byte of publicKey.toReversed()) u = u << 8n | BigInt(byte);
  return LOW_ORDER.has((u & U_BITS) % P);
}
