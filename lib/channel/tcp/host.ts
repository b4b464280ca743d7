/** The longest host name, in characters (RFC 1035 §2.3.4, without the dot at its end). */
const MAX_NAME_SIZE = 253;

/** A part of a host name (RFC 1123 §2.1), and `_`, which some networks use. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Which part of the network a link-local address is on: a number, or the name of an interface. */
const ZONE = /^[\w.-]{1,32}$/;

/**
 * A host in the one form in which hosts are compared, looked up and shown, however it was typed:
 *
 * | typed                                      | gives                                             |
 * | ------------------------------------------ | ------------------------------------------------- |
 * | IPv4, short, octal or hexadecimal as well  | `127.0.0.1`, as a system's resolver reads it      |
 * | IPv6                                       | `2001:db8::17` (RFC 5952), without brackets       |
 * | IPv4 inside IPv6 (`::ffff:192.0.2.1`)      | `192.0.2.1`: that is where a connection goes      |
 * | a link-local address (`fe80::1%eth0`)      | the same, its zone as typed, without leading zeros |
 * | a name                                     | in lower case, without a dot at its end           |
 * | a name in Unicode                          | in ASCII, `xn--…` (UTS #46), as DNS has it; so that nobody is shown letters that look like others |
 *
 * @param typed Without a port; an IPv6 address without brackets.
 * @returns `undefined` if it is not a host.
 */
export function canonicalHost(typed: string): string | undefined {
  return typed.includes(":") ? canonicalIpv6(typed) : canonicalName(typed);
}

function canonicalName(typed: string): string | undefined {
  // What has a meaning in a URL would be cut off, or decoded. What comes of Unicode is looked at below.
  if (/[\s\p{Cc}%/\\?#@:[\]<>^|]/u.test(typed)) return undefined;
  const name = urlHost(typed)?.replace(/\.$/, "");
  if (name === undefined || name.length > MAX_NAME_SIZE) return undefined;
  return name.split(".").every((label) => LABEL.test(label)) ? name : undefined;
}

function canonicalIpv6(typed: string): string | undefined {
  const [, digits = "", zone] = /^([0-9A-Fa-f:.]+)(?:%(.*))?$/s.exec(typed) ?? [];
  const address = urlHost(`[${digits}]`)?.slice(1, -1);
  if (address === undefined) return undefined;
  if (zone !== undefined) {
    // On any other address a system may ignore the zone, and one server would have two names.
    if (!/^fe[89ab]/.test(address) || !ZONE.test(zone)) return undefined;
    return `${address}%${zone.replace(/^0+(?=\d+$)/, "")}`;
  }
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low].flatMap((group) => {
    const number = parseInt(group, 16);
    return [number >> 8, number & 0xff];
  }).join(".");
}

/** The host as a URL has it (WHATWG URL, "host parsing"): it reads addresses as resolvers do. */
function urlHost(host: string): string | undefined {
  const url = URL.parse(`http://${host}/`);
  return url === null || url.hostname === "" ? undefined : url.hostname;
}

/** Whether a host is an address and not a name: one in canonical form. */
export function isIpAddress(host: string): boolean {
  return host.includes(":") || /^[0-9]+(?:\.[0-9]+){3}$/.test(host);
}
