import type { Origin } from "./origin.ts";

/** How many times as many connections as one address an IPv6 site may have, and open. */
export const ADDRESSES_PER_NETWORK = 4;

/** Counts the connections of each address, and of each IPv6 site. */
export class ConnectionCounts {
  readonly #counts = new Map<string, number>();

  /**
   * By how many connections an address would have too many, or the site around it, if it had one more;
   * 0 or less if it may have it.
   *
   * @param allowed How many an address may have; a site may have four times as many.
   */
  surplus({ address, network }: Origin, allowed: number): number {
    const ofAddress = this.#count(address) + 1 - allowed;
    if (network === undefined) return ofAddress;
    return Math.max(ofAddress, this.#count(network) + 1 - ADDRESSES_PER_NETWORK * allowed);
  }

  /** Counts one more. */
  add({ address, network }: Origin): void {
    this.#change(address, 1);
    if (network !== undefined) this.#change(network, 1);
  }

  /** Counts one less. */
  remove({ address, network }: Origin): void {
    this.#change(address, -1);
    if (network !== undefined) this.#change(network, -1);
  }

  #count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #change(name: string, by: number): void {
    const left = this.#count(name) + by;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
