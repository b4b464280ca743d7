/** The version of these messages that both sides must speak. */
export const CHAT_VERSION = 3;

/** Size of a message's id, in bytes. Its sender makes it. */
export const MESSAGE_ID_SIZE = 16;

/** Size of the id of a visit, in bytes. A client draws it at random, and keeps it while it runs. */
export const VISIT_ID_SIZE = 16;

/** Size of the id of a room's log, in bytes. */
export const LOG_ID_SIZE = 16;

/**
 * How many requests of one member may be unanswered at once. A room remembers the answers to as many
 * of each key, so that a request which is sent again is not carried out again.
 */
export const MAX_UNANSWERED = 1024;

/** How many earlier messages can be asked for at once. */
export const MAX_PAGE_COUNT = 200;

/** The longest text to search for, in bytes of UTF-8. */
export const MAX_SEARCH_SIZE = 256;

/** The longest body that a room routes, in bytes. */
export const MAX_BODY_SIZE = 131_072;

/** The longest topic, in bytes of UTF-8. */
export const MAX_TOPIC_SIZE = 512;

/** The longest text that a member leaves with, in bytes of UTF-8. */
export const MAX_FAREWELL_SIZE = 256;

/** The longest reason of an operator, in bytes of UTF-8. */
export const MAX_MODERATION_REASON_SIZE = 256;

/** The longest sentence that a room tells its members, in bytes of UTF-8. */
export const MAX_SENTENCE_SIZE = 1024;

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
  /** Whether their connection was cut, and they may come back; not there if they are connected. */
  readonly away?: true;
}

/** Up to where a member has heard a room. */
export interface Position {
  /** Which log the number belongs to: 16 bytes, as a welcome named it. */
  readonly log: Uint8Array;
  /** The number of the last message that the member has. */
  readonly seq: number;
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

/** What a body holds. */
export type Body =
  /** What a member says. */
  | { readonly type: "text"; readonly text: string }
  /** What a member does, told in the third person: `waves`. */
  | { readonly type: "action"; readonly text: string }
  /** A kind that is not known here: it comes from a later version. */
  | { readonly type: "unknown" };
