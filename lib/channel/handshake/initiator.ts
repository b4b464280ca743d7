import { concat } from "../../crypto/mod.ts";
import { AuthenticationError } from "../../errors.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import type { FrameWriter } from "../frames/frame_writer.ts";
import { encodeFrame } from "../frames/framing.ts";
import { refusalOf } from "./accept_peer.ts";
import type { ChannelHandshake, ChannelHandshakeOptions } from "./channel_handshake.ts";
import { MessageReader, startNoise, staticKeyOf } from "./handshake_messages.ts";
import { protocolName, usesPreSharedKey } from "./protocol.ts";
import { maskSecretId, SECRET_ID_SIZE, secretId } from "./secret_id.ts";

/** The client's side of a handshake. Errors are those of `performHandshake`. */
export async function initiate(
  frames: FrameReader,
  writer: FrameWriter,
  options: ChannelHandshakeOptions,
  address: string | undefined,
): Promise<ChannelHandshake> {
  const { acceptPeer, preSharedKey, trace } = options;
  const name = options.protocols?.[0] ?? protocolName({ preSharedKey: preSharedKey !== undefined });
  const messages = new MessageReader(frames);
  const state = startNoise("initiator", name, options, preSharedKey);
  try {
    trace?.event({ type: "protocol", direction: "out", role: "initiator", name });
    const nameFrame = encodeFrame(new TextEncoder().encode(name));
    await writer.write(concat(nameFrame, encodeFrame(await state.writeMessage())));

    const hasSecret = preSharedKey !== undefined && usesPreSharedKey(name);
    const mask = await messages.read(state, hasSecret ? SECRET_ID_SIZE : 0);
    const remoteStaticKey = staticKeyOf(state);
    const refusal = await refusalOf(acceptPeer, remoteStaticKey, { address, preSharedKey });
    if (refusal !== undefined) {
      throw new AuthenticationError("key-refused", "the other side's key was not accepted");
    }
    const parts: Uint8Array[] = [];
    if (hasSecret) {
      const id = secretId(preSharedKey);
      const masked = maskSecretId(id, mask);
      trace?.event({ type: "secret-id", direction: "out", masked, mask, id });
      parts.push(encodeFrame(masked));
    }
    parts.push(encodeFrame(await state.writeMessage()));
    await writer.write(concat(...parts));

    const handshakeHash = state.handshakeHash;
    const [sending, receiving] = state.split();
    return {
      protocolName: name,
      handshakeHash,
      remoteStaticKey,
      refusal: undefined,
      sending,
      receiving,
    };
  } finally {
    state.destroy();
  }
}
