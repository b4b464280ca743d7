import { sha256 } from "../crypto/mod.ts";

/**
 * A public key in a form that people can compare: `SHA256:` and the unpadded base64 of the SHA-256 of
 * its 32 bytes, as OpenSSH writes it. Always 50 characters.
 */
export function fingerprint(publicKey: Uint8Array): string {
  const hash = btoa(String.fromCharCode(...sha256(publicKey)));
  return `SHA256:${hash.replace(/=+$/, "")}`;
}
