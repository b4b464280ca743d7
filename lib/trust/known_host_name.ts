import { type Address, formatAddress, parseAddress } from "../channel/mod.ts";
import { UsageError } from "../errors.ts";

/** The name by which the server at an address is known: `HOST:PORT`, in lower case. */
export function addressSubject(address: Address): string {
  return formatAddress(address).toLowerCase();
}

/** The same for an address as somebody typed it; `undefined` for what is none. */
export function hostSubject(text: string): string | undefined {
  try {
    return addressSubject(parseAddress(text));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
