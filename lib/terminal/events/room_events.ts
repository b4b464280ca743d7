import type { SecureChannel } from "../../channel/mod.ts";
import type {
  Body,
  Envelope,
  LogChange,
  MemberChange,
  MemberEvent,
  NewRequest,
  Participant,
  Topic,
} from "../../chat/mod.ts";
import { decodeBody } from "../../chat/wire/wire.ts";
import { hex } from "../../crypto/mod.ts";
import { ProtocolError } from "../../errors.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { parseProtocolName } from "../../noise/mod.ts";
import { quoted } from "../../quoted.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import type { Asked, ChatEvent, Person, Trust } from "./events.ts";

/** Tells whether a key was verified on this side. */
export type IsVerified = (key: Uint8Array) => boolean;

/** A participant, as it is shown. */
export function person({ nick, key }: Participant, isVerified: IsVerified): Person {
  return { nick, fingerprint: fingerprint(key), verified: isVerified(key) };
}

/** What is known of a new connection, besides the connection. */
export interface Meeting {
  readonly peer: Person;
  readonly you: Person;
  readonly safetyWords: string;
  readonly trust: Trust;
  readonly listedAs?: string;
  /** That the person has pasted the right fingerprint of the server. */
  readonly compared?: true;
  /** Whether the server keeps what is said on its disk. */
  readonly kept: boolean;
}

/** The event for a new connection. */
export function connectedEvent(channel: SecureChannel, meeting: Meeting): ChatEvent {
  return {
    event: "connected",
    ...meeting,
    cipher: parseProtocolName(channel.protocolName).cipher,
    protocol: channel.protocolName,
    address: channel.peer.address ?? "unknown",
  };
}

/**
 * What the room says, as it is shown.
 *
 * @param isHistory Whether it was said before this side came.
 */
export function memberEvent(
  event: MemberEvent,
  isVerified: IsVerified,
  isHistory = false,
): ChatEvent {
  switch (event.type) {
    case "delivered":
      return { event: "delivered", id: hex(event.id), seq: event.seq };
    case "refused":
      return { event: "refused", id: hex(event.id), reason: event.reason };
    case "notice":
      // Marked as another's words: they could pretend to be this program's own.
      return {
        event: "notice",
        text: `The room says: ${sanitiseLine(quoted(event.text))}`,
        important: true,
      };
    case "log":
      return logEvent(event);
    case "topic":
      return topicEvent(event, isVerified);
    case "member": {
      const { change, member, previous } = event;
      const { reason, farewell } = partingOf(event);
      return {
        event: "member",
        change,
        ...person(member, isVerified),
        ...(previous !== undefined && { previous }),
        ...(reason !== undefined && { reason }),
        ...(farewell !== undefined && { farewell }),
      };
    }
    case "message":
      return messageEvent(event, isVerified, isHistory);
  }
}

/**
 * What this side has asked for, as it is shown.
 *
 * @param id 16 bytes.
 * @returns `undefined` for what changes nothing, and is only read.
 */
export function asked(
  id: Uint8Array,
  request: NewRequest,
  isVerified: IsVerified,
): Asked | undefined {
  switch (request.type) {
    case "send": {
      const { to, body: encoded } = request;
      const body = readBody(encoded);
      return {
        id: hex(id),
        command: to !== undefined ? "msg" : body.type === "action" ? "me" : "say",
        ...(body.type !== "unknown" && { text: body.text }),
        ...(to !== undefined && { to: person(to, isVerified) }),
      };
    }
    case "rename":
      return { id: hex(id), command: "nick", text: request.nick };
    case "topic":
      return { id: hex(id), command: "topic", text: request.topic };
    case "moderate":
      return { id: hex(id), command: request.action, text: request.reason };
    case "past":
      return undefined;
  }
}

/**
 * What goes with a leave: the room's words, or, in quotation marks, those of the member itself
 * (docs/PROTOCOL.md, "Leaving"). Nobody else's words begin with such a mark.
 */
function partingOf(
  { reason }: MemberChange,
): { readonly reason?: string; readonly farewell?: string } {
  if (reason === undefined) return {};
  const [, farewell] = /^\u201c([^]*)\u201d$/.exec(reason) ?? [];
  return farewell === undefined ? { reason } : { farewell };
}

/** The server has another log from now on. */
function logEvent({ kept }: LogChange): ChatEvent {
  return kept ? { event: "notice", text: "The server has begun a new log of what is said." } : {
    event: "notice",
    text: "The server cannot keep what is said any more; the conversation goes on.",
    important: true,
  };
}

/** What a room is about. */
export function topicEvent({ topic, by, time }: Topic, isVerified: IsVerified): ChatEvent {
  const when = new Date(time).toISOString();
  return { event: "topic", topic, by: person(by, isVerified), time: when };
}

function messageEvent(
  { id, seq, time, from, body: encoded }: Envelope,
  isVerified: IsVerified,
  isHistory: boolean,
): ChatEvent {
  const body = readBody(encoded);
  if (body.type === "unknown") {
    const nick = sanitiseLine(from.nick);
    const text = `${nick} sent something that this version cannot show`;
    return { event: "notice", text, important: true };
  }
  return {
    event: "message",
    id: hex(id),
    seq,
    time: new Date(time).toISOString(),
    from: person(from, isVerified),
    text: body.text,
    private: seq === 0,
    action: body.type === "action",
    history: isHistory,
  };
}

/** The room passes bodies on unread, so a bad one is its sender's doing and ends nobody else's visit. */
function readBody(bytes: Uint8Array): Body {
  try {
    return decodeBody(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return { type: "unknown" };
    throw error;
  }
}
