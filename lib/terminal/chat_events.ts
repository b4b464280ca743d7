import { parseProtocolName } from "../noise/mod.ts";
import type { SecureChannel } from "../channel/mod.ts";
import { type Body, decodeBody, hex, type MemberEvent, type Participant } from "../chat/mod.ts";
import { ProtocolError } from "../errors.ts";
import { fingerprint } from "../identity/mod.ts";
import type { ChatEvent, Person, Trust } from "./events.ts";
import { sanitiseLine } from "./sanitise.ts";

/** Tells whether a key was verified on this side. */
export type IsVerified = (key: Uint8Array) => boolean;

/** A participant, as it is shown. */
export function person({ nick, key }: Participant, isVerified: IsVerified): Person {
  return { nick, fingerprint: fingerprint(key), verified: isVerified(key) };
}

/** What is known of a new connection, besides the connection. */
export interface Meeting {
  readonly peer: Person;
  readonly safetyWords: string;
  readonly trust: Trust;
  readonly listedAs?: string;
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

/** What the room says, as it is shown. */
export function memberEvent(event: MemberEvent, isVerified: IsVerified): ChatEvent {
  switch (event.type) {
    case "delivered":
      return { event: "delivered", id: hex(event.id), seq: event.seq };
    case "member":
      return { event: "member", change: event.change, ...person(event.member, isVerified) };
    case "message": {
      const body = readBody(event.body);
      if (body.type !== "text") {
        const nick = sanitiseLine(event.from.nick);
        return { event: "notice", text: `${nick} sent something that this version cannot show` };
      }
      return {
        event: "message",
        id: hex(event.id),
        seq: event.seq,
        time: new Date(event.time).toISOString(),
        from: person(event.from, isVerified),
        text: body.text,
        private: false,
        action: false,
      };
    }
  }
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
