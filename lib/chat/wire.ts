/**
 * Chat messages as they go over a channel: CBOR maps, one to a channel message (docs/PROTOCOL.md,
 * "Chat messages").
 *
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import { ProtocolError } from "../errors.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import {
  type Body,
  CHAT_VERSION,
  MAX_BODY_SIZE,
  type MemberMessage,
  MESSAGE_ID_SIZE,
  type RoomMessage,
} from "./messages.ts";
import { isNick } from "./nick.ts";
import { isShortEnough } from "./text.ts";

const KEY_SIZE = 32;

const bytes = v.instance(Uint8Array<ArrayBufferLike>);
const bytesOfSize = (size: number) => v.pipe(bytes, v.check((value) => value.length === size));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The last moment that a `Date` can hold. */
const time = v.pipe(count, v.maxValue(8.64e15));
const id = bytesOfSize(MESSAGE_ID_SIZE);
const body = v.pipe(bytes, v.check((value) => value.length <= MAX_BODY_SIZE));
const nick = v.pipe(v.string(), v.check(isNick));
const participant = v.strictObject({ nick, key: bytesOfSize(KEY_SIZE) });

const memberMessage: v.GenericSchema<unknown, MemberMessage> = v.variant("type", [
  v.strictObject({ type: v.literal("hello"), version: v.literal(CHAT_VERSION), nick }),
  v.strictObject({ type: v.literal("send"), id, body }),
]);

const otherVersion = v.looseObject({
  type: v.literal("hello"),
  version: v.pipe(count, v.notValue(CHAT_VERSION)),
});

const roomMessage: v.GenericSchema<unknown, RoomMessage> = v.variant("type", [
  v.strictObject({ type: v.literal("welcome"), nick, members: v.array(participant) }),
  v.strictObject({
    type: v.literal("message"),
    id,
    seq: count,
    time,
    from: participant,
    body,
  }),
  v.strictObject({ type: v.literal("delivered"), id, seq: count }),
  v.strictObject({
    type: v.literal("member"),
    change: v.picklist(["joined", "left"]),
    member: participant,
  }),
]);

const anyBody = v.looseObject({ type: v.string() });
const textBody = v.strictObject({
  type: v.literal("text"),
  text: v.pipe(v.string(), v.check(isShortEnough)),
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
  if (v.is(otherVersion, value)) {
    // Told apart, because the one who reads this can do something about it.
    const versions = `version ${value.version} of the chat, this one ${CHAT_VERSION}`;
    throw new ProtocolError("malformed-message", `the other side speaks ${versions}`);
  }
  return parse(memberMessage, value);
}

/**
 * Decodes what the room says.
 *
 * @throws {ProtocolError} If it is not a room's message.
 */
export function decodeRoomMessage(bytes: Uint8Array): RoomMessage {
  return parse(roomMessage, decodeCbor(bytes));
}

/** The body of a text message; at most 65,536 bytes of UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encodeCbor({ type: "text", text });
}

/**
 * Decodes a body.
 *
 * @throws {ProtocolError} If it is not a body at all, or a text that is too long.
 */
export function decodeBody(bytes: Uint8Array): Body {
  const value = decodeCbor(bytes);
  return parse(anyBody, value).type === "text" ? parse(textBody, value) : { type: "unknown" };
}

function parse<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): Output {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    throw new ProtocolError("malformed-message", "received a message that does not fit its schema");
  }
  return result.output;
}
