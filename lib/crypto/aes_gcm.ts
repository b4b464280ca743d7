import { assertSize, concat, type MaybePromise, unshared } from "./bytes.ts";
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
 * Inputs under 32 KiB are worked on at once, larger ones on another thread, with the same bytes.
 */
export class AesGcm {
  readonly #key: Uint8Array<ArrayBuffer>;
  #webKey: Promise<CryptoKey> | undefined;
  /** The same, once it is there. */
  #readyWebKey: CryptoKey | undefined;

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
   * @param headroom How many zero bytes to leave in front, for the caller.
   */
  seal(
    nonce: Uint8Array,
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom = 0,
  ): MaybePromise<Uint8Array> {
    return plaintext.length < ASYNC_THRESHOLD
      ? this.sealSync(nonce, ad, plaintext, headroom)
      : this.sealAsync(nonce, ad, plaintext, headroom);
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
  sealSync(
    nonce: Uint8Array,
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom = 0,
  ): Uint8Array {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    return sync.gcmSeal(this.#key, nonce, ad, plaintext, headroom);
  }

  /**
   * As {@linkcode AesGcm.seal}, always on another thread. The input may be changed, and the object
   * destroyed, as soon as the call has returned. Calls may overlap.
   */
  async sealAsync(
    nonce: Uint8Array,
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom = 0,
  ): Promise<Uint8Array> {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    const sealing = this.#readyWebKey !== undefined
      ? crypto.subtle.encrypt(webParameters(nonce, ad), this.#readyWebKey, unshared(plaintext))
      : this.#onceReady("encrypt", nonce, ad, plaintext);
    const sealed = new Uint8Array(await sealing);
    return headroom === 0 ? sealed : concat(new Uint8Array(headroom), sealed);
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

  /** As {@linkcode AesGcm.open}, always on another thread; the input as with `sealAsync`. */
  async openAsync(nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    assertSize("nonce", nonce, AES_GCM_NONCE_SIZE);
    try {
      const opening = this.#readyWebKey !== undefined
        ? crypto.subtle.decrypt(webParameters(nonce, ad), this.#readyWebKey, unshared(sealed))
        : this.#onceReady("decrypt", nonce, ad, sealed);
      return new Uint8Array(await opening);
    } catch {
      throw openFailed();
    }
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
  }

  /**
   * What the first calls do: WebCrypto takes its copy of the input within a call, but while the key is
   * imported the caller may reuse its buffers, so these are copies.
   */
  async #onceReady(
    operation: "encrypt" | "decrypt",
    nonce: Uint8Array,
    ad: Uint8Array,
    data: Uint8Array,
  ): Promise<ArrayBuffer> {
    const parameters = webParameters(new Uint8Array(nonce), new Uint8Array(ad));
    const dataCopy = new Uint8Array(data);
    this.#webKey ??= crypto.subtle.importKey("raw", this.#key, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    const key = this.#readyWebKey = await this.#webKey;
    return await crypto.subtle[operation](parameters, key, dataCopy);
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
