/** Gives something up that does not come to an end. */

/** A clock that can be stopped, and that begins anew each time it is started. */
export class TimeLimit implements Disposable {
  /** Rejects when it has run for as long as it may, with one sentence that says so. */
  readonly exceeded: Promise<never>;
  readonly #reject: (error: Error) => void;
  readonly #seconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** It stands still until {@linkcode start}. */
  constructor(seconds: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.exceeded = promise;
    this.#reject = reject;
    this.#seconds = seconds;
    this.exceeded.catch(() => {});
  }

  /** Whether it has run out, or is not needed any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins anew, unless it is over. */
  start(): void {
    this.stop();
    if (!this.#isOver) this.#timer = setTimeout(() => this.#runOut(), this.#seconds * 1_000);
  }

  /** Does not count until it is started again. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Stops it for good. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.stop();
  }

  #runOut(): void {
    this.#isOver = true;
    this.#reject(new Error(`nothing happened for ${this.#seconds} seconds`));
  }
}
