import { sanitiseLine } from "./sanitise.ts";

/** After telling of one stranger, keep quiet about the next ones for so many milliseconds. */
const QUIET_PERIOD = 10_000;

/**
 * Tells of connections that came to nothing, and folds a flood of them into a few lines, so that a
 * stranger cannot fill a screen or a disk.
 */
export class Strangers {
  readonly #tell: (text: string) => void;
  readonly #now: () => number;
  #quietUntil = 0;
  #untold = 0;

  /** @param now The clock, in milliseconds. Default `performance.now`. */
  constructor(tell: (text: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Takes note of one connection that failed. */
  failed(error: unknown, address: string): void {
    const what = sanitiseLine(error instanceof Error ? error.message : String(error));
    this.#note(`a connection from ${address} came to nothing: ${what}`);
  }

  /** Takes note of somebody who proved a key, and may not enter. */
  refused(fingerprint: string, address: string, why: string): void {
    this.#note(`${fingerprint} at ${address} was refused: ${why}`);
  }

  #note(what: string): void {
    if (this.#now() < this.#quietUntil) {
      this.#untold++;
      return;
    }
    const others = this.#untold === 0 ? "" : ` (and ${this.#untold} more before it)`;
    this.#untold = 0;
    this.#quietUntil = this.#now() + QUIET_PERIOD;
    this.#tell(`${what}${others}`);
  }
}
