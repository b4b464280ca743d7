import { concat } from "../../crypto/mod.ts";
import { ProtocolError } from "../../errors.ts";

/** The largest message that a channel carries, in bytes. */
export const MAX_MESSAGE_SIZE = 262_144;

/** The longest reason that goes with a close, in bytes of UTF-8. */
const MAX_REASON_SIZE = 512;

/** The first byte of a record's plaintext. */
export const RecordType = {
  /** The authenticated end of this direction: a code and a reason. Nothing follows it. */
  close: 0,
  /** One or more whole messages, each behind its length (2 bytes, big-endian). */
  messages: 1,
  /** A part of a message that is too large for one record; more parts follow. */
  part: 2,
  /** The last part of such a message. */
  lastPart: 3,
} as const;

/** One of the record types. */
export type RecordType = typeof RecordType[keyof typeof RecordType];

/** Why a side ends a connection. */
export const CloseCode = {
  /** It has nothing more to say. */
  done: 0,
  /** No more connections are accepted. */
  full: 1,
  /** A record could not be authenticated. */
  tampered: 2,
  /** The other side broke the protocol. */
  malformed: 3,
  /** The other side's key is not allowed. */
  notAllowed: 4,
  /** The program is shutting down. */
  shutdown: 5,
  /** The other side took too long. */
  timeout: 6,
  /** The other side was removed, for example by an operator. */
  removed: 7,
  /** The other side did not take what it was sent. */
  tooSlow: 8,
} as const;

/** The end of one direction of a connection. */
export interface CloseInfo {
  /** One of {@linkcode CloseCode}; others may be added, and count as `done`. */
  readonly code: number;
  /** A sentence for a person, in the other side's words: sanitise it before a terminal sees it. */
  readonly reason: string;
}

/** What a record holds. */
export type RecordContent =
  | { readonly type: typeof RecordType.close; readonly info: CloseInfo }
  | { readonly type: typeof RecordType.messages; readonly messages: readonly Uint8Array[] }
  | { readonly type: typeof RecordType.part; readonly part: Uint8Array }
  | { readonly type: typeof RecordType.lastPart; readonly part: Uint8Array };

/** Bytes that a message takes in a record beside its own. */
export const MESSAGE_HEADER_SIZE = 2;

/** Bytes that a record's type takes. */
export const RECORD_HEADER_SIZE = 1;

/** The plaintext of a close record. A reason over 512 bytes is cut short. */
export function encodeClose(info: CloseInfo): Uint8Array {
  const reason = new Uint8Array(MAX_REASON_SIZE);
  const { written } = new TextEncoder().encodeInto(info.reason, reason);
  return concat(Uint8Array.of(RecordType.close, info.code), reason.subarray(0, written));
}

/** The plaintext of a record with whole messages, each under 65,536 bytes. */
export function encodeMessages(messages: readonly Uint8Array[]): Uint8Array {
  let size = RECORD_HEADER_SIZE;
  for (const message of messages) size += MESSAGE_HEADER_SIZE + message.length;
  const plaintext = new Uint8Array(size);
  plaintext[0] = RecordType.messages;
  let offset = RECORD_HEADER_SIZE;
  for (const message of messages) offset = putMessage(plaintext, offset, message);
  return plaintext;
}

/** Puts a message behind its length into the plaintext of a record; returns where the next one goes. */
export function putMessage(plaintext: Uint8Array, offset: number, message: Uint8Array): number {
  plaintext[offset] = message.length >>> 8;
  plaintext[offset + 1] = message.length;
  plaintext.set(message, offset + MESSAGE_HEADER_SIZE);
  return offset + MESSAGE_HEADER_SIZE + message.length;
}

/** The plaintext of a record with one part of a large message. */
export function encodePart(part: Uint8Array, last: boolean): Uint8Array {
  return concat(Uint8Array.of(last ? RecordType.lastPart : RecordType.part), part);
}

/**
 * What a record's plaintext says. Messages and parts share its memory.
 *
 * @throws {ProtocolError} If it is empty, of an unknown type, or does not add up.
 */
export function decodeRecord(plaintext: Uint8Array): RecordContent {
  if (plaintext.length === 0) throw malformed("empty");
  const type = plaintext[0];
  const body = plaintext.subarray(RECORD_HEADER_SIZE);
  switch (type) {
    case RecordType.close:
      return { type, info: decodeClose(body) };
    case RecordType.messages:
      return { type, messages: decodeMessages(body) };
    case RecordType.part:
    case RecordType.lastPart:
      if (body.length === 0) throw malformed("an empty part");
      return { type, part: body };
    default:
      throw malformed("of an unknown type");
  }
}

function decodeClose(body: Uint8Array): CloseInfo {
  const [code] = body;
  if (code === undefined || body.length > 1 + MAX_REASON_SIZE) throw malformed("not a close");
  const reason = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body.subarray(1));
  return { code, reason };
}

function decodeMessages(body: Uint8Array): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const messages: Uint8Array[] = [];
  let offset = 0;
  while (offset < body.length) {
    if (offset + MESSAGE_HEADER_SIZE > body.length) throw malformed("cut short");
    const end = offset + MESSAGE_HEADER_SIZE + view.getUint16(offset);
    if (end > body.length) throw malformed("cut short");
    messages.push(body.subarray(offset + MESSAGE_HEADER_SIZE, end));
    offset = end;
  }
  if (messages.length === 0) throw malformed("without a message");
  return messages;
}

function malformed(what: string): ProtocolError {
  return new ProtocolError("malformed-record", `received a record that is ${what}`);
}
