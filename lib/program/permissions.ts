/**
 * What Deno has to ask the person, it asks before the screen opens: in raw mode it cannot, and says so in
 * its own words.
 *
 * @module
 */
import { type Address, formatAddress } from "../channel/tcp/address.ts";
import { UsageError } from "../errors.ts";
import { folderOf } from "../identity/files/paths.ts";
import { demand } from "../identity/files/permissions.ts";
import { startCommand } from "../program_name.ts";
import type { ClientFlags } from "./flags/client_flags.ts";
import type { CommonFlags } from "./flags/flags.ts";
import type { ServerFlags } from "./flags/server_flags.ts";

/** The flags that name an address, a file or a folder. */
type NamingFlags =
  & Pick<CommonFlags, "home" | "identity" | "passphraseFile" | "explainTo">
  & Partial<Pick<ServerFlags, "listen" | "allow" | "history">>
  & Partial<Pick<ClientFlags, "address" | "inviteFile" | "knownHosts" | "outbox">>;

/**
 * Asks, where a person can answer, for the network and for the files that the flags name. What is only of
 * use (a home that nobody has named, the environment) is not asked for. Other files that are refused are
 * reported by what needs them.
 *
 * @throws {UsageError} With code `permission` if the network is refused, or `--known-hosts`.
 */
export function askForPermissions(flags: NamingFlags): void {
  const { home, identity, passphraseFile, explainTo, allow, inviteFile } = flags;
  for (const path of [identity, passphraseFile, allow, inviteFile]) mayHave("read", path);
  const { knownHosts, history, outbox } = flags;
  // Beside a file that is changed stand its lock and its new version.
  const folders = [knownHosts, history, outbox].map((path) => path && folderOf(path));
  for (const path of [home, explainTo, ...folders]) {
    mayHave("read", path);
    mayHave("write", path);
  }
  // Without it every server would be new.
  if (knownHosts !== undefined) demand("read", knownHosts);
  for (const address of addressesOf(flags)) demandNetwork(address, flags.listen !== undefined);
}

/** `undefined` stands for an address that is not known yet. */
function addressesOf({ listen, address, inviteFile }: NamingFlags): (Address | undefined)[] {
  if (listen !== undefined) return [...listen];
  return [inviteFile === undefined ? address : undefined];
}

function mayHave(name: "read" | "write", path: string | undefined): void {
  if (path) isGranted({ name, path });
}

function demandNetwork(address: Address | undefined, isServer: boolean): void {
  const host = address && formatAddress(address);
  if (Deno.permissions.querySync({ name: "net" }).state === "granted") return;
  if (isGranted(host === undefined ? { name: "net" } : { name: "net", host })) return;
  const place = host === undefined
    ? "this program needs the network"
    : isServer
    ? `this program is not allowed to listen at ${host}`
    : `this program is not allowed to connect to ${host}`;
  const command = startCommand(isServer ? "server" : "client");
  throw new UsageError("permission", `${place}; run it with: ${command}`);
}

/** Whether something is allowed, after a question if it is open and a person can answer. */
function isGranted(permission: Deno.PermissionDescriptor): boolean {
  try {
    const { state } = Deno.permissions.querySync(permission);
    if (state !== "prompt" || !canAsk()) return state === "granted";
    return Deno.permissions.requestSync(permission).state === "granted";
  } catch {
    // Deno cannot name this host. What needs it will say why.
    return permission.name !== "net";
  }
}

/** Deno itself asks on standard error, and reads from standard input. */
function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}
