/** Ctrl-C, or a signal, ends the lab before it is through. */

/** The exit status of a program that was ended by each signal: 128 and the signal's number. */
const STATUS: Partial<Record<Deno.Signal, number>> = Deno.build.os === "windows"
  ? { SIGINT: 130 }
  : { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Thrown where something is given up because the lab is to end. */
export class Interrupted extends Error {
  /** @param status The exit status that the lab ends with. */
  constructor(readonly status: number) {
    super("the lab was told to end");
  }
}

/**
 * To be called before an experiment is given up: what it still waits for fails when its programs are
 * ended, and nobody is to hear of it.
 */
export function ignoreWhatFails(): void {
  globalThis.addEventListener("unhandledrejection", ignore);
}

function ignore(event: PromiseRejectionEvent): void {
  event.preventDefault();
}

/** Waits for Ctrl-C and its like, until it is disposed of. */
export class Interruption implements Disposable {
  /** Rejects with {@linkcode Interrupted} when the lab is to end. */
  readonly happened: Promise<never>;
  readonly #reject: (error: Interrupted) => void;
  readonly #listeners: [Deno.Signal, () => void][] = [];
  /** When it happened, by `performance.now`. */
  #since: number | undefined;

  /** Listens from now on. A person who presses Ctrl-C again does not want to wait. */
  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    this.happened = promise;
    this.#reject = reject;
    this.happened.catch(() => {});
    for (const [name, status] of Object.entries(STATUS)) {
      const signal = name as Deno.Signal;
      const listener = () => {
        if (!this.hasHappened) this.cause(status);
        else if (this.#isImpatient()) Deno.exit(status);
      };
      Deno.addSignalListener(signal, listener);
      this.#listeners.push([signal, listener]);
    }
  }

  /** Whether the lab is to end. */
  get hasHappened(): boolean {
    return this.#since !== undefined;
  }

  /** Makes it happen. */
  cause(status: number): void {
    this.#since = performance.now();
    ignoreWhatFails();
    this.#reject(new Interrupted(status));
  }

  #isImpatient(): boolean {
    // One Ctrl-C may come twice: from the terminal, and from `deno task`, which passes it on.
    return performance.now() - (this.#since ?? Infinity) > 1_000;
  }

  /** Leaves signals to the system again. */
  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
  }
}
