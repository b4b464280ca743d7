/**
 * Bytes to authenticated messages: framing, the handshake, records, TCP.
 *
 * @module
 */
export { orAborted, settledWithin } from "./abort.ts";
export * from "./address.ts";
export type { ChannelHandshakeOptions, PeerContext, PeerDecision } from "./handshake.ts";
export { encodeFrame, FRAME_HEADER_SIZE, FrameReader, MAX_FRAME_SIZE } from "./framing.ts";
export * from "./listener.ts";
export * from "./protocol.ts";
export * from "./record.ts";
export { REKEY_LIMITS, type RekeyLimits } from "./record_cipher.ts";
export { SEND_HIGH_WATER_MARK } from "./record_sender.ts";
export * from "./secure_channel.ts";
export * from "./tcp.ts";
export * from "./trace.ts";
