import type { Keyholder } from "../conduct/keyholders.ts";
import type { Moderation, Slowness } from "../conduct/moderation.ts";
import { refusal } from "../wire/refusal.ts";

/** Whether the holder of a key may have something read by others now: what it says, or its name. */
export class Permission {
  readonly #moderation: Moderation;
  readonly #messageSize: number;

  /**
   * What operators allow.
   *
   * @param messageSize How many bytes a message may have.
   */
  constructor(moderation: Moderation, messageSize: number) {
    this.#moderation = moderation;
    this.#messageSize = messageSize;
  }

  /**
   * Refuses what a key says that is muted, and a message that is too long.
   *
   * @param target The SHA-256 of the key: 32 bytes.
   * @param body What it says, if that is a message.
   * @throws {UsageError} With code `refused`.
   */
  assertMaySpeak(target: Uint8Array, body?: Uint8Array): void {
    const why = this.#moderation.muted(target);
    if (why !== undefined) {
      throw refusal(`an operator has muted you${why === "" ? "" : `; reason: ${why}`}`);
    }
    const messageSize = this.#messageSize;
    if (body !== undefined && body.length > messageSize) {
      throw refusal(`a message in this room may have at most ${messageSize} bytes`);
    }
  }

  /**
   * Whether the holder of a key may have something else read than a message at this moment, a new name
   * or a farewell: in slow mode it takes a turn.
   *
   * @param target The SHA-256 of the key: 32 bytes.
   */
  mayBeRead(target: Uint8Array, { conduct }: Keyholder): boolean {
    if (this.#moderation.muted(target) !== undefined) return false;
    const slowness = this.#moderation.slowness(target);
    if (slowness === undefined) return true;
    const now = performance.now();
    if (conduct.lastSpoken + pauseOf(slowness) > now) return false;
    conduct.lastSpoken = now;
    return true;
  }
}

/** How long a member has to pause between two things that it says, in milliseconds. */
export function pauseOf(slowness: Slowness | undefined): number {
  return (slowness?.seconds ?? 0) * 1000;
}
