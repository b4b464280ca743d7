import type { BlockStore } from "./block_store.ts";
import type { BlockHead, BlockTable } from "./block_table.ts";
import { KnownIds } from "./known_ids.ts";

/** How many blocks are read at once. */
const CHUNK = 1000;

/** The ids of the messages in a store that are not older than a time. */
export function knownIdsOf({ blocks, gone }: BlockStore, since: number): KnownIds {
  const known = new KnownIds();
  for (const { first, time, marks } of inOrder(heads(blocks, since), heads(gone, since))) {
    for (const [at, mark] of marks.entries()) known.add(mark, first + at, time);
  }
  return known;
}

/** What is known of a table's blocks, from behind the last one that is older than a time. */
function* heads(table: BlockTable, since: number): Generator<BlockHead> {
  for (let position = table.lastBefore(since);;) {
    const some = table.heads(position, CHUNK);
    yield* some;
    const last = some.at(-1);
    if (last === undefined) return;
    position = last.first;
  }
}

/** Two sequences as one, by the numbers. */
function* inOrder(one: Iterator<BlockHead>, other: Iterator<BlockHead>): Generator<BlockHead> {
  let [a, b] = [one.next(), other.next()];
  while (!a.done || !b.done) {
    if (!a.done && (b.done || a.value.first < b.value.first)) {
      yield a.value;
      a = one.next();
    } else if (!b.done) {
      yield b.value;
      b = other.next();
    }
  }
}
