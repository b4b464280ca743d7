/**
 * What members and the room say to each other: CBOR maps, one to a channel message
 * (docs/PROTOCOL.md, "Chat messages").
 *
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import { ProtocolError } from "../errors.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { isNick } from "./nick.ts";
import { isShortEnough } from "./text.ts";

/** The version of these messages that both sides must speak. */
export const CHAT_VERSION = 1;

/** Size of a message's id, in bytes. Its sender draws it at random. */
export const MESSAGE_ID_SIZE = 16;

/** The longest body that the room routes, in bytes. */
export const MAX_BODY_SIZE = 131_072;

const bytesOfSize = (size: number) =>
  v.pipe(v.instance(Uint8Array<ArrayBufferLike>), v.check((bytes) => bytes.length === size));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = bytesOfSize(MESSAGE_ID_SIZE);
const body = v.pipe(
  v.instance(Uint8Array<ArrayBufferLike>),
  v.check((bytes) => bytes.length <= MAX_BODY_SIZE),
);
const nick = v.pipe(v.string(), v.check(isNick));
const participant = v.strictObject({ nick, key: bytesOfSize(32) });

const memberMessage = v.variant("type", [
  v.strictObject({ type: v.literal("hello"), version: v.literal(CHAT_VERSION), nick }),
  v.strictObject({ type: v.literal("send"), id, body }),
]);

const roomMessage = v.variant("type", [
  v.strictObject({ type: v.literal("welcome"), nick, members: v.array(participant) }),
  v.strictObject({
    type: v.literal("message"),
    id,
    seq: count,
    time: count,
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

const text = v.pipe(v.string(), v.check(isShortEnough));
const knownBody = v.variant("type", [v.strictObject({ type: v.literal("text"), text })]);
const anyBody = v.looseObject({ type: v.string() });

/** Somebody in the room: a nickname and a static public key (32 bytes). */
export type Participant = v.InferOutput<typeof participant>;

/** What a member says to the room. */
export type MemberMessage = v.InferOutput<typeof memberMessage>;

/** What the room says to a member. `seq` counts from 1; `time` is milliseconds since 1970, UTC. */
export type RoomMessage = v.InferOutput<typeof roomMessage>;

/** A message as the room hands it on. The body is opaque to the room. */
export type Envelope = Extract<RoomMessage, { type: "message" }>;

/** What a body holds. A kind that is not known here comes from a later version. */
export type Body = v.InferOutput<typeof knownBody> | { readonly type: "unknown" };

/** Encodes a message of either kind. */
export function encodeMessage(message: MemberMessage | RoomMessage): Uint8Array {
  return encodeCbor(message);
}

/** @throws {ProtocolError} If it is not a member's message. */
export function decodeMemberMessage(bytes: Uint8Array): MemberMessage {
  return parse(memberMessage, decodeCbor(bytes));
}

/** @throws {ProtocolError} If it is not a room's message. */
export function decodeRoomMessage(bytes: Uint8Array): RoomMessage {
  return parse(roomMessage, decodeCbor(bytes));
}

/** The body of a text message; at most 65,536 bytes of UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encodeCbor({ type: "text", text });
}

/** @throws {ProtocolError} If it is not a body at all, or a text that is too long. */
export function decodeBody(bytes: Uint8Array): Body {
  const value = parse(anyBody, decodeCbor(bytes));
  return value.type === "text" ? parse(knownBody, value) : { type: "unknown" };
}

function parse<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    throw new ProtocolError("malformed-message", "received a message that does not fit its schema");
  }
  return result.output;
}
