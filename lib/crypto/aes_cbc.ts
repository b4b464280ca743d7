import { concat, type MaybePromise, unshared, wipe } from "./bytes.ts";
import { ASYNC_THRESHOLD, sync } from "./platform.ts";
import type { CbcChain, CbcDirection } from "./sync_functions.ts";

/** Size of an AES block, and so of an IV, in bytes. */
export const AES_BLOCK_SIZE = 16;

/** A key that is used less often, such as one of a handshake, is not worth a chain. */
const USES_BEFORE_CHAIN = 2;

/**
 * How many chains there may be at once: some 3 KB each. Of more, the oldest is closed, and what was
 * to go through it opens another one.
 */
const MAX_CHAINS = 1024;

/** Where a small message is put together; wiped each time, for it is a plaintext. */
const SCRATCH = new Uint8Array(4096);

/** The chains that are open, the oldest first. */
const openChains = new Set<CbcChain>();

/** How often all chains were closed at once. */
let closings = 0;

/**
 * Closes all chains of all keys, and so gives back the memory that they take. A key that is used again gets
 * another one as a new key does: so one that is used twice between two calls, as for a ping and its
 * answer, has none. To be called when all is quiet.
 */
export function closeCbcChains(): void {
  closings++;
  for (const chain of openChains) close(chain);
}

/**
 * An AES key for CBC mode (NIST SP 800-38A §6.2) with PKCS #7 padding (RFC 5652 §6.3).
 *
 * CBC alone does not authenticate: an attacker who can change the ciphertext can change the plaintext, and a
 * program that says whether the padding was right gives the plaintext away. Use `AesCbcHmac`.
 */
export class AesCbcKey {
  readonly #key: Uint8Array<ArrayBuffer>;
  #webKey: Promise<CryptoKey> | undefined;
  /** The same, once it is there. */
  #readyWebKey: CryptoKey | undefined;
  /** How often it was used since all chains were closed. */
  #uses = 0;
  #closings = closings;
  #chains: { [direction in CbcDirection]?: CbcChain | undefined } = {};

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

  /**
   * As {@linkcode AesCbcKey.encrypt}, always on another thread. The input may be changed as soon as
   * the call has returned.
   */
  async encryptAsync(iv: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    // WebCrypto takes its copy within the call; only a key that is not ready lets time pass before.
    const [data, ivCopy] = this.#readyWebKey ? [plaintext, iv] : [copy(plaintext), copy(iv)];
    const parameters = { name: "AES-CBC", iv: unshared(ivCopy) };
    const key = this.#readyWebKey ?? await this.importKey();
    return new Uint8Array(await crypto.subtle.encrypt(parameters, key, unshared(data)));
  }

  /** As {@linkcode AesCbcKey.decrypt}, always on another thread; the input as with `encryptAsync`. */
  async decryptAsync(iv: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
    const [data, ivCopy] = this.#readyWebKey ? [ciphertext, iv] : [copy(ciphertext), copy(iv)];
    const parameters = { name: "AES-CBC", iv: unshared(ivCopy) };
    const key = this.#readyWebKey ?? await this.importKey();
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, unshared(data)));
  }

  /**
   * Encrypts under a fresh IV, at once, and cheaply when the key has been used before: `IV || ciphertext`,
   * which may share memory with others: copy it at once.
   *
   * The IV is `AES(R XOR last)`, where `R` are 16 fresh random bytes and `last` is the last block that
   * was encrypted under this key. `R` is uniform and nobody knows it beforehand, so `R XOR last` is, and
   * so is what a permutation makes of it: the IV is as unpredictable as 16 random bytes would be. That is
   * the second of the ways that RFC 4346 §6.2.3.2 gives, (2)(b): one chain for all messages, each of
   * which begins with a random block, so that a cipher object lasts as long as its key.
   */
  encryptFresh(plaintext: Uint8Array): Uint8Array {
    const padding = AES_BLOCK_SIZE - plaintext.length % AES_BLOCK_SIZE;
    const size = AES_BLOCK_SIZE + plaintext.length + padding;
    const blocks = size <= SCRATCH.length ? SCRATCH.subarray(0, size) : new Uint8Array(size);
    const random = crypto.getRandomValues(blocks.subarray(0, AES_BLOCK_SIZE));
    blocks.set(plaintext, AES_BLOCK_SIZE);
    blocks.fill(padding, AES_BLOCK_SIZE + plaintext.length);
    try {
      return this.#goOn("encrypt", blocks) ?? concat(random, this.encryptSync(random, plaintext));
    } finally {
      wipe(blocks);
    }
  }

  /**
   * Decrypts `IV || ciphertext`, at once, and cheaply when the key has been used before. Throws when
   * length or padding is wrong.
   */
  decryptFresh(message: Uint8Array): Uint8Array {
    const blocks = this.#goOn("decrypt", message);
    if (blocks === undefined) {
      const iv = message.subarray(0, AES_BLOCK_SIZE);
      return this.decryptSync(iv, message.subarray(AES_BLOCK_SIZE));
    }
    let plaintext: Uint8Array | undefined;
    try {
      // The first block was mixed with the end of the message before, and says nothing.
      return plaintext = ownMemory(withoutPadding(blocks.subarray(AES_BLOCK_SIZE)), blocks);
    } finally {
      if (plaintext?.buffer !== blocks.buffer) wipe(blocks);
    }
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
    for (const chain of Object.values(this.#chains)) if (chain !== undefined) close(chain);
    this.#chains = {};
  }

  /** The key in WebCrypto, from the first call on; `destroy` does not reach it. */
  importKey(): Promise<CryptoKey> {
    return this.#webKey ??= this.#prepareWebKey();
  }

  async #prepareWebKey(): Promise<CryptoKey> {
    const usages: KeyUsage[] = ["encrypt", "decrypt"];
    return this.#readyWebKey = await crypto.subtle.importKey(
      "raw",
      this.#key,
      "AES-CBC",
      false,
      usages,
    );
  }

  /** What the chain of one direction makes of whole blocks, or `undefined` if it cannot be used. */
  #goOn(direction: CbcDirection, blocks: Uint8Array): Uint8Array | undefined {
    if (this.#closings !== closings) {
      this.#closings = closings;
      this.#uses = 0;
      this.#chains = {};
    }
    if (blocks.length % AES_BLOCK_SIZE !== 0 || this.#uses++ < USES_BEFORE_CHAIN) return undefined;
    let chain = this.#chains[direction];
    if (chain === undefined || !openChains.has(chain)) {
      chain = this.#chains[direction] = sync.cbcChain(this.#key, direction);
      if (chain === undefined) return undefined;
      openChains.add(chain);
      const [oldest] = openChains;
      if (openChains.size > MAX_CHAINS && oldest !== undefined) close(oldest);
    }
    const result = chain.update(blocks);
    if (result.length === blocks.length) return result;
    close(chain);
    return undefined;
  }
}

/** A copy, also of a `Buffer`, whose `slice` is none. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** A part of what a chain returned: where it lies, if that is no pool that others use. */
function ownMemory(part: Uint8Array, whole: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = part;
  return whole.length === buffer.byteLength
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(part);
}

function close(chain: CbcChain): void {
  if (openChains.delete(chain)) chain.close();
}

/** What is in front of the padding (RFC 5652 §6.3) of at least one block; throws if that is wrong. */
function withoutPadding(blocks: Uint8Array): Uint8Array {
  const count = blocks.at(-1) ?? 0;
  const end = blocks.length - count;
  if (count === 0 || count > AES_BLOCK_SIZE || end < 0) throw new Error("wrong padding");
  for (let index = end; index < blocks.length; index++) {
    if (blocks[index] !== count) throw new Error("wrong padding");
  }
  return blocks.subarray(0, end);
}
