/** How long an attempt has before the next one begins beside it, in milliseconds (RFC 8305 §5). */
const ATTEMPT_DELAY = 250;

/** How attempts are made, and what becomes of those that are not needed any more. */
export interface RaceOptions<Result> {
  /** Makes an attempt; the signal ends it when another one was first, or all are given up. */
  attempt(address: string, signal: AbortSignal): Promise<Result>;
  /** Gives a result back that came too late. */
  discard(result: Result): void;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** How long an attempt has to itself, in milliseconds. Default 250. */
  readonly delay?: number;
}

/**
 * Tries addresses, the first one at once, and each further one when all before it have failed or 250 ms
 * after the one before it. What succeeds first counts.
 *
 * So an address that does not answer costs a quarter of a second, and not all the time that there is
 * (RFC 8305, "Happy Eyeballs").
 *
 * @param addresses At least one, in the order in which to try them.
 * @throws {AggregateError} With the error of each, in the order of the addresses, if all fail.
 */
export async function firstToSucceed<Result>(
  addresses: readonly string[],
  { attempt, discard, signal, delay = ATTEMPT_DELAY }: RaceOptions<Result>,
): Promise<Result> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const errors: unknown[] = [];
  let begun = 0;
  let failed = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    clearTimeout(timer);
    const index = begun++;
    const address = addresses[index];
    if (address === undefined) return;
    timer = setTimeout(next, delay);
    attempt(address, either).then((result) => {
      if (isOver) return discard(result);
      isOver = true;
      resolve(result);
    }, (error) => {
      errors[index] = error;
      failed++;
      if (failed === addresses.length || either.aborted) {
        isOver = true;
        reject(new AggregateError(errors.filter((error) => error !== undefined)));
      } else if (failed === begun) next();
    });
  };
  next();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    begun = addresses.length;
    over.abort();
  }
}

/** The same addresses, IPv4 and IPv6 by turns, beginning with the kind of the first (RFC 8305 §4). */
export function familiesByTurns(addresses: readonly string[]): readonly string[] {
  const isIpv6 = (address: string | undefined) => address?.includes(":") ?? false;
  const ofFirst = addresses.filter((address) => isIpv6(address) === isIpv6(addresses[0]));
  const others = addresses.filter((address) => isIpv6(address) !== isIpv6(addresses[0]));
  const longest = Math.max(ofFirst.length, others.length);
  return Array.from({ length: longest }, (_, index) => [ofFirst[index], others[index]])
    .flat()
    .filter((address) => address !== undefined);
}
