import { Budget, Budgets } from "../../budget.ts";
import { turn } from "../../pause.ts";

/** A handshake's time to compute. */
export interface Turn {
  /** Gives the time to the next one. May be called again. */
  end(): void;
}

/**
 * Waits for the next turn of a handshake.
 *
 * @param protocolName Which protocol it speaks.
 * @param signal Ends the waiting: the promise then rejects with its reason.
 */
export type TakeTurn = (protocolName: string, signal: AbortSignal | undefined) => Promise<Turn>;

/** Which parts of a listener's time handshakes may take: numbers from 0 to 1. */
export interface HandshakeShares {
  /** All of them together. */
  readonly all: number;
  /** Those with a pre-shared key. */
  readonly withSecret: number;
  /** Those of one address: of IPv6, one /64 network. */
  readonly address: number;
  /** Those of one IPv6 /48 network. */
  readonly network: number;
}

/** The shares of a listener that is told nothing else. */
export const HANDSHAKE_SHARES: HandshakeShares = {
  all: 0.5,
  withSecret: 0.3,
  address: 0.2,
  network: 0.3,
};

/** Where a handshake comes from, by the names under which its time is counted. */
export interface HandshakeOrigin {
  /** Its address. */
  readonly address: string;
  /** The network around it, if that counts too. */
  readonly network: string | undefined;
}

/** After a rest they may use at once what they have saved: their share of so many milliseconds. */
const BURST = 1_000;

/** After so many milliseconds it is looked again who may go: a timer takes no more than 2^31. */
const LONGEST_REST = 60_000;

/** A handshake that waits. */
interface Waiting {
  readonly address: string;
  readonly budgets: readonly Budget[];
  start(turn: Turn): void;
}

/**
 * Shares a listener's time among handshakes, so that a flood of them slows down neither what else the
 * program does nor, beyond its share, the handshakes from elsewhere.
 *
 * One computes at a time. After its turn all rest, for so long that no more than a part of the time
 * goes to handshakes; of that part, those with a pre-shared key get less, and each address still
 * less. Of several that wait, the next turn goes to the address that has used least.
 */
export class HandshakeTurns {
  readonly #now: () => number;
  readonly #all: Budget;
  readonly #withSecret: Budget;
  readonly #addresses: Budgets;
  readonly #networks: Budgets;
  readonly #waiting = new Set<Waiting>();
  /** Whether somebody has the turn, or had it a moment ago. */
  #isTaken = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Turns that nobody has had yet.
   *
   * @param now The clock, in milliseconds. Default `performance.now`.
   */
  constructor(
    shares: HandshakeShares = HANDSHAKE_SHARES,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    const budget = (share: number) => new Budget(share, BURST * share, now);
    this.#all = budget(shares.all);
    this.#withSecret = budget(shares.withSecret);
    this.#addresses = new Budgets(() => budget(shares.address));
    this.#networks = new Budgets(() => budget(shares.network));
  }

  /** How many handshakes from an address wait for a turn. */
  waitingFrom({ address }: HandshakeOrigin): number {
    let count = 0;
    for (const waiting of this.#waiting) if (waiting.address === address) count++;
    return count;
  }

  /**
   * Waits for a turn.
   *
   * @param hasSecret Whether the handshake has a pre-shared key.
   * @param signal Gives up waiting; the promise then rejects with its reason.
   */
  async take(origin: HandshakeOrigin, hasSecret: boolean, signal?: AbortSignal): Promise<Turn> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    const { address } = origin;
    const budgets = this.#budgetsOf(origin, hasSecret);
    const waiting: Waiting = { address, budgets, start: resolve };
    const giveUp = () => {
      // A turn that was given at this moment is given back by whoever has it.
      if (this.#waiting.delete(waiting)) reject(signal?.reason);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#waiting.add(waiting);
    this.#startNext();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Gives no further turn. Those who wait are to be told by their signals. */
  close(): void {
    clearTimeout(this.#timer);
    this.#isClosed = true;
  }

  #startNext(): void {
    if (this.#isTaken || this.#isClosed) return;
    clearTimeout(this.#timer);
    let next: Waiting | undefined;
    let shortest = Infinity;
    for (const waiting of this.#waiting) {
      const wait = Math.max(...waiting.budgets.map((budget) => budget.wait()));
      shortest = Math.min(shortest, wait);
      if (wait <= 0 && (next === undefined || leftOf(waiting) > leftOf(next))) next = waiting;
    }
    if (next !== undefined) return this.#start(next);
    if (shortest === Infinity) return;
    this.#timer = setTimeout(() => this.#startNext(), Math.min(Math.ceil(shortest), LONGEST_REST));
  }

  #start(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    this.#isTaken = true;
    const start = this.#now();
    let hasEnded = false;
    waiting.start({
      end: () => {
        if (hasEnded) return;
        hasEnded = true;
        const used = this.#now() - start;
        for (const budget of waiting.budgets) budget.use(used);
        if (this.#isClosed) return;
        // What else has arrived meanwhile goes first.
        void turn().then(() => {
          this.#isTaken = false;
          this.#startNext();
        });
      },
    });
  }

  #budgetsOf({ address, network }: HandshakeOrigin, hasSecret: boolean): Budget[] {
    // The address stands first: by what it has left the next turn is given.
    const budgets = [this.#addresses.of(address), this.#all];
    if (network !== undefined) budgets.push(this.#networks.of(network));
    if (hasSecret) budgets.push(this.#withSecret);
    return budgets;
  }
}

function leftOf({ budgets: [address] }: Waiting): number {
  return address?.left ?? 0;
}
