import { concat, X25519_SIZE } from "../../crypto/mod.ts";

/**
 * What stands in front of the 32 bytes of an X25519 private key in its PrivateKeyInfo (RFC 8410 §7), where
 * nothing stands behind them: a SEQUENCE of the version 0, a SEQUENCE of the OBJECT IDENTIFIER 1.3.101.110,
 * and an OCTET STRING that holds the OCTET STRING of the key.
 */
const START = Uint8Array.of(
  ...[0x30, 46, 0x02, 1, 0, 0x30, 5, 0x06, 3, 0x2b, 0x65, 0x6e, 0x04, 34, 0x04, X25519_SIZE],
);

/**
 * The DER of a PrivateKeyInfo for an X25519 private key of 32 bytes, 48 bytes in all: version 1 of
 * RFC 5958, without the public key, byte for byte what OpenSSL writes.
 */
export function encodePkcs8(privateKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(START, privateKey);
}

/**
 * The private key in exactly what {@linkcode encodePkcs8} makes: a view. `undefined` for all else, be it
 * right or wrong, which takes a library to read.
 */
export function plainPrivateKey(der: Uint8Array): Uint8Array | undefined {
  const isPlain = der.length === START.length + X25519_SIZE &&
    START.every((byte, index) => der[index] === byte);
  return isPlain ? der.subarray(START.length) : undefined;
}
