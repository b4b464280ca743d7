import type { Appended, NewEntry, ReadLimits, RoomLog } from "../chat/log/room_log.ts";
import type { Topic } from "../chat/wire/messages.ts";
import type { PastMessage } from "../chat/wire/room_messages.ts";
import { equalConstantTime } from "../crypto/mod.ts";
import { UsageError } from "../errors.ts";
import type { Database } from "../storage/database.ts";
import { openDatabase } from "../storage/open_database.ts";
import { Damage, reportingOpening } from "../storage/storage_errors.ts";
import { type BlockEntry, isKept, type KeptEntry } from "./block.ts";
import { BlockStore, type MarkedEntry } from "./block_store.ts";
import type { SealedBlock } from "./block_table.ts";
import { forgetMessages } from "./forget_messages.ts";
import { HISTORY } from "./history_kind.ts";
import type { KnownIds } from "./known_ids.ts";
import { knownIdsOf } from "./known_ids_of.ts";
import { Pruner } from "./pruner.ts";
import { type Keep, REMEMBERED, Retention } from "./retention.ts";
import { readTopic, writeTopic } from "./topic.ts";

/** How a log is kept. */
export interface SqliteLogOptions {
  /** What is kept, and for how long. Default: everything, for ever. */
  readonly keep?: Keep;
  /** The time: milliseconds since 1970. */
  now?(): number;
}

/**
 * A room's log in an SQLite database: a message is on the disk when its append resolves. It forgets what
 * is too old or too much, at once and as time passes. Reading passes over what is damaged. Once something
 * could not be written, nothing more is.
 */
export class SqliteLog implements RoomLog {
  readonly id: Uint8Array;
  readonly isKept = true;
  readonly #database: Database;
  readonly #store: BlockStore;
  readonly #known: KnownIds;
  readonly #pruner: Pruner;
  #topic: Topic | undefined;
  /** The number of the first message, when that could be read last. */
  #first = 1;
  #failure: unknown;

  /**
   * The log in a history file that is open, which it closes in the end.
   *
   * @throws {UsageError} With code `storage` if it is damaged.
   */
  constructor(database: Database, { keep = {}, now = Date.now }: SqliteLogOptions = {}) {
    this.#database = database;
    const id = database.get("log");
    if (id === undefined) throw new Damage(database.path);
    this.id = id;
    this.#topic = readTopic(database);
    this.#store = new BlockStore(database);
    this.#known = knownIdsOf(this.#store, now() - REMEMBERED);
    const retention = new Retention(this.#store, keep);
    const onPruned = () => {
      this.#known.forget(now() - REMEMBERED);
      database.checkpoint();
    };
    this.#pruner = new Pruner({ retention, now, onPruned });
    void this.#pruner.prune();
  }

  /**
   * Opens the log in a file, which is made if there is none.
   *
   * @param privateKey The server's private key: 32 bytes.
   * @throws {UsageError} As {@linkcode openDatabase} does.
   */
  static async open(
    path: string,
    privateKey: Uint8Array,
    options?: SqliteLogOptions,
  ): Promise<SqliteLog> {
    return await reportingOpening(async () => {
      const database = await openDatabase({ path, kind: HISTORY, privateKey });
      try {
        return new SqliteLog(database, options);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  /** The number of the first message that is still there. */
  get first(): number {
    try {
      return this.#first = this.#store.first;
    } catch (error) {
      // That it cannot be read is for those who read to find out.
      if (error instanceof UsageError) return this.#first;
      throw error;
    }
  }

  /** The number of the last message. */
  get last(): number {
    return this.#store.last;
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /** Takes messages. */
  // deno-lint-ignore require-await -- what is thrown has to become a rejection
  async append(batch: readonly NewEntry[]): Promise<readonly (Appended | undefined)[]> {
    const { answers, added } = this.#write(() => {
      const sorted = this.#sort(batch);
      if (sorted.added.length > 0) this.#store.transaction(() => this.#store.add(sorted.added));
      return sorted;
    });
    for (const { mark, seq, time } of added) this.#known.add(mark, seq, time);
    this.#pruner.onAdded();
    return answers;
  }

  /** What became of a message. */
  // deno-lint-ignore require-await -- what is thrown has to become a rejection
  async find(id: Uint8Array, key: Uint8Array): Promise<Omit<Appended, "isNew"> | undefined> {
    const found = this.#find(id, this.#database.mark(id));
    if (found === undefined || !equalConstantTime(found.from.key, key)) return undefined;
    return { seq: found.seq, time: found.time };
  }

  /** The messages behind a number. */
  // deno-lint-ignore require-await -- what is thrown has to become a rejection
  async readAfter(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    return upTo(limits, this.#after(seq));
  }

  /** The last messages before a number. */
  // deno-lint-ignore require-await -- what is thrown has to become a rejection
  async readBefore(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    return upTo(limits, this.#before(seq)).reverse();
  }

  /** Keeps what the room is about. */
  // deno-lint-ignore require-await -- what is thrown has to become a rejection
  async setTopic(topic: Topic | undefined): Promise<void> {
    this.#write(() => writeTopic(this.#database, topic));
    this.#topic = topic;
  }

  /** Forgets all messages up to a number. */
  async forget(upTo: number): Promise<void> {
    await forgetMessages(this.#store, { upTo });
    this.#database.checkpoint();
    // What is left of them has its time as well.
    await this.#pruner.prune();
  }

  /** Forgets what is too old or too much by now; otherwise it does so by itself, if later. */
  async prune(): Promise<void> {
    await this.#pruner.prune();
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#pruner.close();
    this.#database.close();
  }

  /** Which messages are new, and get numbers; and what becomes of each. */
  #sort(batch: readonly NewEntry[]): {
    readonly answers: (Appended | undefined)[];
    readonly added: MarkedEntry[];
  } {
    const added: MarkedEntry[] = [];
    const inBatch = new Map<string, MarkedEntry>();
    const answers = batch.map((entry): Appended | undefined => {
      const name = String.fromCharCode(...entry.id);
      const mark = this.#database.mark(entry.id);
      const known = inBatch.get(name) ?? this.#find(entry.id, mark);
      if (known !== undefined) {
        const { seq, time, from } = known;
        return equalConstantTime(from.key, entry.from.key)
          ? { seq, time, isNew: false }
          : undefined;
      }
      const seq = this.#store.last + added.length + 1;
      const marked = { ...entry, seq, mark };
      added.push(marked);
      inBatch.set(name, marked);
      return { seq, time: entry.time, isNew: true };
    });
    return { answers, added };
  }

  /** The message with an id, or what is left of it. */
  #find(id: Uint8Array, mark: number): BlockEntry | undefined {
    for (const seq of this.#known.find(mark)) {
      try {
        const entry = this.#store.find(seq);
        if (entry !== undefined && equalConstantTime(entry.id, id)) return entry;
      } catch (error) {
        if (!(error instanceof Damage)) throw error;
      }
    }
    return undefined;
  }

  *#after(seq: number): Generator<PastMessage> {
    for (const block of this.#store.blocks.from(seq + 1)) {
      for (const entry of this.#kept(block)) if (entry.seq > seq) yield entry;
    }
  }

  *#before(seq: number): Generator<PastMessage> {
    for (const block of this.#store.blocks.before(seq)) {
      for (const entry of this.#kept(block).reverse()) if (entry.seq < seq) yield entry;
    }
  }

  #kept(block: SealedBlock): KeptEntry[] {
    return this.#store.openIfWhole(block)?.filter(isKept) ?? [];
  }

  /**
   * Writes something. After a failure nobody knows what the disk has, so whatever was written then could
   * be missing something before it.
   */
  #write<T>(work: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return work();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}

/** As many messages as limits allow. */
function upTo({ count, size }: ReadLimits, messages: Iterable<PastMessage>): PastMessage[] {
  const read: PastMessage[] = [];
  let rest = size;
  for (const message of messages) {
    rest -= message.body.length;
    if (read.length === count || (rest < 0 && read.length > 0)) break;
    read.push(message);
  }
  return read;
}
