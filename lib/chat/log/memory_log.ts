import { randomBytes } from "../../crypto/mod.ts";
import { byteKey } from "../wire/byte_key.ts";
import { LOG_ID_SIZE, type Topic } from "../wire/messages.ts";
import type { PastMessage } from "../wire/room_messages.ts";
import type { Appended, NewEntry, ReadLimits, RoomLog } from "./room_log.ts";

/** How many messages are kept for those who come back. */
const MAX_COUNT = 10_000;

/** How many bytes their bodies may have together. */
const MAX_SIZE = 8 * 1024 * 1024;

/** What a memory log keeps. */
export interface MemoryLogOptions {
  /** The number of the message before its first one. Default 0. */
  readonly after?: number;
  /** How many messages are kept. Default 10,000. */
  readonly maxCount?: number;
  /** How many bytes their bodies may have together. Default 8 MiB. */
  readonly maxSize?: number;
  /** What the room is about. */
  readonly topic?: Topic | undefined;
}

/** A log that is gone with the program: the last messages, in memory. */
export class MemoryLog implements RoomLog {
  readonly id: Uint8Array = randomBytes(LOG_ID_SIZE);
  readonly isKept = false;
  readonly #maxCount: number;
  readonly #maxSize: number;
  #topic: Topic | undefined;
  #last: number;
  /** What is kept begins at `#head`; what stands before it is cut off now and then. */
  #entries: PastMessage[] = [];
  #head = 0;
  #size = 0;
  readonly #byId = new Map<string, PastMessage>();

  /** An empty log. */
  constructor(options: MemoryLogOptions = {}) {
    this.#last = options.after ?? 0;
    this.#maxCount = options.maxCount ?? MAX_COUNT;
    this.#maxSize = options.maxSize ?? MAX_SIZE;
    this.#topic = options.topic;
  }

  /** The number of the first message that is still there. */
  get first(): number {
    return this.#entries[this.#head]?.seq ?? this.#last + 1;
  }

  /** The number of the last message. */
  get last(): number {
    return this.#last;
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /** Takes messages. */
  append(batch: readonly NewEntry[]): Promise<readonly Appended[]> {
    return Promise.resolve(batch.map((entry) => this.#append(entry)));
  }

  /** What became of a message. */
  find(id: Uint8Array, key: Uint8Array): Promise<Omit<Appended, "isNew"> | undefined> {
    const found = this.#byId.get(keyOf(id, key));
    return Promise.resolve(found && { seq: found.seq, time: found.time });
  }

  /** The messages behind a number. */
  readAfter(seq: number, { count, size }: ReadLimits): Promise<readonly PastMessage[]> {
    const start = this.#head + Math.max(0, seq + 1 - this.first);
    const read: PastMessage[] = [];
    let rest = size;
    for (let at = start; read.length < count; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      rest -= entry.body.length;
      if (rest < 0 && read.length > 0) break;
      read.push(entry);
    }
    return Promise.resolve(read);
  }

  /** The last messages before a number. */
  readBefore(seq: number, { count, size }: ReadLimits): Promise<readonly PastMessage[]> {
    const end = Math.min(this.#entries.length, this.#head + Math.max(0, seq - this.first));
    const read: PastMessage[] = [];
    let rest = size;
    for (let at = end - 1; at >= this.#head && read.length < count; at--) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      rest -= entry.body.length;
      if (rest < 0 && read.length > 0) break;
      read.push(entry);
    }
    return Promise.resolve(read.reverse());
  }

  /** Keeps what the room is about. */
  setTopic(topic: Topic | undefined): Promise<void> {
    this.#topic = topic;
    return Promise.resolve();
  }

  /** Forgets all messages up to a number. */
  forget(upTo: number): Promise<void> {
    while (this.#head < this.#entries.length && this.first <= upTo) this.#drop();
    return Promise.resolve();
  }

  /** Does nothing: nothing is held. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #append(entry: NewEntry): Appended {
    const key = keyOf(entry.id, entry.from.key);
    const before = this.#byId.get(key);
    if (before !== undefined) return { seq: before.seq, time: before.time, isNew: false };
    const kept = { ...entry, seq: ++this.#last };
    this.#entries.push(kept);
    this.#byId.set(key, kept);
    this.#size += entry.body.length;
    while (
      this.#entries.length - this.#head > this.#maxCount ||
      (this.#size > this.#maxSize && this.#entries.length - this.#head > 0)
    ) this.#drop();
    return { seq: kept.seq, time: kept.time, isNew: true };
  }

  #drop(): void {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return;
    this.#head++;
    this.#size -= entry.body.length;
    this.#byId.delete(keyOf(entry.id, entry.from.key));
    // Cut off in one go: moving all of them for each one would cost more than it frees.
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Whose message it is, and which one, as the key of a map. */
function keyOf(id: Uint8Array, key: Uint8Array): string {
  return byteKey(id) + byteKey(key);
}
