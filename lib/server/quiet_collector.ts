import { closeCbcChains } from "../crypto/mod.ts";

/** How often is looked whether the server has nothing to do, in milliseconds. */
const INTERVAL = 10_000;

/** It has nothing to do if it takes less than this part of one processor's time. */
const QUIET_SHARE = 0.1;

/** How much memory has to have been added, in bytes, for a collection to be worth its time. */
const WORTHWHILE = 8 * 1_048_576;

/** What the runtime knows and does; tests have their own. */
export interface Runtime {
  /** How much processor time this process has taken, in milliseconds. */
  processorTime(): number;
  /** How much memory it holds, in bytes. */
  memory(): number;
  /** Gives up what can be made again, and is cheap to give up. */
  relax(): void;
  /** Collects all garbage. It takes some ten milliseconds for each ten megabytes that are in use. */
  collect(): Promise<void>;
}

/**
 * Gives memory back that a busy time has left behind. V8 collects garbage while a program makes more of
 * it, so what is left when all falls silent would stay until somebody speaks again.
 */
export class QuietCollector implements Disposable {
  readonly #runtime: Runtime;
  readonly #timer: ReturnType<typeof setInterval>;
  #processorTime: number;
  /** How much memory was held after the last collection, or since, if that is less. */
  #memory: number | undefined;
  #isCollecting = false;

  /**
   * Begins to look. It keeps no program alive.
   *
   * @param runtime Default: Deno.
   */
  constructor(runtime: Runtime = DENO) {
    this.#runtime = runtime;
    this.#processorTime = runtime.processorTime();
    this.#timer = setInterval(() => void this.look(), INTERVAL);
    Deno.unrefTimer(this.#timer);
  }

  /** Gives up chains if all is quiet, and collects if there is something to collect. It is called by a timer. */
  async look(): Promise<void> {
    const runtime = this.#runtime;
    const before = this.#processorTime;
    this.#processorTime = runtime.processorTime();
    if (this.#isCollecting || this.#processorTime - before > QUIET_SHARE * INTERVAL) return;
    runtime.relax();
    const memory = runtime.memory();
    this.#memory = this.#memory === undefined ? undefined : Math.min(this.#memory, memory);
    if (this.#memory !== undefined && memory - this.#memory < WORTHWHILE) return;
    this.#isCollecting = true;
    try {
      await runtime.collect();
    } finally {
      this.#isCollecting = false;
      this.#memory = runtime.memory();
      this.#processorTime = runtime.processorTime();
    }
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** V8's own function, in a context that has nothing else; `undefined` where it cannot be had. */
let collector: ((options: Readonly<Record<string, string>>) => void) | undefined;

const DENO: Runtime = {
  processorTime() {
    const { user, system } = globalThis.process.cpuUsage();
    return (user + system) / 1000;
  },
  memory: () => Deno.memoryUsage().rss,
  relax: closeCbcChains,
  async collect() {
    if (collector === undefined) {
      const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
        import("node:v8"),
        import("node:vm"),
      ]);
      // Only new contexts have it; before Deno 2.9 none has, and there V8 collects by itself.
      setFlagsFromString("--expose-gc");
      collector = runInNewContext("globalThis.gc") ?? (() => {});
    }
    collector?.({ type: "major", flavor: "last-resort" });
  },
};
