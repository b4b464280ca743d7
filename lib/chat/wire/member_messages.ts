import type { CHAT_VERSION, Participant, Position } from "./messages.ts";

/**
 * What a member asks the room to do. It is answered, by its id, with `delivered` or `refused`, or with
 * a page. A request that was not answered before a connection was lost is sent again with the same id.
 */
export interface RoomRequest {
  /** 16 bytes. */
  readonly id: Uint8Array;
}

/** The first thing that a member says. */
export interface Hello {
  /** Says which message this is. */
  readonly type: "hello";
  /** Which version of the messages the member speaks. */
  readonly version: typeof CHAT_VERSION;
  /** What the member would like to be called. */
  readonly nick: string;
  /** By which a room knows a client that comes back: 16 bytes. */
  readonly visit: Uint8Array;
  /** Up to where the member has heard this room, if it has: it is given all that came after. */
  readonly after?: Position;
  /** How many of the last messages it wants, at most, where the room cannot tell what came after. */
  readonly past: number;
}

/** Something that a member says, to everybody or to one. */
export interface Send extends RoomRequest {
  /** Says which message this is. */
  readonly type: "send";
  /** An encoded {@linkcode Body}, of which the room knows nothing. */
  readonly body: Uint8Array;
  /** To whom alone; to everybody if it is not there. */
  readonly to?: Participant;
}

/** A member wants another name. */
export interface Rename extends RoomRequest {
  /** Says which message this is. */
  readonly type: "rename";
  /** What it would like to be called. */
  readonly nick: string;
}

/** A member says what the room is about. */
export interface SetTopic extends RoomRequest {
  /** Says which message this is. */
  readonly type: "topic";
  /** At most 512 bytes of UTF-8; empty to take it away. */
  readonly topic: string;
}

/** What an operator can do to a person. */
export const MODERATIONS = ["kick", "ban", "unban", "mute", "unmute", "slow"] as const;

/** One of the {@linkcode MODERATIONS}. */
export type ModerationAction = typeof MODERATIONS[number];

/** An operator acts on a person, who need not be present. */
export interface Moderate extends RoomRequest {
  /** Says which message this is. */
  readonly type: "moderate";
  /** What is to be done. */
  readonly action: ModerationAction;
  /** Whom: the SHA-256 of their static public key, which is what a fingerprint shows. 32 bytes. */
  readonly target: Uint8Array;
  /** Why, for them to read: at most 256 bytes of UTF-8, possibly none. */
  readonly reason: string;
  /** With `slow`: how long they have to pause between two messages; 0 ends it. */
  readonly seconds: number;
}

/** A member wants to read what was said earlier. */
export interface ReadPast extends RoomRequest {
  /** Says which message this is. */
  readonly type: "past";
  /** Only what stands before this number; 0 for the last messages. */
  readonly before: number;
  /** How many messages, at most: 1 to 200. */
  readonly count: number;
  /** Only texts in which each of these words occurs: at most 256 bytes of UTF-8, not only blanks. */
  readonly words?: string;
}

/** A member has received private messages: all up to a number. */
export interface Got {
  /** Says which message this is. */
  readonly type: "got";
  /** The number of the last of them, as its {@linkcode Envelope} has it. */
  readonly private: number;
}

/** The answer to a {@linkcode Ping}. */
export interface Pong {
  /** Says which message this is. */
  readonly type: "pong";
}

/** What a member says to the room. */
export type MemberMessage = Hello | Send | Rename | SetTopic | Moderate | ReadPast | Got | Pong;

/** What a member asks for, once it is in. */
export type MemberRequest = Exclude<MemberMessage, Hello | Got | Pong>;
