/** The version of these messages that both sides must speak. */
export const CHAT_VERSION = 2;

/** Size of a message's id, in bytes. Its sender draws it at random. */
export const MESSAGE_ID_SIZE = 16;

/** The longest body that a room routes, in bytes. */
export const MAX_BODY_SIZE = 131_072;

/** The longest topic, in bytes of UTF-8. */
export const MAX_TOPIC_SIZE = 512;

/** The longest reason of an operator, in bytes of UTF-8. */
export const MAX_MODERATION_REASON_SIZE = 256;

/** The longest pause between two messages that an operator can ask for, in seconds. */
export const MAX_SLOWNESS = 3600;

/** How many participants are named in one message, at most. */
export const MAX_MEMBERS_PER_MESSAGE = 500;

/** A person in the room. */
export interface Participant {
  /** What the room calls them; no two in a room are called the same, or alike. */
  readonly nick: string;
  /** Their static public key: 32 bytes. */
  readonly key: Uint8Array;
  /** Whether they may kick, ban and mute others; not there if they may not. */
  readonly operator?: true;
}

/** What a member asks the room to do. It is answered, by its id, with `delivered` or `refused`. */
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

/** The answer to a {@linkcode Ping}. */
export interface Pong {
  /** Says which message this is. */
  readonly type: "pong";
}

/** Some of the members who were present when a member came. They are named before the {@linkcode Welcome}. */
export interface Members {
  /** Says which message this is. */
  readonly type: "members";
  /** 1 to 500 of them. */
  readonly members: readonly Participant[];
}

/** What a room is about, and who says so. */
export interface Topic {
  /** Empty if it was taken away. */
  readonly topic: string;
  /** Who set it. */
  readonly by: Participant;
  /** When: milliseconds since 1970, UTC. */
  readonly time: number;
}

/** The room's answer to a hello. Everything in front of it was there before the member came. */
export interface Welcome {
  /** Says which message this is. */
  readonly type: "welcome";
  /** The new member, as the room knows it. */
  readonly you: Participant;
  /** The longest body that this room takes, in bytes. */
  readonly maxBody: number;
  /** What the room is about, if anything. */
  readonly topic?: Topic;
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

/** A member came, went, or has another name. */
export interface MemberChange {
  /** Says which message this is. */
  readonly type: "member";
  /** Which of the three. */
  readonly change: "joined" | "left" | "renamed";
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

/** What a member says to the room. */
export type MemberMessage = Hello | Send | Rename | SetTopic | Moderate | Pong;

/** What a member asks for, once it is in. */
export type MemberRequest = Exclude<MemberMessage, Hello | Pong>;

/** What the room says to a member. */
export type RoomMessage =
  | Members
  | Welcome
  | Envelope
  | Delivered
  | Refused
  | MemberChange
  | TopicChange
  | RoomNotice
  | Ping;

/** What a body holds. */
export type Body =
  /** What a member says. */
  | { readonly type: "text"; readonly text: string }
  /** What a member does, told in the third person: `waves`. */
  | { readonly type: "action"; readonly text: string }
  /** A kind that is not known here: it comes from a later version. */
  | { readonly type: "unknown" };
