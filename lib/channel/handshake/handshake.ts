import type { Role } from "../../noise/mod.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import type { FrameWriter } from "../frames/frame_writer.ts";
import { requireAcceptPeer } from "./accept_peer.ts";
import type { ChannelHandshake, ChannelHandshakeOptions } from "./channel_handshake.ts";
import { handshakeFailure } from "./handshake_failure.ts";
import { initiate } from "./initiator.ts";
import { respond } from "./responder.ts";

/**
 * The handshake over a pair of byte streams (docs/PROTOCOL.md, "Handshake").
 *
 * @param address Where the other side is, if that is known.
 * @throws {UsageError} If `acceptPeer` is missing: before a byte is sent.
 * @throws {AuthenticationError} If a message was altered, a key is of low order, or the initiator
 *   does not accept the responder's key.
 * @throws {ProtocolError} If the other side speaks something else.
 * @throws {NetworkError} If the connection ends before the handshake does.
 */
export async function performHandshake(
  role: Role,
  frames: FrameReader,
  writer: FrameWriter,
  options: ChannelHandshakeOptions,
  address?: string,
): Promise<ChannelHandshake> {
  requireAcceptPeer(options);
  try {
    return role === "initiator"
      ? await initiate(frames, writer, options, address)
      : await respond(frames, writer, options, address);
  } catch (error) {
    throw handshakeFailure(error, frames.pending);
  }
}
