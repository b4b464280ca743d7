import { ProtocolError } from "../../errors.ts";
import { type HandshakeObserver, HandshakeState, type Role } from "../../noise/mod.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import type { ChannelHandshakeOptions } from "./channel_handshake.ts";
import { endedEarly } from "./handshake_failure.ts";
import { MAX_HANDSHAKE_MESSAGE_SIZE, PROLOGUE, usesPreSharedKey } from "./protocol.ts";

/** Reads the frames of a handshake. */
export class MessageReader {
  readonly #frames: FrameReader;

  /** Reads from the start of a connection. */
  constructor(frames: FrameReader) {
    this.#frames = frames;
  }

  /**
   * The body of the next frame, in memory of its own: a handshake keeps parts of its messages.
   *
   * @param whenEnded What it means that there is none. Default: the connection ended too early.
   * @param maxSize The most bytes that it may have. Default 4,096.
   */
  async next(
    whenEnded: () => Error = endedEarly,
    maxSize: number = MAX_HANDSHAKE_MESSAGE_SIZE,
  ): Promise<Uint8Array> {
    const body = await this.#frames.read(maxSize);
    if (body === undefined) throw whenEnded();
    return body.slice();
  }

  /**
   * Reads a handshake message, and gives its payload.
   *
   * @param payloadSize How many bytes that must have. Default 0.
   * @throws {ProtocolError} If it has another size.
   */
  async take(state: HandshakeState, message: Uint8Array, payloadSize = 0): Promise<Uint8Array> {
    const payload = await state.readMessage(message);
    if (payload.length !== payloadSize) {
      throw new ProtocolError(
        "malformed-message",
        payloadSize === 0
          ? "the handshake message has a payload"
          : "the payload of the handshake message has a wrong size",
      );
    }
    return payload;
  }

  /** The payload of the next frame's handshake message, as {@linkcode take} gives it. */
  async read(state: HandshakeState, payloadSize = 0): Promise<Uint8Array> {
    return await this.take(state, await this.next(), payloadSize);
  }
}

/**
 * The Noise state of a new handshake.
 *
 * @param preSharedKey The key of a `psk3` protocol; a responder may set it later.
 * @throws {UsageError} If the protocol is unknown, or does not take the key.
 */
export function startNoise(
  role: Role,
  name: string,
  { trace, staticKeyPair, noise }: ChannelHandshakeOptions,
  preSharedKey: Uint8Array | undefined,
): HandshakeState {
  const observer: HandshakeObserver | undefined = trace && {
    secrets: trace.secrets,
    step: (step) => trace.event({ type: "handshake", step }),
  };
  const comesLater = role === "responder" && usesPreSharedKey(name);
  return new HandshakeState({
    ...noise,
    protocolName: name,
    role,
    prologue: PROLOGUE,
    staticKeyPair,
    ...(!comesLater && { preSharedKeys: preSharedKey === undefined ? [] : [preSharedKey] }),
    observer,
  });
}

/** The other side's static key, once the message with it has been read. */
export function staticKeyOf(state: HandshakeState): Uint8Array {
  const key = state.remoteStaticKey;
  if (key === undefined) throw new Error("the handshake pattern has no static key");
  return key;
}
