import type { Member, Participant, Topic } from "../../chat/mod.ts";

/** What one person has of a room: a client by its connection, the person at the server directly. */
export interface RoomAccess {
  /** This side, by the name that it has now. */
  readonly self: Participant;
  /** Everybody else who is there now. */
  readonly others: readonly Participant[];
  /** What the room is about, if anything. */
  readonly topic: Topic | undefined;
  /** The longest body that the room takes, in bytes. */
  readonly maxBody: number;
  /**
   * Asks the room for something, mostly to pass a message on. Resolves when there is room for the next
   * one.
   *
   * @param id 16 bytes; drawn at random if there is none.
   */
  request(request: Parameters<Member["request"]>[0], id?: Uint8Array): Promise<unknown>;
}
