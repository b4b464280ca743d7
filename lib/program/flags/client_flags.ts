import { Option } from "../command_line/option.ts";
import { type Address, DEFAULT_ADDRESS, parseDestination } from "../../channel/tcp/address.ts";
import { UsageError } from "../../errors.ts";
import {
  type Invitation,
  looksLikeInvitation,
  parseInvitation,
} from "../../identity/books/invitation.ts";
import { parseLifetime } from "../../identity/books/lifetime.ts";
import { addCommonOptions, addIdTask, cipherOption, nickOption } from "./common_options.ts";
import { FlagParser, pathOption } from "./flag_parser.ts";
import { type CommonFlags, commonFlags, type Parsed, type RawFlags } from "./flags.ts";

/** The client's flags. */
export interface ClientFlags extends CommonFlags {
  readonly address: Address;
  /** What was given in the place of an address. */
  readonly invitation: Invitation | undefined;
  /** A file that holds an invitation. */
  readonly inviteFile: string | undefined;
  readonly acceptNew: boolean;
  readonly strict: boolean;
  readonly knownHosts: string | undefined;
  /** Whether to connect again when the connection is lost. */
  readonly reconnect: boolean;
  /** For how long to try, in milliseconds; `undefined` where the flag was not given. */
  readonly reconnectFor: number | undefined;
  /** The file that keeps what is not confirmed. */
  readonly outbox: string | undefined;
}

/** @throws {UsageError} If a flag, the address or the invitation is wrong. */
export function parseClientFlags(args: readonly string[]): Parsed<ClientFlags> {
  const parser = new FlagParser("client", "Joins a server's room for a private conversation.");
  const { command } = parser;
  command
    .takes("[ADDRESS]", `HOST:PORT or an invitation (default: ${DEFAULT_ADDRESS})`)
    .addOption(pathOption("--invite-file <FILE>", "read the invitation from a file"))
    .option("--accept-new", "accept an unknown server's key without asking")
    .option("--strict", "never accept an unknown server's key")
    .addOption(pathOption("--known-hosts <FILE>", "file with the keys of known servers"))
    .option("--no-reconnect", "exit when the connection is lost")
    .addOption(
      new Option(
        "--reconnect-for <TIME>",
        "how long to try to reconnect (default: 30s for a pipe, otherwise no limit)",
      ).argParser(parseLifetime),
    )
    .addOption(
      pathOption("--outbox <FILE>", "keep unsent messages in FILE, and send them next time"),
    )
    .addOption(nickOption("guest"))
    .addOption(cipherOption("the cipher to use (default: cbc)"))
    .option("--classical", "use X25519 alone, for servers without ML-KEM-768");
  addCommonOptions(command, "client");
  addIdTask(parser, "client");
  parser.task(
    "forget <WHOM>",
    "forget a server's key (by HOST:PORT) or a verified person (by name)",
    (_, whom) => {
      const { knownHosts } = command.opts<Partial<ClientFlags>>();
      return { kind: "forget", whom, knownHosts };
    },
  );
  const other = parser.parse(args);
  if (other !== undefined) return other;
  const where = command.args[0] ?? DEFAULT_ADDRESS;
  refuseNickInAddress(where);
  const invitation = looksLikeInvitation(where) ? parseInvitation(where) : undefined;
  const address = parseDestination(invitation?.address ?? where);
  const raw = command.opts<RawFlags & Partial<ClientFlags>>();
  const { acceptNew = false, strict = false, knownHosts, inviteFile, outbox } = raw;
  const { reconnect = true, reconnectFor } = raw;
  if (inviteFile !== undefined && command.args.length > 0) {
    throw new UsageError("usage", "--invite-file already names the server: leave out the address");
  }
  if (acceptNew && strict) {
    throw new UsageError("usage", "--accept-new and --strict cannot be used together");
  }
  if (!reconnect && reconnectFor !== undefined) {
    throw new UsageError(
      "usage",
      "--no-reconnect and --reconnect-for cannot be used together",
    );
  }
  return {
    ...commonFlags("client", raw),
    address,
    invitation,
    inviteFile,
    acceptNew,
    strict,
    knownHosts,
    reconnect,
    reconnectFor,
    outbox,
  };
}

/**
 * An address as `ssh` takes it, with a name in front.
 *
 * @throws {UsageError} If it is one; it says where names are given.
 */
function refuseNickInAddress(where: string): void {
  const [, nick, address] = /^([^\s@/]+)@([^\s@/]+)$/.exec(where) ?? [];
  if (nick === undefined) return;
  throw new UsageError("usage", `your nickname stands apart: write ${address} --nick ${nick}`);
}
