/** The version of these messages that both sides must speak. */
export const CHAT_VERSION = 1;

/** Size of a message's id, in bytes. Its sender draws it at random. */
export const MESSAGE_ID_SIZE = 16;

/** The longest body that the room routes, in bytes. */
export const MAX_BODY_SIZE = 131_072;

/** Somebody in the room. */
export interface Participant {
  /** What the room calls them; no two in a room are called the same. */
  readonly nick: string;
  /** Their static public key: 32 bytes. */
  readonly key: Uint8Array;
}

/** The first thing that a member says. */
export interface Hello {
  /** Says which message this is. */
  readonly type: "hello";
  /** Which version of the messages the member speaks. */
  readonly version: typeof CHAT_VERSION;
  /** What the member would like to be called. */
  readonly nick: string;
}

/** Something that a member says to everybody. */
export interface Send {
  /** Says which message this is. */
  readonly type: "send";
  /** 16 bytes. */
  readonly id: Uint8Array;
  /** An encoded {@linkcode Body}, of which the room knows nothing. */
  readonly body: Uint8Array;
}

/** The room's answer to a hello. */
export interface Welcome {
  /** Says which message this is. */
  readonly type: "welcome";
  /** What the room calls the new member. */
  readonly nick: string;
  /** Everybody else who is there. */
  readonly members: readonly Participant[];
}

/** What somebody said, as the room hands it on. */
export interface Envelope {
  /** Says which message this is. */
  readonly type: "message";
  /** 16 bytes, as the sender drew them. */
  readonly id: Uint8Array;
  /** Its place in the room's order, counted from 1. */
  readonly seq: number;
  /** When the room took it: milliseconds since 1970, UTC. */
  readonly time: number;
  /** Who said it. */
  readonly from: Participant;
  /** An encoded {@linkcode Body}. */
  readonly body: Uint8Array;
}

/** The receipt for a {@linkcode Send}: the room has taken it. */
export interface Delivered {
  /** Says which message this is. */
  readonly type: "delivered";
  /** The message that was sent. */
  readonly id: Uint8Array;
  /** Its place in the room's order. */
  readonly seq: number;
}

/** Somebody came or went. */
export interface MemberChange {
  /** Says which message this is. */
  readonly type: "member";
  /** Which of the two. */
  readonly change: "joined" | "left";
  /** Who it is. */
  readonly member: Participant;
}

/** What a member says to the room. */
export type MemberMessage = Hello | Send;

/** What the room says to a member. */
export type RoomMessage = Welcome | Envelope | Delivered | MemberChange;

/** What a body holds. */
export type Body =
  | { readonly type: "text"; readonly text: string }
  /** A kind that is not known here: it comes from a later version. */
  | { readonly type: "unknown" };
