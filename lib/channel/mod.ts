/**
 * Bytes to authenticated messages: frames, the handshake, records, TCP.
 *
 * @module
 */
export type { ByteReader, ByteWriter } from "./frames/direct.ts";
export { encodeFrame } from "./frames/framing.ts";
export {
  acceptAnyone,
  type AcceptPeer,
  type PeerContext,
  type PeerDecision,
} from "./handshake/accept_peer.ts";
export type { ChannelHandshakeOptions } from "./handshake/channel_handshake.ts";
export {
  type CipherChoice,
  PROLOGUE,
  type ProtocolChoice,
  protocolName,
  usesPreSharedKey,
} from "./handshake/protocol.ts";
export { type FindPreSharedKey, secretId } from "./handshake/secret_id.ts";
export {
  HANDSHAKE_SHARES,
  type HandshakeShares,
  type TakeTurn,
  type Turn,
} from "./handshake/turns.ts";
export { MAX_BATCH_SIZE, MessageBatch } from "./records/message_batch.ts";
export {
  CloseCode,
  type CloseInfo,
  decodeRecord,
  encodeMessages,
  MAX_MESSAGE_SIZE,
  MESSAGE_HEADER_SIZE,
  RECORD_HEADER_SIZE,
  type RecordContent,
  RecordType,
} from "./records/record.ts";
export { REKEY_LIMITS, type RekeyLimits } from "./records/record_cipher.ts";
export { SEND_HIGH_WATER_MARK } from "./records/record_sender.ts";
export * from "./records/trace.ts";
export * from "./secure_channel.ts";
export * from "./tcp/address.ts";
export * from "./tcp/connect.ts";
export { canonicalHost, isIpAddress } from "./tcp/host.ts";
export * from "./tcp/listen.ts";
export * from "./tcp/limits.ts";
export * from "./tcp/listener.ts";
export * from "./transport.ts";
