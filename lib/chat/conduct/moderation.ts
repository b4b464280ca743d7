import { hex } from "../../crypto/mod.ts";

/** A key that may not enter any more. */
export interface Ban {
  /** The SHA-256 of the static public key: 32 bytes. */
  readonly target: Uint8Array;
  /** The nickname of a member with that key, if one was there. */
  readonly nick: string | undefined;
  /** Why, in the operator's words; possibly empty. */
  readonly reason: string;
}

/** Where bans are kept. */
export interface BanList {
  /** Adds a ban, or gives an old one another reason. */
  add(ban: Ban): Promise<void>;
  /** Ends a ban; false if there was none. */
  remove(target: Uint8Array): Promise<boolean>;
}

/** Slow mode: how long a member has to pause between two messages. */
export interface Slowness {
  /** Seconds. */
  readonly seconds: number;
  /** Why, possibly empty. */
  readonly reason: string;
}

/** How long it may take from a handshake to a place in the room, in milliseconds, with some to spare. */
const COMING_TIME = 30_000;

/** The members that are muted, in slow mode, or banned just now, by the SHA-256 of their keys. It lasts as long as the room. */
export class Moderation {
  readonly #mutes = new Map<string, string>();
  readonly #slow = new Map<string, Slowness>();
  /** The keys that were banned a moment ago, and until when that matters, by `performance.now`. */
  readonly #leaving = new Map<string, number>();
  /** Told when somebody's slow mode is another one. */
  readonly #watchers = new Set<() => void>();

  /** Why a member is muted, possibly empty; `undefined` if it is not. */
  muted(target: Uint8Array): string | undefined {
    return this.#mutes.get(hex(target));
  }

  /** The slow mode set for a member, if any. */
  slowness(target: Uint8Array): Slowness | undefined {
    return this.#slow.get(hex(target));
  }

  /** Whether a key was banned a moment ago: the list may have been asked about it before that. */
  isLeaving(target: Uint8Array): boolean {
    const until = this.#leaving.get(hex(target));
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.#leaving.delete(hex(target));
    return false;
  }

  /** Keeps a key out whose connections may have passed the list before the ban stood in it. */
  leaving(target: Uint8Array): void {
    this.#leaving.set(hex(target), performance.now() + COMING_TIME);
  }

  /** Lets a key in again. */
  returning(target: Uint8Array): void {
    this.#leaving.delete(hex(target));
  }

  /** Mutes a member. */
  mute(target: Uint8Array, reason: string): void {
    this.#mutes.set(hex(target), reason);
  }

  /** Unmutes a member; false if it was not muted. */
  unmute(target: Uint8Array): boolean {
    return this.#mutes.delete(hex(target));
  }

  /**
   * Has somebody told whenever slow mode is set, or ended, for any member.
   *
   * @returns Ends that.
   */
  watchSlowness(changed: () => void): () => void {
    // A watcher of its own each time: the same function may be given twice.
    const watcher = () => changed();
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Sets slow mode for a member; 0 seconds turn it off. */
  slow(target: Uint8Array, slowness: Slowness): void {
    if (slowness.seconds === 0) this.#slow.delete(hex(target));
    else this.#slow.set(hex(target), slowness);
    for (const changed of this.#watchers) changed();
  }
}
