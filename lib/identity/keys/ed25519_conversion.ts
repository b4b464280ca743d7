/**
 * Ed25519 keys as X25519 keys, so that a key made for SSH serves here too. It is the conversion that
 * age makes of `ssh-ed25519` keys.
 *
 * One key for signing and for key agreement is not what textbooks advise. Thormarker (IACR ePrint
 * 2021/509) proves it safe for Ed25519 with a KEM on X25519: near to what Noise does, not the same.
 *
 * @module
 */
import type { ed25519 as Ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import { assertSize, type X25519KeyPair, x25519KeyPair } from "../../crypto/mod.ts";
import { ED25519_SIZE } from "./ssh_wire.ts";

/** Loaded here, and not above: it costs 17 ms of CPU, and few starts meet a key made for SSH. */
async function loadEd25519(): Promise<typeof Ed25519> {
  return (await import("npm:@noble/curves@2.4.0/ed25519.js")).ed25519;
}

/**
 * The X25519 public key for an Ed25519 public key: u = (1 + y) / (1 − y), the birational map of
 * RFC 7748 §4.1.
 *
 * Stricter than the map needs: an honest public key is a multiple of the base point, and only such a
 * point is taken. Of any other, several would become one and the same X25519 secret.
 *
 * @param publicKey 32 bytes (RFC 8032 §5.1.2).
 * @returns 32 bytes.
 * @throws {RangeError} If it has another size, is no canonical encoding of a point on the curve, or
 *   if that point has low order or is outside the subgroup of prime order. The message is a phrase
 *   about "the key".
 */
export async function x25519FromEd25519PublicKey(publicKey: Uint8Array): Promise<Uint8Array> {
  assertSize("Ed25519 public key", publicKey, ED25519_SIZE);
  const ed25519 = await loadEd25519();
  const point = decodePoint(ed25519, publicKey);
  if (point === undefined) throw new RangeError("the key is not a point of the curve");
  if (point.isSmallOrder()) throw new RangeError("the key is of low order");
  if (!point.isTorsionFree()) throw new RangeError("the key is not a multiple of the base point");
  return ed25519.utils.toMontgomery(publicKey);
}

/**
 * The X25519 key pair for an Ed25519 private key: the first half of SHA-512 of the seed, clamped,
 * which is the scalar that Ed25519 signs with (RFC 8032 §5.1.5). Its public key is the one that
 * {@linkcode x25519FromEd25519PublicKey} gives.
 *
 * @param seed 32 secret bytes, what RFC 8032 calls the private key.
 * @throws {RangeError} If it has another size.
 */
export async function x25519FromEd25519Seed(seed: Uint8Array): Promise<X25519KeyPair> {
  assertSize("Ed25519 seed", seed, ED25519_SIZE);
  const ed25519 = await loadEd25519();
  return await x25519KeyPair(ed25519.utils.toMontgomerySecret(seed).slice());
}

/**
 * The Ed25519 public key for an Ed25519 private key (RFC 8032 §5.1.5): 32 bytes.
 *
 * @param seed 32 secret bytes.
 */
export async function ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array> {
  return (await loadEd25519()).getPublicKey(seed);
}

/** RFC 8032 §5.1.3 to the letter, without the leniency of ZIP 215. */
function decodePoint(
  ed25519: typeof Ed25519,
  publicKey: Uint8Array,
): InstanceType<typeof Ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(publicKey, false);
  } catch {
    return undefined;
  }
}
