import { byteKey } from "../wire/byte_key.ts";

/** The last messages that a member has had, by their ids and their senders' keys: none is shown twice. */
export class RecentMessages {
  readonly #max: number;
  readonly #seen = new Set<string>();

  /** @param max How many are remembered. */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Remembers a message.
   *
   * @param id 16 bytes.
   * @param key The sender's public key: 32 bytes.
   * @returns Whether it is a new one.
   */
  add(id: Uint8Array, key: Uint8Array): boolean {
    const name = byteKey(id) + byteKey(key);
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    if (this.#seen.size > this.#max) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }
}
