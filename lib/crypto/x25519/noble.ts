import { x25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import type { X25519Implementation } from "./implementation.ts";

/** X25519 in JavaScript. */
export const nobleX25519: X25519Implementation = {
  multiply: (privateKey, publicKey) => x25519.getSharedSecret(privateKey, publicKey),
  publicKeyOf: (privateKey) => x25519.getPublicKey(privateKey),
};
