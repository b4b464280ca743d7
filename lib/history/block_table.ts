import type { Database } from "../storage/database.ts";
import type { Row, Statement } from "../storage/sqlite.ts";

/** How many rows are read at once: few, because each may have 128 KiB. */
const CHUNK = 8;

/** About how many bytes a row takes beside its marks and what is sealed. */
const ROW_OVERHEAD = 40;

/**
 * The tables with blocks: in one, messages can be read. In the other is what is left of those that were
 * forgotten, by which they are known if they are sent again.
 */
export type TableName = "blocks" | "gone";

/** What is known of a block without its key. */
export interface BlockHead {
  readonly table: TableName;
  /** The number of its first message; those of the others follow. */
  readonly first: number;
  readonly count: number;
  /** When its latest message was said: milliseconds since 1970. */
  readonly time: number;
  /** The marks of its messages' ids. */
  readonly marks: readonly number[];
  /** About how many bytes of the file it takes. */
  readonly size: number;
}

/** A block, still sealed. */
export interface SealedBlock extends BlockHead {
  readonly sealed: Uint8Array;
}

/** Makes both tables. */
export function createBlockTables(database: Database): void {
  for (const table of ["blocks", "gone"] satisfies TableName[]) {
    database.execute(`CREATE TABLE ${table} (
      first INTEGER PRIMARY KEY,
      count INTEGER NOT NULL,
      time INTEGER NOT NULL,
      marks BLOB NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT`);
  }
}

/** One of the tables. */
export class BlockTable {
  /** Its own name. */
  readonly name: TableName;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #containing: Statement;
  readonly #from: Statement;
  readonly #before: Statement;
  readonly #heads: Statement;
  readonly #last: Statement;
  readonly #lastBefore: Statement;
  readonly #size: Statement;

  /** The table of this name. */
  constructor(database: Database, name: TableName) {
    const prepare = (sql: string) => database.prepare(sql.replace("?table", name));
    const head = "first, count, time, marks, length(sealed) AS length";
    const all = `${head}, sealed`;
    this.name = name;
    this.#insert = prepare("INSERT INTO ?table VALUES (?, ?, ?, ?, ?)");
    this.#delete = prepare("DELETE FROM ?table WHERE first = ?");
    this.#containing = prepare(
      `SELECT ${all} FROM ?table WHERE first <= ? ORDER BY first DESC LIMIT 1`,
    );
    this.#from = prepare(`SELECT ${all} FROM ?table WHERE first >= ? ORDER BY first LIMIT ?`);
    this.#before = prepare(`SELECT ${all} FROM ?table WHERE first < ? ORDER BY first DESC LIMIT ?`);
    this.#heads = prepare(
      `SELECT ${head} FROM ?table WHERE first > ? ORDER BY first LIMIT ?`,
    );
    this.#last = prepare(
      "SELECT first + count - 1 AS last FROM ?table ORDER BY first DESC LIMIT 1",
    );
    this.#lastBefore = prepare(
      "SELECT first FROM ?table WHERE time < ? ORDER BY first DESC LIMIT 1",
    );
    this.#size = prepare(
      `SELECT coalesce(sum(length(sealed) + length(marks) + ${ROW_OVERHEAD}), 0) AS size FROM ?table`,
    );
  }

  /** The number of its last message; 0 if there is none. */
  get last(): number {
    return this.#last.get()?.number("last") ?? 0;
  }

  /** The first number of the last block that is older than a time; 0 if there is none. */
  lastBefore(time: number): number {
    return this.#lastBefore.get(time)?.number("first") ?? 0;
  }

  /** About how many bytes it takes. All of it is looked at. */
  get size(): number {
    return this.#size.get()?.number("size") ?? 0;
  }

  /** Adds a block, and says about how many bytes that takes. */
  insert({ first, count, time, marks, sealed }: Omit<SealedBlock, "table" | "size">): number {
    const bytes = bytesOfMarks(marks);
    this.#insert.run(first, count, time, bytes, sealed);
    return sizeOf(sealed.length, bytes);
  }

  /** Removes a block. */
  delete({ first }: BlockHead): void {
    this.#delete.run(first);
  }

  /** The block with a number. */
  containing(seq: number): SealedBlock | undefined {
    const row = this.#containing.get(seq);
    const block = row && this.#block(row);
    return block !== undefined && seq < block.first + block.count ? block : undefined;
  }

  /** The blocks with numbers from this one on, oldest first. */
  *from(seq: number): Generator<SealedBlock> {
    for (let position = this.containing(seq)?.first ?? seq;;) {
      const rows = this.#from.all(position, CHUNK);
      for (const row of rows) {
        const block = this.#block(row);
        position = block.first + 1;
        yield block;
      }
      if (rows.length < CHUNK) return;
    }
  }

  /** The blocks with numbers before this one, newest first. */
  *before(seq: number): Generator<SealedBlock> {
    for (let position = Math.min(seq, Number.MAX_SAFE_INTEGER);;) {
      const rows = this.#before.all(position, CHUNK);
      for (const row of rows) {
        const block = this.#block(row);
        position = block.first;
        yield block;
      }
      if (rows.length < CHUNK) return;
    }
  }

  /** The oldest blocks whose first numbers are greater than one. */
  heads(after: number, count: number): BlockHead[] {
    return this.#heads.all(after, count).map((row) => this.#head(row));
  }

  #head(row: Row): BlockHead {
    const bytes = row.bytes("marks");
    return {
      table: this.name,
      first: row.number("first"),
      count: row.number("count"),
      time: row.number("time"),
      marks: marksIn(bytes),
      size: sizeOf(row.number("length"), bytes),
    };
  }

  #block(row: Row): SealedBlock {
    return { ...this.#head(row), sealed: row.bytes("sealed") };
  }
}

function sizeOf(sealedLength: number, marks: Uint8Array): number {
  return sealedLength + marks.length + ROW_OVERHEAD;
}

/** Four bytes for each, the most significant first. */
function bytesOfMarks(marks: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * marks.length));
  for (const [index, mark] of marks.entries()) view.setUint32(4 * index, mark);
  return new Uint8Array(view.buffer);
}

function marksIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(4 * index));
}
