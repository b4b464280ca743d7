import { concat, X25519_SIZE } from "../../crypto/mod.ts";
import { PKCS8_START } from "../../crypto/x25519/pkcs8_start.ts";

/**
 * The DER of a PrivateKeyInfo for an X25519 private key of 32 bytes, 48 bytes in all: version 1 of
 * RFC 5958, without the public key, byte for byte what OpenSSL writes.
 */
export function encodePkcs8(privateKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(PKCS8_START, privateKey);
}

/**
 * The private key in exactly what {@linkcode encodePkcs8} makes: a view. `undefined` for all else, be it
 * right or wrong, which takes a library to read.
 */
export function plainPrivateKey(der: Uint8Array): Uint8Array | undefined {
  const isPlain = der.length === PKCS8_START.length + X25519_SIZE &&
    PKCS8_START.every((byte, index) => der[index] === byte);
  return isPlain ? der.subarray(PKCS8_START.length) : undefined;
}
