/** What the lab is asked for on the command line. */
import { Argument, Command, CommanderError } from "npm:commander@15.1.0";
import { UsageError } from "../lib/errors.ts";
import type { Experiment } from "./experiment.ts";

/** How an experiment is to be told. */
export interface Manner {
  /** Wait for a key after each piece of the story. */
  readonly step: boolean;
  /** Do not wait for the reader. */
  readonly fast: boolean;
  /** Tell nothing but how it came out. */
  readonly quiet: boolean;
}

/** What is asked. */
export type Request =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "list" }
  | { readonly kind: "run"; readonly names: readonly string[]; readonly manner: Manner };

const ALL = "all";

/** How the lab is used. */
export const USAGE: string = `deno task lab              lists the experiments
deno task lab NAME...      runs some of them; a number, those of a lesson
deno task lab all          runs all, and ends with a table`;

/**
 * Reads the arguments.
 *
 * @param experiments What there is, in the order in which it runs.
 * @throws {UsageError} If a flag or a name is unknown.
 */
export function parseArguments(
  args: readonly string[],
  experiments: readonly Pick<Experiment, "name" | "lesson">[],
): Request {
  const all = experiments.map(({ name }) => name);
  const lessons = [...new Set(experiments.map(({ lesson }) => String(lesson)))];
  let help = "";
  const command = new Command("deno task lab")
    .description("Attacks a naive protocol, and then this project, with the same attacks.")
    .addArgument(
      new Argument("[NAME...]", "which experiments, or those of which lesson")
        .choices([...all, ...lessons, ALL]),
    )
    .option("--step", "wait for a key after each piece")
    .option("--fast", "do not wait at all")
    .option("--quiet", "only the table")
    .exitOverride()
    .configureOutput({
      // The library's own ways to find these out read the environment, which takes a permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      writeOut: (text) => help += text,
      writeErr: () => {},
    });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "help", text: help.trimEnd() };
    throw new UsageError("usage", sentenceOf(error));
  }
  const names = command.args;
  const { step = false, fast = false, quiet = false } = command.opts<Partial<Manner>>();
  if (step && (fast || quiet)) {
    throw new UsageError(
      "usage",
      "--step waits for a key, so it does not go with --fast or --quiet",
    );
  }
  if (names.length === 0) {
    if (args.length === 0) return { kind: "list" };
    throw new UsageError("usage", `${args[0]} needs the name of an experiment, or all`);
  }
  return {
    kind: "run",
    names: all.filter((name, index) => {
      const lesson = String(experiments[index].lesson);
      return [name, lesson, ALL].some((word) => names.includes(word));
    }),
    manner: { step, fast, quiet },
  };
}

/** The library's complaint as one sentence, without what a terminal would obey. */
function sentenceOf({ code, message }: CommanderError): string {
  const [, value = ""] = /'([^']*)'/.exec(message) ?? [];
  return code === "commander.invalidArgument"
    ? `there is no experiment ${JSON.stringify(value)}`
    : `there is no flag ${JSON.stringify(value)}`;
}
