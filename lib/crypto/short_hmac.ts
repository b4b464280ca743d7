import type { _SHA256 } from "npm:@noble/hashes@2.4.0/sha2.js";
import { wipe } from "./bytes.ts";

/** Up to so many bytes a hash in JavaScript is faster than one whose native object has to be made first. */
export const SHORT_HMAC_SIZE = 768;

/** A program that has made so many tags is busy, and may spend the time to load the library. */
const TAGS_BEFORE_LOADING = 64;

let create: (() => _SHA256) | undefined;
let loading: Promise<void> | undefined;
let tags = 0;
/** What a keyed state is copied to, to be used up; `digest` wipes it. */
let scratch: _SHA256 | undefined;

/**
 * HMAC-SHA-256 (RFC 2104 §2) of short inputs under one key that is used often: the two blocks that the
 * key fills are hashed once, and each tag goes on from copies of the two states. The library's SHA-256
 * has no branch and no index that depends on what is hashed, and leaves nothing to be collected.
 */
export class ShortHmac {
  readonly #inner: _SHA256;
  readonly #outer: _SHA256;

  /** From the key's two blocks, mixed with `ipad` and `opad`. */
  constructor(create: () => _SHA256, innerBlock: Uint8Array, outerBlock: Uint8Array) {
    this.#inner = create().update(innerBlock);
    this.#outer = create().update(outerBlock);
  }

  /** The tag of the concatenation of `parts`: 32 bytes. */
  sign(parts: readonly Uint8Array[]): Uint8Array {
    scratch = this.#inner._cloneInto(scratch);
    for (const part of parts) scratch.update(part);
    const digest = scratch.digest();
    const tag = this.#outer._cloneInto(scratch).update(digest).digest();
    wipe(digest);
    return tag;
  }

  /** Overwrites the two states. The object is of no use afterwards. */
  destroy(): void {
    this.#inner.destroy();
    this.#outer.destroy();
  }
}

/**
 * A {@linkcode ShortHmac} under a key, or `undefined` while the library is not there. The calls of a
 * busy program let it be loaded, in the background.
 */
export function shortHmac(innerBlock: Uint8Array, outerBlock: Uint8Array): ShortHmac | undefined {
  if (create !== undefined) return new ShortHmac(create, innerBlock, outerBlock);
  // Without it all goes on as before.
  if (++tags === TAGS_BEFORE_LOADING) loadShortHmac().catch(() => {});
  return undefined;
}

/** Loads the library now. */
export function loadShortHmac(): Promise<void> {
  return loading ??= import("npm:@noble/hashes@2.4.0/sha2.js").then(({ sha256 }) => {
    create = () => sha256.create();
  });
}
