import { formatAddress, parseAddress } from "../channel/mod.ts";
import { UsageError } from "../errors.ts";

/**
 * The name by which a server is known: `HOST:PORT` in one form, however it was typed; `undefined` for
 * what is no address.
 */
export function hostSubject(address: string): string | undefined {
  try {
    return formatAddress(parseAddress(address)).toLowerCase();
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
