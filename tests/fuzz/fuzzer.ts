import { Material } from "./material.ts";
import type { Target } from "./target.ts";

/** How long one target is tried before the next has its turn, in milliseconds. */
const TURN = 50;

/** By how much the process may grow while a target has its turn, in bytes. */
const MAX_GROWTH = 512 * 1024 * 1024;

/** What is tried. */
export interface FuzzOptions {
  readonly targets: readonly Target[];
  /** Of the first case of each target; each further case has the next number. */
  readonly seed: number;
  /** For how long, in milliseconds. Each target is tried once at least. */
  readonly time: number;
  /** Told before each case. */
  onCase?(target: Target, seed: number): void;
}

/** A case that went wrong. With its seed as the first one, it is the first that is tried. */
export interface Failure {
  readonly target: string;
  readonly seed: number;
  readonly error: unknown;
}

/** What came of it. */
export interface Findings {
  /** How many cases of each target were tried. */
  readonly counts: ReadonlyMap<string, number>;
  /** One of each target at most: it is not tried any further. */
  readonly failures: readonly Failure[];
}

/** Tries targets in turns, until the time is over. */
export async function fuzz({ targets, seed, time, onCase }: FuzzOptions): Promise<Findings> {
  const counts = new Map(targets.map(({ name }) => [name, 0]));
  const failures: Failure[] = [];
  let rest = [...targets];
  const lost = new Promises();
  const end = performance.now() + time;
  try {
    do {
      for (const target of rest) {
        const turnEnd = performance.now() + TURN;
        const before = Deno.memoryUsage().rss;
        let number = counts.get(target.name) ?? 0;
        let current = seed;
        try {
          do {
            current = (seed + number++) >>> 0;
            onCase?.(target, current);
            await target.run(new Material(current));
          } while (performance.now() < turnEnd);
          await lost.look();
          const growth = Deno.memoryUsage().rss - before;
          if (growth > MAX_GROWTH) {
            throw new Error(`it takes ${growth} bytes of memory, one of the cases up to this one`);
          }
        } catch (error) {
          failures.push({ target: target.name, seed: current, error });
          rest = rest.filter((other) => other !== target);
        }
        counts.set(target.name, number);
      }
    } while (performance.now() < end && rest.length > 0);
  } finally {
    lost.close();
  }
  return { counts, failures };
}

/** Promises whose rejection nobody has taken care of. */
class Promises {
  #reason: { readonly reason: unknown } | undefined;
  readonly #note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    this.#reason ??= { reason: event.reason };
  };

  constructor() {
    globalThis.addEventListener("unhandledrejection", this.#note);
  }

  /** @throws If there was one: it belongs to one of the last cases. */
  async look(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const found = this.#reason;
    this.#reason = undefined;
    if (found === undefined) return;
    throw new Error("nobody handles a rejection of one of the cases up to this one", {
      cause: found.reason,
    });
  }

  close(): void {
    globalThis.removeEventListener("unhandledrejection", this.#note);
  }
}
