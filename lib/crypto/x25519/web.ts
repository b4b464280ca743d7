import { x25519 } from "npm:@noble/curves@2.4.0/webcrypto.js";
import { X25519_SIZE, type X25519Implementation } from "./implementation.ts";

/** The u-coordinate of the base point (RFC 7748 §4.1). */
const BASE_POINT = new Uint8Array(X25519_SIZE);
BASE_POINT[0] = 9;

/** Both keys go in as their 32 bytes; without this the wrapper expects PKCS #8 and SPKI. */
const RAW = { formatSec: "raw", formatPub: "raw" } as const;

/** X25519 by WebCrypto, or `undefined` where that does not know it. */
export async function webX25519(): Promise<X25519Implementation | undefined> {
  if (!await x25519.isSupported()) return undefined;
  const multiply = (privateKey: Uint8Array, publicKey: Uint8Array) =>
    x25519.getSharedSecret(privateKey, publicKey, RAW);
  return {
    multiply,
    // WebCrypto has no call for it.
    publicKeyOf: (privateKey) => multiply(privateKey, BASE_POINT),
  };
}
