/**
 * Chat messages as they go over a channel: CBOR maps, one to a channel message (docs/PROTOCOL.md,
 * "Chat messages").
 *
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import { ProtocolError } from "../../errors.ts";
import { isNick, nickProblem } from "../names/nick.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { misfit } from "./misfit.ts";
import { type MemberMessage, MODERATIONS } from "./member_messages.ts";
import {
  type Body,
  CHAT_VERSION,
  LOG_ID_SIZE,
  MAX_BODY_SIZE,
  MAX_MEMBERS_PER_MESSAGE,
  MAX_MODERATION_REASON_SIZE,
  MAX_PAGE_COUNT,
  MAX_SEARCH_SIZE,
  MAX_SENTENCE_SIZE,
  MAX_SLOWNESS,
  MAX_TOPIC_SIZE,
  MESSAGE_ID_SIZE,
  VISIT_ID_SIZE,
} from "./messages.ts";
import type { RoomMessage } from "./room_messages.ts";
import { isShortEnough, MAX_TEXT_SIZE } from "./text.ts";

const KEY_SIZE = 32;
const FINGERPRINT_SIZE = 32;

const bytes = v.instance(Uint8Array<ArrayBufferLike>);
const bytesOfSize = (size: number) => v.pipe(bytes, v.check((value) => value.length === size));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The last moment that a `Date` can hold. */
const time = v.pipe(count, v.maxValue(8.64e15));
const id = bytesOfSize(MESSAGE_ID_SIZE);
const body = v.pipe(bytes, v.check((value) => value.length <= MAX_BODY_SIZE));
const text = (size: number) => v.pipe(v.string(), v.check((value) => isShortEnough(value, size)));
const nick = v.pipe(v.string(), v.check(isNick));
const guestNick = v.pipe(v.string(), v.check((name) => nickProblem(name, "guest") === undefined));
const participant = v.strictObject({
  nick,
  key: bytesOfSize(KEY_SIZE),
  operator: v.exactOptional(v.literal(true)),
  away: v.exactOptional(v.literal(true)),
});
const topic = { topic: text(MAX_TOPIC_SIZE), by: participant, time };
const position = { log: bytesOfSize(LOG_ID_SIZE), seq: count };
const said = { id, seq: count, time, from: participant, body };
const words = v.pipe(text(MAX_SEARCH_SIZE), v.check((value) => value.trim() !== ""));

// A rule about several fields names one of them, which is told if it is broken.

const memberMessage: v.GenericSchema<unknown, MemberMessage> = v.variant("type", [
  v.strictObject({
    type: v.literal("hello"),
    version: v.literal(CHAT_VERSION),
    nick: guestNick,
    visit: bytesOfSize(VISIT_ID_SIZE),
    after: v.exactOptional(v.strictObject(position)),
    past: count,
  }),
  v.strictObject({ type: v.literal("send"), id, body, to: v.exactOptional(participant) }),
  v.strictObject({ type: v.literal("rename"), id, nick: guestNick }),
  v.strictObject({ type: v.literal("topic"), id, topic: text(MAX_TOPIC_SIZE) }),
  v.pipe(
    v.strictObject({
      type: v.literal("moderate"),
      id,
      action: v.picklist(MODERATIONS),
      target: bytesOfSize(FINGERPRINT_SIZE),
      reason: text(MAX_MODERATION_REASON_SIZE),
      seconds: v.pipe(count, v.maxValue(MAX_SLOWNESS)),
    }),
    v.forward(
      v.check(({ action, seconds }) => action === "slow" || seconds === 0),
      ["seconds"],
    ),
  ),
  v.strictObject({
    type: v.literal("past"),
    id,
    before: count,
    count: v.pipe(count, v.minValue(1), v.maxValue(MAX_PAGE_COUNT)),
    words: v.exactOptional(words),
  }),
  v.strictObject({ type: v.literal("got"), private: count }),
  v.strictObject({ type: v.literal("pong") }),
]);

const otherVersion = v.looseObject({
  type: v.literal("hello"),
  version: v.pipe(count, v.notValue(CHAT_VERSION)),
});

const roomMessage: v.GenericSchema<unknown, RoomMessage> = v.variant("type", [
  v.strictObject({
    type: v.literal("members"),
    members: v.pipe(
      v.array(participant),
      v.minLength(1),
      v.maxLength(MAX_MEMBERS_PER_MESSAGE),
    ),
  }),
  v.strictObject({
    type: v.literal("welcome"),
    you: participant,
    maxBody: v.pipe(count, v.minValue(1), v.maxValue(MAX_BODY_SIZE)),
    topic: v.exactOptional(v.strictObject(topic)),
    ...position,
    kept: v.boolean(),
    gone: count,
    grace: count,
  }),
  v.strictObject({ type: v.literal("caught-up"), seq: count }),
  v.strictObject({ type: v.literal("log"), ...position, kept: v.boolean() }),
  v.pipe(
    v.strictObject({
      type: v.literal("message"),
      ...said,
      private: v.exactOptional(v.pipe(count, v.minValue(1))),
    }),
    // A private message has no place in the room's order, and any other has one.
    v.forward(
      v.check((message) => (message.seq === 0) === (message.private !== undefined)),
      ["seq"],
    ),
  ),
  v.strictObject({
    type: v.literal("page"),
    id,
    messages: v.pipe(
      v.array(v.strictObject({ ...said, seq: v.pipe(count, v.minValue(1)) })),
      v.maxLength(MAX_PAGE_COUNT),
    ),
    before: count,
  }),
  v.strictObject({ type: v.literal("delivered"), id, seq: count }),
  v.strictObject({ type: v.literal("refused"), id, reason: text(MAX_SENTENCE_SIZE) }),
  v.pipe(
    v.strictObject({
      type: v.literal("member"),
      change: v.picklist(["joined", "left", "renamed", "away", "back"]),
      member: participant,
      previous: v.exactOptional(nick),
      reason: v.exactOptional(text(MAX_SENTENCE_SIZE)),
    }),
    v.forward(
      v.check(({ change, previous }) => (change === "renamed") === (previous !== undefined)),
      ["previous"],
    ),
    v.forward(
      v.check(({ change, reason }) =>
        reason === undefined || change === "left" || change === "away"
      ),
      ["reason"],
    ),
  ),
  v.strictObject({ type: v.literal("topic"), ...topic }),
  v.strictObject({ type: v.literal("notice"), text: text(MAX_SENTENCE_SIZE) }),
  v.strictObject({ type: v.literal("ping") }),
]);

const MEMBER_TYPES: ReadonlySet<string> = new Set<MemberMessage["type"]>([
  "hello",
  "send",
  "rename",
  "topic",
  "moderate",
  "past",
  "got",
  "pong",
]);

const ROOM_TYPES: ReadonlySet<string> = new Set<RoomMessage["type"]>([
  "members",
  "welcome",
  "caught-up",
  "log",
  "message",
  "page",
  "delivered",
  "refused",
  "member",
  "topic",
  "notice",
  "ping",
]);

const BODY_TYPES: ReadonlySet<string> = new Set(["text", "action"]);

const anyBody = v.looseObject({ type: v.string() });
const spokenBody: v.GenericSchema<unknown, Body> = v.strictObject({
  type: v.picklist(["text", "action"]),
  text: text(MAX_TEXT_SIZE),
});

/** Encodes a message of either kind. */
export function encodeMessage(message: MemberMessage | RoomMessage): Uint8Array {
  return encodeCbor(message);
}

/**
 * Decodes what a member says.
 *
 * @throws {ProtocolError} If it is not a member's message.
 */
export function decodeMemberMessage(bytes: Uint8Array): MemberMessage {
  const value = decodeCbor(bytes);
  try {
    return parse(memberMessage, value, MEMBER_TYPES);
  } catch (error) {
    if (!v.is(otherVersion, value)) throw error;
    // Told apart, because the one who reads this can do something about it.
    const versions = `version ${value.version} of the chat, this side ${CHAT_VERSION}`;
    throw new ProtocolError("malformed-message", `the other side speaks ${versions}`);
  }
}

/**
 * Decodes what the room says.
 *
 * @throws {ProtocolError} If it is not a room's message.
 */
export function decodeRoomMessage(bytes: Uint8Array): RoomMessage {
  return parse(roomMessage, decodeCbor(bytes), ROOM_TYPES);
}

/** The body of a text message; at most 65,536 bytes of UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encodeCbor({ type: "text", text });
}

/** The body of a message that tells what its sender does; at most 65,536 bytes of UTF-8. */
export function encodeAction(text: string): Uint8Array {
  return encodeCbor({ type: "action", text });
}

/**
 * Decodes a body.
 *
 * @throws {ProtocolError} If it is not a body at all, or a text that is too long.
 */
export function decodeBody(bytes: Uint8Array): Body {
  const value = decodeCbor(bytes);
  const { type } = parse(anyBody, value, BODY_TYPES);
  return BODY_TYPES.has(type) ? parse(spokenBody, value, BODY_TYPES) : { type: "unknown" };
}

function parse<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
  types: ReadonlySet<string>,
): Output {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    throw new ProtocolError("malformed-message", misfit(value, types, result.issues[0]));
  }
  return result.output;
}
