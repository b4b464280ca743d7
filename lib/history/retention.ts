import type { BlockStore } from "./block_store.ts";
import type { BlockTable } from "./block_table.ts";
import { SLICE } from "./forget_messages.ts";

/** What is kept, and for how long. */
export interface Keep {
  /** How old a message gets, in milliseconds. Default: any age. */
  readonly age?: number | undefined;
  /** How many bytes of the file are in use, at most. Default: any number. */
  readonly size?: number | undefined;
}

const DAY = 24 * 60 * 60 * 1000;

/** For how long the ids of messages are remembered at least, in milliseconds: 30 days, and a bit. */
export const REMEMBERED: number = 31 * DAY;

/** How far in the future a time may be, in milliseconds; beyond that, the clock was wrong. */
const SLACK = DAY;

/** How many blocks are looked at in one slice. */
const CHUNK = 256;

/** How far below its bound a file is brought at most, in bytes. */
const MAX_STEP = 8 * 1024 * 1024;

/** How many pages are given back to the disk in one slice. */
const PAGES = 100;

/** How soon, and how late, to look for what has become old, in milliseconds. */
const MIN_WAIT = 1000;
const MAX_WAIT = 60 * 60 * 1000;

/** Which part of the bytes what is left of forgotten messages may take. */
const GONE_PART = 1 / 4;

/** Which messages a log has to forget, as they get older and more. */
export class Retention {
  readonly #store: BlockStore;
  readonly #keep: Keep;
  /** How far below its bound the file is brought, once, so that not every message costs another. */
  readonly #step: number;
  #isShrinking = false;

  /** @param store What is to be kept small. */
  constructor(store: BlockStore, keep: Keep) {
    this.#store = store;
    this.#keep = keep;
    this.#step = Math.min((keep.size ?? 0) / 16, MAX_STEP);
  }

  /** Whether more bytes are in use than should be: a bit before the file gets to its bound. */
  get isTooLarge(): boolean {
    const { size } = this.#keep;
    return size !== undefined && this.#store.size.used > size - this.#step;
  }

  /** In how many milliseconds to look for what has become old; `undefined` if nothing will be. */
  waitFrom(now: number): number | undefined {
    const { age } = this.#keep;
    const [block] = this.#store.blocks.heads(0, 1);
    const [gone] = this.#store.gone.heads(0, 1);
    const times = [
      ...(age === undefined ? [] : [(block?.time ?? now) + age]),
      ...(gone === undefined ? [] : [gone.time + REMEMBERED]),
    ];
    if (times.length === 0) return undefined;
    // Not at every moment at which one more is old: each time is a write to the disk.
    const least = Math.min(Math.max((age ?? REMEMBERED) / 100, MIN_WAIT), MAX_WAIT);
    return Math.min(Math.max(Math.min(...times) - now, least), MAX_WAIT);
  }

  /**
   * Forgets some of what has to be forgotten, within some milliseconds. If there is nothing, nothing is
   * written.
   *
   * @param now Milliseconds since 1970.
   * @returns Whether there was something: then there may be more.
   */
  forgetSome(now: number): boolean {
    const { age } = this.#keep;
    const { blocks, gone } = this.#store;
    const oldBlocks = age === undefined ? 0 : countOld(blocks, now - age, now);
    const oldGone = countOld(gone, now - REMEMBERED, now);
    if (this.isTooLarge) this.#isShrinking = true;
    if (oldBlocks === 0 && oldGone === 0 && !this.#isShrinking) return this.#giveBack();
    const end = performance.now() + SLICE;
    const isTime = () => performance.now() < end;
    this.#store.transaction(() => {
      for (let count = 0; count < oldBlocks && isTime(); count++) this.#store.forgetOldest();
      for (let count = 0; count < oldGone && isTime(); count++) this.#store.dropOldest();
      while (this.#isShrinking && isTime()) this.#isShrinking = this.#shrink();
    });
    return true;
  }

  /** Makes a file smaller whose bound was larger once, and says whether that helped. */
  #giveBack(): boolean {
    const { size = Infinity } = this.#keep;
    return this.#store.size.file > size && this.#store.giveBack(PAGES) > 0;
  }

  /** Forgets what is oldest, and says whether it should be smaller still. */
  #shrink(): boolean {
    const { size = Infinity } = this.#keep;
    const isMostlyGone = this.#store.goneSize > size * GONE_PART;
    const isSmaller = (isMostlyGone && this.#store.dropOldest()) || this.#store.forgetOldest() ||
      this.#store.dropOldest();
    return isSmaller && this.#store.size.used > size - 2 * this.#step;
  }
}

/**
 * How many of the oldest blocks are from before a time. One from the future, which a wrong clock makes,
 * is as old as the next one behind it.
 */
function countOld(table: BlockTable, before: number, now: number): number {
  let count = 0;
  for (const [index, { time }] of table.heads(0, CHUNK).entries()) {
    if (time < before) count = index + 1;
    else if (time <= now + SLACK) break;
  }
  return count;
}
