import type { NewRequest, Participant, PastPage, PastQuery, Topic } from "../../chat/mod.ts";

/** A request that the room has not answered yet. */
export interface PendingRequest {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly request: NewRequest;
}

/** What one person has of a room: a client by its connection, the person at the server directly. */
export interface RoomAccess {
  /** This side, by the name that it has now. */
  readonly self: Participant;
  /** Whether this side runs the room, and may have the names that are kept for the host. */
  readonly isHost: boolean;
  /** Everybody else who is there now, or is away and may come back. */
  readonly others: readonly Participant[];
  /** What the room is about, if anything. */
  readonly topic: Topic | undefined;
  /** The longest body that the room takes, in bytes. */
  readonly maxBody: number;
  /** Which log the room's numbers belong to: 16 bytes. */
  readonly log: Uint8Array;
  /** Whether there is a connection to the room at the moment; what is asked for meanwhile, waits. */
  readonly isConnected: boolean;
  /**
   * Asks the room for something, mostly to pass a message on. Resolves when there is space for the next
   * one.
   *
   * @param id 16 bytes; made by {@linkcode newMessageId} if there is none.
   * @param line The number of the line of the input that asked for it, counted from 1.
   */
  request(request: NewRequest, id?: Uint8Array, line?: number): Promise<unknown>;
  /**
   * Reads, or searches, what was said earlier.
   *
   * @throws {UsageError} With code `refused`, if the room refuses, or there is no connection to it.
   */
  readPast(query: PastQuery): Promise<PastPage>;
  /** What was sent, or is to be sent, and is not confirmed, oldest first. */
  readonly pending: readonly PendingRequest[];
}
