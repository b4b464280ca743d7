import { equalConstantTime, sha256 } from "../crypto/mod.ts";

/** The key that was asked for last: in a conversation it is mostly the same one again. */
let last = { publicKey: new Uint8Array(0), text: "" };

/**
 * A public key in a form that people can compare: `SHA256:` and the unpadded base64 of the SHA-256 of
 * its 32 bytes, as OpenSSH writes it. Always 50 characters.
 */
export function fingerprint(publicKey: Uint8Array): string {
  if (!equalConstantTime(last.publicKey, publicKey)) {
    last = { publicKey: new Uint8Array(publicKey), text: formatFingerprint(sha256(publicKey)) };
  }
  return last.text;
}

/** The same, from the hash alone: 32 bytes. */
export function formatFingerprint(hash: Uint8Array): string {
  return `SHA256:${btoa(String.fromCharCode(...hash)).replace(/=+$/, "")}`;
}
