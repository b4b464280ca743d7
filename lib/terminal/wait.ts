/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

/**
 * What a promise gives, unless the program is asked to end before.
 *
 * @throws The signal's reason.
 */
export async function orInterrupted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = aborted(signal).then((): never => {
    throw signal.reason;
  });
  const result = await Promise.race([promise, interrupted]);
  signal.throwIfAborted();
  return result;
}
