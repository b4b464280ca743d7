import { assertSize, wipe } from "../crypto/mod.ts";
import { UsageError } from "../errors.ts";
import type { HandshakePattern } from "./pattern.ts";

/** Size of a pre-shared key in bytes (Noise §9). */
export const PRE_SHARED_KEY_SIZE = 32;

/** The pre-shared keys of one handshake: those of its pattern's `psk` tokens, in order. */
export class PreSharedKeys {
  readonly #keys: Uint8Array[] = [];
  /** How many are still to be given. */
  #missing: number;

  /**
   * Takes copies of the keys.
   *
   * @param keys All of them; or `undefined` if they come later, by {@linkcode add}.
   * @throws {UsageError} If the pattern takes another number of keys.
   * @throws {RangeError} If a key has not 32 bytes.
   */
  constructor(pattern: HandshakePattern, keys: readonly Uint8Array[] | undefined) {
    const wanted = pattern.messages.flat().filter((token) => token === "psk").length;
    if (keys !== undefined && keys.length !== wanted) {
      throw new UsageError("usage", `${pattern.name} takes ${wanted} pre-shared keys`);
    }
    this.#missing = wanted;
    for (const key of keys ?? []) this.add(key);
  }

  /** Takes a copy of one more. Throws as the constructor does. */
  add(key: Uint8Array): void {
    assertSize("pre-shared key", key, PRE_SHARED_KEY_SIZE);
    if (this.#missing === 0) {
      throw new UsageError("usage", "the handshake takes no further pre-shared key");
    }
    this.#missing--;
    this.#keys.push(new Uint8Array(key));
  }

  /** The key for the next `psk` token. */
  next(): Uint8Array {
    const key = this.#keys.shift();
    if (key === undefined) {
      throw new UsageError("usage", "the handshake is missing its pre-shared key");
    }
    return key;
  }

  /** Overwrites the copies. */
  wipe(): void {
    wipe(...this.#keys);
  }
}
