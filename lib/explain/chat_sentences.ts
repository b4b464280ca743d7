import type { Body, MemberMessage, Participant, RoomMessage } from "../chat/mod.ts";
import { decodeBody, decodeMemberMessage, decodeRoomMessage } from "../chat/wire/wire.ts";
import { count } from "./fields.ts";

/** How much of a text is repeated in a sentence, in characters. */
const MAX_QUOTED = 120;

/**
 * What a chat message says, in the protocol's words; `undefined` if it is none. What people wrote
 * stands in it as they wrote it: a screen or a page has to make it safe.
 */
export function chatSentence(bytes: Uint8Array, sender: "client" | "server"): string | undefined {
  try {
    return sender === "client"
      ? memberSentence(decodeMemberMessage(bytes))
      : roomSentence(decodeRoomMessage(bytes));
  } catch {
    return undefined;
  }
}

function memberSentence(message: MemberMessage): string {
  switch (message.type) {
    case "hello":
      return `hello: version ${message.version}, as ${quote(message.nick)}`;
    case "send":
      return `send: ${said(message.body)}${message.to ? `, to ${name(message.to)} alone` : ""}`;
    case "rename":
      return `rename: to ${quote(message.nick)}`;
    case "topic":
      return `topic: ${quote(message.topic)}`;
    case "moderate":
      return `moderate: ${message.action}`;
    case "past":
      return message.words === undefined
        ? "past: what was said earlier?"
        : `past: where does ${quote(message.words)} occur?`;
    case "got":
      return `got: private messages up to ${message.private}`;
    case "pong":
      return "pong";
  }
}

function roomSentence(message: RoomMessage): string {
  switch (message.type) {
    case "members":
      return `members: ${message.members.slice(0, 3).map(name).join(", ")}` +
        (message.members.length > 3 ? ` and ${message.members.length - 3} more` : "");
    case "welcome":
      return `welcome: you are ${name(message.you)}`;
    case "caught-up":
      return `caught-up: nothing is missing up to message ${message.seq}`;
    case "page":
      return `page: ${count(message.messages.length, "earlier message")}`;
    case "log":
      return `log: numbers belong to another log from ${message.seq} on`;
    case "message":
      if (message.private !== undefined) {
        return `private message ${message.private} from ${name(message.from)}: ${
          said(message.body)
        }`;
      }
      return `message ${message.seq} from ${name(message.from)}: ${said(message.body)}`;
    case "delivered":
      return message.seq === 0 ? "delivered" : `delivered: it is message ${message.seq}`;
    case "refused":
      return `refused: ${quote(message.reason)}`;
    case "member":
      return `member: ${name(message.member)} ${message.change}`;
    case "topic":
      return `topic: ${quote(message.topic)}, by ${name(message.by)}`;
    case "notice":
      return `notice: ${quote(message.text)}`;
    case "ping":
      return "ping";
  }
}

function said(bytes: Uint8Array): string {
  let body: Body;
  try {
    body = decodeBody(bytes);
  } catch {
    return count(bytes.length, "byte");
  }
  return body.type === "unknown" ? count(bytes.length, "byte") : quote(body.text);
}

function name({ nick }: Participant): string {
  return quote(nick);
}

function quote(text: string): string {
  const characters = Array.from(text.slice(0, 2 * MAX_QUOTED));
  return characters.length < MAX_QUOTED && text.length <= 2 * MAX_QUOTED
    ? `"${text}"`
    : `"${characters.slice(0, MAX_QUOTED).join("")}…"`;
}
