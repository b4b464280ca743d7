import type { Command } from "../command_line/command.ts";
import { Option } from "../command_line/option.ts";
import {
  type Address,
  DEFAULT_ADDRESS,
  parseAddress,
  parseDestination,
} from "../../channel/tcp/address.ts";
import { MAX_PENDING_HANDSHAKES } from "../../channel/tcp/limits.ts";
import { DEFAULT_LIMITS, MIN_QUEUE_SIZE, type RoomLimits } from "../../chat/wire/limits.ts";
import { MAX_BODY_SIZE } from "../../chat/wire/messages.ts";
import { UsageError } from "../../errors.ts";
import { parseLifetime } from "../../identity/books/lifetime.ts";
import { MAX_PER_ADDRESS } from "../../server/door/limits.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevelName,
} from "../../server/log/log_format.ts";
import type { HistoryFlags } from "../../server/open_history.ts";
import { addCommonOptions, addIdTask, cipherOption, nickOption } from "./common_options.ts";
import { countOption, countParser, FlagParser, pathOption } from "./flag_parser.ts";
import { type CommonFlags, commonFlags, type Parsed, type RawFlags } from "./flags.ts";
import { addHistoryOptions, addHistoryTasks, historyFlags } from "./history_flags.ts";

/** The server's flags. */
export interface ServerFlags extends CommonFlags, HistoryFlags {
  /** At least one. */
  readonly listen: readonly Address[];
  /** Host the room without taking part in it. */
  readonly headless: boolean;
  readonly limits: RoomLimits;
  /** For how many milliseconds the place of a member is kept whose connection was cut. */
  readonly grace: number;
  /** How many handshakes may be under way at once. */
  readonly maxHandshakes: number;
  /** How many connections one address may have; `undefined` where the flag was not given. */
  readonly maxPerAddress: number | undefined;
  /** How to write the log, where there is one. */
  readonly logFormat: LogFormat | undefined;
  readonly logLevel: LogLevelName | undefined;
  /** Make an invitation at the start. */
  readonly invite: boolean;
  readonly inviteOnly: boolean;
  /** How long that invitation is valid, in milliseconds. */
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
  const parser = new FlagParser(
    "server",
    "Hosts a room for a private conversation and takes part in it.",
  );
  const { command } = parser;
  command
    .addOption(
      new Option(
        "--listen <HOST:PORT>",
        `address to listen on (repeatable); port 0 picks a free one (default: ${DEFAULT_ADDRESS})`,
      ).argParser(listenParser()),
    )
    .addOption(
      new Option(
        "--grace <TIME>",
        "how long a cut-off member keeps its place, up to 1d; 0: not at all (default: 2m)",
      ).argParser(parseGrace),
    )
    .option("--headless", "host the room without taking part, and write a log")
    .option("--invite", "print an invitation; admit only guests with one, or on the guest list")
    .option("--invite-only", "admit only guests with an invitation, or on the guest list")
    .addOption(
      new Option("--expires <TIME>", "how long that invitation is valid: 30m, 24h, 7d")
        .argParser(parseLifetime),
    )
    .option("--single-use", "make that invitation valid for one guest only")
    .addOption(
      new Option("--public <HOST:PORT>", "the server's address, as written in invitations")
        .argParser((text) => (parseDestination(text), text)),
    )
    .addOption(pathOption(
      "--allow <FILE>",
      "guest list: one public key a line; the word operator in front makes an operator",
    ))
    .addOption(nickOption("host"))
    .addOption(cipherOption("accept only this cipher (default: both)"))
    .option("--classical", "accept only clients that run with --classical");
  addHistoryOptions(command);
  addLimitOptions(command);
  addCommonOptions(command, "server");
  parser.task("invite", "make an invitation, even while the server runs: --public", () => {
    const raw = command.opts<Partial<RawServerFlags>>();
    const { public: publicAddress, expires, singleUse = false } = raw;
    const [listening = parseAddress(DEFAULT_ADDRESS)] = raw.listen ?? [];
    return { kind: "invite", lifetime: expires, singleUse, publicAddress, listening };
  });
  parser.task("invitations", "list the invitations", () => ({ kind: "invitations" }));
  parser.task("revoke <ID>", "revoke an invitation", (_, id) => ({ kind: "revoke", id }));
  parser.task("bans", "list the bans", () => ({ kind: "bans" }));
  parser.task("unban <WHOM>", "lift a ban, by name or fingerprint", (_, whom) => ({
    kind: "unban",
    whom,
  }));
  addHistoryTasks(parser);
  addIdTask(parser, "server");
  const other = parser.parse(args);
  if (other !== undefined) return other;
  const raw = command.opts<RawFlags & Partial<RawServerFlags> & LimitFlags>();
  const { invite = false, inviteOnly = false, singleUse = false, expires, allow } = raw;
  if (!invite && (singleUse || expires !== undefined)) {
    throw new UsageError(
      "usage",
      "--expires and --single-use apply to an invitation: add --invite",
    );
  }
  if (raw.headless && raw.explain !== undefined) {
    throw new UsageError(
      "usage",
      "--explain writes to the screen, and --headless has none: use --explain-to FILE",
    );
  }
  const {
    grace = DEFAULT_GRACE,
    headless = false,
    listen = [parseAddress(DEFAULT_ADDRESS)],
    logFormat,
    logLevel,
  } = raw;
  return {
    ...commonFlags("server", raw),
    ...historyFlags(raw),
    listen,
    grace,
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

/** For how many milliseconds a place is kept. */
const DEFAULT_GRACE = 120_000;

/** At most: a day. */
const MAX_GRACE = 24 * 60 * 60 * 1000;

function parseGrace(text: string): number {
  const grace = text === "0" ? 0 : parseLifetime(text);
  if (grace <= MAX_GRACE) return grace;
  throw new UsageError("usage", "a place is kept for one day at most");
}

/** Each use of the flag adds an address. */
function listenParser(): (text: string, before: readonly Address[] | undefined) => Address[] {
  return (text, before = []) => [...before, parseAddress(text)];
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
    .addOption(
      countOption("--max-members <N>", "most members in the room at once", [1, 100_000], members),
    )
    .addOption(
      new Option(
        "--max-per-address <N>",
        "most connections from one address or IPv6 /64 network " +
          `(default: ${MAX_PER_ADDRESS}; unlimited from this machine)`,
      ).argParser(countParser([1, 100_000])),
    )
    .addOption(
      countOption(
        "--max-handshakes <N>",
        "most handshakes at once; a further one drops the oldest",
        [1, 100_000],
        MAX_PENDING_HANDSHAKES,
      ),
    )
    .addOption(
      countOption(
        "--max-rate <N>",
        "messages a second from one member; faster senders are throttled",
        [1, 1_000_000],
        messagesPerSecond,
      ),
    )
    .addOption(
      countOption(
        "--max-message <BYTES>",
        "largest message, in bytes on the wire",
        [256, MAX_BODY_SIZE],
        messageSize,
      ),
    )
    .addOption(
      countOption(
        "--max-queue <BYTES>",
        "most bytes queued for one member; slow members are disconnected",
        [MIN_QUEUE_SIZE, 2 ** 30],
        queueSize,
      ),
    )
    .addOption(
      countOption(
        "--history-size <N>",
        "how many recent messages latecomers receive; 0 for none",
        [0, 100_000],
        history,
      ),
    )
    .addOption(
      new Option("--log-format <FORMAT>", "write a log to standard error (--headless: text)")
        .choices(LOG_FORMATS),
    )
    .addOption(
      new Option("--log-level <LEVEL>", "how much to log (default: info)").choices(LOG_LEVELS),
    );
}
