/**
 * The thread that tries the cases. The other one sees, in memory that both have, whether it gets on.
 *
 * @module
 */
import { fuzz } from "./fuzzer.ts";
import { TARGETS } from "./targets.ts";

/** What it is asked for. */
export interface Work {
  /** The names of the targets. */
  readonly targets: readonly string[];
  readonly seed: number;
  /** Milliseconds. */
  readonly time: number;
  /** 3 numbers: how many cases have begun, the position of the target in the list, the seed. */
  readonly progress: SharedArrayBuffer;
}

/** What it answers; errors as text. */
export interface Result {
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: readonly {
    readonly target: string;
    readonly seed: number;
    readonly error: string;
  }[];
}

/** The other thread, as it is seen from here. */
const scope = globalThis as unknown as Pick<Worker, "addEventListener" | "postMessage">;

scope.addEventListener("message", async ({ data }: MessageEvent<Work>) => {
  const progress = new Uint32Array(data.progress);
  const targets = TARGETS.filter(({ name }) => data.targets.includes(name));
  const { counts, failures } = await fuzz({
    targets,
    seed: data.seed,
    time: data.time,
    onCase(target, seed) {
      progress[1] = targets.indexOf(target);
      progress[2] = seed;
      progress[0]++;
    },
  });
  const told = failures.map(({ error, ...failure }) => ({ ...failure, error: textOf(error) }));
  scope.postMessage({ counts, failures: told } satisfies Result);
});

// Not before all is loaded would it hear what it is asked.
scope.postMessage("ready");

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stack = String(error), cause } = error;
  return cause === undefined ? stack : `${stack}\nbecause of: ${textOf(cause)}`;
}
