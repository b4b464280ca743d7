import type { Result, Work } from "./worker.ts";

/** How long one case may take, in milliseconds: beyond that it hangs. */
const MAX_CASE_TIME = 10_000;

/** Which targets are tried, and for how long. */
export interface RunOptions {
  readonly targets: readonly string[];
  readonly seed: number;
  readonly seconds: number;
}

/**
 * Tries targets in a thread of its own, which can be ended if a case hangs.
 *
 * @returns What was found; a case that hangs is one of the failures, and ends it all.
 */
export async function run({ targets, seed, seconds }: RunOptions): Promise<Result> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  worker.addEventListener("message", ({ data }: MessageEvent<Result | "ready">) => {
    if (data !== "ready") return resolve(data);
    const work = { targets, seed, time: 1000 * seconds, progress: progress.buffer };
    worker.postMessage(work satisfies Work);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    const current = `${targets[progress[1]]}, seed ${progress[2]}`;
    reject(new Error(`the thread has ended at ${current}: ${event.message}`));
  });
  const progress = new Uint32Array(new SharedArrayBuffer(12));
  let [count, since] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    if (progress[0] !== count) [count, since] = [progress[0], now];
    else if (count > 0 && now - since > MAX_CASE_TIME) {
      const error = `it has not ended after ${MAX_CASE_TIME / 1000} seconds`;
      const failure = { target: targets[progress[1]], seed: progress[2], error };
      resolve({ counts: new Map(), failures: [failure] });
    }
  }, 500);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    worker.terminate();
  }
}

/** What was found, in lines, and how to try each failure again. */
export function report({ counts, failures }: Result): string {
  const tried = Array.from(counts, ([name, count]) => `${name.padEnd(24)}${count}`);
  const found = failures.map(({ target, seed, error }) =>
    `\nFAILED: ${target}, seed ${seed}\n${error}\n` +
    `Again: deno task fuzz 1 --seed ${seed} --target ${target}`
  );
  return [...tried, ...found].join("\n");
}
