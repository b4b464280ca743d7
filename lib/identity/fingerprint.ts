import { equalConstantTime, sha256 } from "../crypto/mod.ts";

/** The key that was asked for last: in a conversation it is mostly the same one again. */
let last = { publicKey: new Uint8Array(0), text: "" };

/**
 * A public key in a form that people can compare: `SHA256:` and the unpadded base64 of the SHA-256 of
 * its 32 bytes, as OpenSSH writes it. Always 50 characters.
 */
export function fingerprint(publicKey: Uint8Array): string {
  if (!equalConstantTime(last.publicKey, publicKey)) {
    const hash = btoa(String.fromCharCode(...sha256(publicKey)));
    last = {
      publicKey: new Uint8Array(publicKey),
      text: `SHA256:${hash.replace(/=+$/, "")}`,
    };
  }
  return last.text;
}
