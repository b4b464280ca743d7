import { randomBytes, wipe } from "../../crypto/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import { PRE_SHARED_KEY_SIZE } from "../../noise/mod.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import type { FrameWriter } from "../frames/frame_writer.ts";
import { encodeFrame } from "../frames/framing.ts";
import { refusalOf } from "./accept_peer.ts";
import type { ChannelHandshake, ChannelHandshakeOptions } from "./channel_handshake.ts";
import { notThisProtocol } from "./handshake_failure.ts";
import { MessageReader, startNoise, staticKeyOf } from "./handshake_messages.ts";
import { MAX_PROTOCOL_NAME_SIZE, supportedProtocols, usesPreSharedKey } from "./protocol.ts";
import { maskSecretId, onlyPreSharedKey, SECRET_ID_SIZE } from "./secret_id.ts";
import type { Turn } from "./turns.ts";

const EMPTY = new Uint8Array(0);

/** The server's side of a handshake. Errors are those of `performHandshake`. */
export async function respond(
  frames: FrameReader,
  writer: FrameWriter,
  options: ChannelHandshakeOptions,
  address: string | undefined,
): Promise<ChannelHandshake> {
  const { acceptPeer, takeTurn, signal } = options;
  const messages = new MessageReader(frames);
  const name = await readProtocolName(messages, options);
  const hasSecret = usesPreSharedKey(name);
  const state = startNoise(
    "responder",
    name,
    options,
    hasSecret ? undefined : options.preSharedKey,
  );
  let preSharedKey: Uint8Array | undefined;
  // A turn is for computing: nobody has one while the other side takes its time.
  let turn: Turn | undefined;
  try {
    const first = await messages.next();
    turn = await takeTurn?.(name, signal);
    await messages.take(state, first);
    const mask = hasSecret ? randomBytes(SECRET_ID_SIZE) : EMPTY;
    const answer = await state.writeMessage(mask);
    turn?.end();
    await writer.write(encodeFrame(answer));

    const maskedId = hasSecret ? await messages.next(hungUp) : EMPTY;
    const third = await messages.next(hungUp);
    if (hasSecret) {
      preSharedKey = await findKey(maskedId, mask, options);
      state.setPreSharedKey(preSharedKey);
    }
    turn = await takeTurn?.(name, signal);
    await messages.take(state, third);
    turn?.end();
    const remoteStaticKey = staticKeyOf(state);
    const refusal = await refusalOf(acceptPeer, remoteStaticKey, { address, preSharedKey });

    const handshakeHash = state.handshakeHash;
    const [receiving, sending] = state.split();
    return { protocolName: name, handshakeHash, remoteStaticKey, refusal, sending, receiving };
  } finally {
    turn?.end();
    state.destroy();
    if (preSharedKey !== undefined) wipe(preSharedKey);
  }
}

async function readProtocolName(
  messages: MessageReader,
  options: ChannelHandshakeOptions,
): Promise<string> {
  const body = await messages.next(undefined, MAX_PROTOCOL_NAME_SIZE);
  const protocols = options.protocols ?? spokenProtocols(options);
  // Compared as bytes that were decoded without loss: every byte string has its own Latin-1 text.
  const name = String.fromCharCode(...body);
  if (!protocols.includes(name)) {
    throw name.startsWith("Noise_")
      ? new ProtocolError("unknown-protocol", "the other side asked for a protocol not spoken here")
      : notThisProtocol(body);
  }
  options.trace?.event({ type: "protocol", direction: "in", role: "responder", name });
  return name;
}

function spokenProtocols(options: ChannelHandshakeOptions): readonly string[] {
  if (options.findPreSharedKey === undefined) {
    return supportedProtocols(options.preSharedKey !== undefined);
  }
  return [...supportedProtocols(false), ...supportedProtocols(true)];
}

/**
 * A copy of the key that the client means. If there is none, a random one takes its place: reading
 * message 3 then fails as it does for any wrong key.
 */
async function findKey(
  masked: Uint8Array,
  mask: Uint8Array,
  { findPreSharedKey, preSharedKey, trace }: ChannelHandshakeOptions,
): Promise<Uint8Array> {
  if (masked.length !== SECRET_ID_SIZE) {
    throw new ProtocolError(
      "malformed-message",
      "the other side's handshake message has a wrong size",
    );
  }
  const id = maskSecretId(masked, mask);
  trace?.event({ type: "secret-id", direction: "in", masked, mask, id });
  const find = findPreSharedKey ?? (preSharedKey && onlyPreSharedKey(preSharedKey));
  const found = await find?.(id);
  return found === undefined ? randomBytes(PRE_SHARED_KEY_SIZE) : new Uint8Array(found);
}

function hungUp(): NetworkError {
  return new NetworkError(
    "hung-up",
    "the other side hung up after it had seen this side's key",
  );
}
