import { NetworkError, UsageError } from "../../errors.ts";
import type { FrameWriter } from "../frames/frame_writer.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "../frames/framing.ts";
import type { MessageBatch } from "./message_batch.ts";
import { Outbox } from "./outbox.ts";
import { CloseCode, type CloseInfo, encodeClose, MAX_MESSAGE_SIZE, RecordType } from "./record.ts";
import type { RecordCipher, RecordUnderWay } from "./record_cipher.ts";
import type { Trace } from "./trace.ts";

/** How many bytes may wait to be sent before a sender is asked to wait. */
export const SEND_HIGH_WATER_MARK = 65_536;

/** A write that takes longer, in milliseconds, has waited for the other side to read. */
const LONG_WRITE = 250;

/**
 * How many bytes of frames may be sealed, or be on their way to it, before the first of them has left. A
 * large record is sealed on another thread, and the next ones meanwhile on more.
 */
const MAX_SEALED_AHEAD = 4 * MAX_FRAME_SIZE;

/** An end without anything to say about it. */
export const GOODBYE: CloseInfo = { code: CloseCode.done, reason: "" };

/** The end of this side's direction, once it is wanted. */
interface Goodbye {
  readonly info: CloseInfo;
  readonly sent: PromiseWithResolvers<void>;
}

/** A record that has its number, and is sealed or on its way to it. */
interface SealedRecord extends RecordUnderWay {
  readonly plaintext: Uint8Array;
}

/** What records are sent with. */
interface RecordSenderOptions {
  readonly sealer: RecordCipher;
  readonly writer: FrameWriter;
  /** The longest plaintext that a record may have, in bytes. */
  readonly maxPlaintextSize: number;
  readonly trace: Trace | undefined;
  /** Called when this direction's end has left. */
  onGoodbyeSent(): void;
}

/**
 * The sending half of a channel: packs the messages that wait into records, and writes one record at
 * a time. Large ones are sealed ahead, so that several threads encrypt while this one writes.
 */
export class RecordSender {
  readonly #options: RecordSenderOptions;
  readonly #outbox: Outbox;
  /** In the order of their numbers; the first one is being written. */
  readonly #sealed: SealedRecord[] = [];
  /** How many bytes of plaintext those behind the first one have. */
  #sealedAhead = 0;
  #isPumping = false;
  #isDestroyed = false;
  #space: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;
  #goodbye: Goodbye | undefined;
  #isSayingGoodbye = false;
  #goodbyeSent = false;
  /** Whether messages that were queued have been thrown away. */
  #isCutShort = false;
  #bytes = 0;
  #lastProgress = performance.now();
  #lastRelief = -Infinity;

  /** A sender that owns the writer from now on. */
  constructor(options: RecordSenderOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.maxPlaintextSize);
  }

  /** How many bytes wait to be sent. */
  get queued(): number {
    // After a failure nothing waits: what has its number is on its way already, or goes nowhere.
    return this.#failure === undefined ? this.#outbox.size + this.#sealedAhead : 0;
  }

  /** How many bytes the transport has taken since the handshake. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the transport took something last, or was offered it, by `performance.now`. */
  get lastProgress(): number {
    return this.#lastProgress;
  }

  /**
   * When the transport took something last for which it had made this side wait, by
   * `performance.now`: a sign that the other side reads.
   */
  get lastRelief(): number {
    return this.#lastRelief;
  }

  /** Whether the end of this direction has left. */
  get hasSaidGoodbye(): boolean {
    return this.#goodbyeSent;
  }

  /**
   * Queues a message.
   *
   * @returns Whether there is room for another one.
   * @throws {UsageError} If the message is too long, or this side has said goodbye.
   * @throws {NetworkError} If the connection was cut.
   */
  enqueue(message: Uint8Array): boolean {
    if (message.length > MAX_MESSAGE_SIZE) {
      throw new UsageError("usage", `a message has at most ${MAX_MESSAGE_SIZE} bytes`);
    }
    return this.#queue(message);
  }

  /** As {@linkcode enqueue}, for several messages that are packed already. */
  enqueueBatch(batch: MessageBatch): boolean {
    return this.#queue(batch);
  }

  #queue(item: Uint8Array | MessageBatch): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#goodbye !== undefined) throw new UsageError("closed", "the channel is closed");
    this.#outbox.push(item);
    if (this.#isPumping) this.#sealAhead();
    else this.#startPump();
    return this.queued <= SEND_HIGH_WATER_MARK;
  }

  /** Resolves when there is room for another message; rejects if there never will be. */
  async drained(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.queued <= SEND_HIGH_WATER_MARK) return;
    this.#space ??= Promise.withResolvers();
    await this.#space.promise;
  }

  /**
   * Sends what is queued and then the authenticated end of this direction.
   *
   * @throws {NetworkError} If the connection was cut before all had left.
   */
  async end(info: CloseInfo): Promise<void> {
    if (this.#goodbyeSent && !this.#isCutShort) return;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#sayGoodbye(info);
  }

  /**
   * Throws away what is queued, and sends the end of this direction at once. All that waits, or is
   * sent from now on, fails with `failure`.
   */
  endNow(info: CloseInfo, failure: Error): Promise<void> {
    this.#outbox.clear();
    if (!this.#isSayingGoodbye) {
      this.#isCutShort = true;
      // The goodbye that waits would pass for the end of all the messages before it.
      this.#goodbye?.sent.reject(failure);
      this.#goodbye = undefined;
    }
    const said = this.#goodbyeSent ? Promise.resolve() : this.#sayGoodbye(info);
    this.#failure ??= failure;
    this.#turnAway(failure);
    return said;
  }

  /** Gives this direction up. */
  fail(error: unknown): void {
    const failure = this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#outbox.clear();
    this.#turnAway(failure);
    this.#goodbye?.sent.reject(failure);
  }

  /** Overwrites the key. Resolves when no record is under way any more. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    this.#options.sealer.destroy();
    // Records that are still being sealed on other threads lead nowhere any more.
    await Promise.allSettled(this.#sealed.map(({ result }) => result));
  }

  #sayGoodbye(info: CloseInfo): Promise<void> {
    if (this.#goodbye === undefined) {
      this.#goodbye = { info, sent: Promise.withResolvers() };
      this.#goodbye.sent.promise.catch(() => {});
      this.#startPump();
    }
    return this.#goodbye.sent.promise;
  }

  #startPump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#runPump();
  }

  async #runPump(): Promise<void> {
    // Several messages that are queued in a row then share one record.
    await Promise.resolve();
    try {
      while (!this.#isDestroyed) {
        if (this.#sealed.length === 0) this.#sealNext();
        if (this.#sealed.length > 0) {
          this.#sealAhead();
          await this.#writeFirst();
          if (this.queued <= SEND_HIGH_WATER_MARK) this.#makeSpace();
        } else if (this.#goodbye !== undefined && !this.#goodbyeSent) {
          await this.#writeGoodbye(this.#goodbye);
        } else {
          break;
        }
      }
    } catch (error) {
      // Only this direction: the other side's reason for going may still be on its way to us.
      this.fail(error);
    } finally {
      // In the same moment in which it finds nothing: what is queued in the next one starts another.
      this.#isPumping = false;
    }
  }

  /** Seals what waits first, as the last of those that are sealed. */
  #sealNext(): void {
    const plaintext = this.#outbox.next();
    if (plaintext !== undefined) this.#seal(plaintext);
  }

  #seal(plaintext: Uint8Array): void {
    const record = { ...this.#options.sealer.seal(plaintext), plaintext };
    // Whoever writes it learns of a failure; until then nobody may.
    if (record.result instanceof Promise) record.result.catch(() => {});
    if (this.#sealed.length > 0) this.#sealedAhead += plaintext.length;
    this.#sealed.push(record);
  }

  /**
   * Seals full records behind a large one, within bounds. What would not fill one waits, because more
   * may come that can share it.
   */
  #sealAhead(): void {
    const [first] = this.#sealed;
    if (first === undefined || !(first.result instanceof Promise) || this.#isDestroyed) return;
    const { maxPlaintextSize } = this.#options;
    while (
      this.#outbox.size >= maxPlaintextSize &&
      first.plaintext.length + this.#sealedAhead + maxPlaintextSize <= MAX_SEALED_AHEAD
    ) {
      this.#sealNext();
    }
    if (this.queued <= SEND_HIGH_WATER_MARK) this.#makeSpace();
  }

  async #writeFirst(): Promise<void> {
    const [first] = this.#sealed;
    if (first === undefined) return;
    const { writer, trace } = this.#options;
    const { number, plaintext, result, nextKeyFrom } = first;
    const frame = result instanceof Promise ? await result : result;
    if (trace !== undefined) {
      if (nextKeyFrom !== undefined) {
        trace.event({ type: "rekey", direction: "out", number: nextKeyFrom });
      }
      const recordType = plaintext[0] as RecordType;
      const ciphertext = frame.subarray(FRAME_HEADER_SIZE);
      trace.event({ type: "record", direction: "out", number, recordType, plaintext, ciphertext });
    }
    // What has waited for long is no sign of a reader that is stuck until it is offered.
    const offered = this.#lastProgress = performance.now();
    await writer.write(frame);
    this.#lastProgress = performance.now();
    if (this.#lastProgress - offered > LONG_WRITE) this.#lastRelief = this.#lastProgress;
    this.#bytes += frame.length;
    this.#sealed.shift();
    this.#sealedAhead -= this.#sealed[0]?.plaintext.length ?? 0;
  }

  async #writeGoodbye({ info, sent }: Goodbye): Promise<void> {
    this.#isSayingGoodbye = true;
    this.#seal(encodeClose(info));
    await this.#writeFirst();
    this.#goodbyeSent = true;
    sent.resolve();
    this.#options.trace?.event({ type: "close", direction: "out", info });
    this.#options.onGoodbyeSent();
  }

  #makeSpace(): void {
    this.#space?.resolve();
    this.#space = undefined;
  }

  #turnAway(error: Error): void {
    this.#space?.promise.catch(() => {});
    this.#space?.reject(error);
    this.#space = undefined;
  }
}

/** The failure of a message that was thrown away because its reader is too slow, or gone. */
export function thrownAway(reason: string): NetworkError {
  return new NetworkError("ended", `messages that were not sent yet were discarded: ${reason}`);
}
