import { AuthenticationError, NetworkError, ReportedError, UsageError } from "../errors.ts";
import { AESCBC, AESGCM, parseProtocolName, type Role } from "../noise/mod.ts";
import { orAborted, settledWithin } from "./abort.ts";
import { closeError } from "./close_error.ts";
import { encodeFrame, FrameReader } from "./framing.ts";
import { FrameWriter } from "./frame_writer.ts";
import {
  type ChannelHandshake,
  type ChannelHandshakeOptions,
  performHandshake,
} from "./handshake.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { CLOSE_TIMEOUT, HANDSHAKE_TIMEOUT } from "./protocol.ts";
import {
  CloseCode,
  type CloseInfo,
  decodeRecord,
  encodeClose,
  MAX_MESSAGE_SIZE,
  RecordType,
} from "./record.ts";
import { maxPlaintextSize, RecordCipher, REKEY_LIMITS, type RekeyLimits } from "./record_cipher.ts";
import type { Trace } from "./trace.ts";

/** How many bytes may wait to be sent before `send` makes its caller wait. */
export const SEND_HIGH_WATER_MARK = 65_536;

/** How long a side that detected tampering tries to say so, in milliseconds. */
const LAST_WORDS_TIMEOUT = 1_000;

const GOODBYE: CloseInfo = { code: CloseCode.done, reason: "" };

/** The end of this side's direction, once it is wanted. */
interface Goodbye {
  readonly info: CloseInfo;
  readonly sent: PromiseWithResolvers<void>;
}

/** A pair of byte streams, for example a TCP connection. */
export interface Transport {
  /** What the other side sends. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What this side sends. */
  readonly writable: WritableStream<Uint8Array>;
  /** Releases whatever is behind the streams. Called once, also while reads or writes are pending. */
  close(): void;
  /** The other side's address, for people: `127.0.0.1:12345`. */
  readonly remoteAddress?: string;
}

/** What a secure channel is made from. */
export interface SecureChannelOptions extends ChannelHandshakeOptions {
  /** How long the handshake may take, in milliseconds. Default 10,000. */
  readonly handshakeTimeout?: number;
  /** Ends the handshake when it is aborted; of no effect afterwards. */
  readonly signal?: AbortSignal;
  /** When keys change. Both sides must have the same. Default 2^20 records or 1 GiB. */
  readonly rekeyLimits?: RekeyLimits;
}

/** The other side of a channel. */
export interface Peer {
  /** Its static public key: 32 bytes. It has proved that it holds the private one. */
  readonly publicKey: Uint8Array;
  /** Where it is, if the transport knows. */
  readonly address: string | undefined;
}

/** Something to wait with. */
export interface WaitOptions {
  /** Ends the waiting, not the channel. */
  readonly signal?: AbortSignal;
}

/**
 * An authenticated, encrypted channel for messages of up to 256 KiB, over any pair of byte streams.
 *
 * Messages arrive whole, once, in order, and unaltered, or not at all: {@linkcode receive} then throws
 * and nothing more is delivered. {@linkcode readable} and {@linkcode writable} give the same as Web
 * Streams, a chunk for each message.
 */
export class SecureChannel implements AsyncDisposable {
  /** The other side. */
  readonly peer: Peer;
  /** The Noise protocol's name. */
  readonly protocolName: string;
  /** 32 bytes that only the two ends of this one connection share (channel binding, Noise §11.2). */
  readonly handshakeHash: Uint8Array;
  /** Resolves when the transport is released and nothing is under way any more. It never rejects. */
  readonly closed: Promise<void>;

  readonly #transport: Transport;
  readonly #frames: FrameReader;
  readonly #writer: FrameWriter;
  readonly #trace: Trace | undefined;
  readonly #sealer: RecordCipher;
  readonly #opener: RecordCipher;
  readonly #outbox: Outbox;
  readonly #inbox = new Inbox();

  /** The record that is being sealed on another thread, and the one that is being opened. */
  #sealing: Promise<unknown> | undefined;
  #opening: Promise<unknown> | undefined;

  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  #isPumping = false;
  #waitingForRoom: PromiseWithResolvers<void> | undefined;
  #sendError: Error | undefined;
  #goodbye: Goodbye | undefined;
  #isSayingGoodbye = false;
  #goodbyeSent = false;
  /** Whether messages that were queued have been thrown away. */
  #isCutShort = false;
  /** What is said after a failure; settled when it has been said, or cannot be. */
  #lastWords: Promise<void> | undefined;

  #reading: Promise<void> | undefined;
  #receiveError: Error | undefined;
  #remoteClose: CloseInfo | undefined;
  #isDraining = false;

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
    this.#transport = transport;
    this.#frames = frames;
    this.#writer = writer;
    this.#trace = trace;
    this.#sealer = new RecordCipher(
      handshake.sending,
      rekeyLimits,
      (number) => trace?.event({ type: "rekey", direction: "out", number }),
    );
    this.#opener = new RecordCipher(
      handshake.receiving,
      rekeyLimits,
      (number) => trace?.event({ type: "rekey", direction: "in", number }),
    );
    const cipher = parseProtocolName(handshake.protocolName).cipher === AESGCM.name
      ? AESGCM
      : AESCBC;
    this.#outbox = new Outbox(maxPlaintextSize((size) => cipher.ciphertextSize(size)));
    this.peer = { publicKey: handshake.remoteStaticKey, address: transport.remoteAddress };
    this.protocolName = handshake.protocolName;
    this.handshakeHash = handshake.handshakeHash;
    this.closed = this.#closed.promise;
  }

  /**
   * Makes a channel: the handshake, and then the channel it leads to. Whoever opened the transport is
   * the initiator. If it fails, the transport is closed.
   *
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
        performHandshake(role, frames, writer, options, transport.remoteAddress),
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
      if (channel === undefined) release(transport, frames, writer);
      else channel.abort(error);
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
    if (this.#sendError !== undefined) throw this.#sendError;
    if (this.#goodbye !== undefined) throw new UsageError("closed", "the channel is closed");
    if (message.length > MAX_MESSAGE_SIZE) {
      throw new UsageError("usage", `a message has at most ${MAX_MESSAGE_SIZE} bytes`);
    }
    this.#outbox.push(message);
    this.#startPump();
    if (this.#outbox.size <= SEND_HIGH_WATER_MARK) return;
    this.#waitingForRoom ??= Promise.withResolvers();
    await orAborted(this.#waitingForRoom.promise, options.signal);
  }

  /**
   * The next message, or `undefined` when the other side has said goodbye.
   *
   * Nothing is read from the transport unless somebody waits here: a reader that is slow holds the
   * sender back.
   *
   * @throws {AuthenticationError} If the traffic was altered, or the other side says that it was.
   * @throws {ProtocolError} If one side broke the protocol.
   * @throws {NetworkError} If the connection was cut, or the other side refuses to go on.
   */
  async receive(options: WaitOptions = {}): Promise<Uint8Array | undefined> {
    while (true) {
      const message = this.#inbox.shift();
      if (message !== undefined) return message;
      if (this.#receiveError !== undefined) throw this.#receiveError;
      if (this.#remoteClose !== undefined) return undefined;
      this.#reading ??= this.#readRecord().finally(() => this.#reading = undefined);
      await orAborted(this.#reading, options.signal);
    }
  }

  /** What the other side said when it ended its direction, once it has. */
  get remoteClose(): CloseInfo | undefined {
    return this.#remoteClose;
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
    if (this.#goodbyeSent && !this.#isCutShort) return;
    if (this.#sendError !== undefined) throw this.#sendError;
    if (this.#goodbye === undefined) {
      this.#goodbye = { info, sent: Promise.withResolvers() };
      this.#goodbye.sent.promise.catch(() => {});
      this.#startPump();
    }
    await orAborted(this.#goodbye.sent.promise, options.signal);
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
      const all = this.end(info).then(() => this.#drain());
      if (!await settledWithin(all, timeout) && !this.#goodbyeSent) {
        throw new NetworkError("timed-out", "the other side did not take what was left to send");
      }
    } finally {
      // After tampering the other side hears of it first.
      await this.#lastWords;
      this.#release();
    }
  }

  /** Releases the transport at once. The other side sees a cut, and so does whoever waits here. */
  abort(reason?: unknown): void {
    if (this.#isClosed) return;
    const error = reason instanceof ReportedError
      ? reason
      : new NetworkError("cut", "the connection was given up", { cause: reason });
    this.#receiveError ??= error;
    this.#failSending(error);
    this.#release();
  }

  /** {@linkcode close}, for `await using`; a failure to say goodbye is not one of the block's. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close().catch(() => {});
  }

  // Sending: one pump at a time takes messages from the outbox, so one record is written at a time.

  #startPump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#runPump();
  }

  async #runPump(): Promise<void> {
    // Whoever calls send several times in a row shall find all of it in one record.
    await Promise.resolve();
    try {
      while (!this.#isClosed) {
        const plaintext = this.#outbox.next();
        if (plaintext !== undefined) {
          await this.#writeRecord(plaintext);
          if (this.#outbox.size <= SEND_HIGH_WATER_MARK) this.#makeRoom();
        } else if (this.#goodbye !== undefined && !this.#goodbyeSent) {
          await this.#writeGoodbye(this.#goodbye);
        } else {
          break;
        }
      }
    } catch (error) {
      // Only this direction: the other side's reason for going may still be on its way to us.
      this.#failSending(error);
    } finally {
      // In the same moment in which it finds nothing: what is queued in the next one starts another.
      this.#isPumping = false;
    }
  }

  async #writeRecord(plaintext: Uint8Array): Promise<void> {
    const number = this.#sealer.number;
    const sealed = this.#sealer.seal(plaintext);
    const ciphertext = sealed instanceof Promise ? await (this.#sealing = sealed) : sealed;
    this.#traceRecord("out", number, plaintext, ciphertext);
    await this.#writer.write(encodeFrame(ciphertext));
  }

  async #writeGoodbye({ info, sent }: Goodbye): Promise<void> {
    this.#isSayingGoodbye = true;
    await this.#writeRecord(encodeClose(info));
    this.#goodbyeSent = true;
    sent.resolve();
    this.#trace?.event({ type: "close", direction: "out", info });
    if (this.#remoteClose !== undefined) this.#release();
  }

  #makeRoom(): void {
    this.#waitingForRoom?.resolve();
    this.#waitingForRoom = undefined;
  }

  #failSending(error: unknown): void {
    const failure = this.#sendError ??= error instanceof Error ? error : new Error(String(error));
    this.#outbox.clear();
    this.#turnAway(failure);
    this.#goodbye?.sent.reject(failure);
  }

  #turnAway(error: Error): void {
    this.#waitingForRoom?.promise.catch(() => {});
    this.#waitingForRoom?.reject(error);
    this.#waitingForRoom = undefined;
  }

  // Receiving: one record at a time, and only when somebody waits for one.

  async #readRecord(): Promise<void> {
    try {
      const frame = await this.#frames.read();
      if (frame === undefined) {
        throw new NetworkError("cut", "the connection was cut: it ended without a goodbye");
      }
      const number = this.#opener.number;
      const opened = this.#opener.open(frame);
      const plaintext = opened instanceof Promise ? await (this.#opening = opened) : opened;
      this.#traceRecord("in", number, plaintext, frame);
      // Whoever has been told to go must not make us work through what it still sends.
      if (this.#isDraining && plaintext[0] !== RecordType.close) return;
      const content = decodeRecord(plaintext);
      if (content.type === RecordType.close) this.#acceptClose(content.info);
      else this.#inbox.add(content);
    } catch (error) {
      this.#failReceiving(error);
    }
  }

  #acceptClose(info: CloseInfo): void {
    this.#remoteClose = info;
    this.#trace?.event({ type: "close", direction: "in", info });
    const error = closeError(info);
    if (error !== undefined) {
      this.abort(error);
    } else if (this.#inbox.isGathering) {
      this.#receiveError = new NetworkError(
        "cut",
        "the other side left in the middle of a message",
      );
    }
    if (this.#goodbyeSent) this.#release();
  }

  #failReceiving(error: unknown): void {
    // After an abort or a release, a failing read is its echo.
    if (this.#receiveError !== undefined || this.#isClosed) {
      this.#receiveError ??= new UsageError("closed", "the channel is closed");
      return;
    }
    const failure = this.#receiveError = receiveFailure(error);
    this.#trace?.event({ type: "failure", error: failure });
    if (failure instanceof NetworkError) {
      this.#failSending(failure);
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
    this.#outbox.clear();
    this.#isCutShort = !this.#isSayingGoodbye;
    if (this.#isCutShort) {
      // The goodbye that waits would pass for the end of all the messages before it.
      this.#goodbye?.sent.reject(failure);
      this.#goodbye = undefined;
    }
    const words = this.end(info).then(() => this.#frames.discard());
    this.#sendError ??= failure;
    this.#turnAway(failure);
    this.#lastWords = settledWithin(words, LAST_WORDS_TIMEOUT).then(() => {}, () => {}).then(() => {
      this.#failSending(failure);
      this.#release();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      while (await this.receive() !== undefined);
    } catch {
      // This side has said all it had to say; how the other one ends is of no interest any more.
    }
  }

  #traceRecord(
    direction: "in" | "out",
    number: bigint,
    plaintext: Uint8Array,
    ciphertext: Uint8Array,
  ): void {
    const recordType = plaintext[0] as RecordType;
    this.#trace?.event({ type: "record", direction, number, recordType, plaintext, ciphertext });
  }

  #release(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failSending(new UsageError("closed", "the channel is closed"));
    release(this.#transport, this.#frames, this.#writer);
    // A record that is still being sealed or opened on another thread leads nowhere any more.
    this.#sealer.destroy();
    this.#opener.destroy();
    void Promise.allSettled([this.#sealing, this.#opening]).then(() => this.#closed.resolve());
  }
}

function release(transport: Transport, frames: FrameReader, writer: FrameWriter): void {
  void frames.cancel();
  void writer.abort();
  transport.close();
}

/** What a failure below means for the one who waits for a message. */
function receiveFailure(error: unknown): Error {
  if (error instanceof AuthenticationError) {
    return new AuthenticationError(
      "tampered",
      "received a message that was altered, repeated or left out on its way",
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
