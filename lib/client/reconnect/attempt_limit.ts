/** How long a pipe tries to connect again, unless it is told, in milliseconds. */
const PIPES_PATIENCE = 30_000;

/** The longest that it can be, in milliseconds: a timer that is told more goes off at once. */
const MAX_PATIENCE = 2 ** 31 - 1;

/** Who tries to connect again, and what ends it. */
export interface AttemptLimitOptions {
  /** For how long to try, in milliseconds; `undefined` if that was not said. */
  readonly reconnectFor: number | undefined;
  /** Whether a person waits. */
  readonly isInteractive: boolean;
  /** Whether a program reads what is shown. */
  readonly json: boolean;
  /** Aborted when this side is to end. */
  readonly signal: AbortSignal;
  /** Resolves when nothing more will be said. */
  readonly allSaid: Promise<unknown>;
  /** Called when the time is over: the next attempt is the last one. */
  onOver(): void;
  /** Called when nobody waits for a connection any more. */
  onLeave(): void;
}

/** Limits for how long is tried to connect again, from now on until it is disposed of. */
export function limitAttempts(
  options: AttemptLimitOptions,
): Disposable & { readonly isOver: boolean } {
  const { reconnectFor, isInteractive, json, signal, allSaid, onOver, onLeave } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  let isDone = false;
  const runOut = () => {
    if (isDone) return;
    timer ??= setTimeout(() => {
      isOver = true;
      onOver();
    }, Math.min(reconnectFor ?? PIPES_PATIENCE, MAX_PATIENCE));
  };
  // A person, or a program that speaks JSON, may wait for as long as they like.
  if (reconnectFor !== undefined || (!isInteractive && !json)) runOut();
  const leave = () => {
    if (!isDone) onLeave();
  };
  if (signal.aborted) queueMicrotask(leave);
  // The signal outlives many connections.
  else signal.addEventListener("abort", leave, { once: true });
  void allSaid.then(() => isInteractive ? leave() : runOut(), leave);
  return {
    get isOver() {
      return isOver;
    },
    [Symbol.dispose]() {
      isDone = true;
      signal.removeEventListener("abort", leave);
      clearTimeout(timer);
    },
  };
}
