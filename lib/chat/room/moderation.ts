import { hex } from "../../crypto/mod.ts";

/** Who may not enter any more. */
export interface Ban {
  /** The SHA-256 of their static public key: 32 bytes. */
  readonly target: Uint8Array;
  /** What they were called, if anybody of that key was there. */
  readonly nick: string | undefined;
  /** Why, in the words of who put them out; possibly empty. */
  readonly reason: string;
}

/** Where bans are kept. */
export interface BanList {
  /** Adds a ban, or gives an old one another reason. */
  add(ban: Ban): Promise<void>;
  /** Ends a ban; false if there was none. */
  remove(target: Uint8Array): Promise<boolean>;
}

/** How long somebody has to pause between two messages. */
export interface Slowness {
  /** Seconds. */
  readonly seconds: number;
  /** Why, possibly empty. */
  readonly reason: string;
}

/** How long it may take from a handshake to a place in the room, in milliseconds, with some to spare. */
const COMING_TIME = 30_000;

/** Who may not speak, or not so often, or was banned just now, by the SHA-256 of their keys. It lasts as long as the room. */
export class Moderation {
  readonly #mutes = new Map<string, string>();
  readonly #slow = new Map<string, Slowness>();
  /** Those who were banned a moment ago, and until when that matters, by `performance.now`. */
  readonly #leaving = new Map<string, number>();

  /** Why somebody may not speak; `undefined` if they may. */
  muted(target: Uint8Array): string | undefined {
    return this.#mutes.get(hex(target));
  }

  /** How slowly somebody has to speak, if so. */
  slowness(target: Uint8Array): Slowness | undefined {
    return this.#slow.get(hex(target));
  }

  /** Whether somebody was banned a moment ago: the list may have been asked about them before. */
  isLeaving(target: Uint8Array): boolean {
    const until = this.#leaving.get(hex(target));
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.#leaving.delete(hex(target));
    return false;
  }

  /** Keeps somebody out whose connections may have passed the list before the ban stood in it. */
  leaving(target: Uint8Array): void {
    this.#leaving.set(hex(target), performance.now() + COMING_TIME);
  }

  /** Lets somebody in again. */
  returning(target: Uint8Array): void {
    this.#leaving.delete(hex(target));
  }

  /** Silences somebody. */
  mute(target: Uint8Array, reason: string): void {
    this.#mutes.set(hex(target), reason);
  }

  /** Lets somebody speak again; false if they were not silenced. */
  unmute(target: Uint8Array): boolean {
    return this.#mutes.delete(hex(target));
  }

  /** Makes somebody pause between two messages. With 0 seconds, no more. */
  slow(target: Uint8Array, slowness: Slowness): void {
    if (slowness.seconds === 0) this.#slow.delete(hex(target));
    else this.#slow.set(hex(target), slowness);
  }
}
