import { hex } from "../../crypto/mod.ts";
import { Pace } from "./pace.ts";

/** How many names and topics a member may change in a second, on average: everybody is told of each. */
const CHANGES_PER_SECOND = 1;

/** How many of them at once. */
const CHANGES_AT_ONCE = 5;

/** How fast the holder of one key goes, over all connections that it has. */
export class Conduct {
  /** For requests of all kinds. */
  readonly pace: Pace;
  /** For names and topics. */
  readonly changes: Pace = new Pace(CHANGES_PER_SECOND, { burst: CHANGES_AT_ONCE });
  /** When its latest message is due, by `performance.now`: later than now if slow mode holds it. */
  lastSpoken: number = -Infinity;

  /**
   * The conduct of a member that is rested.
   *
   * @param messagesPerSecond How fast it may go.
   */
  constructor(messagesPerSecond: number) {
    this.pace = new Pace(messagesPerSecond);
  }
}

/** The conduct of all who are in a room, and of those who left it a moment ago. */
export class Conducts {
  readonly #messagesPerSecond: number;
  readonly #conducts = new Map<string, { readonly conduct: Conduct; holders: number }>();

  /** @param messagesPerSecond How fast each may go. */
  constructor(messagesPerSecond: number) {
    this.#messagesPerSecond = messagesPerSecond;
  }

  /** The conduct of a key, by its SHA-256, for one more connection. */
  take(target: Uint8Array): Conduct {
    const key = hex(target);
    const entry = this.#conducts.get(key) ??
      { conduct: new Conduct(this.#messagesPerSecond), holders: 0 };
    entry.holders++;
    this.#conducts.set(key, entry);
    return entry.conduct;
  }

  /**
   * Gives it back.
   *
   * @param isKept Whether it matters when the key comes again.
   */
  release(target: Uint8Array, isKept: boolean): void {
    const key = hex(target);
    const entry = this.#conducts.get(key);
    if (entry === undefined) return;
    entry.holders--;
    if (entry.holders === 0 && !isKept) this.#conducts.delete(key);
  }
}
