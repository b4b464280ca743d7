import { type Address, formatAddress } from "../../channel/mod.ts";
import { DEFAULT_ADDRESS } from "../../channel/tcp/address.ts";
import { isThisMachine } from "../../channel/tcp/this_machine.ts";
import { NetworkError } from "../../errors.ts";
import { startCommand } from "../../program_name.ts";

/**
 * An error with what to do about it, if nobody listens at an address: on this machine the command that
 * starts a server there, elsewhere whom to ask. Any other error stays as it is.
 */
export function withStartAdvice(error: unknown, address: Address): unknown {
  if (!(error instanceof NetworkError) || error.code !== "connection-refused") return error;
  const advice = isThisMachine(address.hostname)
    ? `start one there first: ${startCommand("server")}${listenFlag(address)}`
    : "check the address, or ask the owner whether the server is running";
  return new NetworkError(error.code, `${error.message}; ${advice}`, { cause: error });
}

function listenFlag({ hostname, port }: Address): string {
  const address = formatAddress({
    hostname: hostname === "localhost" ? "127.0.0.1" : hostname,
    port,
  });
  return address === DEFAULT_ADDRESS ? "" : ` --listen ${address}`;
}
