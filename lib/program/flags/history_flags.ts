import type { Command } from "../command_line/command.ts";
import { Option } from "../command_line/option.ts";
import { UsageError } from "../../errors.ts";
import { parseLifetime } from "../../identity/books/lifetime.ts";
import type { HistoryFlags } from "../../server/open_history.ts";
import { type FlagParser, pathOption } from "./flag_parser.ts";
import type { HistoryWork, Task } from "./flags.ts";
import { parseSize } from "./parse_size.ts";

/** Adds the flags that say what of a conversation is kept on the disk. */
export function addHistoryOptions(command: Command): void {
  command
    .addOption(
      pathOption("--history <FILE>", "keep what is said in FILE, encrypted (default: nowhere)"),
    )
    .addOption(
      new Option("--keep <TIME>", "with --history: how long to keep it: 24h, 30d, 1y")
        .argParser(parseLifetime),
    )
    .addOption(
      new Option("--keep-size <SIZE>", "with --history: how large FILE may get: 500MiB, 1GiB")
        .argParser(parseSize),
    );
}

/**
 * The flags that were given.
 *
 * @throws {UsageError} If there is nothing that they could bound.
 */
export function historyFlags({ history, keep, keepSize }: Partial<HistoryFlags>): HistoryFlags {
  if (history === undefined && (keep !== undefined || keepSize !== undefined)) {
    throw new UsageError(
      "usage",
      "--keep and --keep-size apply to what is kept on the disk: add --history FILE",
    );
  }
  return { history, keep, keepSize };
}

/** The flags of `history forget`, as the library gives them. */
interface ForgetFlags {
  readonly before?: number;
  readonly from?: string;
  readonly all?: boolean;
}

/** Adds the tasks that work on a history file. */
export function addHistoryTasks(parser: FlagParser): void {
  const group = parser.group("history", "export, check, compact or forget what --history kept");
  const add = <Raw extends ForgetFlags>(
    name: string,
    help: string,
    work: (raw: Raw) => HistoryWork,
  ): Command => {
    const read = (raw: Raw, argument: string): Task => ({
      kind: "history",
      file: fileOf(argument, parser.command.opts<Partial<HistoryFlags>>().history),
      work: work(raw),
    });
    return parser.task(`${name} [FILE]`, help, read, group);
  };
  add("export", "print what was said, also while the server runs", () => ({ kind: "export" }));
  add("check", "see whether all of it can be read", () => ({ kind: "check" }));
  add("compact", "make the file as small as it gets", () => ({ kind: "compact" }));
  add<ForgetFlags>("forget", "forget messages for good", forgetWork)
    .addOption(
      new Option("--before <TIME>", "those from before a day or a time, or older than: 30d, 1y")
        .argParser(parseMoment),
    )
    .option("--from <WHOM>", "those of one person, by name or fingerprint")
    .option("--all", "all of them");
}

function fileOf(argument: string, flag: string | undefined): string {
  if (argument !== "" && flag !== undefined && argument !== flag) {
    throw new UsageError("usage", "two files are named; name one");
  }
  const file = argument === "" ? flag : argument;
  if (file !== undefined) return file;
  throw new UsageError("usage", "which file? It is the one that --history names for the server");
}

function forgetWork({ before, from, all = false }: ForgetFlags): HistoryWork {
  if (all === (before !== undefined || from !== undefined)) {
    throw new UsageError("usage", "forget what? --all, or --before TIME, --from WHOM, or both");
  }
  return { kind: "forget", before, from };
}

/**
 * A moment in the past, in milliseconds since 1970: a day, which begins at midnight here; a time, local
 * if it names no zone; or how long ago it is.
 *
 * @throws {UsageError} With code `usage` if it is none, or in the future.
 */
function parseMoment(text: string): number {
  const now = Date.now();
  if (/^\d+[a-z]$/.test(text)) return now - parseLifetime(text);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text);
  // A day alone would be taken for one in UTC.
  const moment = isDay ? Date.parse(`${text}T00:00`) : isTime ? Date.parse(text) : NaN;
  if (moment <= now) return moment;
  throw new UsageError(
    "usage",
    "a time in the past is written like 2026-01-31, 2026-01-31T14:05, 30d or 1y",
  );
}
