import { type MaybePromise, unshared } from "./bytes.ts";
import { ASYNC_THRESHOLD, sync } from "./platform.ts";

/** Size of an AES block, and so of an IV, in bytes. */
export const AES_BLOCK_SIZE = 16;

/**
 * An AES key for CBC mode (NIST SP 800-38A §6.2) with PKCS #7 padding (RFC 5652 §6.3).
 *
 * CBC alone does not authenticate: an attacker who can change the ciphertext can change the plaintext, and a
 * program that says whether the padding was right gives the plaintext away. Use `AesCbcHmac`.
 */
export class AesCbcKey {
  readonly #key: Uint8Array<ArrayBuffer>;
  #webKey: Promise<CryptoKey> | undefined;

  /** A key of 16, 24 or 32 bytes; copied. */
  constructor(key: Uint8Array) {
    this.#key = new Uint8Array(key);
  }

  /**
   * Encrypts; the result has 1 to 16 bytes more than the plaintext.
   *
   * @param iv 16 random bytes, never used twice with one key.
   */
  encrypt(iv: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array> {
    return plaintext.length < ASYNC_THRESHOLD
      ? this.encryptSync(iv, plaintext)
      : this.encryptAsync(iv, plaintext);
  }

  /** Decrypts; throws, or rejects, when length or padding is wrong. */
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array> {
    return ciphertext.length < ASYNC_THRESHOLD
      ? this.decryptSync(iv, ciphertext)
      : this.decryptAsync(iv, ciphertext);
  }

  /** As {@linkcode AesCbcKey.encrypt}, always at once. */
  encryptSync(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    return sync.cbcEncrypt(this.#key, iv, plaintext);
  }

  /** As {@linkcode AesCbcKey.decrypt}, always at once. */
  decryptSync(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return sync.cbcDecrypt(this.#key, iv, ciphertext);
  }

  /** As {@linkcode AesCbcKey.encrypt}, always on another thread. */
  async encryptAsync(iv: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const parameters = { name: "AES-CBC", iv: unshared(iv) };
    const key = await this.importKey();
    return new Uint8Array(await crypto.subtle.encrypt(parameters, key, unshared(plaintext)));
  }

  /** As {@linkcode AesCbcKey.decrypt}, always on another thread. */
  async decryptAsync(iv: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
    const parameters = { name: "AES-CBC", iv: unshared(iv) };
    const key = await this.importKey();
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, unshared(ciphertext)));
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
  }

  /** The key in WebCrypto, from the first call on; `destroy` does not reach it. */
  importKey(): Promise<CryptoKey> {
    return this.#webKey ??= crypto.subtle.importKey("raw", this.#key, "AES-CBC", false, [
      "encrypt",
      "decrypt",
    ]);
  }
}
