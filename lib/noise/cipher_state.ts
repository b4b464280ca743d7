import { concat, type MaybePromise } from "../crypto/mod.ts";
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
   * `EncryptWithAd(ad, plaintext)`. A small message is ready at once, a large one is a promise; calls may
   * overlap, and `rekey` and `destroy` may come before a promise is settled.
   *
   * @param headroom How many bytes to leave in front of the ciphertext, for a header. Default 0.
   * @throws {ProtocolError} If all 2^64 − 1 nonces are used up.
   * @throws {UsageError} After {@linkcode destroy}.
   */
  encryptWithAd(
    ad: Uint8Array,
    plaintext: Uint8Array,
    headroom = 0,
  ): MaybePromise<Uint8Array> {
    this.#assertNotDestroyed();
    if (this.#keyed === undefined) {
      return headroom === 0 ? plaintext : concat(new Uint8Array(headroom), plaintext);
    }
    // Counted before the work starts, so that no nonce can be used twice while a promise is pending.
    return this.#keyed.encrypt(this.#takeNonce(), ad, plaintext, headroom);
  }

  /** How many bytes {@linkcode encryptWithAd} makes of so many bytes of plaintext, headroom aside. */
  ciphertextSize(plaintextSize: number): number {
    return this.#keyed === undefined ? plaintextSize : this.#cipher.ciphertextSize(plaintextSize);
  }

  /**
   * `DecryptWithAd(ad, ciphertext)`. A large message is a promise; calls may overlap, each with the number
   * after the one before.
   *
   * After a failure the nonce is that of the message that failed (Noise §5.1), also if others were
   * under way behind it.
   *
   * @throws {AuthenticationError} If anything is not as it was encrypted.
   * @throws {ProtocolError} If all 2^64 − 1 nonces are used up.
   * @throws {UsageError} After {@linkcode destroy}.
   */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array> {
    this.#assertNotDestroyed();
    if (this.#keyed === undefined) return ciphertext;
    if (this.#n === MAX_NONCE) throw noncesUsedUp();
    const n = this.#n;
    const plaintext = this.#keyed.decrypt(n, ad, ciphertext);
    this.#n++;
    if (!(plaintext instanceof Promise)) return plaintext;
    return plaintext.catch((error) => {
      if (n < this.#n) this.#n = n;
      throw error;
    });
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
