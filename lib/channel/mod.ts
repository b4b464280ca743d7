/**
 * Bytes to authenticated messages: frames, the handshake, records, TCP.
 *
 * @module
 */
export { encodeFrame, FRAME_HEADER_SIZE, FrameReader, MAX_FRAME_SIZE } from "./frames/framing.ts";
export {
  acceptAnyone,
  type AcceptPeer,
  type PeerContext,
  type PeerDecision,
} from "./handshake/accept_peer.ts";
export type { ChannelHandshakeOptions } from "./handshake/handshake.ts";
export * from "./handshake/protocol.ts";
export * from "./records/record.ts";
export { REKEY_LIMITS, type RekeyLimits } from "./records/record_cipher.ts";
export { SEND_HIGH_WATER_MARK } from "./records/record_sender.ts";
export * from "./records/trace.ts";
export * from "./secure_channel.ts";
export * from "./tcp/address.ts";
export * from "./tcp/connect.ts";
export * from "./tcp/listen.ts";
export * from "./tcp/listener.ts";
export { tcpAcceptor } from "./tcp/tcp.ts";
export * from "./transport.ts";
