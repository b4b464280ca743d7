import { UsageError } from "../../errors.ts";
import { type ProgramName, programName } from "../../program_name.ts";
import { VERSION } from "../../version.ts";
import { Command, WrongUsage } from "../command_line/command.ts";
import { Option } from "../command_line/option.ts";
import { commonFlags, HelpRequest, type RawFlags, type Task, TaskRequest } from "./flags.ts";

/** The command line of a program, whose tasks are told from a conversation. */
export class FlagParser {
  /** The program, to add flags to. */
  readonly command: Command;
  readonly #name: ProgramName;
  #task: Task | undefined;

  /** A parser for one of the programs. */
  constructor(name: ProgramName, description: string) {
    this.#name = name;
    const program = programName(name);
    this.command = new Command(program, description)
      .version(`${program} ${VERSION}`, "print the version");
  }

  /**
   * Adds a task: its name and argument, its help, and what it is.
   *
   * @param parent The group that it belongs to, if it does to one.
   */
  task<Raw extends object>(
    name: string,
    help: string,
    read: (raw: Raw, argument: string) => Task,
    parent: Command = this.command,
  ): Command {
    const command = parent.command(name, help);
    return command.action(() => {
      this.#task = read(command.opts<Raw>(), command.args[0] ?? "");
    });
  }

  /** Adds a group of tasks, whose name stands in front of theirs. */
  group(name: string, help: string): Command {
    // A name that is none of theirs is told by the sentence below.
    const group = this.command.command(name, help).takesMore();
    return group.action(() => {
      const names = group.commands.map((command) => command.name);
      const list = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
      throw new UsageError("usage", `${name} what? ${list}; see ${name} --help`);
    });
  }

  /** What was asked for, if not a conversation. */
  parse(args: readonly string[]): HelpRequest | TaskRequest | undefined {
    const rest = withoutExplainSecrets(args);
    try {
      const answer = this.command.parse(rest);
      if (answer !== undefined) return new HelpRequest(answer);
    } catch (error) {
      if (!(error instanceof WrongUsage)) throw error;
      const hint = error.isExcess ? this.#addressHint() : "";
      const what = error.message.replaceAll(/\s+/g, " ");
      throw new UsageError("usage", `${what}${hint}; see --help`);
    }
    if (rest.length < args.length) this.command.setOptionValue("explain", "secrets");
    const flags = commonFlags(this.#name, this.command.opts<RawFlags>());
    return this.#task && new TaskRequest(this.#task, flags);
  }

  /** What to write, where an address stands as other programs take it: `localhost 12345`. */
  #addressHint(): string {
    const { args } = this.command;
    const port = args.at(-1) ?? "";
    const [host = ""] = args;
    if (args.length === 2 && /^[^:\s/]+$/.test(host) && /^\d{1,5}$/.test(port)) {
      return `; write HOST:PORT, for example ${host}:${port}`;
    }
    return "";
  }
}

const EXPLAIN = "--explain";
const EXPLAIN_SECRETS = "--explain=secrets";

/**
 * The flag for an explanation. Its value may only stand behind an equals sign, because an
 * address behind the flag would be taken for one. So the parser knows the flag alone.
 */
export function explainOption(): Option {
  return new Option(EXPLAIN, "explain the connection as it happens; =secrets shows keys")
    .showAs(`${EXPLAIN}[=secrets]`).preset("masked");
}

/** The arguments but for the flag with its value, which is checked. */
function withoutExplainSecrets(args: readonly string[]): readonly string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.filter((arg, index) => {
    if (index >= end || !arg.startsWith(`${EXPLAIN}=`)) return true;
    if (arg === EXPLAIN_SECRETS) return false;
    throw new UsageError(
      "usage",
      `--explain takes no value but secrets, as in ${EXPLAIN_SECRETS}; see --help`,
    );
  });
}

/** A flag that takes a path: an empty one is a slip, as with a variable that is not set. */
export function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (text !== "") return text;
    throw new UsageError("usage", "the path is empty");
  });
}

/**
 * A flag that takes a whole number.
 *
 * @param range The least and the greatest that it may be.
 * @param usual What holds where it is not given.
 */
export function countOption(
  flags: string,
  description: string,
  range: readonly [number, number],
  usual: number,
): Option {
  return new Option(flags, description).default(usual).argParser(countParser(range));
}

/** Reads a whole number; underscores may stand between its digits. */
export function countParser([least, greatest]: readonly [number, number]): (
  text: string,
) => number {
  return (text) => {
    const count = Number(text.replaceAll("_", ""));
    if (/^\d[\d_]*$/.test(text) && count >= least && count <= greatest) return count;
    throw new UsageError("usage", `it must be a whole number from ${least} to ${greatest}`);
  };
}
