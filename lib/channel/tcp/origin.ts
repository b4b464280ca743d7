/** The groups of an IPv6 address that belong to one network (RFC 4291 §2.5.4): half of eight. */
const NETWORK_GROUPS = 4;

/** The groups that belong to one site: a provider gives a customer so much, or less (RFC 6177). */
const SITE_GROUPS = 3;

/** What an address is counted under. */
export interface Origin {
  /** An IPv4 address, or an IPv6 network of 64 bits, which most often belongs to one machine. */
  readonly address: string;
  /** The IPv6 site of 48 bits around it, if it is one. */
  readonly network: string | undefined;
}

/** What counts as one address, and as one network. */
export function originOf(hostname: string): Origin {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(hostname) ?? [];
  if (mapped !== undefined) return { address: mapped, network: undefined };
  if (!hostname.includes(":")) return { address: hostname, network: undefined };
  const groups = groupsOf(hostname);
  return {
    address: groups.slice(0, NETWORK_GROUPS).join(":"),
    network: `${groups.slice(0, SITE_GROUPS).join(":")}/48`,
  };
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(hostname: string): string[] {
  const [withoutZone = ""] = hostname.split("%");
  const [front = "", back] = withoutZone.toLowerCase().split("::");
  const before = front === "" ? [] : front.split(":");
  const after = back === undefined || back === "" ? [] : back.split(":");
  const zeros = back === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups.map((group) => parseInt(group, 16).toString(16));
}
