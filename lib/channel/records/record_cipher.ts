import type { MaybePromise } from "../../crypto/mod.ts";
import type { CipherState } from "../../noise/mod.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE, withHeader } from "../frames/framing.ts";

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

/** A record that is sealed or opened, perhaps on another thread. */
export interface RecordUnderWay {
  /** Its number: Noise's `n`. */
  readonly number: bigint;
  /** What comes of it: a whole frame when sealed, the plaintext when opened. */
  readonly result: MaybePromise<Uint8Array>;
  /** The number of the next record, if that is the first one under another key. */
  readonly nextKeyFrom: bigint | undefined;
}

/**
 * One direction of a channel: a Noise cipher state that changes its key by itself.
 *
 * The number of a record is Noise's `n`: it is never sent, so a record that was replayed, dropped,
 * reordered or reflected does not decrypt. Each has its number as soon as it is begun, so several may
 * be under way at once.
 */
export class RecordCipher {
  readonly #state: CipherState;
  readonly #limits: RekeyLimits;
  /** Under this key: those that are done, and those that are being opened. */
  readonly #done = { records: 0, bytes: 0 };
  readonly #opening = { records: 0, bytes: 0 };

  /** A direction under the key that `state` has. */
  constructor(state: CipherState, limits: RekeyLimits) {
    this.#state = state;
    this.#limits = limits;
  }

  /** The number of the next record. */
  get number(): bigint {
    return this.#state.nonce;
  }

  /**
   * Encrypts a record's plaintext to a whole frame. Calls may overlap: a record counts from the call
   * on, and what comes after it has the next key, if it was the last under this one.
   */
  seal(plaintext: Uint8Array): RecordUnderWay {
    const { number } = this;
    const size = this.#state.ciphertextSize(plaintext.length);
    const sealed = this.#state.encryptWithAd(NO_ASSOCIATED_DATA, plaintext, FRAME_HEADER_SIZE);
    const result = sealed instanceof Promise ? sealed.then(withHeader) : withHeader(sealed);
    return { number, result, nextKeyFrom: this.#count(size) ? this.number : undefined };
  }

  /**
   * Whether those that are being opened include the last one under this key. What comes after it can
   * be opened when they are done: one that fails counts for nothing.
   */
  get isLastUnderWay(): boolean {
    return this.#opening.records > 0 && this.#isFullWith(0, 0);
  }

  /**
   * Decrypts a frame's body to a record's plaintext. Calls may overlap, but for what
   * {@linkcode isLastUnderWay} says. The body may be changed as soon as the call has returned.
   *
   * @throws {AuthenticationError} If it is not exactly the next record of this direction; or the result
   * rejects with it.
   */
  open(body: Uint8Array): RecordUnderWay {
    const { number } = this;
    const size = body.length;
    const plaintext = this.#state.decryptWithAd(NO_ASSOCIATED_DATA, body);
    const nextKeyFrom = this.#isFullWith(1, size) ? number + 1n : undefined;
    if (!(plaintext instanceof Promise)) {
      this.#count(size);
      return { number, result: plaintext, nextKeyFrom };
    }
    this.#opening.records++;
    this.#opening.bytes += size;
    const settled = () => {
      this.#opening.records--;
      this.#opening.bytes -= size;
    };
    // In one moment: between the two counts nothing may be opened.
    const result = plaintext.then((bytes) => {
      settled();
      this.#count(size);
      return bytes;
    }, (error) => {
      settled();
      throw error;
    });
    return { number, result, nextKeyFrom };
  }

  /** Overwrites the key. */
  destroy(): void {
    this.#state.destroy();
  }

  /** Counts a record under this key; goes over to the next one, and says so, if it was the last. */
  #count(bytes: number): boolean {
    this.#done.records++;
    this.#done.bytes += bytes;
    if (this.#opening.records > 0 || !this.#isFullWith(0, 0)) return false;
    this.#state.rekey();
    this.#done.records = 0;
    this.#done.bytes = 0;
    return true;
  }

  #isFullWith(records: number, bytes: number): boolean {
    return this.#done.records + this.#opening.records + records >= this.#limits.records ||
      this.#done.bytes + this.#opening.bytes + bytes >= this.#limits.bytes;
  }
}

/** The longest plaintext whose ciphertext fits into a frame, in bytes. */
export function maxPlaintextSize(ciphertextSize: (plaintextSize: number) => number): number {
  let size = MAX_FRAME_SIZE;
  while (ciphertextSize(size) > MAX_FRAME_SIZE) size--;
  return size;
}
