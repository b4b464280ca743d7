import { NetworkError } from "../../errors.ts";
import type { BackOff } from "./back_off.ts";
import { isLocal, lossReason, mayTryAgain } from "./lost_connection.ts";
import type { Waker } from "./waker.ts";

/** How soon a person can have one attempt follow another, in milliseconds. */
const MIN_INTERVAL = 1_000;

/** An attempt that is about to be made. */
export interface Attempt {
  /** Which one since the connection was lost, counted from 1. */
  readonly attempt: number;
  /** After how many milliseconds it is made. */
  readonly delayMs: number;
  /** What went wrong, as a part of a sentence. */
  readonly reason: string;
}

/** How to connect again. */
export interface ReconnectOptions<Connection> {
  /** Makes one attempt. */
  connect(signal: AbortSignal): Promise<Connection>;
  readonly backOff: BackOff;
  readonly waker: Waker;
  /** Told of each attempt. */
  onAttempt(attempt: Attempt): void;
  /** Whether the next attempt is the last one: then its failure is an end. */
  isLast(): boolean;
  /** Ends all attempts, with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Tries to connect until it succeeds.
 *
 * @param loss Why the connection before was lost.
 * @throws {OutOfPatience} If the last attempt has failed.
 * @throws The signal's reason, if it is aborted.
 * @throws {AuthenticationError} If the server does not prove the key that it had, or does not let this
 *   side in any more.
 * @throws {ProtocolError} If the server does not keep to the protocol.
 */
export async function reconnect<Connection>(
  loss: Error,
  options: ReconnectOptions<Connection>,
): Promise<Connection> {
  const { connect, backOff, waker, onAttempt, isLast, signal } = options;
  let reason = lossReason(loss);
  let failure: unknown;
  for (let attempt = 1;; attempt++) {
    const delayMs = backOff.next(failure);
    onAttempt({ attempt, delayMs, reason });
    await waker.wait(delayMs, attempt === 1 || isLocal(failure) ? 0 : MIN_INTERVAL, signal);
    try {
      return await untilMoved(connect, waker, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!mayTryAgain(error)) throw error;
      if (isLast()) throw new OutOfPatience(lossReason(error), { cause: error });
      failure = error;
      reason = lossReason(error);
    }
  }
}

/** The last attempt to connect has failed. */
export class OutOfPatience extends NetworkError {
  /** @param reason Why, as a part of a sentence. */
  constructor(reason: string, options: ErrorOptions) {
    super("ended", `the connection was lost, and connecting again failed: ${reason}`, options);
  }
}

/** An attempt that is given up if the network changes under it: on the old one nobody may answer. */
async function untilMoved<Connection>(
  connect: (signal: AbortSignal) => Promise<Connection>,
  waker: Waker,
  signal: AbortSignal,
): Promise<Connection> {
  const moved = new AbortController();
  const unlisten = waker.listen((call) => {
    if (call !== "person") moved.abort(new NetworkError("unreachable", "the network has changed"));
  });
  try {
    return await connect(AbortSignal.any([signal, moved.signal]));
  } finally {
    unlisten();
  }
}
