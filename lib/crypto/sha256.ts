import { sync } from "./platform.ts";

/** Size of a SHA-256 hash in bytes. */
export const SHA256_SIZE = 32;

/** SHA-256 (FIPS 180-4) of the concatenation of `parts`: 32 bytes. Not
 * for making secrets: the hash may have been a string on its way, which nobody can wipe. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return sync.sha256(...parts);
}
