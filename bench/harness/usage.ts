/**
 * What processes have used, as Linux tells it in `/proc`.
 *
 * @module
 */

/** Linux counts CPU time in hundredths of a second for everybody (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** CPU time, in seconds. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** CPU time and memory of one process, all of its threads together. */
export interface Usage extends CpuTime {
  /** Memory that it holds now, in bytes (`VmRSS`). */
  readonly memory: number;
  /** The most that it has held since it began, or since {@linkcode forgetPeak}, in bytes (`VmHWM`). */
  readonly peak: number;
}

/**
 * What a process has used since it began.
 *
 * @throws {Deno.errors.NotFound} If it has ended.
 */
export async function usageOf(pid: number): Promise<Usage> {
  const [user, system] = ticks(await Deno.readTextFile(`/proc/${pid}/stat`), 11);
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return { user, system, memory: 1024 * kilobytes("VmRSS"), peak: 1024 * kilobytes("VmHWM") };
}

/** What all child processes that have ended had used, and theirs: the kernel adds it up to the tick. */
export async function usageOfEnded(): Promise<CpuTime> {
  const [user, system] = ticks(await Deno.readTextFile("/proc/self/stat"), 13);
  return { user, system };
}

/** What was used between two moments. */
export function since(before: CpuTime, after: CpuTime): CpuTime {
  return { user: after.user - before.user, system: after.system - before.system };
}

/** User and system time together. */
export function total({ user, system }: CpuTime): number {
  return user + system;
}

/** Begins a new peak of a process's memory; nothing happens where the kernel refuses. */
export async function forgetPeak(pid: number): Promise<void> {
  await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5").catch(() => {});
}

/** Two fields of `stat`, counted behind the name, which may hold anything. */
function ticks(stat: string, first: number): [user: number, system: number] {
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  const seconds = (at: number) => Number(fields[at]) / TICKS_PER_SECOND;
  return [seconds(first), seconds(first + 1)];
}
