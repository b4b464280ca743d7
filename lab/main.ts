/**
 * The lab: `deno task lab` lists the experiments, `deno task lab NAME` runs one, `deno task lab all`
 * runs all of them and ends with a table.
 *
 * @module
 */
import { EXPERIMENTS } from "./experiments.ts";
import { type Experiment, isAsExpected, type Outcome } from "./experiment.ts";
import { Lab } from "./lab.ts";
import { Stage, wrap } from "./stage.ts";
import { waitForKey } from "./keyboard.ts";

const USAGE = `deno task lab              lists the experiments
deno task lab NAME...      runs some of them
deno task lab all          runs all, and ends with a table
      --step               waits for a key after each step
      --fast               does not wait at all
      --quiet              only the table`;

/** How long a piece of the story stands before the next one comes, in milliseconds, on a terminal. */
const READING_TIME = 1_500;

const isTerminal = Deno.stdout.isTerminal();
const columns = isTerminal ? Deno.consoleSize().columns : 80;
const colour = isTerminal && !Deno.noColor;

async function main(args: readonly string[]): Promise<number> {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const names = args.filter((arg) => !arg.startsWith("-"));
  const unknown = flags.find((flag) => !["--step", "--fast", "--quiet", "--help"].includes(flag));
  if (unknown !== undefined) return complain(`there is no flag ${unknown}`);
  if (flags.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  if (names.length === 0) {
    list();
    return 0;
  }
  const isAll = names.length === 1 && names[0] === "all";
  const chosen: Experiment[] = [];
  for (const name of isAll ? EXPERIMENTS.map((experiment) => experiment.name) : names) {
    const experiment = EXPERIMENTS.find((experiment) => experiment.name === name);
    if (experiment === undefined) {
      return complain(`there is no experiment ${JSON.stringify(name)}; deno task lab lists them`);
    }
    chosen.push(experiment);
  }
  if (flags.includes("--step") && !Deno.stdin.isTerminal()) {
    return complain("--step waits for a key, and there is no keyboard here");
  }

  const outcomes: [Experiment, Outcome][] = [];
  for (const experiment of chosen) {
    if (flags.includes("--quiet") && chosen.length > 1) console.error(`${experiment.name} …`);
    outcomes.push([experiment, await run(experiment, flags)]);
  }
  if (outcomes.length > 1 || flags.includes("--quiet")) table(outcomes);
  const wrong = outcomes.filter(([, outcome]) => !isAsExpected(outcome));
  for (const [{ name }] of wrong) console.error(`${name} did not come out as it has to.`);
  return wrong.length === 0 ? 0 : 1;
}

async function run(experiment: Experiment, flags: readonly string[]): Promise<Outcome> {
  const stage = new Stage({
    colour,
    columns,
    write: (text) => {
      if (!flags.includes("--quiet")) console.log(text.trimEnd());
    },
    pause: async () => {
      if (flags.includes("--step")) return await waitForKey();
      if (!isTerminal || flags.includes("--fast") || flags.includes("--quiet")) return;
      await new Promise((resolve) => setTimeout(resolve, READING_TIME));
    },
  });
  await stage.title(`${experiment.name}: ${experiment.title}`);
  await using lab = new Lab(stage);
  return await experiment.run(lab);
}

function list(): void {
  console.log("The lab attacks a naive protocol, and then this project, with the same attacks.");
  console.log("The course that goes with it is in lab/README.md.\n");
  for (const { name, lesson, title } of EXPERIMENTS) {
    console.log(`${String(lesson).padStart(4)}  ${name.padEnd(16)}${title}`);
  }
  console.log(`\n${USAGE}`);
}

function table(outcomes: readonly [Experiment, Outcome][]): void {
  const width = Math.max(24, Math.floor((Math.min(columns, 120) - 18) / 2));
  const row = (cells: readonly [string, string, string]) => {
    const [name, naive, here] = cells.map((cell, index) =>
      index === 0 ? [cell] : wrap(cell, width - 2)
    );
    const height = Math.max(naive.length, here.length);
    for (let line = 0; line < height; line++) {
      const texts = [name[line] ?? "", naive[line] ?? "", here[line] ?? ""];
      console.log(
        `${texts[0].padEnd(16)}${texts[1].padEnd(width)}${texts[2]}`.trimEnd(),
      );
    }
  };
  const sign = (succeeded: boolean) => succeeded ? "✗" : "✓";
  console.log("");
  row(["experiment", "the naive protocol", "this project"]);
  console.log("─".repeat(16 + 2 * width));
  for (const [{ name }, { naive, here }] of outcomes) {
    for (let index = 0; index < Math.max(naive.length, here.length); index++) {
      const cell = (side: Outcome["naive"]) =>
        side[index] === undefined
          ? ""
          : `${sign(side[index].succeeded)} ${side[index].attack}: ${side[index].result}`;
      row([index === 0 ? name : "", cell(naive), cell(here)]);
    }
  }
  console.log("\n✗ Eve succeeds   ✓ Eve is stopped");
}

function complain(what: string): number {
  console.error(`lab: ${what}\n\n${USAGE}`);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
