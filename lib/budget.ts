/** Something that grows back at a rate, can be saved up to a limit, and overdrawn once: a token bucket. */
export class Budget {
  readonly #perMillisecond: number;
  readonly #most: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /**
   * A budget that begins full.
   *
   * @param perMillisecond How much grows back in a millisecond: more than 0.
   * @param most How much can be saved.
   * @param now The clock, in milliseconds.
   */
  constructor(perMillisecond: number, most: number, now: () => number) {
    this.#perMillisecond = perMillisecond;
    this.#most = this.#left = most;
    this.#now = now;
    this.#at = now();
  }

  /** How much may be used now; less than 0 if too much was used. */
  get left(): number {
    const now = this.#now();
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
    return this.#left;
  }

  /** Whether it is full. */
  get isRested(): boolean {
    return this.left >= this.#most;
  }

  /** In how many milliseconds something may be used again; 0 if that is now. */
  wait(): number {
    return Math.max(0, -this.left / this.#perMillisecond);
  }

  /** Uses so much, whether it is there or not. */
  use(amount: number): void {
    this.#left = this.left - amount;
  }
}

/** How many owners of budgets are remembered that have used something and not rested since. */
const MAX_REMEMBERED = 4096;

/** A budget for each address, or whatever else has a name. */
export class Budgets {
  readonly #create: () => Budget;
  readonly #maxRemembered: number;
  readonly #budgets = new Map<string, Budget>();

  /**
   * @param create Makes a new one.
   * @param maxRemembered How many are kept, at most. Default 4,096.
   */
  constructor(create: () => Budget, maxRemembered: number = MAX_REMEMBERED) {
    this.#create = create;
    this.#maxRemembered = maxRemembered;
  }

  /** How many are kept. */
  get size(): number {
    return this.#budgets.size;
  }

  /** The budget with this name; a full one if it is new, or was forgotten. */
  of(name: string): Budget {
    const known = this.#budgets.get(name);
    if (known !== undefined) return known;
    this.#makeRoom();
    const budget = this.#create();
    this.#budgets.set(name, budget);
    return budget;
  }

  /** Forgets those that are as full as new ones; if they are too few, those that came first. */
  #makeRoom(): void {
    if (this.#budgets.size < this.#maxRemembered) return;
    for (const [name, budget] of this.#budgets) {
      if (budget.isRested) this.#budgets.delete(name);
    }
    for (const name of this.#budgets.keys()) {
      if (this.#budgets.size < this.#maxRemembered) return;
      this.#budgets.delete(name);
    }
  }
}
