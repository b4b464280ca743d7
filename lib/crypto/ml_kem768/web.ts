import { assertSize, unshared } from "../bytes.ts";
import {
  invalidPublicKey,
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  ML_KEM768_SEED_SIZE,
  type MlKem768,
} from "./ml_kem768.ts";

const ALGORITHM = { name: "ML-KEM-768" };

/** The calls of the WebCrypto draft "Modern Algorithms" that the platform's types do not know yet. */
interface KemSubtleCrypto {
  generateKey(
    algorithm: typeof ALGORITHM,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKeyPair>;
  importKey(
    format: "raw-public" | "raw-seed",
    data: Uint8Array<ArrayBuffer>,
    algorithm: typeof ALGORITHM,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: typeof ALGORITHM,
    publicKey: CryptoKey,
  ): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
  decapsulateBits(
    algorithm: typeof ALGORITHM,
    privateKey: CryptoKey,
    ciphertext: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
}

const kemSubtle = crypto.subtle as unknown as KemSubtleCrypto;

/** ML-KEM-768 through WebCrypto. */
export const webMlKem768: MlKem768 = {
  async generateKeyPair(seed) {
    const { publicKey, privateKey } = seed === undefined
      ? await kemSubtle.generateKey(ALGORITHM, true, ["encapsulateBits", "decapsulateBits"])
      : await webKeyPairFromSeed(seed);
    return {
      publicKey: new Uint8Array(await kemSubtle.exportKey("raw-public", publicKey)),
      async decapsulate(ciphertext) {
        assertSize("ML-KEM ciphertext", ciphertext, ML_KEM768_CIPHERTEXT_SIZE);
        return new Uint8Array(
          await kemSubtle.decapsulateBits(ALGORITHM, privateKey, unshared(ciphertext)),
        );
      },
    };
  },
  async encapsulate(publicKey) {
    assertSize("ML-KEM public key", publicKey, ML_KEM768_PUBLIC_KEY_SIZE);
    try {
      const key = await kemSubtle.importKey("raw-public", unshared(publicKey), ALGORITHM, true, [
        "encapsulateBits",
      ]);
      const { ciphertext, sharedKey } = await kemSubtle.encapsulateBits(ALGORITHM, key);
      return { ciphertext: new Uint8Array(ciphertext), sharedSecret: new Uint8Array(sharedKey) };
    } catch (cause) {
      throw invalidPublicKey(cause);
    }
  },
};

async function webKeyPairFromSeed(seed: Uint8Array): Promise<CryptoKeyPair> {
  assertSize("ML-KEM seed", seed, ML_KEM768_SEED_SIZE);
  const privateKey = await kemSubtle.importKey("raw-seed", unshared(seed), ALGORITHM, true, [
    "decapsulateBits",
  ]);
  return { privateKey, publicKey: await kemSubtle.getPublicKey(privateKey, ["encapsulateBits"]) };
}
