/**
 * Primitives without state: X25519, ML-KEM-768, SHA-256, HMAC, HKDF, AES-CBC with HMAC, AES-GCM.
 *
 * @module
 */
export * from "./aes_cbc.ts";
export * from "./aes_cbc_hmac.ts";
export * from "./aes_gcm.ts";
export * from "./bytes.ts";
export * from "./hkdf.ts";
export * from "./hmac.ts";
export {
  type Encapsulation,
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  ML_KEM768_SECRET_SIZE,
  ML_KEM768_SEED_SIZE,
  type MlKem768,
  type MlKem768KeyPair,
} from "./ml_kem768/ml_kem768.ts";
export * from "./ml_kem768/platform.ts";
export * from "./sha256.ts";
export type { HashName, RunningHash } from "./sync_functions.ts";
export { loadAes192 } from "./sync_node.ts";
export * from "./x25519/public_key.ts";
export * from "./x25519/x25519.ts";
