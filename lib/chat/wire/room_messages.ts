import type { Participant, Position, Topic } from "./messages.ts";

/** Some of the members who were there when a member came. They are named before the {@linkcode Welcome}. */
export interface Members {
  /** Says which message this is. */
  readonly type: "members";
  /** 1 to 500 of them. */
  readonly members: readonly Participant[];
}

/** The room's answer to a hello, and to the members in front of it. */
export interface Welcome {
  /** Says which message this is. */
  readonly type: "welcome";
  /** The new member, as the room knows it. */
  readonly you: Participant;
  /** The longest body that this room takes, in bytes. */
  readonly maxBody: number;
  /** What the room is about, if anything. */
  readonly topic?: Topic;
  /** Which log the room's numbers belong to: 16 bytes. */
  readonly log: Uint8Array;
  /** The number of its last message; 0 if there is none. */
  readonly seq: number;
  /** Whether what is said is kept on the server's disk. */
  readonly kept: boolean;
  /** How many messages that the member has not heard are gone for good. */
  readonly gone: number;
  /** For how many milliseconds the place is kept of a member whose connection is cut. */
  readonly grace: number;
}

/** The member has been given everything up to a number: what follows is said at this moment. */
export interface CaughtUp {
  /** Says which message this is. */
  readonly type: "caught-up";
  /** The number of the last message before. */
  readonly seq: number;
}

/** A message, as the room hands it on. */
export interface Envelope {
  /** Says which message this is. */
  readonly type: "message";
  /** 16 bytes, as the sender drew them. */
  readonly id: Uint8Array;
  /** Its place in the room's order, counted from 1; 0 for a private one, which has none. */
  readonly seq: number;
  /** When the room took it: milliseconds since 1970, UTC. */
  readonly time: number;
  /** Who said it. */
  readonly from: Participant;
  /** An encoded {@linkcode Body}. */
  readonly body: Uint8Array;
  /** Of a private message alone: which one it is of those to this member, to be told it was got. */
  readonly private?: number;
}

/** A message as it stands in a room's log. */
export type PastMessage = Omit<Envelope, "type" | "private">;

/** Some of what was said earlier: the answer to {@linkcode ReadPast}. */
export interface Page {
  /** Says which message this is. */
  readonly type: "page";
  /** What was asked for. */
  readonly id: Uint8Array;
  /** Oldest first. */
  readonly messages: readonly PastMessage[];
  /** Before which number to go on; 0 if there is nothing earlier. */
  readonly before: number;
}

/** The room's numbers belong to another log from now on, because the one before cannot be written. */
export interface LogChange extends Position {
  /** Says which message this is. */
  readonly type: "log";
  /** Whether what is said is kept on the server's disk. */
  readonly kept: boolean;
}

/** The room has done what was asked for. */
export interface Delivered {
  /** Says which message this is. */
  readonly type: "delivered";
  /** What was asked for. */
  readonly id: Uint8Array;
  /** A message's place in the room's order; 0 for everything else. */
  readonly seq: number;
}

/** The room has not done what was asked for. */
export interface Refused {
  /** Says which message this is. */
  readonly type: "refused";
  /** What was asked for. */
  readonly id: Uint8Array;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** A member came, went, has another name, was cut off and may come back, or has come back. */
export interface MemberChange {
  /** Says which message this is. */
  readonly type: "member";
  /** Which of them. */
  readonly change: "joined" | "left" | "renamed" | "away" | "back";
  /** Who it is, by the name that holds from now on. */
  readonly member: Participant;
  /** The name before, if it is another one now. */
  readonly previous?: string;
  /** Why a member left who did not want to. */
  readonly reason?: string;
}

/** The room has another topic. */
export interface TopicChange extends Topic {
  /** Says which message this is. */
  readonly type: "topic";
}

/** Something that the room tells one member. */
export interface RoomNotice {
  /** Says which message this is. */
  readonly type: "notice";
  /** One sentence. */
  readonly text: string;
}

/** Is the member still there? It answers with a {@linkcode Pong}. */
export interface Ping {
  /** Says which message this is. */
  readonly type: "ping";
}

/** What the room says to a member. */
export type RoomMessage =
  | Members
  | Welcome
  | CaughtUp
  | LogChange
  | Envelope
  | Page
  | Delivered
  | Refused
  | MemberChange
  | TopicChange
  | RoomNotice
  | Ping;
