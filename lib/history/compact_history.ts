import type { Database } from "../storage/database.ts";
import { BlockStore } from "./block_store.ts";

/** How many pages are given back before the log beside the file is emptied. */
const PAGES = 1000;

/**
 * Makes a history file as small as it gets, and quick to search: messages that were said one by one
 * share a block from then on, and space that is free is given back to the disk.
 */
export function compactHistory(database: Database): void {
  const store = new BlockStore(database);
  for (const table of [store.blocks, store.gone]) {
    for (let position: number | undefined = 0; position !== undefined;) {
      const from: number = position;
      position = store.transaction(() => store.join(table, from));
    }
  }
  do database.checkpoint(); while (database.giveBack(PAGES) > 0);
  database.checkpoint();
}
