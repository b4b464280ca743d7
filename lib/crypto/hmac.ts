import { concat, type MaybePromise, wipe } from "./bytes.ts";
import { ASYNC_THRESHOLD, sync } from "./platform.ts";
import { SHORT_HMAC_SIZE, type ShortHmac, shortHmac } from "./short_hmac.ts";
import type { HashName, RunningHash } from "./sync_functions.ts";

/** The block size of each hash in bytes (FIPS 180-4 §1, figure 1). */
const BLOCK_SIZES = { "SHA-256": 64, "SHA-384": 128, "SHA-512": 128 } as const;

/** A key that is used less often, such as one of a handshake, is not worth two states of its own. */
const USES_BEFORE_SHORT = 4;

/** HMAC (RFC 2104) of the concatenation of `parts`: 32, 48 or 64 bytes, as the hash gives. */
export function hmac(
  hash: HashName,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return sync.hmac(hash, key, ...parts);
}

/**
 * An HMAC key that chooses the faster path for each input. Its tags are for sending: what must stay
 * secret, such as a key, is derived by {@linkcode hmac}.
 *
 * Below {@linkcode ASYNC_THRESHOLD} bytes the tag is computed at once, from there on by WebCrypto on
 * another thread. The bytes are the same.
 */
export class HmacKey {
  readonly #hash: HashName;
  /** The key, padded to a block and mixed with `ipad` and `opad` (RFC 2104 §2). */
  readonly #inner: Uint8Array;
  readonly #outer: Uint8Array;
  #webKey: Promise<CryptoKey> | undefined;
  #short: ShortHmac | undefined;
  #shortTags = 0;

  /** A key of any size; copied. */
  constructor(hash: HashName, key: Uint8Array) {
    this.#hash = hash;
    const block = new Uint8Array(BLOCK_SIZES[hash]);
    block.set(key.length > block.length ? hashed(hash, key) : key);
    this.#inner = block.map((byte) => byte ^ 0x36);
    this.#outer = block.map((byte) => byte ^ 0x5c);
    wipe(block);
  }

  /** The tag of the concatenation of `parts`. */
  sign(...parts: readonly Uint8Array[]): MaybePromise<Uint8Array> {
    let length = 0;
    for (const part of parts) length += part.length;
    return length < ASYNC_THRESHOLD ? this.signSync(...parts) : this.signAsync(...parts);
  }

  /** As {@linkcode HmacKey.sign}, always at once. */
  signSync(...parts: readonly Uint8Array[]): Uint8Array {
    const short = this.#forShort(parts);
    if (short !== undefined) return short.sign(parts);
    const inner = sync.publicHash(this.#hash, this.#inner, ...parts);
    return sync.publicHash(this.#hash, this.#outer, inner);
  }

  /** As {@linkcode HmacKey.signSync}, for a tag that is a secret: on its way it is in no string. */
  signSecret(part: Uint8Array): Uint8Array {
    const short = this.#forShort([part], 0);
    if (short !== undefined) return short.sign([part]);
    const running = this.start();
    running.update(part);
    return running.digest();
  }

  /** As {@linkcode HmacKey.sign}, always on another thread. */
  async signAsync(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
    const data = concat(...parts);
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.importKey(), data));
  }

  /**
   * Begins a tag whose input is not complete yet. `destroy` may come before the end of it: the key is
   * in the two hashes already.
   */
  start(): RunningHash {
    const inner = sync.startHash(this.#hash);
    const outer = sync.startHash(this.#hash);
    inner.update(this.#inner);
    outer.update(this.#outer);
    return {
      update: (part) => inner.update(part),
      digest() {
        outer.update(inner.digest());
        return outer.digest();
      },
    };
  }

  /** The key in WebCrypto, from the first call on; `destroy` does not reach it. */
  importKey(): Promise<CryptoKey> {
    return this.#webKey ??= this.#prepareWebKey();
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    wipe(this.#inner, this.#outer);
    this.#short?.destroy();
    this.#short = undefined;
  }

  /** What signs short inputs, if these are short and the key has been used so often before. */
  #forShort(
    parts: readonly Uint8Array[],
    usesBefore = USES_BEFORE_SHORT,
  ): ShortHmac | undefined {
    if (this.#hash !== "SHA-256") return undefined;
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > SHORT_HMAC_SIZE) return undefined;
    if (this.#short !== undefined) return this.#short;
    if (this.#shortTags++ < usesBefore) return undefined;
    return this.#short = shortHmac(this.#inner, this.#outer);
  }

  async #prepareWebKey(): Promise<CryptoKey> {
    // RFC 2104 §2 pads keys with zeros, so the padded one means the same; an empty one would be refused.
    const block = new Uint8Array(this.#inner.map((byte) => byte ^ 0x36));
    try {
      const algorithm = { name: "HMAC", hash: this.#hash };
      return await crypto.subtle.importKey("raw", block, algorithm, false, ["sign"]);
    } finally {
      wipe(block);
    }
  }
}

/** What stands for a key that is longer than a block (RFC 2104 §2): as secret as the key is. */
function hashed(hash: HashName, key: Uint8Array): Uint8Array {
  const running = sync.startHash(hash);
  running.update(key);
  return running.digest();
}
