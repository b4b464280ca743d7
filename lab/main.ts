/**
 * The lab: `deno task lab` lists the experiments, `deno task lab NAME` runs one, `deno ` +
   `task lab all`
 * runs all of them and ends with a table.
 *
 * @module
 */
import { UsageError } from "../lib/errors.ts";
import { type Manner, parseArguments, type Request, USAGE } from "./arguments.ts";
import { EXPERIMENTS } from "./experiments.ts";
import type { Experiment } from "./experiment.ts";
import { isAsExpected } from "./finding.ts";
import { ignoreWhatFails, Interrupted, Interruption } from "./interruption.ts";
import { Keyboard } from "./keyboard.ts";
import { Lab } from "./lab.ts";
import { readingTime } from "./reading_time.ts";
import { Stage, visible, wrap } from "./stage.ts";
import { type Result, table } from "./table.ts";
import { TimeLimit } from "./time_limit.ts";

/** Exit statuses: all as it has to be, something not so, wrong arguments. */
const FINE = 0;
const FAILED = 1;
const MISUSED = 2;

/** What the lab needs of Deno: sockets, programs, and folders for what these keep. */
const PERMISSIONS = ["net", "run", "read", "write", "env"] as const;

/** How much room the list has for the name of an experiment, and two blanks. */
const NAME_WIDTH = 16;

/** How long an experiment may take from one piece of its story to the next, in seconds. */
const LONGEST_SILENCE = 120;

const isTerminal = Deno.stdout.isTerminal();
const columns = isTerminal ? Deno.consoleSize().columns : 80;
const colour = isTerminal && !Deno.noColor;

/** @returns The exit status. */
async function main(args: readonly string[]): Promise<number> {
  let request: Request;
  try {
    request = parseArguments(args, EXPERIMENTS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return complain(`${error.message}; see deno task lab`);
  }
  if (request.kind === "help") console.log(request.text);
  if (request.kind === "list") list();
  if (request.kind !== "run") return FINE;
  const { names, manner } = request;
  if (manner.step && !Deno.stdin.isTerminal()) {
    return complain("--step waits for a key, but standard input is not a terminal");
  }
  if (PERMISSIONS.some((name) => Deno.permissions.querySync({ name }).state !== "granted")) {
    return complain("the lab may not start programs or connect them; run it with deno task lab");
  }
  return await perform(EXPERIMENTS.filter(({ name }) => names.includes(name)), manner);
}

/** Runs some experiments, one after the other, until the lab is told to end. */
async function perform(experiments: readonly Experiment[], manner: Manner): Promise<number> {
  using interruption = new Interruption();
  using keyboard = manner.step ? new Keyboard({ colour }) : undefined;
  const results: Result[] = [];
  try {
    for (const experiment of experiments) {
      if (manner.quiet && experiments.length > 1) console.error(`${experiment.name} …`);
      results.push(await attempt(experiment, manner, interruption, keyboard));
    }
  } catch (error) {
    if (error instanceof Interrupted) return error.status;
    throw error;
  }
  if (experiments.length > 1 || manner.quiet) {
    console.log(`\n${table(results, columns).join("\n")}`);
  }
  return judge(results);
}

/** Runs one; whatever it throws becomes its result. */
async function attempt(
  experiment: Experiment,
  manner: Manner,
  interruption: Interruption,
  keyboard: Keyboard | undefined,
): Promise<Result> {
  let last = "";
  using limit = new TimeLimit(LONGEST_SILENCE);
  const stage = new Stage({
    colour,
    columns,
    write(text) {
      last = text;
      if (!manner.quiet && !interruption.hasHappened && !limit.isOver) console.log(text.trimEnd());
    },
    async pause() {
      limit.stop();
      if (keyboard !== undefined) {
        if (!await keyboard.next()) interruption.cause(FINE);
      } else if (isTerminal && !manner.fast && !manner.quiet) {
        await new Promise((resolve) => setTimeout(resolve, readingTime(last)));
      }
      limit.start();
    },
  });
  await using lab = new Lab(stage);
  const run = async () => {
    limit.start();
    await stage.title(`${experiment.name}: ${experiment.title}`);
    return await experiment.run(lab);
  };
  try {
    return {
      experiment,
      outcome: await Promise.race([interruption.happened, limit.exceeded, run()]),
    };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    if (limit.isOver) ignoreWhatFails();
    return { experiment, failure: shortly(error) };
  }
}

/** What went wrong, and of all that a program had said before, its last line. */
function shortly(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [what, ...said] = message.split(/\. It said:\n|\n/);
  const last = said.findLast((line) => line.trim() !== "");
  return last === undefined ? what : `${what}. Its last line: ${visible(last)}`;
}

/** Says what is not as it has to be. */
function judge(results: readonly Result[]): number {
  let status = FINE;
  for (const { experiment: { name }, outcome, failure } of results) {
    if (outcome !== undefined && isAsExpected(outcome)) continue;
    status = FAILED;
    console.error(
      outcome === undefined
        ? `lab: ${name} did not finish: ${failure}`
        : `lab: ${name} did not have the expected outcome`,
    );
  }
  return status;
}

function list(): void {
  console.log("The lab attacks a naive protocol, and then this project, with the same attacks.");
  console.log("The course that goes with it is in lab/README.md.\n");
  console.log("lesson  experiment");
  const indent = 8 + NAME_WIDTH;
  for (const { name, lesson, title } of EXPERIMENTS) {
    const lines = wrap(title, Math.max(columns, 60) - indent);
    const text = lines.join(`\n${" ".repeat(indent)}`);
    console.log(`${String(lesson).padStart(6)}  ${name.padEnd(NAME_WIDTH)}${text}`);
  }
  console.log(`\n${USAGE}\n--step waits for a key after each piece; --help lists the flags.`);
}

function complain(what: string): number {
  console.error(`lab: ${what}.`);
  return MISUSED;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
