import { AES_GCM_NONCE_SIZE, AES_GCM_TAG_SIZE, AesGcm, uint64BigEndian } from "../crypto/mod.ts";
import { CIPHER_KEY_SIZE, type CipherFunction, MAX_NONCE } from "./cipher_function.ts";

/**
 * `AESGCM`, exactly as Noise §12.4 defines it: the 96-bit nonce is 32 zero bits and then `n`,
 * big-endian; the 16-byte tag follows the ciphertext.
 */
export const AESGCM: CipherFunction = {
  name: "AESGCM",
  ciphertextSize: (plaintextSize) => plaintextSize + AES_GCM_TAG_SIZE,
  withKey(k) {
    const cipher = new AesGcm(k);
    return {
      encrypt: (n, ad, plaintext, headroom) => cipher.seal(nonce(n), ad, plaintext, headroom),
      decrypt: (n, ad, ciphertext) => cipher.open(nonce(n), ad, ciphertext),
      // The framework's default (Noise §4.2): the first 32 bytes of ENCRYPT(k, maxnonce, "", zeros).
      rekey: () =>
        cipher.sealSync(nonce(MAX_NONCE), new Uint8Array(0), new Uint8Array(CIPHER_KEY_SIZE))
          .slice(0, CIPHER_KEY_SIZE),
      destroy: () => cipher.destroy(),
    };
  },
};

function nonce(n: bigint): Uint8Array {
  const bytes = new Uint8Array(AES_GCM_NONCE_SIZE);
  bytes.set(uint64BigEndian(n), AES_GCM_NONCE_SIZE - 8);
  return bytes;
}
