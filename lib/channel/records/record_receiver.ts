import { orAborted } from "../../abort.ts";
import { AuthenticationError, NetworkError, type ReportedError, UsageError } from "../../errors.ts";
import type { FrameReader } from "../frames/frame_reader.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "../frames/framing.ts";
import { closeError } from "./close_error.ts";
import { Inbox } from "./inbox.ts";
import { type CloseInfo, decodeRecord, RecordType } from "./record.ts";
import type { RecordCipher, RecordUnderWay } from "./record_cipher.ts";
import type { Trace } from "./trace.ts";

/** What records are received with. */
interface RecordReceiverOptions {
  readonly opener: RecordCipher;
  readonly frames: FrameReader;
  readonly trace: Trace | undefined;
  /** Called when the other side has ended its direction; with an error if that is no goodbye. */
  onClosed(error: ReportedError | undefined): void;
  /** Called once if receiving fails by itself, not by {@linkcode RecordReceiver.fail}. */
  onFailure(failure: Error): void;
}

/**
 * How many bytes of frames may have been taken before the first of them is opened. A large record is
 * decrypted on another thread, and the next ones meanwhile on more.
 */
const MAX_READ_AHEAD = 4 * MAX_FRAME_SIZE;

/** A frame that was taken: its record, or why there is none. */
interface Arrival {
  readonly frame: Uint8Array;
  readonly size: number;
  readonly record?: RecordUnderWay;
  readonly error?: unknown;
}

/**
 * The receiving half of a channel: reads only when a caller waits for a message, so that a reader that
 * is slow holds the sender back. While a large record is decrypted on another thread, the ones behind
 * it are read and begun, within bounds; each is delivered, or fails, when its turn has come.
 */
export class RecordReceiver {
  readonly #options: RecordReceiverOptions;
  readonly #inbox = new Inbox();
  #reading: Promise<void> | undefined;
  /** What was taken and is not delivered, in its order. */
  readonly #arrivals: Arrival[] = [];
  /** How many bytes of frames that is. */
  #arrived = 0;
  /** The taking of the next frame. */
  #arriving: Promise<void> | undefined;
  #failure: Error | undefined;
  #remoteClose: CloseInfo | undefined;
  #isDraining = false;
  #isDestroyed = false;
  #bytes = 0;
  #lastRecord = performance.now();

  /** A receiver that owns the frames from now on. */
  constructor(options: RecordReceiverOptions) {
    this.#options = options;
  }

  /** How many bytes of frames were received since the handshake. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When a record was taken last, or bytes of one arrived, by `performance.now`. */
  get lastProgress(): number {
    return Math.max(this.#lastRecord, this.#options.frames.lastArrival);
  }

  /** What the other side said when it ended its direction, once it has. */
  get remoteClose(): CloseInfo | undefined {
    return this.#remoteClose;
  }

  /**
   * The next message, or `undefined` when the other side has said goodbye.
   *
   * @param signal Ends the waiting; a message that arrives meanwhile is there for the next call.
   * @throws The failure, once there is one and the messages before it have been taken.
   */
  async receive(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    while (true) {
      const message = this.#inbox.shift();
      if (message !== undefined) return message;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#remoteClose !== undefined) return undefined;
      await orAborted(this.#read(), signal);
    }
  }

  /**
   * Throws away what still arrives until the other side has ended its direction, or fails to. What
   * goes beyond some records is not even opened: then only the end of the transport counts.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const most = this.#bytes + MAX_DRAINED;
    try {
      while (this.#remoteClose === undefined) {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#bytes > most) return await this.discard();
        await this.#read();
      }
    } catch {
      // This side has said all it had to say; how the other one ends is of no interest any more.
    }
  }

  /** Throws away what still arrives, unread, until the transport ends. */
  async discard(): Promise<void> {
    await this.#arriving;
    await this.#options.frames.discard();
  }

  /** Gives this direction up: what is waited for fails once this is noticed. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Stops reading and overwrites the key. Resolves when no record is under way any more. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    void this.#options.frames.cancel();
    this.#options.opener.destroy();
    // Records that are still being opened on other threads lead nowhere any more.
    await Promise.allSettled(this.#arrivals.map(({ record }) => record?.result));
  }

  /** Reads a record, or waits for the one that is being read. */
  #read(): Promise<void> {
    return this.#reading ??= this.#readRecord();
  }

  async #readRecord(): Promise<void> {
    const { trace } = this.#options;
    try {
      // Never over before the caller has the promise: it is forgotten at the end.
      if (this.#arrivals.length > 0) await undefined;
      while (this.#arrivals.length === 0) await this.#arrive();
      const [arrival] = this.#arrivals;
      if (arrival?.record === undefined) throw arrival?.error;
      const { number, result, nextKeyFrom } = arrival.record;
      if (result instanceof Promise) this.#readAhead();
      const plaintext = result instanceof Promise ? await result : result;
      this.#arrivals.shift();
      this.#arrived -= arrival.size;
      const recordType = plaintext[0] as RecordType;
      if (trace !== undefined) {
        if (nextKeyFrom !== undefined) {
          trace.event({ type: "rekey", direction: "in", number: nextKeyFrom });
        }
        const ciphertext = arrival.frame;
        trace.event({ type: "record", direction: "in", number, recordType, plaintext, ciphertext });
      }
      // A peer that has been told to go must not make this side work through what it still sends.
      if (this.#isDraining && recordType !== RecordType.close) return;
      const content = decodeRecord(plaintext);
      if (content.type === RecordType.close) this.#acceptClose(content.info);
      else this.#inbox.add(content);
    } catch (error) {
      this.#failReading(error);
    } finally {
      this.#reading = undefined;
    }
  }

  /** Takes the next frame and begins to open it, or waits for the one that is being taken. */
  #arrive(): Promise<void> {
    return this.#arriving ??= this.#takeFrame();
  }

  async #takeFrame(): Promise<void> {
    const { opener, frames, trace } = this.#options;
    let size = 0;
    try {
      const frame = await frames.read();
      if (frame === undefined) {
        throw new NetworkError("cut", "the connection was cut: it ended without a goodbye");
      }
      this.#lastRecord = performance.now();
      size = FRAME_HEADER_SIZE + frame.length;
      this.#bytes += size;
      // Nothing is opened behind what has failed.
      if (this.#failure !== undefined) throw this.#failure;
      const record = opener.open(frame);
      // Whoever it is delivered to learns of a failure; until then nobody may.
      if (record.result instanceof Promise) record.result.catch(() => {});
      // The next read may reuse the frame's memory.
      const kept = trace === undefined ? NOTHING : frame.slice();
      this.#arrivals.push({ frame: kept, size, record });
    } catch (error) {
      this.#arrivals.push({ frame: NOTHING, size, error });
    } finally {
      this.#arriving = undefined;
    }
    this.#arrived += size;
  }

  /** Takes what arrives while the first record is decrypted, up to a bound, or to the end. */
  #readAhead(): void {
    // Only a record on another thread leaves time for the ones behind it.
    if (!(this.#arrivals[0]?.record?.result instanceof Promise)) return;
    const last = this.#arrivals.at(-1);
    if (last?.record === undefined || this.#arrived + MAX_FRAME_SIZE > MAX_READ_AHEAD) return;
    const { result } = last.record;
    // Nothing comes behind a close, which is always small.
    if (!(result instanceof Promise) && result[0] === RecordType.close) return;
    if (this.#isDraining || this.#options.opener.isLastUnderWay || this.#reading === undefined) {
      return;
    }
    void this.#arrive().then(() => this.#readAhead());
  }

  #acceptClose(info: CloseInfo): void {
    this.#remoteClose = info;
    this.#options.trace?.event({ type: "close", direction: "in", info });
    const error = closeError(info);
    if (error !== undefined) {
      this.fail(error);
    } else if (this.#inbox.isGathering) {
      this.fail(new NetworkError("cut", "the other side left in the middle of a message"));
    }
    this.#options.onClosed(error);
  }

  #failReading(error: unknown): void {
    // After it was given up or destroyed, a failing read is its echo.
    if (this.#failure !== undefined || this.#isDestroyed) {
      return this.fail(new UsageError("closed", "the channel is closed"));
    }
    const failure = receiveFailure(error);
    this.fail(failure);
    this.#options.trace?.event({ type: "failure", error: failure });
    this.#options.onFailure(failure);
  }
}

const NOTHING = new Uint8Array(0);

/** How many bytes of records are opened to look for a close, of a peer that has been told to go. */
const MAX_DRAINED = 262_144;

/** What a failure below means for the one who waits for a message. */
function receiveFailure(error: unknown): Error {
  if (error instanceof AuthenticationError) {
    return new AuthenticationError(
      "tampered",
      "a message was altered, repeated or removed on its way",
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
