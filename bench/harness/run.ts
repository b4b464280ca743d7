/**
 * Runs measures: subject by subject, round by round, so that all of them have the same weather.
 *
 * @module
 */
import type { Figures, Growth, Measure, Subject } from "./measure.ts";
import type { Curve, MeasureResult } from "./result.ts";
import { Scope } from "./scope.ts";
import { median } from "./statistics.ts";

/** Behind the name of a subject of the other checkout. */
export const BEFORE = " (before)";

/** What is wanted of a run. */
export interface RunOptions {
  /** This checkout, as the URL of its folder. */
  readonly tree: string;
  /** Another one, measured beside it. */
  readonly against?: string | undefined;
  readonly isQuick: boolean;
  /** How many rounds; by default what the measure asks for. */
  readonly rounds?: number | undefined;
  /** Whether the curves are left out. */
  readonly withoutGrowth?: boolean;
  /** Told what is being done. */
  tell(text: string): void;
}

interface Runner {
  readonly name: string;
  readonly subject: Subject;
  readonly tree: string;
}

/** Runs one measure. A subject that fails is left out from then on, and said so. */
export async function run(measure: Measure, options: RunOptions): Promise<MeasureResult> {
  const { isQuick, tell } = options;
  const skipped: string[] = [];
  const runners = await available(measure, options, skipped);
  const rounds = options.rounds ?? (isQuick ? measure.quickRounds : measure.rounds);
  const results = new Map<string, Figures[]>();
  const failed = new Set<string>();
  const once = async ({ name, subject, tree }: Runner, size: number) => {
    if (failed.has(name)) return undefined;
    await using scope = new Scope();
    try {
      return await subject.run({ scope, tree, size, isQuick });
    } catch (error) {
      failed.add(name);
      const reason = error instanceof Error ? error.message : String(error);
      skipped.push(`${measure.name}, ${name}, at ${size}: it failed: ${firstLine(reason)}`);
      tell(`${measure.name}: ${name} failed: ${reason}`);
      return undefined;
    }
  };

  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one: who comes first finds another machine than who comes last.
    for (const runner of rotated(runners, round)) {
      if (round >= (runner.subject.maxRounds ?? Infinity)) continue;
      tell(`${measure.name}: round ${round + 1} of ${rounds}, ${runner.name}`);
      const figures = await once(runner, isQuick ? measure.quickSize : measure.size);
      const before = results.get(runner.name) ?? [];
      if (figures !== undefined) results.set(runner.name, [...before, figures]);
    }
  }

  const curves = new Map<string, Curve[]>();
  for (const group of options.withoutGrowth ? [] : bySizes(measure.growth ?? [])) {
    const measured = await grow(group);
    for (const growth of group) curves.set(growth.name, measured.get(growth.name) ?? []);
  }
  return {
    measure,
    subjects: runners.flatMap(({ name }) => {
      const rounds = results.get(name);
      return rounds === undefined ? [] : [{ name, rounds }];
    }),
    curves,
    skipped,
  };

  /** Growths of the same sizes are read from the same rounds. */
  async function grow(group: readonly Growth[]): Promise<Map<string, Curve[]>> {
    const found = new Map<string, Curve[]>(group.map(({ name }) => [name, []]));
    const [first] = group;
    for (const runner of runners) {
      if (first === undefined || !(first.subjects?.includes(runner.name) ?? true)) continue;
      const points = new Map<string, { size: number; value: number }[]>();
      for (const size of isQuick ? first.quickSizes : first.sizes) {
        tell(`${measure.name}: ${runner.name} at ${size.toLocaleString("en")} ${first.axis}`);
        const repeats = [await once(runner, size)];
        if (repeats[0] === undefined) break;
        for (const growth of group) {
          const values = repeats.flatMap((figures) => figures?.[growth.quantity] ?? []);
          if (values.length === 0) continue;
          const before = points.get(growth.name) ?? [];
          points.set(growth.name, [...before, { size, value: median(values) }]);
        }
      }
      // What failed at one size is measured again in the next growth.
      failed.delete(runner.name);
      for (const [name, list] of points) {
        found.get(name)?.push({ subject: runner.name, points: list });
      }
    }
    return found;
  }
}

async function available(
  measure: Measure,
  { tree, against }: RunOptions,
  skipped: string[],
): Promise<Runner[]> {
  const runners: Runner[] = [];
  for (const subject of measure.subjects) {
    const why = await subject.whyNot?.();
    if (why !== undefined) {
      skipped.push(`${measure.name}, ${subject.name}: ${why}`);
      continue;
    }
    runners.push({ name: subject.name, subject, tree });
    if (subject.isOwn && against !== undefined) {
      runners.push({ name: subject.name + BEFORE, subject, tree: against });
    }
  }
  return runners;
}

function bySizes(growths: readonly Growth[]): readonly Growth[][] {
  const key = ({ sizes, subjects }: Growth) => JSON.stringify([sizes, subjects]);
  return [...Map.groupBy(growths, key).values()];
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "")?.trim() ??
    "for no reason that it told";
}
