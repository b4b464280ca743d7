import { concat, hkdf, type MaybePromise, sha256, SHA256_SIZE, wipe } from "../crypto/mod.ts";
import type { CipherFunction } from "./cipher_function.ts";
import { CipherState } from "./cipher_state.ts";

const EMPTY = new Uint8Array(0);

/** A `SymmetricState` (Noise §5.2) over SHA-256: chaining key, handshake hash, cipher state. */
export class SymmetricState {
  readonly #cipher: CipherFunction;
  readonly #cipherState: CipherState;
  #ck: Uint8Array;
  #h: Uint8Array;

  /** `InitializeSymmetric(protocol_name)`. */
  constructor(protocolName: string, cipher: CipherFunction) {
    const name = new TextEncoder().encode(protocolName);
    this.#h = name.length <= SHA256_SIZE
      ? concat(name, new Uint8Array(SHA256_SIZE - name.length))
      : sha256(name);
    this.#ck = new Uint8Array(this.#h);
    this.#cipher = cipher;
    this.#cipherState = new CipherState(cipher);
  }

  /** `MixKey(input_key_material)`. */
  mixKey(inputKeyMaterial: Uint8Array): void {
    const [ck, k] = this.#hkdf(inputKeyMaterial, 2);
    this.#replaceChainingKey(ck);
    this.#cipherState.initializeKey(k);
    wipe(k);
  }

  /** `MixHash(data)`. */
  mixHash(data: Uint8Array): void {
    this.#h = sha256(this.#h, data);
  }

  /** `MixKeyAndHash(input_key_material)`, for pre-shared keys. */
  mixKeyAndHash(inputKeyMaterial: Uint8Array): void {
    const [ck, h, k] = this.#hkdf(inputKeyMaterial, 3);
    this.#replaceChainingKey(ck);
    this.mixHash(h);
    this.#cipherState.initializeKey(k);
    wipe(h, k);
  }

  /** `GetHandshakeHash()`: 32 bytes that identify the whole handshake so far; a copy. */
  getHandshakeHash(): Uint8Array {
    return new Uint8Array(this.#h);
  }

  /** A copy of the chaining key: 32 secret bytes, for a trace that was asked to show secrets. */
  getChainingKey(): Uint8Array {
    return new Uint8Array(this.#ck);
  }

  /** `HasKey()` of the cipher state: whether {@linkcode encryptAndHash} encrypts yet. */
  hasKey(): boolean {
    return this.#cipherState.hasKey();
  }

  /** `EncryptAndHash(plaintext)`. */
  encryptAndHash(plaintext: Uint8Array): MaybePromise<Uint8Array> {
    return this.#thenMixHash(this.#cipherState.encryptWithAd(this.#h, plaintext));
  }

  /**
   * `DecryptAndHash(ciphertext)`.
   *
   * @throws {AuthenticationError} If the ciphertext, or anything before it, was altered.
   */
  async decryptAndHash(ciphertext: Uint8Array): Promise<Uint8Array> {
    const plaintext = await this.#cipherState.decryptWithAd(this.#h, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** `Split()`: the keys from initiator to responder, and back. The state is used up. */
  split(): [initiatorToResponder: Uint8Array, responderToInitiator: Uint8Array] {
    const [first, second] = this.#hkdf(EMPTY, 2);
    this.destroy();
    return [first, second];
  }

  /** A cipher state under one of the keys from {@linkcode split}. */
  cipherState(key: Uint8Array): CipherState {
    const state = new CipherState(this.#cipher);
    state.initializeKey(key);
    return state;
  }

  /** Overwrites chaining key and cipher key. */
  destroy(): void {
    wipe(this.#ck);
    this.#cipherState.destroy();
  }

  /** Noise §4.3's HKDF is RFC 5869's with the chaining key as salt and an empty info. */
  #hkdf(inputKeyMaterial: Uint8Array, outputs: 2): [Uint8Array, Uint8Array];
  #hkdf(inputKeyMaterial: Uint8Array, outputs: 3): [Uint8Array, Uint8Array, Uint8Array];
  #hkdf(inputKeyMaterial: Uint8Array, outputs: 2 | 3): Uint8Array[] {
    const output = hkdf(this.#ck, inputKeyMaterial, EMPTY, outputs * SHA256_SIZE);
    const parts = Array.from(
      { length: outputs },
      (_, index) => output.slice(index * SHA256_SIZE, (index + 1) * SHA256_SIZE),
    );
    wipe(output);
    return parts;
  }

  #replaceChainingKey(ck: Uint8Array): void {
    wipe(this.#ck);
    this.#ck = ck;
  }

  #thenMixHash(ciphertext: MaybePromise<Uint8Array>): MaybePromise<Uint8Array> {
    if (ciphertext instanceof Promise) {
      return ciphertext.then((bytes) => this.#thenMixHash(bytes));
    }
    this.mixHash(ciphertext);
    return ciphertext;
  }
}
