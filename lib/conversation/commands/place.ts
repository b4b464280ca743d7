import type { Member, Participant, Topic } from "../../chat/mod.ts";

/** Somebody's place in a room: a client's, or that of the person at the server. */
export interface Place {
  /** Who one is, by the name that holds now. */
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
