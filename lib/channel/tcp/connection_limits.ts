import { NetworkError } from "../../errors.ts";
import { Budget, Budgets } from "../../budget.ts";
import { ADDRESSES_PER_NETWORK, ConnectionCounts } from "./connection_counts.ts";
import type { Origin } from "./origin.ts";

/** How many connections a second one address may open for long; further ones are ended unread. */
const CONNECTIONS_PER_SECOND = 100;

/** How many at once, after a rest. */
const CONNECTIONS_AT_ONCE = 2_500;

/** How many of the connections that an address has too many are told so; the others just end. */
const MAX_TOLD_SURPLUS = 4;

/** How many connections each address may open, and have. */
export class ConnectionLimits {
  readonly #counts = new ConnectionCounts();
  readonly #addressPaces = pacesOf(1);
  readonly #networkPaces = pacesOf(ADDRESSES_PER_NETWORK);

  /**
   * Counts a connection, if it is taken.
   *
   * @param allowed How many its address may have.
   * @returns Whether it is one of a few too many, which are told so.
   * @throws {NetworkError} With code `too-many-connections`, if it is to be ended unread.
   */
  take(origin: Origin, allowed: number): boolean {
    const paces = [this.#addressPaces.of(origin.address)];
    if (origin.network !== undefined) paces.push(this.#networkPaces.of(origin.network));
    if (paces.some(({ left }) => left < 1)) throw tooFast();
    for (const pace of paces) pace.use(1);
    const surplus = this.#counts.surplus(origin, allowed);
    if (surplus > MAX_TOLD_SURPLUS) throw tooMany(allowed);
    this.#counts.add(origin);
    return surplus > 0;
  }

  /** A connection that was taken is over. */
  release(origin: Origin): void {
    this.#counts.remove(origin);
  }
}

/** An address has more connections than it may. */
export function tooMany(allowed: number): NetworkError {
  return new NetworkError(
    "too-many-connections",
    `too many connections from this address (${allowed} at most)`,
  );
}

function tooFast(): NetworkError {
  return new NetworkError("too-many-connections", "connections from there come too fast");
}

function pacesOf(addresses: number): Budgets {
  return new Budgets(() =>
    new Budget(
      addresses * CONNECTIONS_PER_SECOND / 1000,
      addresses * CONNECTIONS_AT_ONCE,
      () => performance.now(),
    )
  );
}
