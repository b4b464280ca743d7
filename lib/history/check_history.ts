import type { Database } from "../storage/database.ts";
import { Damage } from "../storage/storage_errors.ts";
import { UsageError } from "../errors.ts";
import { isKept } from "./block.ts";
import { BlockStore } from "./block_store.ts";
import type { BlockTable } from "./block_table.ts";
import { readTopic } from "./topic.ts";

/** What was found in a history file. */
export interface HistoryReport {
  /** How many messages can be read. */
  readonly count: number;
  /** When the first and the last of them were said: milliseconds since 1970. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[];
}

/** How many of SQLite's own complaints are told. */
const MAX_COMPLAINTS = 10;

/** Looks at all that a history file has. It changes nothing, and a server may be writing meanwhile. */
export function checkHistory(database: Database): HistoryReport {
  const checker = new Checker(database);
  checker.attempt("the file", () => checker.checkFile());
  checker.attempt("the topic", () => void readTopic(database));
  checker.attempt("the messages", () => {
    const store = new BlockStore(database);
    checker.checkBlocks(store, store.blocks);
    checker.checkBlocks(store, store.gone);
  });
  return checker;
}

class Checker implements HistoryReport {
  count = 0;
  firstTime: number | undefined;
  lastTime: number | undefined;
  readonly problems: string[] = [];
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Looks at something; what keeps it from being looked at is a problem as well. */
  attempt(what: string, look: () => void): void {
    try {
      look();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.problems.push(`${what} cannot be read to the end: ${error.message}`);
    }
  }

  checkFile(): void {
    const rows = this.#database.prepare(`PRAGMA integrity_check(${MAX_COMPLAINTS})`).all();
    const complaints = rows.map((row) => row.text("integrity_check"));
    this.problems.push(...complaints.filter((complaint) => complaint !== "ok"));
  }

  checkBlocks(store: BlockStore, table: BlockTable): void {
    let end = 0;
    for (const block of table.from(0)) {
      const { first, count } = block;
      const last = first + count - 1;
      const which = count === 1 ? `message ${first}` : `messages ${first} to ${last}`;
      if (first <= end) this.problems.push(`${which}: the numbers are there twice`);
      end = last;
      try {
        const entries = store.open(block);
        const marks = entries.map(({ id }) => this.#database.mark(id));
        if (marks.join() !== block.marks.join()) {
          this.problems.push(`${which}: not known if sent again`);
        }
        for (const { time } of entries.filter(isKept)) {
          this.count++;
          this.firstTime ??= time;
          this.lastTime = time;
        }
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
        this.problems.push(`${which}: damaged`);
      }
    }
  }
}
