/**
 * Reaching a server: its name is looked up, and each of its addresses is tried. Needs Deno, as tcp.ts
 * does, and is the one file of this layer that needs `node:dns`.
 *
 * @module
 */
import { orAborted } from "../../abort.ts";
import { NetworkError } from "../../errors.ts";
import type { Transport } from "../transport.ts";
import { type Address, formatAddress } from "./address.ts";
import { canonicalHost, isIpAddress } from "./host.ts";
import { familiesByTurns, firstToSucceed } from "./race.ts";
import { addressError, tcpTransport } from "./tcp.ts";

/** How many addresses of a name are tried at most: nobody waits for more. */
const MAX_ADDRESSES = 16;

/** What the system does for a client; tests have their own. */
export interface Resolver {
  /**
   * The addresses of a name, in the order in which the system would try them.
   *
   * @returns `undefined` where they cannot be had: then the system connects by name.
   * @throws {NetworkError} If there is no such name, or nobody answers who would know.
   */
  lookUp(name: string): Promise<readonly string[] | undefined>;
}

/**
 * A connection to an address. Each address that a name has is tried, in both families.
 *
 * @param timeout How long it may take, in milliseconds, for all of them together.
 * @param resolver Default: the system's.
 * @param delay How long an address is tried before the next one is tried as well, in milliseconds.
 *   Default 250.
 * @throws As {@linkcode connectSecure} does, or the signal's reason if it is aborted first.
 */
export async function tcpConnect(
  address: Address,
  timeout: number,
  signal: AbortSignal | undefined,
  resolver: Resolver = SYSTEM,
  delay?: number,
): Promise<Transport> {
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), timeout);
  const either = signal ? AbortSignal.any([signal, tooLong.signal]) : tooLong.signal;
  const { port } = address;
  let tried: readonly string[] = [];
  try {
    signal?.throwIfAborted();
    const host = canonicalHost(address.hostname);
    if (host === undefined) throw noSuchName(address.hostname);
    tried = await addressesOf(host, resolver, either);
    return tcpTransport(
      await firstToSucceed(tried, {
        attempt: (hostname, signal) => Deno.connect({ hostname, port, signal }),
        discard: (connection) => connection.close(),
        signal: either,
        ...(delay !== undefined && { delay }),
      }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw tooLong.signal.aborted
      ? new NetworkError("timed-out", `${formatAddress(address)} does not answer`)
      : connectError(error, address, tried);
  } finally {
    clearTimeout(timer);
  }
}

async function addressesOf(
  host: string,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (isIpAddress(host)) return [host];
  const found = await orAborted(resolver.lookUp(host), signal);
  // A link-local address without its zone leads nowhere, and the zone is not told.
  const usable = new Set(found?.filter((address) => !/^fe[89ab].:/i.test(address)));
  return usable.size === 0 ? [host] : familiesByTurns([...usable]).slice(0, MAX_ADDRESSES);
}

const SYSTEM: Resolver = {
  async lookUp(name) {
    // Where only some hosts are allowed by name, their addresses are not: the system goes by name.
    if (Deno.permissions.querySync({ name: "net" }).state !== "granted") return undefined;
    const { lookup } = await import("node:dns");
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[] | undefined>();
    lookup(name, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else if (error.code === "ENOTFOUND") reject(noSuchName(name, error));
      else if (error.code === "EAI_AGAIN") {
        const what = `the name ${name} cannot be looked up`;
        reject(new NetworkError("unreachable", what, { cause: error }));
      } else resolve(undefined);
    });
    return await promise;
  },
};

function noSuchName(name: string, cause?: unknown): NetworkError {
  return new NetworkError("name-not-found", `there is no host named ${name}`, { cause });
}

/** Why nothing was reached, as one sentence, however many addresses were tried. */
function connectError(error: unknown, address: Address, tried: readonly string[]): unknown {
  if (!(error instanceof AggregateError)) return error;
  const also = tried.length > 1 ? ` (tried ${tried.join(", ")})` : "";
  const where = formatAddress(address) + also;
  const cause = { cause: error.errors.length > 1 ? error : error.errors[0] };
  // Whoever was reached tells more than what was not.
  const has = (kind: new (message: string) => Error) =>
    error.errors.some((error) => error instanceof kind);
  if (has(Deno.errors.ConnectionRefused)) {
    return new NetworkError("connection-refused", `no server is listening at ${where}`, cause);
  }
  if (has(Deno.errors.ConnectionReset)) {
    return new NetworkError("cut", `${where} ended the connection at once`, cause);
  }
  if (has(Deno.errors.TimedOut)) {
    return new NetworkError("timed-out", `${where} does not answer`, cause);
  }
  return addressError(error.errors[0], address) ??
    new NetworkError("unreachable", `${where} cannot be reached`, cause);
}
