import { equalConstantTime, hmac, SHA256_SIZE } from "../../crypto/mod.ts";

/** Size of the id of a pre-shared key, and of the mask that hides it, in bytes. */
export const SECRET_ID_SIZE: number = SHA256_SIZE;

const LABEL = new TextEncoder().encode("X25519-TCP-Chat secret id");

/**
 * Finds the pre-shared key (32 bytes) with an id (32 bytes, {@linkcode secretId}); `undefined` if there
 * is none.
 */
export type FindPreSharedKey = (
  id: Uint8Array,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * The id (32 bytes) by which a server that holds many pre-shared keys finds the one that a client
 * means (docs/PROTOCOL.md, "Steps"). It gives nothing of the key away, and proves nothing.
 *
 * @param preSharedKey 32 bytes.
 */
export function secretId(preSharedKey: Uint8Array): Uint8Array {
  return hmac("SHA-256", preSharedKey, LABEL);
}

/**
 * Hides an id, or uncovers it: each byte XOR the mask's. The mask is random, used once, and known to
 * the two sides alone, so what is sent looks like nothing that was ever sent before.
 *
 * @param id 32 bytes.
 * @param mask 32 bytes: the payload of message 2.
 */
export function maskSecretId(id: Uint8Array, mask: Uint8Array): Uint8Array {
  // Both have as many bytes: `?? 0` is for the compiler.
  return id.map((byte, index) => byte ^ (mask[index] ?? 0));
}

/** Finds one key, for a responder that holds no other. */
export function onlyPreSharedKey(key: Uint8Array): FindPreSharedKey {
  return (id) => equalConstantTime(id, secretId(key)) ? key : undefined;
}
