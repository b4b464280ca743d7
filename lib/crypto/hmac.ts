import { concat, type MaybePromise, unshared } from "./bytes.ts";
import { ASYNC_THRESHOLD, sync } from "./platform.ts";
import type { HashName } from "./sync_functions.ts";

/** HMAC (RFC 2104) of the concatenation of `parts`: 32, 48 or 64 bytes, as the hash gives. */
export function hmac(
  hash: HashName,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return sync.hmac(hash, key, ...parts);
}

/**
 * An HMAC key that chooses the faster path for each input.
 *
 * Below {@linkcode ASYNC_THRESHOLD} bytes the tag is computed at once, from there on by WebCrypto on
 * another thread. The bytes are the same.
 */
export class HmacKey {
  readonly #hash: HashName;
  readonly #key: Uint8Array<ArrayBuffer>;
  #webKey: Promise<CryptoKey> | undefined;

  /** A key of any size; copied. */
  constructor(hash: HashName, key: Uint8Array) {
    this.#hash = hash;
    // WebCrypto refuses an empty key. RFC 2104 §2 pads keys with zeros, so one zero means the same.
    this.#key = new Uint8Array(Math.max(1, key.length));
    this.#key.set(key);
  }

  /** The tag of the concatenation of `parts`. */
  sign(...parts: readonly Uint8Array[]): MaybePromise<Uint8Array> {
    let length = 0;
    for (const part of parts) length += part.length;
    return length < ASYNC_THRESHOLD ? this.signSync(...parts) : this.signAsync(...parts);
  }

  /** As {@linkcode HmacKey.sign}, always at once. */
  signSync(...parts: readonly Uint8Array[]): Uint8Array {
    return sync.hmac(this.#hash, this.#key, ...parts);
  }

  /** As {@linkcode HmacKey.sign}, always on another thread. */
  async signAsync(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
    const data = concat(...parts);
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.importKey(), data));
  }

  /** The key in WebCrypto, from the first call on; `destroy` does not reach it. */
  importKey(): Promise<CryptoKey> {
    return this.#webKey ??= crypto.subtle.importKey(
      "raw",
      unshared(this.#key),
      { name: "HMAC", hash: this.#hash },
      false,
      ["sign"],
    );
  }

  /** Overwrites the key. The object is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
  }
}
