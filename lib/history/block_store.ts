import { uint64BigEndian } from "../crypto/mod.ts";
import type { Database } from "../storage/database.ts";
import type { Statement } from "../storage/sqlite.ts";
import { Damage } from "../storage/storage_errors.ts";
import {
  type BlockEntry,
  blocksOf,
  decodeBlock,
  encodeBlock,
  forgotten,
  isKept,
  type KeptEntry,
} from "./block.ts";
import { type BlockHead, BlockTable, type SealedBlock } from "./block_table.ts";

/** Where the number of the last message stands once what is left of it may be gone. */
const LAST = "last";

/** How many blocks are joined in one go. */
const JOINED = 256;

/** A message with its number, and with the mark of its id. */
export interface MarkedEntry extends BlockEntry {
  readonly mark: number;
}

/** The messages of a room in a database, by the block. */
export class BlockStore {
  /** Messages that can be read. */
  readonly blocks: BlockTable;
  /** What is left of others. */
  readonly gone: BlockTable;
  readonly #database: Database;
  readonly #size: Statement;
  #first: number | undefined;
  #last: number;
  #goneSize: number;

  /** @param database A history file. */
  constructor(database: Database) {
    this.#database = database;
    this.blocks = new BlockTable(database, "blocks");
    this.gone = new BlockTable(database, "gone");
    this.#size = database.prepare(
      "SELECT page_size * page_count AS file, page_size * (page_count - freelist_count) AS used" +
        " FROM pragma_page_size, pragma_page_count, pragma_freelist_count",
    );
    this.#last = Math.max(this.blocks.last, this.gone.last, numberIn(database.get(LAST)));
    this.#goneSize = this.gone.size;
  }

  /** The number of the first message that is still there; one more than the last if there is none. */
  get first(): number {
    return this.#first ??= this.#findFirst();
  }

  /** The number of the last message; 0 if there never was one. */
  get last(): number {
    return this.#last;
  }

  /** How many bytes the file has, and how many of them are in use. The others are used before it grows. */
  get size(): { readonly file: number; readonly used: number } {
    const row = this.#size.get();
    return { file: row?.number("file") ?? 0, used: row?.number("used") ?? 0 };
  }

  /** About how many of these bytes what is left of forgotten messages takes. */
  get goneSize(): number {
    return this.#goneSize;
  }

  /** Gives free space back to the disk, and says how many pages it was. */
  giveBack(pages: number): number {
    return this.#database.giveBack(pages);
  }

  /** Does some work as one change. Whatever changes something here has to be part of one. */
  transaction<T>(work: () => T): T {
    const [last, goneSize] = [this.#last, this.#goneSize];
    try {
      return this.#database.transaction(work);
    } catch (error) {
      [this.#first, this.#last, this.#goneSize] = [undefined, last, goneSize];
      throw error;
    }
  }

  /** Adds messages behind all others. */
  add(entries: Iterable<MarkedEntry>): void {
    for (const block of blocksOf(entries)) {
      this.#insert(this.blocks, block[0].seq, marksOf(block), block);
      this.#last = block[0].seq + block.length - 1;
    }
  }

  /** The message with a number, or what is left of it. */
  find(seq: number): BlockEntry | undefined {
    const block = this.blocks.containing(seq) ?? this.gone.containing(seq);
    return block && this.open(block)[seq - block.first];
  }

  /**
   * The messages of a block.
   *
   * @throws {Damage} If it cannot be decrypted, or does not have what it should have.
   */
  open({ table, first, count, sealed }: SealedBlock): BlockEntry[] {
    const entries = decodeBlock(first, this.#database.open(table, first, sealed));
    if (entries.length !== count) throw new Damage(this.#database.path);
    return entries;
  }

  /** The same; `undefined` if it is damaged. */
  openIfWhole(block: SealedBlock): BlockEntry[] | undefined {
    try {
      return this.open(block);
    } catch (error) {
      if (error instanceof Damage) return undefined;
      throw error;
    }
  }

  /**
   * Forgets messages of a block.
   *
   * @returns How many of them there were.
   * @throws {Damage} As {@linkcode BlockStore.open} does.
   */
  forget(block: SealedBlock, isGone: (entry: KeptEntry) => boolean): number {
    const before = this.open(block);
    const after = before.map((entry) => isKept(entry) && isGone(entry) ? forgotten(entry) : entry);
    const count = before.filter(isKept).length - after.filter(isKept).length;
    if (count === 0 && after.some(isKept)) return 0;
    this.blocks.delete(block);
    const table = after.some(isKept) ? this.blocks : this.gone;
    const size = this.#insert(table, block.first, block.marks, after);
    if (table === this.gone) this.#goneSize += size;
    this.#first = undefined;
    return count;
  }

  /**
   * Forgets all messages of a block, and the block itself if it is damaged.
   *
   * @returns How many messages can be read no more.
   */
  forgetAll(block: SealedBlock): number {
    try {
      return this.forget(block, () => true);
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.#remove(this.blocks, block);
      return 0;
    }
  }

  /** Forgets all messages of the oldest block, and says whether there was one. */
  forgetOldest(): boolean {
    const [block] = this.blocks.from(0);
    if (block !== undefined) this.forgetAll(block);
    return block !== undefined;
  }

  /** Removes what is left of those that were forgotten first, and says whether there were any. */
  dropOldest(): boolean {
    const [block] = this.gone.heads(0, 1);
    if (block === undefined) return false;
    this.#remove(this.gone, block);
    this.#goneSize -= block.size;
    return true;
  }

  /**
   * Puts the messages of small blocks that follow each other into larger ones.
   *
   * @param position From which number on.
   * @returns From which number to go on; `undefined` at the end.
   */
  join(table: BlockTable, position: number): number | undefined {
    const joined: BlockHead[] = [];
    const entries: MarkedEntry[] = [];
    let next: number | undefined;
    for (const block of table.from(position)) {
      if (joined.length === JOINED) {
        next = block.first;
        break;
      }
      const opened = this.openIfWhole(block);
      if (opened === undefined) continue;
      joined.push(block);
      for (const [index, entry] of opened.entries()) {
        entries.push({ ...entry, mark: block.marks[index] ?? 0 });
      }
    }
    const blocks = [...blocksOf(entries)];
    if (blocks.length < joined.length) {
      for (const block of joined) table.delete(block);
      for (const block of blocks) this.#insert(table, block[0].seq, marksOf(block), block);
    }
    this.#goneSize = this.gone.size;
    return next;
  }

  /** Sees to it that no message ever gets this number, or a smaller one. */
  keepLast(last: number): void {
    this.#last = Math.max(this.#last, last);
    this.#database.set(LAST, uint64BigEndian(BigInt(this.#last)));
  }

  #insert(
    table: BlockTable,
    first: number,
    marks: readonly number[],
    entries: readonly BlockEntry[],
  ): number {
    const time = Math.max(...entries.map(({ time }) => time));
    const sealed = this.#database.seal(table.name, first, encodeBlock(entries));
    return table.insert({ first, count: entries.length, time, marks, sealed });
  }

  #remove(table: BlockTable, block: BlockHead): void {
    table.delete(block);
    this.keepLast(this.#last);
    this.#first = undefined;
  }

  #findFirst(): number {
    for (const block of this.blocks.from(0)) {
      const kept = this.openIfWhole(block)?.find(isKept);
      if (kept !== undefined) return kept.seq;
    }
    return this.#last + 1;
  }
}

function marksOf(entries: readonly MarkedEntry[]): number[] {
  return entries.map(({ mark }) => mark);
}

function numberIn(bytes: Uint8Array | undefined): number {
  if (bytes?.length !== 8) return 0;
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
}
