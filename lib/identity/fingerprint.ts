import { equalConstantTime, sha256, SHA256_SIZE, unshared } from "../crypto/mod.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";

const PREFIX = "SHA256:";

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

/**
 * The same, by WebCrypto: for what a program says before it needs `node:crypto`, which takes longer to load than
 * all of that.
 */
export async function firstFingerprint(publicKey: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", unshared(publicKey));
  return formatFingerprint(new Uint8Array(hash));
}

/** The same, from the hash alone: 32 bytes. */
export function formatFingerprint(hash: Uint8Array): string {
  return `${PREFIX}${encodeBase64(hash).replace(/=+$/, "")}`;
}

/**
 * The bytes that a fingerprint (`SHA256:` and 43 characters of base64) shows: 32, or `undefined` if it
 * is none.
 */
export function parseFingerprint(text: string): Uint8Array | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = decodeBase64(`${text.slice(PREFIX.length)}=`);
  return bytes?.length === SHA256_SIZE ? bytes : undefined;
}
