import type { Participant } from "../wire/messages.ts";
import type { Delivered, Page, Refused } from "../wire/room_messages.ts";
import type { PastPage, PastQuery } from "../log/search.ts";
import type { Keyholder } from "../conduct/keyholders.ts";
import type { Slowness } from "../conduct/moderation.ts";
import type { Hearing } from "../delivery/listeners.ts";
import type { ModerationRequest } from "./operators.ts";
import type { DepartureReason } from "./room_observer.ts";

/** What the room made of a message. */
export interface Receipt {
  /** Its place in the room's order, counted from 1; 0 for a private message, which has none. */
  readonly seq: number;
  /** When the room took it, in milliseconds since 1970, UTC. */
  readonly time: number;
}

/** A member's place in the room, to be given up with {@linkcode leave}. */
export interface Membership {
  /** The member, under the nickname that it has now. */
  readonly member: Participant;
  /** Whether it had this place before, and was away or cut off. */
  readonly hasReturned: boolean;
  /** Whether another connection has taken the place since: then nothing is lost with this one. */
  readonly hasSuccessor: boolean;
  /**
   * Puts a message into the room's log, and hands it to everybody else. Resolves when that is done.
   *
   * @throws {UsageError} With code `refused`, as the other methods do, if that is not allowed.
   */
  post(id: Uint8Array, body: Uint8Array): Promise<Receipt>;
  /**
   * Hands a message to one member alone. Resolves when that has confirmed it.
   *
   * @param givenUp Ends the waiting for that: the message is taken back, and refused.
   */
  whisper(
    to: Participant,
    id: Uint8Array,
    body: Uint8Array,
    givenUp?: AbortSignal,
  ): Promise<Receipt>;
  /** Takes another name. Resolves when the others know. */
  rename(nick: string): Promise<void>;
  /** Says what the room is about; an empty text takes the topic away. */
  setTopic(topic: string): Promise<void>;
  /** Acts on another member, as an operator. */
  moderate(request: ModerationRequest): Promise<void>;
  /** Reads, or searches, what was said earlier. */
  readPast(query: PastQuery): Promise<PastPage>;
  /** The slow mode that an operator has set for this member, if one has. */
  readonly slowness: Slowness | undefined;
  /** Has the caller told when {@linkcode slowness} may be another one; what it returns ends that. */
  watchSlowness(changed: () => void): () => void;
  /** What belongs to the holder of this member's key, over all its connections. */
  readonly holder: Keyholder;
  /** How many messages that this member has not heard are gone for good. */
  gone(hearing: Hearing): number;
  /**
   * Gives this member what it has missed, its private messages first, and lets it follow what is said
   * from then on. To be called once. Resolves when it follows, or is gone.
   */
  follow(hearing: Hearing): Promise<void>;
  /**
   * Takes note that this member has got all its private messages up to a number.
   *
   * @returns Whether there has been one with that number.
   */
  got(upTo: number): boolean;
  /**
   * Takes note that this member has said goodbye: it will confirm no private message any more, so those
   * that it has not confirmed are refused, and so are new ones.
   */
  stopReading(): void;
  /** Tells this member alone something. */
  notify(text: string): void;
  /** Answers a request of this member. */
  answer(message: Delivered | Refused | Page): void;
  /**
   * Resolves when this member may go on to speak, to all or to one; `undefined` if it may at once.
   * A speaker is to wait for it first.
   */
  ready(to?: Participant): Promise<void> | undefined;
  /** Hands on what has been said so far, and resolves when that is done. */
  settle(): Promise<void>;
  /**
   * Gives the place up by the member's own will, and tells the others its farewell, if it may have one
   * read by them now: not while it is muted, out of its turn in slow mode, or with more than 256 bytes.
   */
  sayGoodbye(farewell: string): void;
  /**
   * Gives the place up and tells the others, with a reason if it is not by its own will. A member that
   * was cut off, and may come back, keeps its place for a while.
   */
  leave(why?: DepartureReason, reason?: string): void;
}
