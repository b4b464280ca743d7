import { type Address, formatAddress, parseAddress } from "../channel/mod.ts";
import { UsageError } from "../errors.ts";

/** The name of the server at an address in `known_hosts`: `HOST:PORT`, in lower case. */
export function knownHostName(address: Address): string {
  return formatAddress(address).toLowerCase();
}

/** The same for an address as a person typed it; `undefined` if it is not an address. */
export function parseKnownHostName(text: string): string | undefined {
  try {
    return knownHostName(parseAddress(text));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
