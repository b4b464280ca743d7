import { parseProtocolName } from "../noise/mod.ts";
import type { SecureChannel } from "../channel/mod.ts";
import { type Body, decodeBody, hex, type MemberEvent, type Participant } from "../chat/mod.ts";
import { ProtocolError } from "../errors.ts";
import { fingerprint } from "../identity/mod.ts";
import type { ChatEvent, Person } from "./events.ts";
import { sanitiseLine } from "./sanitise.ts";

/** A participant, as it is shown. */
export function person({ nick, key }: Participant): Person {
  return { nick, fingerprint: fingerprint(key) };
}

/** The event for a new connection to `nick`. */
export function connectedEvent(channel: SecureChannel, nick: string): ChatEvent {
  return {
    event: "connected",
    peer: { nick, fingerprint: fingerprint(channel.peer.publicKey) },
    trust: "new",
    cipher: parseProtocolName(channel.protocolName).cipher,
    protocol: channel.protocolName,
    address: channel.peer.address ?? "unknown",
  };
}

/** What the room says, as it is shown. */
export function memberEvent(event: MemberEvent): ChatEvent {
  switch (event.type) {
    case "delivered":
      return { event: "delivered", id: hex(event.id), seq: event.seq };
    case "member":
      return { event: "member", change: event.change, ...person(event.member) };
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
        from: person(event.from),
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
