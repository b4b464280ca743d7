/**
 * `deno task fuzz SECONDS [--seed N] [--target NAME]…`: feeds every decoder, and the room, with what
 * nobody should send. A failure names its seed, with which it is the first case of the next run.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { report, run } from "./run.ts";
import { TARGETS } from "./targets.ts";

const USAGE = "usage: deno task fuzz SECONDS [--seed N] [--target NAME]...";

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seed: { type: "string" }, target: { type: "string", multiple: true } },
  });
  const names = TARGETS.map(({ name }) => name);
  const { target: targets = names, seed } = values;
  const seconds = Number(positionals[0]);
  const number = seed === undefined ? Date.now() % 2 ** 32 : Number(seed);
  if (positionals.length !== 1 || !(seconds > 0)) throw new Error(USAGE);
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 32) throw new Error(USAGE);
  const unknown = targets.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`no target ${unknown}; there are: ${names.join(", ")}`);
  }
  return { targets, seconds, seed: number };
}

if (import.meta.main) {
  try {
    const options = readArguments(Deno.args);
    console.log(`Seed ${options.seed}, ${options.seconds} seconds`);
    const result = await run(options);
    console.log(report(result));
    if (result.failures.length > 0) Deno.exit(1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
