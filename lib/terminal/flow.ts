/** A stream of lines that pauses for so many milliseconds is taken to be idle. */
const PAUSE = 250;

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

  /** Takes note of a message. */
  touch(): void {
    this.#isMoving = true;
    if (this.#idle !== undefined) return;
    this.#idle = Promise.withResolvers();
    this.#watch();
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
    this.#isMoving = false;
    this.#timer = setTimeout(() => this.#isMoving ? this.#watch() : this.stop(), PAUSE);
  }
}
