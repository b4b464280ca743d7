/** What somebody asks of the lab on the command line. */
import { UsageError } from "../lib/errors.ts";

/** How the lab is used. */
export const USAGE: string = `deno task lab              lists the experiments
deno task lab NAME...      runs some of them
deno task lab all          runs all, and ends with a table
      --step               waits for a key after each piece
      --fast               does not wait at all
      --quiet              only the table`;

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
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | { readonly kind: "run"; readonly names: readonly string[]; readonly manner: Manner };

const FLAGS = ["--step", "--fast", "--quiet", "--help"];
const ALL = "all";

/**
 * Reads the arguments.
 *
 * @param experiments The names that there are.
 * @throws {UsageError} If a flag or a name is unknown.
 */
export function parseArguments(args: readonly string[], experiments: readonly string[]): Request {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const names = args.filter((arg) => !arg.startsWith("-"));
  const unknownFlag = flags.find((flag) => !FLAGS.includes(flag) && flag !== "-h");
  if (unknownFlag !== undefined) throw unknown("flag", unknownFlag, FLAGS);
  if (flags.includes("--help") || flags.includes("-h")) return { kind: "help" };
  const unknownName = names.find((name) => name !== ALL && !experiments.includes(name));
  if (unknownName !== undefined) throw unknown("experiment", unknownName, [...experiments, ALL]);
  const manner = {
    step: flags.includes("--step"),
    fast: flags.includes("--fast"),
    quiet: flags.includes("--quiet"),
  };
  if (manner.step && (manner.fast || manner.quiet)) {
    throw new UsageError(
      "usage",
      "--step waits for a key, so it does not go with --fast or --quiet",
    );
  }
  if (names.length === 0) {
    if (flags.length === 0) return { kind: "list" };
    throw new UsageError("usage", `${flags[0]} needs the name of an experiment, or all`);
  }
  return {
    kind: "run",
    names: names.includes(ALL) ? experiments : [...new Set(names)],
    manner,
  };
}

function unknown(what: string, word: string, words: readonly string[]): UsageError {
  return new UsageError(
    "usage",
    `there is no ${what} ${JSON.stringify(word)}; the nearest is ${nearest(word, words)}`,
  );
}

/** The one of some words that somebody most likely meant. */
export function nearest(word: string, words: readonly string[]): string {
  const score = (candidate: string) => {
    const isPart = word.length > 1 && candidate.includes(word);
    return isPart ? 0 : distance(word, candidate);
  };
  return words.reduce((best, candidate) => score(candidate) < score(best) ? candidate : best);
}

/** How many characters have to be put in, taken out or replaced (Levenshtein's distance). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = row[column] + (character === other[column] ? 0 : 1);
      next.push(Math.min(replaced, row[column + 1] + 1, next[column] + 1));
    }
    row = next;
  }
  return row[other.length];
}
