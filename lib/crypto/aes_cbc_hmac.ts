import { AES_BLOCK_SIZE, AesCbcKey } from "./aes_cbc.ts";
import {
  assertSize,
  concat,
  equalConstantTime,
  type MaybePromise,
  uint64BigEndian,
} from "./bytes.ts";
import { HmacKey } from "./hmac.ts";
import { openFailed } from "./open_failed.ts";
import { ASYNC_THRESHOLD } from "./platform.ts";
import type { HashName } from "./sync_functions.ts";

/** The sizes, in bytes, that turn the composition of RFC 7518 §5.2.2 into one algorithm. */
export interface AesCbcHmacParameters {
  /** The hash under the HMAC. */
  readonly hash: HashName;
  /** Size of the HMAC key, which comes first in the combined key. */
  readonly macKeySize: number;
  /** Size of the AES key, which comes second: 16, 24 or 32. */
  readonly encryptionKeySize: 16 | 24 | 32;
  /** How many bytes of the HMAC's output are kept as the tag. */
  readonly tagSize: number;
}

/**
 * AES-256-CBC and HMAC-SHA-256 with two 32-byte keys and the whole 32-byte tag: what this project
 * uses, and what the Double Ratchet specification (§5.2) recommends.
 */
export const AES256_CBC_HMAC_SHA256: AesCbcHmacParameters = {
  hash: "SHA-256",
  macKeySize: 32,
  encryptionKeySize: 32,
  tagSize: 32,
};

/**
 * Authenticated encryption from AES-CBC and HMAC, encrypt-then-MAC, in the composition of RFC 7518
 * §5.2.2: `E = CBC-PKCS7-ENC(ENC_KEY, P)`, and the tag is the start of
 * `HMAC(MAC_KEY, A || IV || E || AL)`, where `AL` is the length of `A` in bits as 8 bytes,
 * big-endian.
 *
 * Inputs under 16 KiB are worked on at once, larger ones on another thread, with the same bytes.
 */
export class AesCbcHmac {
  readonly #parameters: AesCbcHmacParameters;
  readonly #mac: HmacKey;
  readonly #cbc: AesCbcKey;

  /**
   * An algorithm under one key.
   *
   * @param key `MAC_KEY || ENC_KEY`, copied.
   * @throws {RangeError} If the key's size is not the sum of both.
   */
  constructor(parameters: AesCbcHmacParameters, key: Uint8Array) {
    const { hash, macKeySize, encryptionKeySize } = parameters;
    assertSize("key", key, macKeySize + encryptionKeySize);
    this.#parameters = parameters;
    this.#mac = new HmacKey(hash, key.subarray(0, macKeySize));
    this.#cbc = new AesCbcKey(key.subarray(macKeySize));
  }

  /**
   * Encrypts and authenticates: `E || T`, which is `tagSize + 1` to `tagSize + 16` bytes longer than
   * the plaintext.
   *
   * @param iv 16 random bytes, fresh for every message.
   * @param ad Bytes that are authenticated but not encrypted.
   */
  seal(iv: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array> {
    return plaintext.length < ASYNC_THRESHOLD
      ? this.sealSync(iv, ad, plaintext)
      : this.sealAsync(iv, ad, plaintext);
  }

  /**
   * Verifies and decrypts what {@linkcode AesCbcHmac.seal} made.
   *
   * @throws {AuthenticationError} Always the same one, whatever was wrong: length, tag or padding.
   */
  open(iv: Uint8Array, ad: Uint8Array, sealed: Uint8Array): MaybePromise<Uint8Array> {
    return sealed.length < ASYNC_THRESHOLD
      ? this.openSync(iv, ad, sealed)
      : this.openAsync(iv, ad, sealed);
  }

  /** As {@linkcode AesCbcHmac.seal}, always at once. */
  sealSync(iv: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    assertSize("IV", iv, AES_BLOCK_SIZE);
    const ciphertext = this.#cbc.encryptSync(iv, plaintext);
    const tag = this.#mac.signSync(ad, iv, ciphertext, bitLength(ad));
    return concat(ciphertext, tag.subarray(0, this.#parameters.tagSize));
  }

  /** As {@linkcode AesCbcHmac.seal}, always on another thread. */
  async sealAsync(iv: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    assertSize("IV", iv, AES_BLOCK_SIZE);
    this.#importKeys();
    // Copies, because the caller may reuse its buffers between the encryption and the MAC.
    const [ivCopy, adCopy] = [iv.slice(), ad.slice()];
    const ciphertext = await this.#cbc.encryptAsync(ivCopy, plaintext.slice());
    const tag = await this.#mac.signAsync(adCopy, ivCopy, ciphertext, bitLength(adCopy));
    return concat(ciphertext, tag.subarray(0, this.#parameters.tagSize));
  }

  /** As {@linkcode AesCbcHmac.open}, always at once. */
  openSync(iv: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
    try {
      const [ciphertext, tag] = this.#divide(sealed);
      const expected = this.#mac.signSync(ad, iv, ciphertext, bitLength(ad));
      this.#verify(tag, expected);
      return this.#cbc.decryptSync(iv, ciphertext);
    } catch {
      throw openFailed();
    }
  }

  /** As {@linkcode AesCbcHmac.open}, always on another thread. */
  async openAsync(iv: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    try {
      // Copies: what is decrypted has to be what the tag was computed over, even if the caller
      // reuses its buffers in between.
      const [ciphertext, tag] = this.#divide(sealed.slice());
      const ivCopy = iv.slice();
      this.#importKeys();
      const expected = await this.#mac.signAsync(ad, ivCopy, ciphertext, bitLength(ad));
      this.#verify(tag, expected);
      return await this.#cbc.decryptAsync(ivCopy, ciphertext);
    } catch {
      throw openFailed();
    }
  }

  /** Overwrites both keys. The object is of no use afterwards. */
  destroy(): void {
    this.#mac.destroy();
    this.#cbc.destroy();
  }

  /** Before anything is awaited: a `destroy` in between must not put zeros in a key's place. */
  #importKeys(): void {
    this.#mac.importKey();
    this.#cbc.importKey();
  }

  #divide(sealed: Uint8Array): [ciphertext: Uint8Array, tag: Uint8Array] {
    const end = sealed.length - this.#parameters.tagSize;
    if (end < AES_BLOCK_SIZE || end % AES_BLOCK_SIZE !== 0) throw openFailed();
    return [sealed.subarray(0, end), sealed.subarray(end)];
  }

  /**
   * The check that everything rests on. It comes before any decryption, so that no answer ever
   * depends on the padding of a ciphertext that was not made with our key (Vaudenay, 2002).
   */
  #verify(tag: Uint8Array, expected: Uint8Array): void {
    if (!equalConstantTime(tag, expected.subarray(0, this.#parameters.tagSize))) throw openFailed();
  }
}

function bitLength(ad: Uint8Array): Uint8Array {
  return uint64BigEndian(BigInt(ad.length) * 8n);
}
