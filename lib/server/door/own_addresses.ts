import { type Address, formatAddress } from "../../channel/mod.ts";
import { isThisMachine } from "../../channel/tcp/this_machine.ts";
import { permittedInterfaces } from "../../environment.ts";

/** How many addresses are offered; a machine with containers may have a hundred. */
const MAX_OFFERED = 6;

/** One address of one of the machine's interfaces, as the system lists it. */
export type NetworkInterface = Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address">;

/** What it takes to see {@linkcode ownAddresses}, for `deno run`. */
export const ADDRESS_PERMISSION = "--allow-sys=networkInterfaces";

/** Whether a server that listens on this address listens on all that its machine has. */
export function isAnyAddress(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

/**
 * The machine's own addresses by which others may reach a server that listens on all of them;
 * `undefined` if this program may not see them. It never asks for the permission.
 *
 * @param listening Where it listens: on `0.0.0.0`, which is IPv4 alone, or on `::`.
 */
export function ownAddresses(listening: Address): readonly Address[] | undefined {
  const interfaces = permittedInterfaces();
  return interfaces && reachableAddresses(interfaces, listening);
}

/**
 * Of a machine's addresses those that others can connect to: IPv4 first, and what only its own virtual
 * machines and containers see last. A link-local one is left out, because its zone has another name on
 * each machine.
 */
export function reachableAddresses(
  interfaces: readonly NetworkInterface[],
  { hostname, port }: Address,
): readonly Address[] {
  const found = interfaces.filter(({ family, address }) =>
    (family === "IPv4" || hostname === "::") && !isThisMachine(address) && !isLinkLocal(address) &&
    !isAnyAddress(address)
  );
  const rank = ({ name, family }: NetworkInterface) =>
    (isVirtual(name) ? 2 : 0) + (family === "IPv4" ? 0 : 1);
  const sorted = found.toSorted((one, other) => rank(one) - rank(other));
  return [...new Set(sorted.map(({ address }) => address))].slice(0, MAX_OFFERED)
    .map((hostname) => ({ hostname, port }));
}

/**
 * What to do to make an invitation, where it has to be said which of the machine's addresses it names.
 *
 * @param found What {@linkcode ownAddresses} gives.
 * @param command What to type, with `HOST:PORT` in the place of an address.
 */
export function addressAdvice(
  found: readonly Address[] | undefined,
  command: (address: string) => string,
): string {
  if (found === undefined || found.length === 0) {
    const listed = found === undefined ? ` (with ${ADDRESS_PERMISSION} they are listed here)` : "";
    return `an invitation needs one of this machine's addresses, which your guest can reach${listed}: ` +
      command("HOST:PORT");
  }
  const commands = found.map((address) => command(formatAddress(address)));
  return "an invitation needs an address that your guest can reach; of this machine's own: " +
    commands.join(" or ");
}

/** RFC 3927 and RFC 4291 §2.5.6. */
function isLinkLocal(address: string): boolean {
  return address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}

function isVirtual(name: string): boolean {
  return /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|podman|cni|vEthernet)/.test(name);
}
