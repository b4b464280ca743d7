/**
 * `deno task bench`: this project and what one would use instead of it, side by side.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { describeMachine } from "./harness/machine.ts";
import type { Measure } from "./harness/measure.ts";
import type { MeasureResult } from "./harness/result.ts";
import { run } from "./harness/run.ts";
import { endEverything } from "./harness/scope.ts";
import { MEASURES } from "./measures/mod.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { INSTALL } from "./peers/installed.ts";
import { versions } from "./peers/versions.ts";
import { writeDocument } from "./report/document.ts";
import { recordOf, regressions } from "./report/recorded.ts";
import { allRows, outcomes } from "./report/rows.ts";
import { textTable } from "./report/table.ts";

const ROOT = new URL("../", import.meta.url);
const RECORDED = new URL("recorded.json", import.meta.url);

async function bench(options: BenchOptions): Promise<number> {
  const { names, quick, rounds, growth, check, record } = options;
  const chosen = MEASURES.filter(({ name }) => names.length === 0 || names.includes(name));
  const start = performance.now();
  // Before anything is measured: without it there is nothing to compare with.
  const recorded = check ? await readRecord() : {};
  const against = options.against === undefined ? undefined : await checkout(options.against);
  const machine = await describeMachine();
  for (const [name, value] of machine) console.error(`${name}: ${value}`);
  const isWhole = names.length === 0 && growth && !quick && against === undefined && !check;
  const facts = isWhole ? [...machine, ...await versions()] : machine;
  const results: MeasureResult[] = [];
  for (const measure of chosen) {
    results.push(
      await run(measure, {
        tree: ROOT.href,
        against,
        isQuick: quick,
        rounds,
        // What is recorded has no curves.
        withoutGrowth: !growth || check,
        tell: (text) => console.error(`${minutes(start)} ${text}`),
      }),
    );
    const passed = (performance.now() - start) / 60_000;
    // After each one: what an interruption leaves is what has been measured.
    if (isWhole) {
      await writeDocument(ROOT, results, { facts, install: INSTALL, minutes: passed });
    }
    if (record) await writeRecord(results.flatMap(outcomes));
  }
  console.log(textTable(allRows(results)));
  for (const sentence of results.flatMap(({ skipped }) => skipped)) {
    console.log(`skipped: ${sentence}`);
  }
  const found = results.flatMap(outcomes);
  if (!check) return 0;
  const worse = regressions(found, recorded);
  for (const sentence of worse) console.error(sentence);
  if (worse.length === 0) console.error("Nothing is worse than what is recorded.");
  return worse.length === 0 ? 0 : 1;
}

/**
 * What was recorded.
 *
 * @throws If nothing was.
 */
async function readRecord(): Promise<Parameters<typeof regressions>[1]> {
  try {
    return JSON.parse(await Deno.readTextFile(RECORDED));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("nothing is recorded yet; deno task bench --record does it");
  }
}

/** What other measures have recorded stays. */
async function writeRecord(found: Parameters<typeof recordOf>[0]): Promise<void> {
  const before = JSON.parse(await Deno.readTextFile(RECORDED).catch(() => "{}"));
  const text = JSON.stringify({ ...before, ...recordOf(found) }, undefined, 2);
  await Deno.writeTextFile(RECORDED, `${text}\n`);
}

async function checkout(folder: string): Promise<string> {
  try {
    const path = await Deno.realPath(folder);
    await Deno.stat(`${path}/server.ts`);
    return pathToFileURL(`${path}/`).href;
  } catch {
    throw new Error(`--against ${folder}: there is no checkout of this project`);
  }
}

function minutes(start: number): string {
  const seconds = Math.floor((performance.now() - start) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function list(measures: readonly Measure[]): string {
  const width = Math.max(...measures.map(({ name }) => name.length));
  return measures.map(({ name, title }) => `${name.padEnd(width)}  ${title}`).join("\n");
}

if (import.meta.main) {
  const options = parseOptions(Deno.args, MEASURES.map(({ name }) => name));
  if ("status" in options) {
    (options.status === 0 ? console.log : console.error)(options.text.trimEnd());
    Deno.exit(options.status);
  }
  if (options.list) {
    console.log(list(MEASURES));
    Deno.exit(0);
  }
  // Relative folders are those of the caller, not of the task.
  const caller = Deno.env.get("INIT_CWD");
  if (caller !== undefined) Deno.chdir(caller);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      endEverything();
      Deno.exit(130);
    });
  }
  let status = 1;
  try {
    status = await bench(options);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
  } finally {
    endEverything();
  }
  Deno.exit(status);
}
