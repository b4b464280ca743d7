/** Handshakes that are under way, by the address that they come from. */
export class PendingHandshakes {
  /** Those of each address, oldest first. */
  readonly #byAddress = new Map<string, Set<AbortController>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Takes one more. */
  add(address: string, handshake: AbortController): void {
    const known = this.#byAddress.get(address);
    if (known === undefined) this.#byAddress.set(address, new Set([handshake]));
    else known.add(handshake);
    this.#size++;
  }

  /** One is over; of no effect if it was given up. */
  remove(address: string, handshake: AbortController): void {
    const known = this.#byAddress.get(address);
    if (known === undefined || !known.delete(handshake)) return;
    this.#size--;
    if (known.size === 0) this.#byAddress.delete(address);
  }

  /**
   * Gives up the oldest of the address that has most. An honest client is done in milliseconds, so it
   * is the least likely to be one; and a flood from one address takes nobody else's place.
   */
  giveUpOne(reason: Error): void {
    let [address, most]: [string, Set<AbortController>] = ["", new Set()];
    for (const [candidate, handshakes] of this.#byAddress) {
      if (handshakes.size > most.size) [address, most] = [candidate, handshakes];
    }
    const [oldest] = most;
    if (oldest === undefined) return;
    this.remove(address, oldest);
    oldest.abort(reason);
  }

  /** Gives up all. */
  giveUpAll(reason: unknown): void {
    for (const handshakes of this.#byAddress.values()) {
      for (const handshake of handshakes) handshake.abort(reason);
    }
  }
}
