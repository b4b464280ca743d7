import { type Command, Option } from "npm:commander@15.1.0";
import { type Address, MAX_PENDING_HANDSHAKES, parseAddress } from "../../channel/mod.ts";
import { DEFAULT_LIMITS, MAX_BODY_SIZE, MIN_QUEUE_SIZE, type RoomLimits } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { parseLifetime } from "../../identity/mod.ts";
import { argument, countOption, countParser, Parser } from "./flag_parser.ts";
import { addCommonOptions, addIdTask, cipherOption, nickOption } from "./common_options.ts";
import {
  type CommonFlags,
  commonFlags,
  DEFAULT_ADDRESS,
  type Parsed,
  type RawFlags,
} from "./flags.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevelName,
} from "../../server/log/log_format.ts";
import { MAX_PER_ADDRESS } from "../../server/door/open_door.ts";

/** The server's flags. */
export interface ServerFlags extends CommonFlags {
  /** At least one. */
  readonly listen: readonly Address[];
  /** Serve the room without sitting in it. */
  readonly headless: boolean;
  readonly limits: RoomLimits;
  /** How many handshakes may be under way at once. */
  readonly maxHandshakes: number;
  /** How many connections one address may have; `undefined` if nobody says. */
  readonly maxPerAddress: number | undefined;
  /** How to write the log, where there is one. */
  readonly logFormat: LogFormat | undefined;
  readonly logLevel: LogLevelName | undefined;
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

/** The server's own flags, as the library gives them. */
interface RawServerFlags extends Omit<ServerFlags, "publicAddress" | "limits" | "maxHandshakes"> {
  readonly public: string | undefined;
}

/** @throws {UsageError} If a flag is unknown, or its value is. */
export function parseServerFlags(args: readonly string[]): Parsed<ServerFlags> {
  const parser = new Parser("server", "Opens a room for a private conversation and sits in it.");
  const { command } = parser;
  command
    .addOption(
      new Option(
        "--listen <HOST:PORT>",
        `where to listen, also several times; port 0 takes a free one (default: ${DEFAULT_ADDRESS})`,
      ).argParser(listenParser()),
    )
    .option("--headless", "serve the room without sitting in it, and write a log")
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
    .option(
      "--allow <FILE>",
      "the public keys that may enter, one a line; the word operator in front of one makes an operator",
    )
    .addOption(nickOption("host"))
    .addOption(cipherOption("accept only this cipher (default: both)"))
    .option("--classical", "accept only clients that leave out ML-KEM-768");
  addLimitOptions(command);
  addCommonOptions(command);
  parser.task("invite", "make an invitation, to a server that may be running: --public", () => {
    const { public: publicAddress, expires, singleUse = false } = command.opts<
      Partial<RawServerFlags>
    >();
    if (publicAddress === undefined) {
      throw new UsageError("usage", "an invitation needs the server's address: --public HOST:PORT");
    }
    return { kind: "invite", lifetime: expires, singleUse, publicAddress };
  });
  parser.task("invitations", "list the invitations", () => ({ kind: "invitations" }));
  parser.task("revoke <ID>", "end an invitation", (_, id) => ({ kind: "revoke", id }));
  parser.task("bans", "list who is banned", () => ({ kind: "bans" }));
  parser.task("unban <WHOM>", "let somebody in again, by name or fingerprint", (_, whom) => ({
    kind: "unban",
    whom,
  }));
  addIdTask(parser);
  const other = parser.parse(args);
  if (other !== undefined) return other;
  const raw = command.opts<RawFlags & Partial<RawServerFlags> & LimitFlags>();
  const { invite = false, inviteOnly = false, singleUse = false, expires, allow } = raw;
  if (!invite && (singleUse || expires !== undefined)) {
    throw new UsageError(
      "usage",
      "--expires and --single-use say how an invitation is: add --invite",
    );
  }
  if (raw.headless && raw.explain !== undefined) {
    throw new UsageError(
      "usage",
      "--explain tells somebody who sits here, and with --headless nobody does: use --explain-to FILE",
    );
  }
  const { headless = false, listen = [parseAddress(DEFAULT_ADDRESS)], logFormat, logLevel } = raw;
  return {
    ...commonFlags(raw),
    listen,
    headless,
    invite,
    inviteOnly,
    singleUse,
    expires,
    allow,
    publicAddress: raw.public,
    limits: {
      members: raw.maxMembers,
      messagesPerSecond: raw.maxRate,
      messageSize: raw.maxMessage,
      queueSize: raw.maxQueue,
      history: raw.historySize,
    },
    maxHandshakes: raw.maxHandshakes,
    maxPerAddress: raw.maxPerAddress,
    logFormat,
    logLevel,
  };
}

/** Each use of the flag adds an address. */
function listenParser(): (text: string, before: readonly Address[] | undefined) => Address[] {
  const parse = argument(parseAddress);
  return (text, before = []) => [...before, parse(text)];
}

/** The limits, as the library gives them. */
interface LimitFlags {
  readonly maxMembers: number;
  readonly maxHandshakes: number;
  readonly maxRate: number;
  readonly maxMessage: number;
  readonly maxQueue: number;
  readonly historySize: number;
}

function addLimitOptions(command: Command): void {
  const { members, messagesPerSecond, messageSize, queueSize, history } = DEFAULT_LIMITS;
  command
    .addOption(countOption("--max-members <N>", "how many the room holds", [1, 100_000], members))
    .addOption(
      new Option(
        "--max-per-address <N>",
        "connections from one address, or one IPv6 network of 64 bits " +
          `(default: ${MAX_PER_ADDRESS}; from this machine any number)`,
      ).argParser(countParser([1, 100_000])),
    )
    .addOption(
      countOption(
        "--max-handshakes <N>",
        "handshakes at once; one more ends the oldest",
        [1, 100_000],
        MAX_PENDING_HANDSHAKES,
      ),
    )
    .addOption(
      countOption(
        "--max-rate <N>",
        "messages a second from one member; who is faster is held back",
        [1, 1_000_000],
        messagesPerSecond,
      ),
    )
    .addOption(
      countOption(
        "--max-message <BYTES>",
        "the largest message, in bytes as it travels",
        [256, MAX_BODY_SIZE],
        messageSize,
      ),
    )
    .addOption(
      countOption(
        "--max-queue <BYTES>",
        "what may wait for one member; who does not keep up is put out",
        [MIN_QUEUE_SIZE, 2 ** 30],
        queueSize,
      ),
    )
    .addOption(
      countOption(
        "--history-size <N>",
        "how many of the last messages late comers get; 0 for none",
        [0, 100_000],
        history,
      ),
    )
    .addOption(
      new Option("--log-format <FORMAT>", "write a log to standard error (--headless: text)")
        .choices(LOG_FORMATS),
    )
    .addOption(
      new Option("--log-level <LEVEL>", "what the log holds (default: info)").choices(LOG_LEVELS),
    );
}
