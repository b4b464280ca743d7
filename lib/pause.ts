import { orAborted } from "./abort.ts";

/**
 * Waits so many milliseconds.
 *
 * @throws The signal's reason if it is aborted first.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, milliseconds);
  try {
    await orAborted(over.promise, signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lets everything else have its turn: what has arrived meanwhile, and timers that are due. Where there is
 * no `setImmediate`, as in a browser, that takes as long as the shortest timer: in Deno about 2 ms instead
 * of 20 µs.
 */
export function turn(): Promise<void> {
  const immediately: ((run: () => void) => unknown) | undefined = globalThis.setImmediate;
  return new Promise((resolve) => {
    if (immediately === undefined) setTimeout(resolve, 0);
    else immediately(resolve);
  });
}
