import type { MaybePromise } from "../crypto/mod.ts";
import { ProtocolError, UsageError } from "../errors.ts";
import { type CipherFunction, type KeyedCipher, MAX_NONCE } from "./cipher_function.ts";

/** A `CipherState` (Noise §5.1): a cipher key, or none yet, and the number of the next message. */
export class CipherState {
  readonly #cipher: CipherFunction;
  #keyed: KeyedCipher | undefined;
  #n = 0n;
  #isDestroyed = false;

  /** A state without a key: it passes plaintext through until {@linkcode initializeKey}. */
  constructor(cipher: CipherFunction) {
    this.#cipher = cipher;
  }

  /** `InitializeKey(key)`: 32 bytes, copied; the next nonce is 0. */
  initializeKey(key: Uint8Array): void {
    this.#keyed?.destroy();
    this.#keyed = this.#cipher.withKey(key);
    this.#n = 0n;
  }

  /** `HasKey()`. */
  hasKey(): boolean {
    return this.#keyed !== undefined;
  }

  /** The number of the next message: how many have gone before it. */
  get nonce(): bigint {
    return this.#n;
  }

  /**
   * `SetNonce(nonce)`: for transports that lose or reorder messages. The channel needs it never.
   *
   * @throws {RangeError} If it does not fit into 64 bits.
   */
  setNonce(nonce: bigint): void {
    if (nonce < 0n || nonce > MAX_NONCE) throw new RangeError("a nonce must fit into 64 bits");
    this.#n = nonce;
  }

  /**
   * `EncryptWithAd(ad, plaintext)`. A small message is ready at once, a large one is a promise.
   *
   * @throws {ProtocolError} If all 2^64 − 1 nonces are used up.
   * @throws {UsageError} After {@linkcode destroy}.
   */
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array> {
    this.#assertNotDestroyed();
    if (this.#keyed === undefined) return plaintext;
    // Counted before the work starts, so that no nonce can be used twice while a promise is pending.
    return this.#keyed.encrypt(this.#takeNonce(), ad, plaintext);
  }

  /**
   * `DecryptWithAd(ad, ciphertext)`. Calls must not overlap.
   *
   * After a failure the nonce is where it was (Noise §5.1).
   *
   * @throws {AuthenticationError} If anything is not as it was encrypted.
   * @throws {ProtocolError} If all 2^64 − 1 nonces are used up.
   * @throws {UsageError} After {@linkcode destroy}.
   */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array> {
    this.#assertNotDestroyed();
    if (this.#keyed === undefined) return ciphertext;
    if (this.#n === MAX_NONCE) throw noncesUsedUp();
    const plaintext = this.#keyed.decrypt(this.#n, ad, ciphertext);
    if (plaintext instanceof Promise) {
      return plaintext.then((bytes) => {
        this.#n++;
        return bytes;
      });
    }
    this.#n++;
    return plaintext;
  }

  /** `Rekey()`: the key becomes the next one, the nonce stays (Noise §11.3). */
  rekey(): void {
    if (this.#keyed === undefined) return;
    const key = this.#keyed.rekey();
    this.#keyed.destroy();
    this.#keyed = this.#cipher.withKey(key);
    key.fill(0);
  }

  /** Overwrites the key. The state refuses to work afterwards. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#keyed?.destroy();
  }

  /** What is left after {@linkcode destroy} is a key of zeros, which would seal nothing. */
  #assertNotDestroyed(): void {
    if (this.#isDestroyed) throw new UsageError("closed", "the cipher state has been destroyed");
  }

  #takeNonce(): bigint {
    if (this.#n === MAX_NONCE) throw noncesUsedUp();
    return this.#n++;
  }
}

function noncesUsedUp(): ProtocolError {
  return new ProtocolError("malformed-record", "this connection has used up its record numbers");
}
