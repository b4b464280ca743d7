import { Command, CommanderError, InvalidArgumentError, Option } from "npm:commander@15.1.0";
import { type Address, type CipherChoice, DEFAULT_PORT, parseAddress } from "../channel/mod.ts";
import { isNick, MAX_NICK_LENGTH } from "../chat/mod.ts";
import { ReportedError, UsageError } from "../errors.ts";
import { VERSION } from "../version.ts";

/** The flags that both programs take. */
export interface CommonFlags {
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
}

/** The client's flags. */
export interface ClientFlags extends CommonFlags {
  readonly address: Address;
}

/** Help or a version was asked for: text for standard output, and nothing more to do. */
export class HelpRequest {
  /** @param text What to print. */
  constructor(readonly text: string) {}
}

const DEFAULT_ADDRESS = `127.0.0.1:${DEFAULT_PORT}`;

/** @throws {UsageError} If a flag is unknown, or its value is. */
export function parseServerFlags(args: readonly string[]): ServerFlags | HelpRequest {
  const command = newCommand("server", "Opens a room for a private conversation and sits in it.")
    .addOption(
      new Option("--listen <HOST:PORT>", "where to listen; port 0 takes a free one")
        .default(parseAddress(DEFAULT_ADDRESS), DEFAULT_ADDRESS)
        .argParser(argument(parseAddress)),
    )
    .addOption(nickOption("host"))
    .addOption(cipherOption("accept only this cipher (default: both)"))
    .option("--classical", "accept only clients that leave out ML-KEM-768");
  const help = parse(addCommonOptions(command), args);
  if (help !== undefined) return help;
  const raw = command.opts<RawFlags & { listen: Address }>();
  return { ...commonFlags(raw), listen: raw.listen };
}

/** @throws {UsageError} If a flag or the address is unknown, or a value is. */
export function parseClientFlags(args: readonly string[]): ClientFlags | HelpRequest {
  const command = newCommand("client", "Joins the room of a server for a private conversation.")
    .argument("[HOST:PORT]", `the server's address (default: ${DEFAULT_ADDRESS})`)
    .addOption(nickOption("guest"))
    .addOption(cipherOption("how to encrypt (default: cbc)"))
    .option("--classical", "leave out ML-KEM-768, for servers that lack it");
  const help = parse(addCommonOptions(command), args);
  if (help !== undefined) return help;
  const address = parseAddress(command.args[0] ?? DEFAULT_ADDRESS);
  return { ...commonFlags(command.opts<RawFlags>()), address };
}

/** What the library gives: a flag that was not given is not there. */
type RawFlags = { readonly nick: string } & Partial<CommonFlags>;

function commonFlags(raw: RawFlags): CommonFlags {
  const { nick, cipher, classical = false, json = false, quiet = false, verbose = false } = raw;
  return { nick, cipher, classical, json, quiet, verbose };
}

function newCommand(name: "server" | "client", description: string): Command {
  const program = Deno.build.standalone ? `x25519-chat-${name}` : `${name}.ts`;
  return new Command(program)
    .description(description)
    .version(`${program} ${VERSION}`, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      // The library's own ways to find these out read the environment, which takes a permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      writeErr: () => {},
    });
}

function addCommonOptions(command: Command): Command {
  return command
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

function parse(command: Command, args: readonly string[]): HelpRequest | undefined {
  let help = "";
  command.configureOutput({ writeOut: (text) => help += text });
  try {
    command.parse(args, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return new HelpRequest(help);
    const what = error.message.replace(/^error: /, "").replace(/\.$/, "").replaceAll(/\s+/g, " ")
      .replace("' is invalid. ", "' is invalid: ");
    throw new UsageError("usage", `${what}; --help lists what there is`);
  }
}
