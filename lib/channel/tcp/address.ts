import { UsageError } from "../../errors.ts";

/** The port that is meant where none is given. */
export const DEFAULT_PORT = 12345;

/** Where a server listens. */
export interface Address {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** 0 to 65,535. */
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, `HOST`, `:PORT`, `[IPV6]:PORT`, `[IPV6]` or a bare IPv6 address.
 *
 * @param defaultHostname Stands where the host is left out.
 * @param defaultPort Stands where the port is left out.
 * @throws {UsageError} If it is none of these.
 */
export function parseAddress(
  text: string,
  defaultHostname = "127.0.0.1",
  defaultPort = DEFAULT_PORT,
): Address {
  const match = /^\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?$/.exec(text) ??
    /^([^\s:[\]/]*)(?::(\d{1,5}))?$/.exec(text) ??
    /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/.exec(text);
  // A lonely number is a port, and not the 32 bits of an address that it could be, too.
  const isNumber = match?.[2] === undefined && /^\d+$/.test(text);
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (match === null || isNumber || text === "" || port > 65_535) {
    throw new UsageError(
      "usage",
      `"${text}" is not an address; write HOST:PORT, for example 127.0.0.1:${DEFAULT_PORT}`,
    );
  }
  return { hostname: match[1] || defaultHostname, port };
}

/** The address as a person writes it: an IPv6 address in brackets. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
