/**
 * A log that may outlive the room, and takes its time as a disk does.
 *
 * @module
 */
import {
  type Appended,
  MemoryLog,
  type NewEntry,
  type PastMessage,
  type ReadLimits,
  type RoomLog,
  type Topic,
} from "../../../lib/chat/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { idOf } from "../support.ts";

/** What is written, whatever becomes of the program. */
export class Disk {
  readonly log = new MemoryLog();
  /** Whatever was ever written here. */
  readonly entries: PastMessage[] = [];

  /** @param number Which log this is. */
  constructor(readonly number: number, readonly isKept: boolean) {}

  /** Writes, at once. */
  async append(batch: readonly NewEntry[]): Promise<readonly Appended[]> {
    const appended = await this.log.append(batch);
    for (const [index, { seq, isNew }] of appended.entries()) {
      if (isNew) this.entries.push({ ...batch[index], seq });
    }
    return appended;
  }
}

/** Something that waits for the disk. */
interface Task {
  run(): Promise<void>;
  fail(error: Error): void;
}

/** A room's log on a disk. */
export class DiskLog implements RoomLog {
  readonly #disk: Disk;
  readonly #slowly: { readonly write: boolean; readonly read: boolean };
  #writes: { readonly batch: readonly NewEntry[]; readonly task: Task }[] = [];
  #reads: Task[] = [];
  #hasFailed = false;

  /** @param slowly Whether writing and reading wait for the test. */
  constructor(disk: Disk, slowly: { readonly write: boolean; readonly read: boolean }) {
    this.#disk = disk;
    this.#slowly = slowly;
  }

  get id(): Uint8Array {
    return idOf(100 + this.#disk.number);
  }

  get isKept(): boolean {
    return this.#disk.isKept;
  }

  get first(): number {
    return this.#disk.log.first;
  }

  get last(): number {
    return this.#disk.log.last;
  }

  get topic(): Topic | undefined {
    return this.#disk.log.topic;
  }

  /** Whether something waits to be written. */
  get isWriting(): boolean {
    return this.#writes.length > 0;
  }

  /** Whether somebody waits for something to be read. */
  get isReading(): boolean {
    return this.#reads.length > 0;
  }

  append(batch: readonly NewEntry[]): Promise<readonly (Appended | undefined)[]> {
    if (this.#hasFailed) return Promise.reject(new UsageError("storage", "the disk is full"));
    if (!this.#slowly.write) return this.#disk.append(batch);
    const { task, promise } = taskOf(() => this.#disk.append(batch));
    this.#writes.push({ batch, task });
    return promise;
  }

  find(id: Uint8Array, key: Uint8Array): ReturnType<RoomLog["find"]> {
    return this.#disk.log.find(id, key);
  }

  readAfter(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    return this.#read(() => this.#disk.log.readAfter(seq, limits));
  }

  readBefore(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    return this.#read(() => this.#disk.log.readBefore(seq, limits));
  }

  setTopic(topic: Topic | undefined): Promise<void> {
    return this.#disk.log.setTopic(topic);
  }

  forget(upTo: number): Promise<void> {
    return this.#disk.log.forget(upTo);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What waits longest is written. */
  write(): void {
    void this.#writes.shift()?.task.run();
  }

  /** The same, but the program is killed before it learns of it. */
  writeInSilence(): void {
    const write = this.#writes.shift();
    if (write !== undefined) void this.#disk.append(write.batch);
  }

  /** From now on nothing can be written any more. */
  fail(): void {
    this.#hasFailed = true;
    for (const { task } of this.#writes) task.fail(new UsageError("storage", "the disk is full"));
    this.#writes = [];
  }

  /** What somebody has waited for longest is read. */
  read(): void {
    void this.#reads.shift()?.run();
  }

  #read(read: () => Promise<readonly PastMessage[]>): Promise<readonly PastMessage[]> {
    if (!this.#slowly.read) return read();
    const { task, promise } = taskOf(read);
    this.#reads.push(task);
    return promise;
  }
}

/** Something that is done later, and the promise for what comes of it. */
function taskOf<T>(work: () => Promise<T>): { task: Task; promise: Promise<T> } {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return {
    task: {
      run: async () => resolve(await work()),
      fail: reject,
    },
    promise,
  };
}
