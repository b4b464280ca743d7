import { type Address, canonicalHost, formatAddress, parseAddress } from "../channel/mod.ts";
import { UsageError } from "../errors.ts";
import type { KeyBook, KeyBookEntry } from "../identity/mod.ts";

/**
 * The name of the server at an address in `known_hosts`: `HOST:PORT`, in lower case but for a zone
 * (`%Eth0`), because a system may have two interfaces whose names differ in nothing else. An address
 * from `parseAddress` has one name, however it was typed.
 */
export function knownHostName(address: Address): string {
  return formatAddress(address).replace(/^[^%]+/, (host) => host.toLowerCase());
}

/** The same for an address as a person typed it; `undefined` if it is not an address. */
export function parseKnownHostName(text: string): string | undefined {
  try {
    // What is an IPv6 address as a whole is one here, as it always was: a line that was right stays so.
    const isIpv6 = text.includes(":") && canonicalHost(text) !== undefined;
    const address = parseAddress(isIpv6 ? `[${text}]` : text);
    return canonicalHost(address.hostname) === undefined ? undefined : knownHostName(address);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/**
 * What a book knows about a server, in whichever spelling a person or an earlier version wrote its
 * address.
 *
 * @param name As {@linkcode knownHostName} gives it.
 * @throws {UsageError} With code `bad-file` if any line has no address: it may have been this one's,
 *   and a known server would be an unknown one.
 */
export async function findKnownHost(
  book: KeyBook,
  name: string,
): Promise<readonly KeyBookEntry[]> {
  return (await book.entries()).filter(({ subject, line }) => {
    const known = parseKnownHostName(subject);
    if (known !== undefined) return known === name;
    throw new UsageError(
      "bad-file",
      `${book.name}, line ${line}: "${subject}" is not an address; fix the line or remove it`,
    );
  });
}
