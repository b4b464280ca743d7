/** Calls a listener whenever the window may have changed its size; Windows does not tell. */
export function listenForResize(listener: () => void): void {
  // `process.stdout` tells only in newer versions of Deno.
  try {
    Deno.addSignalListener("SIGWINCH", listener);
  } catch {
    // Windows has no such signal; there the next frame finds out the size.
  }
}

/** Undoes {@linkcode listenForResize}. */
export function ignoreResize(listener: () => void): void {
  try {
    Deno.removeSignalListener("SIGWINCH", listener);
  } catch {
    // It was never added.
  }
}

/** Calls a listener whenever the process goes on after it was stopped; Windows never stops one. */
export function listenForContinuing(listener: () => void): void {
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGCONT", listener);
}

/** Undoes {@linkcode listenForContinuing}. */
export function ignoreContinuing(listener: () => void): void {
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGCONT", listener);
}

/** `Deno.exit` and the usual end dispatch the first, an uncaught error one of the others. */
const ENDINGS = ["unload", "error", "unhandledrejection"];

/**
 * Calls a listener when the process is about to end, however it ends: a signal without a handler
 * aside. There is time only for what is done at once.
 */
export function listenForEnding(listener: () => void): void {
  for (const type of ENDINGS) addEventListener(type, listener);
}

/** Undoes {@linkcode listenForEnding}. */
export function ignoreEnding(listener: () => void): void {
  for (const type of ENDINGS) removeEventListener(type, listener);
}
