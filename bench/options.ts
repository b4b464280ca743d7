/**
 * What the command line of the benchmark says.
 *
 * @module
 */
import { Command, CommanderError, InvalidArgumentError } from "npm:commander@15.1.0";

/** What is wanted of a run. */
export interface BenchOptions {
  /** Which measures; none: all. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly rounds?: number;
  readonly growth: boolean;
  readonly against?: string;
  readonly check: boolean;
  readonly record: boolean;
  readonly list: boolean;
}

/** Text to print, and with which status to exit: help, or one sentence about a mistake. */
export interface Answer {
  readonly text: string;
  readonly status: 0 | 2;
}

function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value === 0) throw new InvalidArgumentError("a number above 0");
  return value;
}

/**
 * Reads the arguments.
 *
 * @param known The names of all measures.
 */
export function parseOptions(
  args: readonly string[],
  known: readonly string[],
): BenchOptions | Answer {
  let help = "";
  const command = new Command("deno task bench")
    .description(
      "Measures this project and each peer that is installed, side by side. Without a name: " +
        "everything; docs/BENCHMARKS.md and its pictures are then written anew.",
    )
    .argument("[names...]", `measures: ${known.join(", ")}`)
    .option("--quick", "less work, fewer rounds: for a first look", false)
    .option("--rounds <N>", "how many rounds of each measure", positive)
    .option("--no-growth", "leave the curves out")
    .option("--against <DIR>", "measure the checkout in DIR beside this one, as (before)")
    .option("--check", "compare with bench/recorded.json; exit with 1 if something is worse", false)
    .option("--record", "write bench/recorded.json anew", false)
    .option("--list", "list the measures", false)
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
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
    if (error.exitCode === 0) return { text: help, status: 0 };
    const reason = error.message.replace(/^error: /, "");
    return { text: `bench: ${reason}; see deno task bench --help`, status: 2 };
  }
  const names = command.args;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return { text: `bench: there is no ${unknown}; there is: ${known.join(", ")}`, status: 2 };
  }
  return { ...command.opts<Omit<BenchOptions, "names">>(), names };
}
