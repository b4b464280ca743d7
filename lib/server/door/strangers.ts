import { NetworkError } from "../../errors.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";

/** After telling of one stranger, keep quiet about the next ones for so many milliseconds. */
const QUIET_PERIOD = 10_000;

/** How many who may not enter are told of in one such period. */
const MAX_REFUSALS = 10;

/**
 * Tells of connections that came to nothing, and folds a flood of them into a few lines, so that a
 * stranger cannot fill a screen or a disk.
 */
export class Strangers {
  readonly #tell: (text: string) => void;
  readonly #now: () => number;
  #quietUntil = 0;
  #untold = 0;
  #refusalsUntil = 0;
  #refusals = 0;

  /** @param now The clock, in milliseconds. Default `performance.now`. */
  constructor(tell: (text: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Takes note of one connection that failed. */
  failed(error: unknown, address: string): void {
    if (this.#now() < this.#quietUntil) {
      this.#untold++;
      return;
    }
    const others = this.#untold === 0 ? "" : ` (and ${this.#untold} more before it)`;
    this.#untold = 0;
    this.#quietUntil = this.#now() + QUIET_PERIOD;
    if (error instanceof NetworkError && error.code === "hung-up") {
      // What every client does that meets this server for the first time is no cause for alarm.
      this.#tell(`somebody at ${address} looked at this server's key, and may come back${others}`);
      return;
    }
    const what = sanitiseLine(error instanceof Error ? error.message : String(error));
    this.#tell(`a connection from ${address} came to nothing: ${what}${others}`);
  }

  /**
   * Takes note of somebody who has proved a key, and may not enter. Each is told by name, because the
   * host may want to let them in; but a key costs nothing, so not all of a flood.
   */
  refused(fingerprint: string, address: string, why: string): void {
    if (this.#now() >= this.#refusalsUntil) {
      this.#refusalsUntil = this.#now() + QUIET_PERIOD;
      this.#refusals = 0;
    }
    this.#refusals++;
    if (this.#refusals > MAX_REFUSALS) return;
    const last = this.#refusals === MAX_REFUSALS ? " (more are not told for some seconds)" : "";
    this.#tell(`${fingerprint} at ${address} may not enter: ${why}${last}`);
  }
}
