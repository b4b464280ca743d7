import type { MaybePromise } from "../../crypto/mod.ts";
import type { CipherState } from "../../noise/mod.ts";
import { MAX_FRAME_SIZE } from "../frames/framing.ts";

/** When a direction goes over to its next key. Both sides must have the same. */
export interface RekeyLimits {
  /** After so many records under one key. */
  readonly records: number;
  /** After so many bytes of frame bodies under one key. */
  readonly bytes: number;
}

/** 2^20 records or 1 GiB, whichever is first. */
export const REKEY_LIMITS: RekeyLimits = { records: 2 ** 20, bytes: 2 ** 30 };

const NO_ASSOCIATED_DATA = new Uint8Array(0);

/**
 * One direction of a channel: a Noise cipher state that changes its key by itself.
 *
 * The number of a record is Noise's `n`: it is never sent, so a record that was replayed, dropped,
 * reordered or reflected does not decrypt.
 */
export class RecordCipher {
  readonly #state: CipherState;
  readonly #limits: RekeyLimits;
  readonly #onRekey: (number: bigint) => void;
  #records = 0;
  #bytes = 0;

  /** @param onRekey Told the number of the first record under each new key. */
  constructor(state: CipherState, limits: RekeyLimits, onRekey: (number: bigint) => void) {
    this.#state = state;
    this.#limits = limits;
    this.#onRekey = onRekey;
  }

  /** The number of the next record. */
  get number(): bigint {
    return this.#state.nonce;
  }

  /** Encrypts a record's plaintext to a frame's body. Calls must not overlap. */
  seal(plaintext: Uint8Array): MaybePromise<Uint8Array> {
    const sealed = this.#state.encryptWithAd(NO_ASSOCIATED_DATA, plaintext);
    if (sealed instanceof Promise) {
      return sealed.then((body) => {
        this.#count(body.length);
        return body;
      });
    }
    this.#count(sealed.length);
    return sealed;
  }

  /**
   * Decrypts a frame's body to a record's plaintext. Calls must not overlap.
   *
   * @throws {AuthenticationError} If it is not exactly the next record of this direction.
   */
  open(body: Uint8Array): MaybePromise<Uint8Array> {
    const plaintext = this.#state.decryptWithAd(NO_ASSOCIATED_DATA, body);
    if (plaintext instanceof Promise) {
      return plaintext.then((bytes) => {
        this.#count(body.length);
        return bytes;
      });
    }
    this.#count(body.length);
    return plaintext;
  }

  /** Overwrites the key. */
  destroy(): void {
    this.#state.destroy();
  }

  #count(bytes: number): void {
    this.#records++;
    this.#bytes += bytes;
    if (this.#records < this.#limits.records && this.#bytes < this.#limits.bytes) return;
    this.#state.rekey();
    this.#records = 0;
    this.#bytes = 0;
    this.#onRekey(this.#state.nonce);
  }
}

/** The longest plaintext whose ciphertext fits into a frame, in bytes. */
export function maxPlaintextSize(ciphertextSize: (plaintextSize: number) => number): number {
  let size = MAX_FRAME_SIZE;
  while (ciphertextSize(size) > MAX_FRAME_SIZE) size--;
  return size;
}
