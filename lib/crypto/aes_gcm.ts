import { assertSize, type MaybePromise, unshared } from "./bytes.ts";
import { openFailed } from "./open_failed.ts";
import { ASYNC_THRESHOLD, sync } from "./platform.ts";

/** Size of an AES-256 key in bytes. */
export const AES_GCM_KEY_SIZE = 32;
/** Size of the nonce in bytes. */
export const AES_GCM_NONCE_SIZE = 12;
/** Size of the tag in bytes. */
export const AES_GCM_TAG_SIZE = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) with a 12-byte nonce and a 16-byte tag behind the ciphertext.
 *
 * Inputs under 16 KiB are worked on at once, larger ones on another thread, with the same bytes.
 */
export class AesGcm {
  readonly #key: Uint8Array<ArrayBuffer>;
  #webKey: Promise<CryptoKey> | undefined;

  /**
   * A cipher under one key.
   *
   * @param key 32 bytes, copied.
   * @throws {RangeError} If it has another size.
   */
  constructor(key: Uint8Array) {
    assertSize("key", key, AES_GCM_KEY_SIZE);
    this.#key = new Uint8Array(key);
  }

  /**
   * Encrypts and authenticates: 16 bytes more than the plaintext.
   *
   * @param nonce 12 bytes, never used twice with one key.
   * @param ad Bytes that are authenticated but not encrypted.
   */
  seal(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array> {
    return plaintext.length < ASYNC_THRESHOLD
      ? this.sealSync(nonce, ad, plaintext)
      : this.sealAsync(nonce, ad, plaintext);
  }

  /**
   * Verifies and decrypts what {@linkcode AesGcm.seal} made.
   *
   * @throws {AuthenticationError} If anything is not as it was sealed.
   */
  open(nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): MaybePromise<Uint8Array> {
    return sealed.length < ASYNC_THRESHOLD
      ? this.openSync(nonce, ad, sealed)
      : this.openAsync(nonce, ad, sealed);
  }

  /** As {@linkcode AesGcm.seal}, always at once. */
  sealSync(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    return sync.gcmSeal(this.#key, nonce, ad, plaintext);
  }

  /** As {@linkcode AesGcm.seal}, always on another thread. */
  async sealAsync(nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    // Copies, because the caller may reuse its buffers while the key is imported.
    const parameters = webParameters(nonce.slice(), ad.slice());
    const data = unshared(plaintext.slice());
    const key = await this.#importKey();
    return new Uint8Array(await crypto.subtle.encrypt(parameters, key, data));
  }

  /** As {@linkcode AesGcm.open}, always at once. */
  openSync(nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    try {
      return sync.gcmOpen(this.#key, nonce, ad, sealed);
    } catch {
      throw openFailed();
    }
  }

  /** As {@linkcode AesGcm.open}, always on another thread. */
  async openAsync(nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    // Copies, because the caller may reuse its buffers while the key is imported.
    const parameters = webParameters(nonce.slice(), ad.slice());
    const data = unshared(sealed.slice());
    const key = await this.#importKey();
    try {
      return new Uint8Array(await crypto.subtle.decrypt(parameters, key, data));
    } catch {
      throw openFailed();
    }
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
  }

  #importKey(): Promise<CryptoKey> {
    return this.#webKey ??= crypto.subtle.importKey("raw", this.#key, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
  }
}

function webParameters(nonce: Uint8Array, ad: Uint8Array): AesGcmParams {
  return {
    name: "AES-GCM",
    iv: unshared(nonce),
    additionalData: unshared(ad),
    tagLength: AES_GCM_TAG_SIZE * 8,
  };
}
