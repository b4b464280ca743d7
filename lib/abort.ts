/**
 * Waits for a promise, or for a signal, whichever is first.
 *
 * The work behind the promise goes on; what it brings is there for the next one who asks.
 *
 * @throws The signal's reason if it is aborted first.
 */
export function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  return signal === undefined ? promise : raceWithSignal(promise, signal);
}

/** Each of a thousand idle members waits here: so this is one promise, and no `async` function or race. */
function raceWithSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then((value) => {
      signal.removeEventListener("abort", abort);
      resolve(value);
    }, (error) => {
      signal.removeEventListener("abort", abort);
      reject(error);
    });
  });
}

/**
 * Waits for a promise at most so many milliseconds.
 *
 * @returns Whether the promise was settled in time. If it was rejected, so is this.
 */
export async function settledWithin(promise: Promise<unknown>, timeout: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), timeout);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a program is to end: which signal of the system, or `SIGINT` for Ctrl-C as well. */
export class Interruption extends Error {
  /** The signal's name. */
  override readonly cause: string;

  /** @param cause The signal's name. */
  constructor(cause: string) {
    super(`interrupted by ${cause}`);
    this.cause = cause;
  }
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
