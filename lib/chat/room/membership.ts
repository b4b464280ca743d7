import type { Delivered, Participant, Refused } from "../wire/messages.ts";
import type { Conduct } from "./conduct.ts";
import type { Slowness } from "./moderation.ts";
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
  /**
   * Puts a message into the room's order and hands it to everybody else.
   *
   * @throws {UsageError} With code `refused`, as the other methods do, if that is not allowed.
   */
  post(id: Uint8Array, body: Uint8Array): Receipt;
  /** Hands a message to one member alone. */
  whisper(to: Participant, id: Uint8Array, body: Uint8Array): Receipt;
  /** Takes another name. */
  rename(nick: string): void;
  /** Says what the room is about; an empty text takes the topic away. */
  setTopic(topic: string): void;
  /** Acts on another member, as an operator. */
  moderate(request: ModerationRequest): Promise<void>;
  /** The slow mode that an operator has set for this member, if one has. */
  readonly slowness: Slowness | undefined;
  /** How fast the holder of this member's key goes, over all its connections. */
  readonly conduct: Conduct;
  /** Tells this member alone something. */
  notify(text: string): void;
  /** Answers a request of this member, behind all that was said to everybody before. */
  answer(message: Delivered | Refused): void;
  /**
   * Resolves when this member may go on to speak, to all or to one; `undefined` if it may at once.
   * A speaker is to wait for it first.
   */
  ready(to?: Participant): Promise<void> | undefined;
  /** Gives the place up and tells the others, with a reason if it is not by its own will. */
  leave(why?: DepartureReason, reason?: string): void;
}
