import { UsageError } from "../../errors.ts";
import { canonicalHost, isIpAddress } from "./host.ts";

/** The port that is meant where none is given. */
export const DEFAULT_PORT = 12345;

/** Where a server listens, and a client connects, by default. */
export const DEFAULT_ADDRESS: string = `127.0.0.1:${DEFAULT_PORT}`;

/** Where a server listens. */
export interface Address {
  /** A name in ASCII, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** 0 to 65,535. */
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, `HOST`, `:PORT`, `[IPV6]:PORT`, `[IPV6]` or a bare IPv6 address.
 *
 * However an address is spelled, the host comes out in one form: numbers as `127.0.0.1` and
 * `2001:db8::17`, names in lower case and in ASCII (`xn--…`).
 *
 * @param defaultHostname Stands where the host is left out.
 * @param defaultPort Stands where the port is left out.
 * @throws {UsageError} With code `usage` if it is none of these; also if it may be an IPv6 address with
 *   a port, but without brackets.
 */
export function parseAddress(
  text: string,
  defaultHostname = "127.0.0.1",
  defaultPort = DEFAULT_PORT,
): Address {
  refuseWithoutBrackets(text);
  const address = read(text, defaultHostname, defaultPort);
  if (address !== undefined) return address;
  const isPort = /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
  throw new UsageError(
    "usage",
    `"${text}" is ${isPort ? "a port and no address" : "not an address"}; write HOST:PORT, for ` +
      `example 127.0.0.1:${isPort ? Number(text) : DEFAULT_PORT}`,
  );
}

function read(text: string, defaultHostname: string, defaultPort: number): Address | undefined {
  const match = /^\[([^\s[\]]*:[^\s[\]]*)\](?::(\d{1,5}))?$/.exec(text) ??
    /^([^\s:[\]/]*)(?::(\d{1,5}))?$/.exec(text) ??
    /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[^\s:[\]/]*)?)$/.exec(text);
  const [, typed = "", digits] = match ?? [];
  if (match === null || text === "") return undefined;
  const hostname = typed === "" ? defaultHostname : canonicalHost(typed) ?? nobodysName(typed);
  // A lonely number is a port, and not the 32 bits of an address that it could be, too.
  const isNumber = /^\d+$/.test(typed) ||
    typed !== "" && !/[.:\u3002\uff0e\uff61]/.test(typed) && isIpAddress(hostname ?? "");
  if (digits === undefined && isNumber) return undefined;
  const port = digits === undefined ? defaultPort : Number(digits);
  return hostname === undefined || port > 65_535 ? undefined : { hostname, port };
}

/** What may be a mistyped name, and is none that a host can have: whoever looks it up will say so. */
function nobodysName(typed: string): string | undefined {
  return /^[!-~]+$/.test(typed) && !/[%/\\?#@:[\]<>^|]/.test(typed)
    ? typed.toLowerCase()
    : undefined;
}

/**
 * `::1:4000` is an IPv6 address, and was perhaps not meant to be one.
 *
 * @throws {UsageError} If what stands in front of the last colon is an address as well.
 */
function refuseWithoutBrackets(text: string): void {
  const [, host = "", port = ""] =
    /^([0-9A-Fa-f:.]+:[0-9A-Fa-f:.]*(?:%[^\s:[\]/]+)?):(\d{1,5})$/.exec(text) ?? [];
  const before = canonicalHost(host);
  if (host === "" || before === undefined || Number(port) > 65_535) return;
  const whole = canonicalHost(text);
  const withPort = `[${host}]:${port}`;
  throw new UsageError(
    "usage",
    whole === undefined
      ? `"${text}" is not an address; did you mean ${withPort}?`
      : `"${text}" may be an address or HOST:PORT; write [${text}] or ${withPort}`,
  );
}

/**
 * As {@linkcode parseAddress}, for an address to connect to.
 *
 * @throws {UsageError} Also for port 0, on which no server listens.
 */
export function parseDestination(
  text: string,
  defaultHostname?: string,
  defaultPort?: number,
): Address {
  const address = parseAddress(text, defaultHostname, defaultPort);
  if (address.port !== 0) return address;
  throw new UsageError("usage", `"${text}" names port 0, on which no server listens`);
}

/** The address as a person writes it: an IPv6 address in brackets. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
