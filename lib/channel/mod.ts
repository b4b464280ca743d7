/**
 * Bytes to authenticated messages: framing, the handshake, records, TCP.
 *
 * @module
 */
export { aborted, orAborted, settledWithin } from "./abort.ts";
export * from "./tcp/address.ts";
export type { ChannelHandshakeOptions, PeerContext, PeerDecision } from "./handshake.ts";
export { encodeFrame, FRAME_HEADER_SIZE, FrameReader, MAX_FRAME_SIZE } from "./frames/framing.ts";
export * from "./tcp/listener.ts";
export * from "./protocol.ts";
export * from "./records/record.ts";
export { REKEY_LIMITS, type RekeyLimits } from "./records/record_cipher.ts";
export { SEND_HIGH_WATER_MARK } from "./records/record_sender.ts";
export * from "./secure_channel.ts";
export * from "./tcp/tcp.ts";
export * from "./records/trace.ts";
