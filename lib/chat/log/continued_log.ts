import type { Topic } from "../wire/messages.ts";
import type { PastMessage } from "../wire/room_messages.ts";
import { MemoryLog, type MemoryLogOptions } from "./memory_log.ts";
import type { Appended, NewEntry, ReadLimits, RoomLog } from "./room_log.ts";

/**
 * A log that goes on in memory where another one cannot be written any more. It has an id of its own,
 * because the other one, once it can be written again, gives the same numbers to other messages.
 */
export class ContinuedLog implements RoomLog {
  readonly isKept = false;
  readonly #before: RoomLog;
  readonly #memory: MemoryLog;
  readonly #upTo: number;

  /**
   * A log behind another one.
   *
   * @param before The log that failed. What it has can perhaps still be read.
   * @param memory How much is kept of what follows.
   */
  constructor(before: RoomLog, memory: Pick<MemoryLogOptions, "maxCount" | "maxSize"> = {}) {
    this.#before = before;
    this.#upTo = before.last;
    this.#memory = new MemoryLog({ ...memory, after: before.last, topic: before.topic });
  }

  /** Which log this is: 16 bytes. */
  get id(): Uint8Array {
    return this.#memory.id;
  }

  /** The number of the first message that is still there. */
  get first(): number {
    // Once the memory has forgotten something, what is older is not all there any more.
    const { first } = this.#memory;
    return first > this.#upTo + 1 ? first : Math.min(this.#before.first, first);
  }

  /** The number of the last message. */
  get last(): number {
    return this.#memory.last;
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#memory.topic;
  }

  /** Takes messages. */
  append(batch: readonly NewEntry[]): Promise<readonly (Appended | undefined)[]> {
    return this.#memory.append(batch);
  }

  /** What became of a message. */
  async find(id: Uint8Array, key: Uint8Array): Promise<Omit<Appended, "isNew"> | undefined> {
    return await this.#memory.find(id, key) ??
      await this.#before.find(id, key).catch(() => undefined);
  }

  /** The messages behind a number. */
  async readAfter(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    const earlier = seq < this.#upTo ? await this.#before.readAfter(seq, limits).catch(none) : [];
    return earlier.length > 0 ? earlier : await this.#memory.readAfter(seq, limits);
  }

  /** The last messages before a number. */
  async readBefore(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    const later = await this.#memory.readBefore(seq, limits);
    return later.length > 0 ? later : await this.#before.readBefore(seq, limits).catch(none);
  }

  /** Keeps what the room is about. */
  setTopic(topic: Topic | undefined): Promise<void> {
    return this.#memory.setTopic(topic);
  }

  /** Forgets all messages up to a number; those of the log before only where it can be written. */
  async forget(upTo: number): Promise<void> {
    await this.#memory.forget(upTo);
    await this.#before.forget(Math.min(upTo, this.#upTo)).catch(none);
  }

  /** Gives both back. */
  async close(): Promise<void> {
    await this.#before.close().catch(none);
  }
}

/** What cannot be read is not there. */
const none = (): readonly PastMessage[] => [];
