import { AES_BLOCK_SIZE, AesCbcKey } from "./aes_cbc.ts";
import {
  assertSize,
  concat,
  equalConstantTime,
  type MaybePromise,
  randomBytes,
  uint64BigEndian,
  unshared,
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
  /** Size of the AES key, which comes second: 16, 32, or 24 after {@linkcode loadAes192}. */
  readonly encryptionKeySize: 16 | 24 | 32;
  /** How many bytes of the HMAC's output are kept as the tag. */
  readonly tagSize: number;
}

/** How {@linkcode AesCbcHmac.sealMessage} makes a message. */
export interface SealMessageOptions {
  /** How many bytes to leave in front of the message. Default 0. */
  readonly headroom?: number;
  /** 16 bytes instead of a fresh IV. Anything but fresh random ones is unsafe. */
  readonly iv?: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const AES_192_KEY_SIZE = 24;

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
 * Inputs under 32 KiB are worked on at once; of larger ones the encryption is done on another thread, with
 * the same bytes.
 */
export class AesCbcHmac {
  readonly #parameters: AesCbcHmacParameters;
  readonly #mac: HmacKey;
  readonly #cbc: AesCbcKey;

  /**
   * An algorithm under one key.
   *
   * @param key `MAC_KEY || ENC_KEY`, copied.
   * @throws {RangeError} If the key's size is not the sum of both, or AES-192 has not been loaded.
   */
  constructor(parameters: AesCbcHmacParameters, key: Uint8Array) {
    const { hash, macKeySize, encryptionKeySize } = parameters;
    assertSize("key", key, macKeySize + encryptionKeySize);
    this.#parameters = parameters;
    this.#mac = new HmacKey(hash, key.subarray(0, macKeySize));
    this.#cbc = new AesCbcKey(key.subarray(macKeySize));
    // What is not ready says so here: in `open` it would pass for a message that was altered.
    if (encryptionKeySize === AES_192_KEY_SIZE) {
      this.#cbc.encryptSync(new Uint8Array(AES_BLOCK_SIZE), EMPTY);
    }
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

  /**
   * As {@linkcode AesCbcHmac.seal}, under a fresh IV that goes in front: `IV || E || T`.
   *
   * @param options What to leave in front, and what IV to use instead of a fresh one.
   */
  sealMessage(
    ad: Uint8Array,
    plaintext: Uint8Array,
    options: SealMessageOptions = {},
  ): MaybePromise<Uint8Array> {
    return plaintext.length < ASYNC_THRESHOLD
      ? this.sealMessageSync(ad, plaintext, options)
      : this.sealMessageAsync(ad, plaintext, options);
  }

  /**
   * Verifies and decrypts what {@linkcode AesCbcHmac.sealMessage} made, without its headroom. The tag is
   * verified before the call returns, and the message may be changed afterwards.
   *
   * @throws {AuthenticationError} As {@linkcode AesCbcHmac.open}.
   */
  openMessage(ad: Uint8Array, message: Uint8Array): MaybePromise<Uint8Array> {
    return message.length < ASYNC_THRESHOLD
      ? this.openMessageSync(ad, message)
      : this.openMessageAsync(ad, message);
  }

  /** As {@linkcode AesCbcHmac.sealMessage}, always at once. */
  sealMessageSync(
    ad: Uint8Array,
    plaintext: Uint8Array,
    { headroom = 0, iv }: SealMessageOptions = {},
  ): Uint8Array {
    if (iv !== undefined) assertSize("IV", iv, AES_BLOCK_SIZE);
    const ivAndCiphertext = iv === undefined
      ? this.#cbc.encryptFresh(plaintext)
      : concat(iv, this.#cbc.encryptSync(iv, plaintext));
    const tag = this.#mac.signSync(ad, ivAndCiphertext, bitLength(ad));
    return this.#assemble(headroom, tag, ivAndCiphertext);
  }

  /**
   * As {@linkcode AesCbcHmac.sealMessage}, encrypted on another thread. The input may be changed, and the
   * object destroyed, as soon as the call has returned. Calls may overlap.
   */
  async sealMessageAsync(
    ad: Uint8Array,
    plaintext: Uint8Array,
    { headroom = 0, iv = randomBytes(AES_BLOCK_SIZE) }: SealMessageOptions = {},
  ): Promise<Uint8Array> {
    assertSize("IV", iv, AES_BLOCK_SIZE);
    const ivCopy = new Uint8Array(iv);
    const length = bitLength(ad);
    const mac = this.#mac.start();
    mac.update(ad);
    mac.update(ivCopy);
    const ciphertext = await this.#cbc.encryptAsync(ivCopy, plaintext);
    mac.update(ciphertext);
    mac.update(length);
    return this.#assemble(headroom, mac.digest(), ivCopy, ciphertext);
  }

  /** As {@linkcode AesCbcHmac.openMessage}, always at once. */
  openMessageSync(ad: Uint8Array, message: Uint8Array): Uint8Array {
    try {
      return this.#cbc.decryptFresh(this.#authenticated(ad, EMPTY, message));
    } catch {
      throw openFailed();
    }
  }

  /** As {@linkcode AesCbcHmac.openMessage}, decrypted on another thread. Calls may overlap. */
  async openMessageAsync(ad: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    try {
      // Shared memory is copied first: what is decrypted has to be what the tag was computed over.
      const ivAndCiphertext = this.#authenticated(ad, EMPTY, unshared(message));
      const iv = ivAndCiphertext.subarray(0, AES_BLOCK_SIZE);
      return await this.#cbc.decryptAsync(iv, ivAndCiphertext.subarray(AES_BLOCK_SIZE));
    } catch {
      throw openFailed();
    }
  }

  /** As {@linkcode AesCbcHmac.seal}, always at once. */
  sealSync(iv: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    assertSize("IV", iv, AES_BLOCK_SIZE);
    return this.sealMessageSync(ad, plaintext, { iv }).slice(AES_BLOCK_SIZE);
  }

  /** As {@linkcode AesCbcHmac.seal}, encrypted on another thread. */
  async sealAsync(iv: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    return (await this.sealMessageAsync(ad, plaintext, { iv })).slice(AES_BLOCK_SIZE);
  }

  /** As {@linkcode AesCbcHmac.open}, always at once. */
  openSync(iv: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
    try {
      return this.#cbc.decryptSync(iv, this.#authenticated(ad, iv, sealed));
    } catch {
      throw openFailed();
    }
  }

  /** As {@linkcode AesCbcHmac.open}, decrypted on another thread. */
  async openAsync(iv: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    try {
      const ivCopy = unshared(iv);
      const ciphertext = this.#authenticated(ad, ivCopy, unshared(sealed));
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

  /** Puts a message together, in memory of its own. */
  #assemble(headroom: number, tag: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    const { tagSize } = this.#parameters;
    let end = headroom;
    for (const part of parts) end += part.length;
    const message = new Uint8Array(end + tagSize);
    let offset = headroom;
    for (const part of parts) {
      message.set(part, offset);
      offset += part.length;
    }
    message.set(tag.subarray(0, tagSize), end);
    return message;
  }

  /** What is in front of the tag, once that has been found right; the IV is given, or in it. */
  #authenticated(ad: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array {
    const end = sealed.length - this.#parameters.tagSize;
    const least = 2 * AES_BLOCK_SIZE - iv.length;
    if (end < least || end % AES_BLOCK_SIZE !== 0) throw openFailed();
    const rest = sealed.subarray(0, end);
    this.#verify(sealed.subarray(end), this.#mac.signSync(ad, iv, rest, bitLength(ad)));
    return rest;
  }

  /**
   * The check that everything rests on. It comes before any decryption, so that no answer ever
   * depends on the padding of a ciphertext that was not made with our key (Vaudenay, 2002).
   */
  #verify(tag: Uint8Array, expected: Uint8Array): void {
    if (!equalConstantTime(tag, expected.subarray(0, this.#parameters.tagSize))) throw openFailed();
  }
}

/** `AL`. A connection always has the same number of bytes there, so that of the last call is kept. */
function bitLength(ad: Uint8Array): Uint8Array {
  if (ad.length !== lastLength.bytes) {
    lastLength = { bytes: ad.length, encoded: uint64BigEndian(BigInt(ad.length) * 8n) };
  }
  return lastLength.encoded;
}

let lastLength = { bytes: 0, encoded: uint64BigEndian(0n) };
