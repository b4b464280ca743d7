import {
  Command,
  CommanderError,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "npm:commander@15.1.0";
import { type Address, type CipherChoice, DEFAULT_PORT, parseAddress } from "../channel/mod.ts";
import { isNick, MAX_NICK_LENGTH } from "../chat/mod.ts";
import { ReportedError, UsageError } from "../errors.ts";
import {
  type Invitation,
  looksLikeInvitation,
  parseInvitation,
  parseLifetime,
} from "../identity/mod.ts";
import { VERSION } from "../version.ts";
import type { IdentityFlags } from "./own_identity.ts";
import { programName } from "./program_name.ts";

/** The flags that both programs take. */
export interface CommonFlags extends IdentityFlags {
  readonly nick: string;
  /** `undefined` where the flag was not given. */
  readonly cipher: CipherChoice | undefined;
  readonly classical: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** The server's flags. */
export interface ServerFlags extends CommonFlags {
  readonly listen: Address;
  /** Make an invitation at the start. */
  readonly invite: boolean;
  readonly inviteOnly: boolean;
  /** How long that invitation holds, in milliseconds. */
  readonly expires: number | undefined;
  readonly singleUse: boolean;
  /** How others reach this machine, for invitations. */
  readonly publicAddress: string | undefined;
  /** The guest list's file. */
  readonly allow: string | undefined;
}

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
}

/** Something to do besides talking. */
export type Task =
  | {
    readonly kind: "id";
    readonly isNew: boolean;
    readonly changePassphrase: boolean;
    readonly newPassphraseFile: string | undefined;
    readonly exportPublic: boolean;
  }
  | { readonly kind: "forget"; readonly whom: string; readonly knownHosts: string | undefined }
  | { readonly kind: "invitations" }
  | { readonly kind: "revoke"; readonly id: string };

/** A task was asked for, in the place of a conversation. */
export class TaskRequest {
  /**
   * A task and the flags that concern it.
   *
   * @param task What to do.
   * @param flags As for a conversation.
   */
  constructor(readonly task: Task, readonly flags: CommonFlags) {}
}

/** Help or a version was asked for: text for standard output, and nothing more to do. */
export class HelpRequest {
  /** @param text What to print. */
  constructor(readonly text: string) {}
}

const DEFAULT_ADDRESS = `127.0.0.1:${DEFAULT_PORT}`;

/** What the arguments ask for. */
export type Parsed<Flags> = Flags | TaskRequest | HelpRequest;

/** @throws {UsageError} If a flag is unknown, or its value is. */
export function parseServerFlags(args: readonly string[]): Parsed<ServerFlags> {
  const parser = new Parser("server", "Opens a room for a private conversation and sits in it.");
  const { command } = parser;
  command
    .addOption(
      new Option("--listen <HOST:PORT>", "where to listen; port 0 takes a free one")
        .default(parseAddress(DEFAULT_ADDRESS), DEFAULT_ADDRESS)
        .argParser(argument(parseAddress)),
    )
    .option("--invite", "print an invitation; only the invited (and --allow) may enter")
    .option("--invite-only", "only those with an invitation (and --allow) may enter")
    .addOption(
      new Option("--expires <TIME>", "how long that invitation holds: 30m, 24h, 7d")
        .argParser(argument(parseLifetime)),
    )
    .option("--single-use", "that invitation is for whoever uses it first, and nobody else")
    .addOption(
      new Option("--public <HOST:PORT>", "the address that invitations name")
        .argParser(argument((text: string) => (parseAddress(text), text))),
    )
    .option("--allow <FILE>", "the public keys that may enter, one a line (or authorized_keys)")
    .addOption(nickOption("host"))
    .addOption(cipherOption("accept only this cipher (default: both)"))
    .option("--classical", "accept only clients that leave out ML-KEM-768");
  addCommonOptions(command);
  parser.task("invitations", "list the invitations", () => ({ kind: "invitations" }));
  parser.task("revoke <ID>", "end an invitation", (_, id) => ({ kind: "revoke", id }));
  addIdTask(parser);
  const other = parser.parse(args);
  if (other !== undefined) return other;
  const raw = command.opts<RawFlags & Partial<RawServerFlags> & { listen: Address }>();
  const { listen, invite = false, inviteOnly = false, singleUse = false, expires, allow } = raw;
  if (!invite && (singleUse || expires !== undefined)) {
    throw new UsageError(
      "usage",
      "--expires and --single-use say how an invitation is: add --invite",
    );
  }
  const publicAddress = raw.public;
  const common = commonFlags(raw);
  return { ...common, listen, invite, inviteOnly, singleUse, expires, allow, publicAddress };
}

/** @throws {UsageError} If a flag, the address or the invitation is wrong. */
export function parseClientFlags(args: readonly string[]): Parsed<ClientFlags> {
  const parser = new Parser("client", "Joins the room of a server for a private conversation.");
  const { command } = parser;
  command
    .argument("[ADDRESS]", `HOST:PORT or an invitation (default: ${DEFAULT_ADDRESS})`)
    .option("--invite-file <FILE>", "read the invitation from a file")
    .option("--accept-new", "accept an unknown server's key without asking")
    .option("--strict", "never accept an unknown server's key")
    .option("--known-hosts <FILE>", "where the servers' keys are kept")
    .addOption(nickOption("guest"))
    .addOption(cipherOption("how to encrypt (default: cbc)"))
    .option("--classical", "leave out ML-KEM-768, for servers that lack it");
  addCommonOptions(command);
  addIdTask(parser);
  parser.task(
    "forget <WHOM>",
    "forget a server's key, by HOST:PORT, or a verified person's, by name",
    (_, whom) => {
      const { knownHosts } = command.opts<Partial<ClientFlags>>();
      return { kind: "forget", whom, knownHosts };
    },
  );
  const other = parser.parse(args);
  if (other !== undefined) return other;
  const where = command.args[0] ?? DEFAULT_ADDRESS;
  const invitation = looksLikeInvitation(where) ? parseInvitation(where) : undefined;
  const address = parseAddress(invitation?.address ?? where);
  const raw = command.opts<RawFlags & Partial<ClientFlags>>();
  const { acceptNew = false, strict = false, knownHosts, inviteFile } = raw;
  if (inviteFile !== undefined && command.args.length > 0) {
    throw new UsageError("usage", "--invite-file names the server already: leave the address out");
  }
  if (acceptNew && strict) {
    throw new UsageError("usage", "--accept-new and --strict contradict each other");
  }
  const common = commonFlags(raw);
  return { ...common, address, invitation, inviteFile, acceptNew, strict, knownHosts };
}

/** The server's own flags, as the library gives them. */
interface RawServerFlags extends Omit<ServerFlags, "publicAddress"> {
  readonly public: string | undefined;
}

function addIdTask(parser: Parser): void {
  interface IdFlags {
    new?: boolean;
    passphrase?: boolean;
    newPassphraseFile?: string;
    exportPublic?: boolean;
  }
  parser
    .task("id", "show who you are: fingerprint, public key, file", (raw: IdFlags) => ({
      kind: "id",
      isNew: raw.new ?? false,
      changePassphrase: raw.passphrase ?? raw.newPassphraseFile !== undefined,
      newPassphraseFile: raw.newPassphraseFile,
      exportPublic: raw.exportPublic ?? false,
    }))
    .option("--new", "become somebody new; the old key stays, under another name")
    .option("--passphrase", "set, change or remove the key's passphrase")
    .option("--new-passphrase-file <FILE>", "the new passphrase; an empty file removes it")
    .option("--export-public", "print the public key line and nothing else");
}

/** What the library gives: a flag that was not given is not there. */
type RawFlags = { readonly nick: string } & Partial<CommonFlags>;

function commonFlags(raw: RawFlags): CommonFlags {
  const { nick, cipher, classical = false, json = false, quiet = false, verbose = false } = raw;
  const { identity, home, passphraseFile } = raw;
  return { nick, identity, home, passphraseFile, cipher, classical, json, quiet, verbose };
}

/** The library's parser, with its output caught and its tasks told from a conversation. */
class Parser {
  readonly command: Command;
  #help = "";
  #task: Task | undefined;

  constructor(name: "server" | "client", description: string) {
    const program = programName(name);
    this.command = new Command(program)
      .description(description)
      .version(`${program} ${VERSION}`, "--version", "print the version")
      .helpOption("-h, --help", "print this help")
      .helpCommand(false)
      .exitOverride()
      .configureOutput({
        // The library's own ways to find these out read the environment, which takes a permission.
        getOutHasColors: () => false,
        getErrHasColors: () => false,
        getOutHelpWidth: () => 80,
        getErrHelpWidth: () => 80,
        writeOut: (text) => this.#help += text,
        writeErr: () => {},
      })
      // Without it the library expects one of the tasks.
      .action(() => {});
  }

  /** Adds a task: its name and argument, its help, and what it is. */
  task<Raw extends OptionValues>(
    name: string,
    help: string,
    read: (raw: Raw, argument: string) => Task,
  ): Command {
    const command = this.command.command(name).description(help);
    return command.action(() => {
      this.#task = read(command.opts<Raw>(), command.args[0] ?? "");
    });
  }

  /** What was asked for, if not a conversation. */
  parse(args: readonly string[]): HelpRequest | TaskRequest | undefined {
    try {
      this.command.parse(args, { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode === 0) return new HelpRequest(this.#help);
      const what = error.message.replace(/^error: /, "").replace(/\.$/, "").replaceAll(/\s+/g, " ")
        .replace("' is invalid. ", "' is invalid: ");
      throw new UsageError("usage", `${what}; --help lists what there is`);
    }
    return this.#task && new TaskRequest(this.#task, commonFlags(this.command.opts<RawFlags>()));
  }
}

function addCommonOptions(command: Command): Command {
  return command
    .addOption(
      pathOption("--identity <FILE>", "your key: PKCS #8 (X25519) or OpenSSH (ssh-ed25519)"),
    )
    .addOption(pathOption("--home <DIR>", "where identity, known servers and invitations are kept"))
    .addOption(pathOption("--passphrase-file <FILE>", "read the key's passphrase from a file"))
    .option("--json", "write one JSON object a line to standard output")
    .option("--quiet", "show only messages and errors")
    .option("--verbose", "show where an error comes from")
    .addHelpText(
      "after",
      "\nOff a terminal, each line of standard input is sent, and the program leaves when\n" +
        "all have arrived. Exit status: 0 fine, 1 unexpected, 2 wrong usage, 3 network,\n" +
        "4 authentication, 130 interrupted.",
    );
}

/** A flag that takes a path: an empty one is a slip, as with a variable that is not set. */
function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(argument((text: string) => {
    if (text !== "") return text;
    throw new UsageError("usage", "the path is empty");
  }));
}

function nickOption(name: string): Option {
  return new Option("--nick <NAME>", "what the others call you").default(name).argParser(
    argument((text) => {
      const nick = text.normalize("NFC");
      if (isNick(nick)) return nick;
      throw new UsageError(
        "usage",
        `a nickname has 1 to ${MAX_NICK_LENGTH} visible characters, no spaces and no colon`,
      );
    }),
  );
}

function cipherOption(description: string): Option {
  return new Option("--cipher <NAME>", `${description}; cbc is AES-CBC with HMAC, gcm is AES-GCM`)
    .choices(["cbc", "gcm"]);
}

/** Makes a parser of ours into one that the library takes. */
function argument<T>(parser: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parser(text);
    } catch (error) {
      if (error instanceof ReportedError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
