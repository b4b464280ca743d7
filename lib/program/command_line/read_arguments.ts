/**
 * Reads command lines by `yargs-parser`. Its build for browsers loads no module of `node:`, which takes
 * longer than all that prints a version, help, or what is wrong with a flag.
 *
 * @module
 */
// @ts-types="npm:@types/yargs-parser@21.0.3"
import yargsParser from "npm:yargs-parser@22.0.0/browser";
import type { Option } from "./option.ts";

/** What was written. */
export interface Arguments {
  /** By the name of a flag, which may not be known: a text for each time that it was given. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** What is neither a flag nor its value. What looks like a flag is one that is not known. */
  readonly operands: readonly string[];
  /** What stands behind `--`. */
  readonly rest: readonly string[];
  /** A flag without its value, or with one that it does not take. */
  readonly mistake: Option | undefined;
}

/** The value of a flag is what follows, whatever it looks like. */
const CONFIGURATION = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "nargs-eats-options": true,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "populate--": true,
  "unknown-options-as-args": true,
};

/**
 * Reads arguments.
 *
 * @param options All that may be given; those of one name all take a value, or none does.
 */
export function readArguments(args: readonly string[], options: readonly Option[]): Arguments {
  const known = new Map(options.flatMap((option) => option.names.map((name) => [name, option])));
  const counts = [...known].map(([name, { takesValue }]) => [bare(name), takesValue ? 1 : 0]);
  const { argv, error } = yargsParser.detailed([...args], {
    narg: Object.fromEntries(counts),
    configuration: CONFIGURATION,
  });
  // The library names a flag without its hyphens, and takes `-flag` for flags of one letter each.
  const written = (name: string) => {
    const isWritten = (flag: string) => args.some((arg) => arg.split("=")[0] === flag);
    return [`--${name}`, `-${name}`].find(isWritten) ??
      // No flag that is known looks like the last one.
      args.find((arg) => /^-[^-]/.test(arg) && arg.includes(name)) ?? `---${name}`;
  };
  const { _: operands, "--": rest = [], ...flags } = argv;
  const mistaken = error?.message.split(": ").at(-1);
  return {
    flags: new Map(Object.entries(flags).map(([name, texts]) => [written(name), [texts].flat()])),
    operands: operands.map(String),
    rest: rest.map(String),
    mistake: mistaken === undefined ? undefined : known.get(written(mistaken)),
  };
}

function bare(name: string): string {
  return name.replace(/^-+/, "");
}
