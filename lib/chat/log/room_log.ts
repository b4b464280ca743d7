import type { Topic } from "../wire/messages.ts";
import type { PastMessage } from "../wire/room_messages.ts";

/** A message that has no number yet. */
export type NewEntry = Omit<PastMessage, "seq">;

/** What became of a message that was given to a log. */
export interface Appended {
  /** Its number. */
  readonly seq: number;
  /** When the log took it: milliseconds since 1970, UTC. */
  readonly time: number;
  /**
   * Whether it stands there only now. It does not if a message with this id from this key was taken
   * before: then number and time are those of that one.
   */
  readonly isNew: boolean;
}

/** Which messages to read. */
export interface ReadLimits {
  /** How many, at most. */
  readonly count: number;
  /** How many bytes their bodies may have together; the first one is given whatever it has. */
  readonly size: number;
}

/**
 * What has been said in a room, in its order. The log gives the numbers, counted from 1 and rising,
 * though perhaps with gaps. Nothing above it knows where it is kept: in memory, in a file, or on
 * several machines.
 */
export interface RoomLog {
  /** Which log this is: 16 bytes. Its numbers mean nothing in another one. */
  readonly id: Uint8Array;
  /** Whether it outlives the program. */
  readonly isKept: boolean;
  /** The number of the first message that is still there; one more than the last if there is none. */
  readonly first: number;
  /** The number of the last message; 0 if there never was one. */
  readonly last: number;
  /** What the room is about, if anything. */
  readonly topic: Topic | undefined;

  /**
   * Takes messages, in this order. Resolves when they are as durable as this log makes them, all or
   * none; several appends at once keep their order.
   *
   * @returns What became of each. `undefined` for one that is refused, because another key has used its
   *   id before; a log need not notice that.
   * @throws {UsageError} With code `storage`, if it cannot take any more.
   */
  append(batch: readonly NewEntry[]): Promise<readonly (Appended | undefined)[]>;

  /**
   * What became of a message that was taken before, by its id and the key of its sender; `undefined` if
   * there is none, or it is not known any more.
   */
  find(id: Uint8Array, key: Uint8Array): Promise<Omit<Appended, "isNew"> | undefined>;

  /** The messages behind a number, oldest first, up to the limits. */
  readAfter(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]>;

  /** The last messages before a number, oldest first, up to the limits. `Infinity`: the last of all. */
  readBefore(seq: number, limits: ReadLimits): Promise<readonly PastMessage[]>;

  /** Keeps what the room is about. */
  setTopic(topic: Topic | undefined): Promise<void>;

  /** Forgets all messages up to a number, for good. */
  forget(upTo: number): Promise<void>;

  /** Gives back what it holds, with everything written. */
  close(): Promise<void>;
}
