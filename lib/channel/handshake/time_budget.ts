/** A part of the time, which can be saved up to a limit and overdrawn once. */
export class TimeBudget {
  readonly #share: number;
  readonly #most: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /**
   * A budget that begins full.
   *
   * @param share Which part of the time it is: more than 0, at most 1.
   * @param most How many milliseconds can be saved.
   * @param now The clock, in milliseconds.
   */
  constructor(share: number, most: number, now: () => number) {
    this.#share = share;
    this.#most = this.#left = most;
    this.#now = now;
    this.#at = now();
  }

  /** How many milliseconds may be used now; less than 0 if too many were used. */
  get left(): number {
    const now = this.#now();
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#share);
    this.#at = now;
    return this.#left;
  }

  /** Whether it is full. */
  get isRested(): boolean {
    return this.left >= this.#most;
  }

  /** In how many milliseconds something may be used again; 0 if that is now. */
  wait(): number {
    return Math.max(0, -this.left / this.#share);
  }

  /** Uses some milliseconds, whether there are as many or not. */
  use(milliseconds: number): void {
    this.#left = this.left - milliseconds;
  }
}
