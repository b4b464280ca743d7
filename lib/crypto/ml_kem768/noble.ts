// deno-lint-ignore-file require-await -- async, so that a refusal is a rejection, as in WebCrypto
import { ml_kem768 } from "npm:@noble/post-quantum@0.7.1/ml-kem.js";
import { assertSize } from "../bytes.ts";
import {
  invalidPublicKey,
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  ML_KEM768_SEED_SIZE,
  type MlKem768,
} from "./ml_kem768.ts";

/** ML-KEM-768 in JavaScript. */
export const nobleMlKem768: MlKem768 = {
  async generateKeyPair(seed) {
    if (seed !== undefined) assertSize("ML-KEM seed", seed, ML_KEM768_SEED_SIZE);
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    return {
      publicKey,
      async decapsulate(ciphertext) {
        assertSize("ML-KEM ciphertext", ciphertext, ML_KEM768_CIPHERTEXT_SIZE);
        return ml_kem768.decapsulate(ciphertext, secretKey);
      },
    };
  },
  async encapsulate(publicKey) {
    assertSize("ML-KEM public key", publicKey, ML_KEM768_PUBLIC_KEY_SIZE);
    try {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey);
      return { ciphertext: cipherText, sharedSecret };
    } catch (cause) {
      throw invalidPublicKey(cause);
    }
  },
};
