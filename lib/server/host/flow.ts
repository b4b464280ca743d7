/** A stream of lines that pauses for so many milliseconds is taken to be idle. */
const PAUSE = 1_000;

/** A line that nobody takes for so many milliseconds does not keep its stream from being idle. */
const STALL = 60_000;

/**
 * Tells whether a stream of messages is flowing or has paused.
 *
 * When files are piped into both programs, one ends before the other. With this, the server does not
 * hang up in the middle of what is still being said; yet it does not wait for a person to think.
 */
export class Flow {
  #idle: PromiseWithResolvers<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isMoving = false;
  /** How many messages are being passed on at this moment. */
  #passing = 0;
  #stillSince = 0;

  /** Takes note of a message. */
  touch(): void {
    this.#isMoving = true;
    if (this.#idle !== undefined) return;
    this.#idle = Promise.withResolvers();
    this.#watch();
  }

  /** Takes note of a message that a slow reader may hold up: until it is taken, nothing has paused. */
  async during(passing: Promise<void>): Promise<void> {
    this.touch();
    this.#passing++;
    try {
      await passing;
    } finally {
      this.#passing--;
      this.touch();
    }
  }

  /** Takes note of the stream's end. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when the stream is idle, at once if it is already. */
  async idle(): Promise<void> {
    await this.#idle?.promise;
  }

  /** Looks once in a while whether something moved; a timer for each message would cost more. */
  #watch(): void {
    this.#stillSince = this.#isMoving ? 0 : this.#stillSince + PAUSE;
    this.#isMoving = false;
    this.#timer = setTimeout(() => this.#isFlowing() ? this.#watch() : this.stop(), PAUSE);
  }

  #isFlowing(): boolean {
    return this.#isMoving || (this.#passing > 0 && this.#stillSince < STALL);
  }
}
