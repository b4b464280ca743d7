import {
  Command,
  CommanderError,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "npm:commander@15.1.0";
import { ReportedError, UsageError } from "../../errors.ts";
import { type ProgramName, programName } from "../../program_name.ts";
import { VERSION } from "../../version.ts";
import { commonFlags, HelpRequest, type RawFlags, type Task, TaskRequest } from "./flags.ts";

/** The library's parser, with its output caught and its tasks told from a conversation. */
export class FlagParser {
  /** The library's own object, to add flags to. */
  readonly command: Command;
  readonly #name: ProgramName;
  #help = "";
  #task: Task | undefined;

  /** A parser for one of the programs. */
  constructor(name: ProgramName, description: string) {
    this.#name = name;
    const program = programName(name);
    this.command = new Command(program)
      .description(description)
      .version(`${program} ${VERSION}`, "--version", "print the version")
      .helpOption("-h, --help", "print this help")
      .helpCommand(false)
      .configureHelp({ optionTerm: termOf })
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

  /**
   * Adds a task: its name and argument, its help, and what it is.
   *
   * @param parent The group that it belongs to, if it does to one.
   */
  task<Raw extends OptionValues>(
    name: string,
    help: string,
    read: (raw: Raw, argument: string) => Task,
    parent: Command = this.command,
  ): Command {
    const command = parent.command(name).description(help).allowExcessArguments(false);
    return command.action(() => {
      this.#task = read(command.opts<Raw>(), command.args[0] ?? "");
    });
  }

  /** Adds a group of tasks, whose name stands in front of theirs. */
  group(name: string, help: string): Command {
    const group = this.command.command(name).description(help).helpCommand(false)
      // A name that is none of theirs is told by the sentence below.
      .allowExcessArguments();
    return group.action(() => {
      const names = group.commands.map((command) => command.name());
      const list = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
      throw new UsageError("usage", `${name} what? ${list}; see ${name} --help`);
    });
  }

  /** What was asked for, if not a conversation. */
  parse(args: readonly string[]): HelpRequest | TaskRequest | undefined {
    const rest = withoutExplainSecrets(args);
    try {
      this.command.parse(rest, { from: "user" });
      if (rest.length < args.length) this.command.setOptionValue("explain", "secrets");
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode === 0) return new HelpRequest(this.#help);
      const what = error.message.replace(/^error: /, "").replace(/\.$/, "").replaceAll(/\s+/g, " ")
        .replace("' is invalid. ", "' is invalid: ");
      const hint = error.code === "commander.excessArguments" ? this.#addressHint() : "";
      throw new UsageError("usage", `${what}${hint}; see --help`);
    }
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
 * The flag for an explanation. Its value may only stand behind an equals sign, which the library
 * cannot do: it would take an address behind the flag for one. So the library knows the flag alone.
 */
export function explainOption(): Option {
  return new Option(EXPLAIN, "explain the connection as it happens; =secrets shows keys")
    .preset("masked");
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

function termOf({ long, flags }: Option): string {
  return long === EXPLAIN ? "--explain[=secrets]" : flags;
}

/** A flag that takes a path: an empty one is a slip, as with a variable that is not set. */
export function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(argument((text: string) => {
    if (text !== "") return text;
    throw new UsageError("usage", "the path is empty");
  }));
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
  return argument((text: string) => {
    const count = Number(text.replaceAll("_", ""));
    if (/^\d[\d_]*$/.test(text) && count >= least && count <= greatest) return count;
    throw new UsageError("usage", `it must be a whole number from ${least} to ${greatest}`);
  });
}

/** Makes a parser of ours into one that the library takes. */
export function argument<T>(parser: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parser(text);
    } catch (error) {
      if (error instanceof ReportedError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}
