/**
 * Those who wait for something, by the address that they come from. Where there are too many, the oldest
 * of the address that has most gives way: an honest one is done in milliseconds, so the oldest is the
 * least likely to be one; and a flood from one address takes nobody else's place.
 */
export class WaitingLine<T> implements Iterable<T> {
  /** The address of each, longest waiting first. */
  readonly #addresses = new Map<T, string>();
  readonly #counts = new Map<string, number>();

  /** How many there are. */
  get size(): number {
    return this.#addresses.size;
  }

  /** Puts one at the end. */
  add(address: string, one: T): void {
    this.remove(one);
    this.#addresses.set(one, address);
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  /** One waits no longer; of no effect if it did not. */
  remove(one: T): void {
    const address = this.#addresses.get(one);
    if (address === undefined) return;
    this.#addresses.delete(one);
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }

  /** Takes the one that has waited longest; `undefined` if there is none. */
  shift(): T | undefined {
    const [first] = this.#addresses.keys();
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes the oldest of the address that has most; `undefined` if there is none. */
  giveWay(): T | undefined {
    const most = Math.max(...this.#counts.values());
    for (const [one, address] of this.#addresses) {
      if (this.#counts.get(address) !== most) continue;
      this.remove(one);
      return one;
    }
    return undefined;
  }

  /** All of them, longest waiting first. */
  [Symbol.iterator](): Iterator<T> {
    return this.#addresses.keys();
  }
}
