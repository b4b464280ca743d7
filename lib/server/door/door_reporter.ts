import type { DoorObserver, HandshakeEnd } from "../../chat/mod.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import { isBan } from "./turned_away.ts";

/** After telling of one failed connection, keep quiet about the next ones for so many milliseconds. */
const QUIET_PERIOD = 10_000;

/** How many refused keys are told of in one such period. */
const MAX_REFUSALS = 10;

/**
 * Tells the host of connections that got nowhere, and folds a flood of them into a few lines, so that
 * a stranger cannot fill a screen.
 */
export class DoorReporter implements DoorObserver {
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

  /** Tells of a handshake that failed. A key that was refused is told of already. */
  handshake(end: HandshakeEnd): void {
    const { address } = end;
    switch (end.result) {
      case "accepted":
      case "refused":
        return;
      case "hung-up":
        // What every client does that meets this server for the first time is no cause for alarm.
        return this.#once(
          `a client at ${address} is asking its user whether to trust this server's key`,
        );
      default:
        return this.#failed(end.error, address);
    }
  }

  /**
   * Tells of a key that may not enter. Each is told by name, because the host may want to let it in; but
   * a key costs nothing, so not all of a flood.
   */
  refused(key: Uint8Array, address: string, reason: string): void {
    if (this.#now() >= this.#refusalsUntil) {
      this.#refusalsUntil = this.#now() + QUIET_PERIOD;
      this.#refusals = 0;
    }
    this.#refusals++;
    if (this.#refusals > MAX_REFUSALS) return;
    const last = this.#refusals === MAX_REFUSALS
      ? ` (further ones hidden for ${QUIET_PERIOD / 1000} s)`
      : "";
    this.#tell(`${fingerprint(key)} at ${address} may not enter: ${reason}${last}`);
  }

  /** Tells of a connection that got no place in the room. */
  turnedAway(error: unknown, address: string): void {
    this.#failed(error, address);
  }

  #failed(error: unknown, address: string): void {
    // The words of a ban are an operator's, for the guest alone.
    const what = sanitiseLine(error instanceof Error ? error.message : String(error));
    this.#once(
      `a connection from ${address} failed: ${isBan(error) ? "banned" : sanitiseLine(what)}`,
    );
  }

  #once(text: string): void {
    if (this.#now() < this.#quietUntil) {
      this.#untold++;
      return;
    }
    const others = this.#untold === 0 ? "" : ` (and ${this.#untold} more before it)`;
    this.#untold = 0;
    this.#quietUntil = this.#now() + QUIET_PERIOD;
    this.#tell(`${text}${others}`);
  }
}
