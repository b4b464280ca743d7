/** The groups of an IPv6 address that belong to one network (RFC 4291 §2.5.4): half of eight. */
const NETWORK_GROUPS = 4;

/** Counts the connections of each address. */
export class ConnectionCounts {
  readonly #counts = new Map<string, number>();

  /** How many connections an address has. */
  count(hostname: string): number {
    return this.#counts.get(origin(hostname)) ?? 0;
  }

  /** Counts one more. */
  add(hostname: string): void {
    this.#counts.set(origin(hostname), this.count(hostname) + 1);
  }

  /** Counts one less. */
  remove(hostname: string): void {
    const left = this.count(hostname) - 1;
    if (left > 0) this.#counts.set(origin(hostname), left);
    else this.#counts.delete(origin(hostname));
  }
}

/**
 * What counts as one address: an IPv4 address, or an IPv6 network of 64 bits, all of whose addresses
 * most often belong to one machine.
 */
export function origin(hostname: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(hostname) ?? [];
  if (mapped !== undefined) return mapped;
  if (!hostname.includes(":")) return hostname;
  const [withoutZone = ""] = hostname.split("%");
  const [front = "", back] = withoutZone.toLowerCase().split("::");
  const before = front === "" ? [] : front.split(":");
  const after = back === undefined || back === "" ? [] : back.split(":");
  const zeros = back === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups.slice(0, NETWORK_GROUPS).map((group) => parseInt(group, 16).toString(16)).join(":");
}
