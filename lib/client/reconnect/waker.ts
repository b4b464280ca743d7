import { permittedInterfaces } from "../../environment.ts";

/** How often it is looked whether this machine has slept, or has another network, in milliseconds. */
const INTERVAL = 1_000;

/** By how much a look may be late before this machine is taken to have slept, in milliseconds. */
const OVERSLEPT = 2_000;

/** What ends a wait before its time. */
export type WakeUpCall = "person" | "slept" | "network";

/** What a {@linkcode Waker} looks at. */
export interface WakerOptions {
  /** The addresses of this machine, in a text; `undefined` where they cannot be known. */
  addresses?(): string | undefined;
  /** Milliseconds since 1970, also those in which the machine slept; tests have their own clock. */
  now?(): number;
}

/**
 * Waits, and ends the wait when it is worth it to try at once: a person does something, this machine was
 * asleep, or its network is another one. It looks from its beginning until it is disposed of.
 */
export class Waker implements Disposable {
  readonly #addresses: () => string | undefined;
  readonly #now: () => number;
  readonly #listeners = new Set<(call: WakeUpCall) => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #lookedAt: number;
  #lastAddresses: string | undefined;

  /** Begins to look. */
  constructor({ addresses = ownAddresses, now = Date.now }: WakerOptions = {}) {
    this.#addresses = addresses;
    this.#now = now;
    this.#lookedAt = now();
    this.#lastAddresses = addresses();
    this.#timer = setInterval(() => this.look(), INTERVAL);
  }

  /** Ends the waits: the person wants it. */
  call(call: WakeUpCall = "person"): void {
    for (const listener of [...this.#listeners]) listener(call);
  }

  /** Has something called at each wake-up call; what this returns ends that. */
  listen(listener: (call: WakeUpCall) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits for so many milliseconds, or until a wake-up call; but never less than `least`, because a
   * person presses many keys.
   *
   * @throws The signal's reason if it is aborted first.
   */
  async wait(milliseconds: number, least: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const done = Promise.withResolvers<void>();
    const end = this.#now() + least;
    let timer = setTimeout(done.resolve, milliseconds);
    const unlisten = this.listen(() => {
      clearTimeout(timer);
      const rest = end - this.#now();
      // A clock that was put back must not make it wait longer than it would have anyway.
      if (rest <= 0 || rest > least) done.resolve();
      else timer = setTimeout(done.resolve, Math.min(rest, milliseconds));
    });
    const abort = () => done.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await done.promise;
    } finally {
      clearTimeout(timer);
      unlisten();
      signal.removeEventListener("abort", abort);
    }
  }

  /** Looks at the clock and the network. It is called by a timer. */
  look(): void {
    const now = this.#now();
    const hasSlept = now - this.#lookedAt > INTERVAL + OVERSLEPT;
    this.#lookedAt = now;
    const addresses = this.#addresses();
    const hasMoved = addresses !== this.#lastAddresses;
    this.#lastAddresses = addresses;
    if (hasSlept) this.call("slept");
    else if (hasMoved) this.call("network");
  }

  /** Ends the looking. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }
}

/** The addresses of this machine, if this program may know them already: nobody is asked for that. */
function ownAddresses(): string | undefined {
  return permittedInterfaces()?.map(({ name, address }) => `${name} ${address}`).sort().join();
}
