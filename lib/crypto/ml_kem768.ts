import { ProtocolError } from "../errors.ts";
import { assertSize, unshared } from "./bytes.ts";

/** Size of an encapsulation (public) key in bytes (FIPS 203 §8, table 3). */
export const ML_KEM768_PUBLIC_KEY_SIZE = 1184;
/** Size of a ciphertext in bytes (FIPS 203 §8, table 3). */
export const ML_KEM768_CIPHERTEXT_SIZE = 1088;
/** Size of a shared secret in bytes. */
export const ML_KEM768_SECRET_SIZE = 32;
/** Size of the seed `d || z` that a key pair is made from, in bytes (FIPS 203 §7.1). */
export const ML_KEM768_SEED_SIZE = 64;

/** An ML-KEM-768 key pair. The private half stays in the form that the platform works with. */
export interface MlKem768KeyPair {
  /** 1184 bytes. */
  readonly publicKey: Uint8Array;
  /** The shared secret (32 bytes) inside a ciphertext of 1088 bytes. */
  decapsulate(ciphertext: Uint8Array): Promise<Uint8Array>;
}

/** A fresh shared secret and the ciphertext that carries it to the owner of a public key. */
export interface Encapsulation {
  /** 1088 bytes. */
  readonly ciphertext: Uint8Array;
  /** 32 bytes. */
  readonly sharedSecret: Uint8Array;
}

/** One implementation of ML-KEM-768. */
export interface MlKem768 {
  /**
   * A new key pair, or the one that belongs to a 64-byte seed (tests and worked examples only).
   *
   * @throws {RangeError} If the seed has another size.
   */
  generateKeyPair(seed?: Uint8Array): Promise<MlKem768KeyPair>;
  /**
   * Makes a secret that only the owner of `publicKey` (1184 bytes) can have.
   *
   * @throws {ProtocolError} If the key is not one: a coefficient of q or more (FIPS 203 §7.2).
   */
  encapsulate(publicKey: Uint8Array): Promise<Encapsulation>;
}

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

/** The error for a public key that fails the modulus check. */
export function invalidPublicKey(cause: unknown): ProtocolError {
  return new ProtocolError("malformed-message", "the ML-KEM public key is not a valid one", {
    cause,
  });
}

/** WebCrypto's implementation where there is one, JavaScript elsewhere (it is 5 to 10 times slower). */
export async function platformMlKem768(): Promise<MlKem768> {
  return chosen ??= await isSupported()
    ? webMlKem768
    : (await import("./ml_kem768_noble.ts")).nobleMlKem768;
}

let chosen: MlKem768 | undefined;

async function isSupported(): Promise<boolean> {
  try {
    const { publicKey } = await webMlKem768.generateKeyPair();
    await webMlKem768.encapsulate(publicKey);
    return true;
  } catch {
    return false;
  }
}
