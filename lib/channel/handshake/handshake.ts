import { concat, type X25519KeyPair } from "../../crypto/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "../../errors.ts";
import {
  type CandidatePreSharedKeys,
  type CipherState,
  type HandshakeObserver,
  type HandshakeOptions,
  HandshakeState,
  type Role,
} from "../../noise/mod.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import type { FrameWriter } from "../frames/frame_writer.ts";
import { encodeFrame } from "../frames/framing.ts";
import type { Trace } from "../records/trace.ts";
import { type AcceptPeer, refusalOf, requireAcceptPeer } from "./accept_peer.ts";
import { endedEarly, handshakeFailure, notThisProtocol } from "./handshake_failure.ts";
import {
  MAX_HANDSHAKE_MESSAGE_SIZE,
  MAX_PROTOCOL_NAME_SIZE,
  PROLOGUE,
  protocolName,
  supportedProtocols,
  usesPreSharedKey,
} from "./protocol.ts";

/** What a handshake needs to know. */
export interface ChannelHandshakeOptions {
  /** This side's static key pair. It stays the caller's. */
  readonly staticKeyPair: X25519KeyPair;
  /**
   * The protocols by their full Noise names: an initiator proposes the first, a responder speaks all
   * of them. Default: `Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256` to propose; to accept, that one
   * and its three siblings (AESGCM, without ML-KEM, and both), with `psk3`, without, or either,
   * as far as there are pre-shared keys.
   */
  readonly protocols?: readonly string[] | undefined;
  /** A 32-byte secret that both sides hold beforehand; the protocol is then `psk3`. */
  readonly preSharedKey?: Uint8Array | undefined;
  /**
   * For a responder, in the place of `preSharedKey`: finds the secrets (32 bytes each) of which an
   * initiator may hold one. Asked with the initiator's static key when it proposes a `psk3` protocol.
   */
  readonly candidatePreSharedKeys?: CandidatePreSharedKeys | undefined;
  /**
   * Decides about the other side's static key. An initiator asks before it reveals its own key. What
   * is not `true` refuses; {@linkcode acceptAnyone} refuses nobody.
   */
  readonly acceptPeer: AcceptPeer;
  /** Watches the connection. */
  readonly trace?: Trace | undefined;
  /** Fixed keys and ciphers, for worked examples and tests. */
  readonly noise?: Pick<HandshakeOptions, "cipher" | "kem" | "fixedEphemerals">;
}

/** What a handshake leads to. */
export interface ChannelHandshake {
  readonly protocolName: string;
  /** Noise's `h`: 32 bytes, the same on both sides, and on no other connection. */
  readonly handshakeHash: Uint8Array;
  /** The other side's static public key: 32 bytes. */
  readonly remoteStaticKey: Uint8Array;
  /** Why the responder does not accept the initiator. An initiator that does not accept throws. */
  readonly refusal: string | undefined;
  readonly sending: CipherState;
  readonly receiving: CipherState;
}

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

async function initiate(
  frames: FrameReader,
  writer: FrameWriter,
  options: ChannelHandshakeOptions,
  address: string | undefined,
): Promise<ChannelHandshake> {
  const name = options.protocols?.[0] ??
    protocolName({ preSharedKey: options.preSharedKey !== undefined });
  const state = start("initiator", name, options);
  try {
    options.trace?.event({ type: "protocol", direction: "out", role: "initiator", name });
    const nameFrame = encodeFrame(new TextEncoder().encode(name));
    await writer.write(concat(nameFrame, encodeFrame(await state.writeMessage())));

    await readMessage(state, frames);
    const remoteStaticKey = knownKey(state);
    const { preSharedKey } = options;
    const refusal = await refusalOf(options.acceptPeer, remoteStaticKey, { address, preSharedKey });
    if (refusal !== undefined) {
      throw new AuthenticationError("key-refused", "the other side's key was not accepted");
    }
    await writer.write(encodeFrame(await state.writeMessage()));

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

async function respond(
  frames: FrameReader,
  writer: FrameWriter,
  options: ChannelHandshakeOptions,
  address: string | undefined,
): Promise<ChannelHandshake> {
  const name = await readProtocolName(frames, options);
  const state = start("responder", name, options);
  try {
    await readMessage(state, frames);
    await writer.write(encodeFrame(await state.writeMessage()));

    await readMessage(state, frames, () => {
      const what = "the other side hung up after it had seen this side's key";
      return new NetworkError("hung-up", what);
    });
    const remoteStaticKey = knownKey(state);
    const preSharedKey = state.chosenPreSharedKey ??
      (usesPreSharedKey(name) ? options.preSharedKey : undefined);
    const refusal = await refusalOf(options.acceptPeer, remoteStaticKey, { address, preSharedKey });

    const handshakeHash = state.handshakeHash;
    const [receiving, sending] = state.split();
    return { protocolName: name, handshakeHash, remoteStaticKey, refusal, sending, receiving };
  } finally {
    state.destroy();
  }
}

async function readProtocolName(
  frames: FrameReader,
  options: ChannelHandshakeOptions,
): Promise<string> {
  const body = await readFrame(frames, MAX_PROTOCOL_NAME_SIZE);
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
  if (options.candidatePreSharedKeys === undefined) {
    return supportedProtocols(options.preSharedKey !== undefined);
  }
  return [...supportedProtocols(false), ...supportedProtocols(true)];
}

function start(role: Role, name: string, options: ChannelHandshakeOptions): HandshakeState {
  const { trace, staticKeyPair, preSharedKey, noise } = options;
  const candidatePreSharedKeys = usesPreSharedKey(name) && role === "responder"
    ? options.candidatePreSharedKeys
    : undefined;
  const observer: HandshakeObserver | undefined = trace && {
    secrets: trace.secrets,
    step: (step) => trace.event({ type: "handshake", step }),
  };
  return new HandshakeState({
    ...noise,
    protocolName: name,
    role,
    prologue: PROLOGUE,
    staticKeyPair,
    preSharedKeys: preSharedKey === undefined ? [] : [preSharedKey],
    candidatePreSharedKeys,
    observer,
  });
}

async function readMessage(
  state: HandshakeState,
  frames: FrameReader,
  whenEnded?: () => Error,
): Promise<void> {
  const body = await readFrame(frames, MAX_HANDSHAKE_MESSAGE_SIZE, whenEnded);
  const payload = await state.readMessage(body);
  if (payload.length > 0) {
    throw new ProtocolError("malformed-message", "the handshake message has a payload");
  }
}

async function readFrame(
  frames: FrameReader,
  maxSize: number,
  whenEnded: () => Error = endedEarly,
): Promise<Uint8Array> {
  const body = await frames.read(maxSize);
  if (body === undefined) throw whenEnded();
  return body;
}

function knownKey(state: HandshakeState): Uint8Array {
  const key = state.remoteStaticKey;
  if (key === undefined) throw new Error("the handshake pattern has no static key");
  return key;
}
