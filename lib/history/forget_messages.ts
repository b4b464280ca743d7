import { Damage } from "../storage/storage_errors.ts";
import type { KeptEntry } from "./block.ts";
import type { BlockStore } from "./block_store.ts";
import type { SealedBlock } from "./block_table.ts";

/** For how long others wait while some is forgotten, in milliseconds, and then for the disk. */
export const SLICE = 4;

/** Which messages to forget. */
export interface Forgettable {
  /** The number of the last one to look at. */
  readonly upTo: number;
  /** Which ones of those. Default: all. Where it is asked, what is damaged stays. */
  isGone?(entry: KeptEntry): boolean;
}

/**
 * Forgets messages, and lets other work go on in between.
 *
 * @returns How many of them there were.
 */
export async function forgetMessages(store: BlockStore, which: Forgettable): Promise<number> {
  let count = 0;
  for (let position = 0; position <= Math.min(which.upTo, store.last);) {
    const slice = store.transaction(() => forgetSome(store, position, which));
    count += slice.count;
    position = slice.next;
    await aMoment();
  }
  return count;
}

/** One turn of the event loop. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function forgetSome(
  store: BlockStore,
  position: number,
  { upTo, isGone }: Forgettable,
): { count: number; next: number } {
  const end = performance.now() + SLICE;
  let count = 0;
  for (const block of store.blocks.from(position)) {
    if (block.first > upTo || performance.now() > end) return { count, next: block.first };
    count += isGone === undefined && block.first + block.count - 1 <= upTo
      ? store.forgetAll(block)
      : forgetIfWhole(store, block, (entry) => entry.seq <= upTo && (isGone?.(entry) ?? true));
  }
  return { count, next: Infinity };
}

function forgetIfWhole(
  store: BlockStore,
  block: SealedBlock,
  isGone: (entry: KeptEntry) => boolean,
): number {
  try {
    return store.forget(block, isGone);
  } catch (error) {
    if (error instanceof Damage) return 0;
    throw error;
  }
}
