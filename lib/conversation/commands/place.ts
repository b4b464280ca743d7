import { MAX_TEXT_SIZE, type Member, type Participant, type Topic } from "../../chat/mod.ts";

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

/** The longest text that fits into a message in this room, in bytes of UTF-8. */
export function maxTextSize(place: Place): number {
  return Math.max(MIN_TEXT_SIZE, Math.min(MAX_TEXT_SIZE, place.maxBody - BODY_OVERHEAD));
}

/** What stands around a text in a body, at most: the map, its keys, the text's length. */
const BODY_OVERHEAD = 32;

/** So that a text can be split at all, between characters. */
const MIN_TEXT_SIZE = 4;
