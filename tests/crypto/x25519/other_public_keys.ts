import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";

const P = 2n ** 255n - 19n;

/** A point of order 8, which X25519's scalars make vanish. */
function pointOfOrder8(): InstanceType<typeof ed25519.Point> {
  const order = ed25519.Point.Fn.ORDER;
  for (let y = 2n;; y++) {
    const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number(y >> BigInt(8 * at) & 255n));
    try {
      const point = ed25519.Point.fromBytes(bytes, false);
      // ℓ times a point: its part of low order.
      const low = point.multiplyUnsafe(order - 1n).add(point);
      if (!low.double().double().is0()) return low;
    } catch {
      // Not on the curve.
    }
  }
}

/**
 * The public keys that give the same shared secrets as one that is given: with the top bit set, plus p
 * where that fits, and with each point of low order added.
 *
 * @param publicKey 32 bytes: the public key of a key pair.
 */
export function otherPublicKeys(publicKey: Uint8Array): Uint8Array[] {
  let u = 0n;
  for (const byte of publicKey.toReversed()) u = u << 8n | BigInt(byte);
  const encode = (value: bigint) =>
    Uint8Array.from({ length: 32 }, (_, at) => Number(value >> BigInt(8 * at) & 255n));
  const { Fp } = ed25519.Point;
  const y = Fp.mul(Fp.sub(u, 1n), Fp.inv(Fp.add(u, 1n)));
  const point = ed25519.Point.fromBytes(encode(y), false);
  const low = pointOfOrder8();
  const keys = [encode(u + 2n ** 255n)];
  if (u + P < 2n ** 255n) keys.push(encode(u + P));
  let sum = point;
  for (let count = 1; count < 8; count++) {
    sum = sum.add(low);
    keys.push(ed25519.utils.toMontgomery(sum.toBytes()));
  }
  return keys;
}
