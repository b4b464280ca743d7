import { orAborted, settledWithin } from "../abort.ts";
import { AuthenticationError, NetworkError, ReportedError, UsageError } from "../errors.ts";
import { AESCBC, AESGCM, parseProtocolName, type Role } from "../noise/mod.ts";
import { FrameReader } from "./frames/frame_reader.ts";
import { FrameWriter } from "./frames/frame_writer.ts";
import type { ChannelHandshake, ChannelHandshakeOptions } from "./handshake/channel_handshake.ts";
import { performHandshake } from "./handshake/handshake.ts";
import type { MessageBatch } from "./records/message_batch.ts";
import { CloseCode, type CloseInfo } from "./records/record.ts";
import {
  maxPlaintextSize,
  RecordCipher,
  REKEY_LIMITS,
  type RekeyLimits,
} from "./records/record_cipher.ts";
import { RecordReceiver } from "./records/record_receiver.ts";
import { GOODBYE, RecordSender, thrownAway } from "./records/record_sender.ts";
import type { Direction } from "./records/trace.ts";
import type { Transport } from "./transport.ts";

/** How long a handshake may take, in milliseconds. */
export const HANDSHAKE_TIMEOUT = 10_000;

/** How long the other side may take to answer a goodbye, in milliseconds. */
export const CLOSE_TIMEOUT = 5_000;

/** How long a side that detected tampering tries to say so, in milliseconds. */
const LAST_WORDS_TIMEOUT = 1_000;

/** What a secure channel is made from. */
export interface SecureChannelOptions extends ChannelHandshakeOptions {
  /** How long the handshake may take, in milliseconds. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** When keys change. Both sides must have the same. Default 2^20 records or 1 GiB. */
  readonly rekeyLimits?: RekeyLimits;
}

/** The other side of a channel. */
export interface Peer {
  /**
   * Its static public key: 32 bytes. It has proved that it holds the private one. It is the very array
   * that `acceptPeer` was given, so that what was decided there can be kept by it.
   */
  readonly publicKey: Uint8Array;
  /** Where it is, if the transport knows. */
  readonly address: string | undefined;
}

/** What has gone over a channel since its handshake. Times are by `performance.now`. */
export interface Activity {
  /** Bytes that were received. */
  readonly bytesIn: number;
  /** Bytes that the transport has taken. */
  readonly bytesOut: number;
  /** When bytes were received last, also those of a record that has not arrived whole. */
  readonly lastIn: number;
  /** When the transport took something last, or was offered it. */
  readonly lastOut: number;
  /** When the transport took something last for which it had made this side wait. */
  readonly lastRelief: number;
}

/** Something to wait with. */
export interface WaitOptions {
  /** Ends the waiting, not the channel. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An authenticated, encrypted channel for messages of up to 256 KiB, over any pair of byte streams.
 *
 * Messages arrive whole, once, in order, and unaltered, or not at all: {@linkcode receive} then throws
 * and nothing more is delivered. {@linkcode readable} and {@linkcode writable} give the same as Web
 * Streams, a chunk for each message.
 */
export class SecureChannel implements AsyncDisposable {
  /** This side's static public key: 32 bytes. The other side has it from the handshake. */
  readonly publicKey: Uint8Array;
  /** The other side. */
  readonly peer: Peer;
  /** The Noise protocol's name. */
  readonly protocolName: string;
  /** 32 bytes that only the two ends of this one connection share (channel binding, Noise §11.2). */
  readonly handshakeHash: Uint8Array;
  /** Resolves when the transport is released and nothing is under way any more. It never rejects. */
  readonly closed: Promise<void>;

  readonly #transport: Transport;
  readonly #writer: FrameWriter;
  readonly #sender: RecordSender;
  readonly #receiver: RecordReceiver;
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  /** What is said after a failure; settled when it has been said, or cannot be. */
  #lastWords: Promise<void> | undefined;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;

  private constructor(
    transport: Transport,
    frames: FrameReader,
    writer: FrameWriter,
    handshake: ChannelHandshake,
    options: SecureChannelOptions,
  ) {
    const { trace, rekeyLimits = REKEY_LIMITS } = options;
    const recordCipher = (direction: Direction) =>
      new RecordCipher(
        direction === "in" ? handshake.receiving : handshake.sending,
        rekeyLimits,
      );
    const cipher = parseProtocolName(handshake.protocolName).cipher === AESGCM.name
      ? AESGCM
      : AESCBC;
    this.#transport = transport;
    this.#writer = writer;
    this.#sender = new RecordSender({
      sealer: recordCipher("out"),
      writer,
      maxPlaintextSize: maxPlaintextSize((size) => cipher.ciphertextSize(size)),
      trace,
      onGoodbyeSent: () => {
        if (this.remoteClose !== undefined) this.#release();
      },
    });
    this.#receiver = new RecordReceiver({
      opener: recordCipher("in"),
      frames,
      trace,
      onClosed: (error) => {
        if (error !== undefined) this.abort(error);
        else if (this.#sender.hasSaidGoodbye) this.#release();
      },
      onFailure: (failure) => this.#endAfterFailure(failure),
    });
    this.publicKey = options.staticKeyPair.publicKey;
    this.peer = { publicKey: handshake.remoteStaticKey, address: transport.remoteAddress };
    this.protocolName = handshake.protocolName;
    this.handshakeHash = handshake.handshakeHash;
    this.closed = this.#closed.promise;
  }

  /**
   * Makes a channel: the handshake, and then the channel it leads to. The side that
   * opened the transport is the initiator. If it fails, the transport is closed.
   *
   * @throws {UsageError} If `acceptPeer` is missing: before a byte is sent.
   * @throws {AuthenticationError} If the handshake was altered, or a key is not accepted.
   * @throws {ProtocolError} If the other side speaks something else.
   * @throws {NetworkError} If the connection ends, or takes longer than the handshake may.
   */
  static async establish(
    role: Role,
    transport: Transport,
    options: SecureChannelOptions,
  ): Promise<SecureChannel> {
    const { trace, signal, handshakeTimeout = HANDSHAKE_TIMEOUT } = options;
    const frames = new FrameReader(
      transport.readable,
      trace && ((bytes) => trace.event({ type: "bytes", direction: "in", bytes })),
    );
    const writer = new FrameWriter(
      transport.writable,
      trace && ((bytes) => trace.event({ type: "bytes", direction: "out", bytes })),
    );
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new NetworkError("timed-out", "the handshake took too long"));
    }, handshakeTimeout);
    const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
    let channel: SecureChannel | undefined;
    try {
      const handshake = await orAborted(
        performHandshake(
          role,
          frames,
          writer,
          { ...options, signal: either },
          transport.remoteAddress,
        ),
        either,
      );
      channel = new SecureChannel(transport, frames, writer, handshake, options);
      const { refusal } = handshake;
      if (refusal === undefined) return channel;
      const info = { code: CloseCode.notAllowed, reason: refusal };
      // Whether it still wants to hear the reason is its own affair, and may not take for ever.
      await orAborted(channel.close(info).catch(() => {}), either);
      throw new AuthenticationError("key-refused", `the other side was refused: ${refusal}`);
    } catch (error) {
      if (error instanceof Error) trace?.event({ type: "failure", error });
      if (channel !== undefined) {
        channel.abort(error);
      } else {
        void frames.cancel();
        void writer.abort();
        transport.close();
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends a message of at most 262,144 bytes; it must not be changed afterwards.
   *
   * The message is queued at once. The promise resolves when there is room for the next one, so a
   * caller that awaits it is held back by a peer that does not read. Messages that wait share a record.
   *
   * @throws {UsageError} If the message is too long, or this side has said goodbye.
   * @throws {NetworkError} If the connection was cut.
   */
  async send(message: Uint8Array, options: WaitOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (!this.enqueue(message)) await orAborted(this.#sender.drained(), options.signal);
  }

  /**
   * As {@linkcode send}, for callers that have many channels and wait for none of them.
   *
   * @returns Whether there is room for another one; {@linkcode drained} tells when there is.
   * @throws As {@linkcode send} rejects.
   */
  enqueue(message: Uint8Array): boolean {
    return this.#sender.enqueue(message);
  }

  /**
   * As {@linkcode enqueue}, for several messages that go over many channels: they were packed once, and
   * are in memory once, however many channels they wait for.
   *
   * @returns Whether there is room for more.
   * @throws As {@linkcode send} rejects.
   */
  enqueueBatch(batch: MessageBatch): boolean {
    return this.#sender.enqueueBatch(batch);
  }

  /** Resolves when there is room for another message; rejects if the connection was cut. */
  drained(): Promise<void> {
    return this.#sender.drained();
  }

  /** How many bytes wait to be sent. */
  get queued(): number {
    return this.#sender.queued;
  }

  /** What has gone over this channel. */
  get activity(): Activity {
    const { bytes, lastProgress, lastRelief } = this.#sender;
    return {
      bytesIn: this.#receiver.bytes,
      bytesOut: bytes,
      lastIn: this.#receiver.lastProgress,
      lastOut: Math.max(lastProgress, this.#transport.lastTaken ?? -Infinity),
      lastRelief,
    };
  }

  /**
   * The next message, or `undefined` when the other side has said goodbye.
   *
   * Nothing is read from the transport unless a caller waits here: a reader that is slow holds the
   * sender back.
   *
   * @throws {AuthenticationError} If the traffic was altered, or the other side says that it was.
   * @throws {ProtocolError} If one side broke the protocol.
   * @throws {NetworkError} If the connection was cut, or the other side refuses to go on.
   */
  receive(options: WaitOptions = {}): Promise<Uint8Array | undefined> {
    return this.#receiver.receive(options.signal);
  }

  /** What the other side said when it ended its direction, once it has. */
  get remoteClose(): CloseInfo | undefined {
    return this.#receiver.remoteClose;
  }

  /** {@linkcode receive} as a stream, a chunk for each message. Cancelling it closes the channel. */
  get readable(): ReadableStream<Uint8Array> {
    return this.#readable ??= new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const message = await this.receive();
        if (message === undefined) controller.close();
        else controller.enqueue(message);
      },
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /**
   * {@linkcode send} as a stream, a message for each chunk. Closing it ends this direction only;
   * aborting it aborts the channel.
   */
  get writable(): WritableStream<Uint8Array> {
    return this.#writable ??= new WritableStream<Uint8Array>({
      write: (message) => this.send(message),
      close: () => this.end(),
      abort: (reason) => this.abort(reason),
    });
  }

  /**
   * Sends what is queued and then the authenticated end of this direction. The other direction stays
   * open: {@linkcode receive} goes on until the other side has ended, too.
   *
   * @throws {NetworkError} If the connection was cut before all had left.
   */
  async end(info: CloseInfo = GOODBYE, options: WaitOptions = {}): Promise<void> {
    await orAborted(this.#sender.end(info), options.signal);
  }

  /**
   * Ends this direction, waits until the other side has ended its own (what it still sends is thrown
   * away), and releases the transport.
   *
   * @param timeout How long all this may take, in milliseconds. Default 5,000.
   * @throws {NetworkError} If what was queued could not be sent.
   */
  async close(info: CloseInfo = GOODBYE, timeout: number = CLOSE_TIMEOUT): Promise<void> {
    if (this.#isClosed) return;
    try {
      const all = this.end(info).then(() => this.#receiver.drain());
      if (!await settledWithin(all, timeout) && !this.#sender.hasSaidGoodbye) {
        throw new NetworkError(
          "timed-out",
          "the other side stopped reading before everything was sent",
        );
      }
    } finally {
      // After tampering the other side hears of it first.
      await this.#lastWords;
      this.#release();
    }
  }

  /**
   * Throws away what waits to be sent, ends this direction with a reason, and releases the transport:
   * for a peer that does not take what it is sent.
   *
   * @param timeout How long it may take to hear the reason, in milliseconds. Default 5,000.
   */
  async dismiss(info: CloseInfo, timeout: number = CLOSE_TIMEOUT): Promise<void> {
    if (this.#isClosed) return;
    const failure = thrownAway(info.reason);
    const said = this.#sender.endNow(info, failure).then(() => this.#receiver.drain());
    await settledWithin(said, timeout).catch(() => {});
    this.abort(failure);
  }

  /** Releases the transport at once. The other side sees a cut, and so do callers that wait here. */
  abort(reason?: unknown): void {
    if (this.#isClosed) return;
    const error = reason instanceof ReportedError
      ? reason
      : new NetworkError("cut", "the connection was aborted", { cause: reason });
    this.#receiver.fail(error);
    this.#sender.fail(error);
    this.#release();
  }

  /** {@linkcode close}, for `await using`; a failure to say goodbye is not one of the block's. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close().catch(() => {});
  }

  /** What is received is not as it should be; what to do depends on whether the other side can hear. */
  #endAfterFailure(failure: Error): void {
    if (failure instanceof NetworkError) {
      this.#sender.fail(failure);
      this.#release();
    } else {
      const code = failure instanceof AuthenticationError
        ? CloseCode.tampered
        : CloseCode.malformed;
      this.#speakLastWords({ code, reason: "" }, failure);
    }
  }

  /**
   * Tells the other side why, if it can still be told: it has proved who it is, and which of a
   * record's bytes were wrong is not in the reason. What it still sends is thrown away meanwhile,
   * because closing a socket with unread bytes would reset it and lose the words.
   */
  #speakLastWords(info: CloseInfo, failure: Error): void {
    const words = this.#sender.endNow(info, failure).then(() => this.#receiver.discard());
    this.#lastWords = settledWithin(words, LAST_WORDS_TIMEOUT).then(() => {}, () => {}).then(() => {
      this.#sender.fail(failure);
      this.#release();
    });
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sender.fail(new UsageError("closed", "the channel is closed"));
    const received = this.#receiver.destroy();
    void this.#writer.abort();
    this.#transport.close();
    void Promise.allSettled([this.#sender.destroy(), received])
      .then(() => this.#closed.resolve());
  }
}
