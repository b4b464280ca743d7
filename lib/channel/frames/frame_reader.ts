import { NetworkError, ProtocolError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "./framing.ts";

/**
 * For how long, in milliseconds, the bytes of one frame are taken as a sign of life while it has not
 * arrived whole: enough for the longest one at 220 bytes a second.
 */
export const MAX_FRAME_TIME = 300_000;

/** How long to rest between two pieces that are thrown away unread, in milliseconds. */
const DISCARD_PAUSE = 20;

const EMPTY = new Uint8Array(0);

/**
 * Cuts a stream of bytes into frames.
 *
 * Memory follows what has arrived, never what a length announces.
 */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;
  /** What has arrived and is not taken yet: `#buffer[#start..#end]`. */
  #buffer: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** Whether `#buffer` is ours to write to: a chunk from the stream is not. */
  #owned = false;
  #lastArrival = performance.now();
  /** When the frame that has not arrived whole began to, or was first waited for. */
  #beganAt: number | undefined;
  /** Ends the rests of {@linkcode FrameReader.discard}. */
  #discarding: AbortController | undefined;

  /**
   * A reader that owns `stream` from now on.
   *
   * @param onBytes Sees every chunk as it arrives.
   */
  constructor(stream: ReadableStream<Uint8Array>, onBytes?: (bytes: Uint8Array) => void) {
    this.#reader = stream.getReader();
    this.#onBytes = onBytes;
  }

  /**
   * The next frame's body, or `undefined` if the stream ends where a frame ends.
   *
   * The body may share memory with what arrived with it: use it before the next call.
   *
   * @param maxSize The largest body to accept, in bytes.
   * @throws {ProtocolError} If the length is zero or larger than `maxSize`: before any more is read.
   * @throws {NetworkError} With code `cut` if the stream fails or ends inside a frame.
   */
  async read(maxSize: number = MAX_FRAME_SIZE): Promise<Uint8Array | undefined> {
    this.#beganAt = this.#end > this.#start ? performance.now() : undefined;
    while (this.#end - this.#start < FRAME_HEADER_SIZE) {
      if (await this.#fill(FRAME_HEADER_SIZE)) continue;
      if (this.#end === this.#start) return undefined;
      throw cut();
    }
    const view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset + this.#start);
    const size = view.getUint32(0);
    if (size === 0) throw new ProtocolError("frame-empty", "received an empty frame");
    if (size > maxSize) {
      throw new ProtocolError("frame-too-long", `received a frame of more than ${maxSize} bytes`);
    }

    const wanted = FRAME_HEADER_SIZE + size;
    while (this.#end - this.#start < wanted) {
      if (!await this.#fill(wanted)) throw cut();
    }
    const body = this.#buffer.subarray(this.#start + FRAME_HEADER_SIZE, this.#start + wanted);
    this.#start += wanted;
    this.#beganAt = undefined;
    return body;
  }

  /**
   * When bytes arrived last, by `performance.now`: a link that is slow is not dead. Those of one frame
   * count for {@linkcode MAX_FRAME_TIME} at most, because they are not authenticated before the last
   * one is there.
   */
  get lastArrival(): number {
    if (this.#beganAt === undefined) return this.#lastArrival;
    return Math.min(this.#lastArrival, this.#beganAt + MAX_FRAME_TIME);
  }

  /** The bytes that have arrived and belong to no frame yet; for telling what a stranger speaks. */
  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /**
   * Reads on and throws everything away, until the stream ends or fails: slowly, because a peer may
   * have much to say that nobody wants to hear.
   */
  async discard(): Promise<void> {
    this.#start = this.#end = 0;
    this.#buffer = EMPTY;
    const { signal } = this.#discarding = new AbortController();
    try {
      while (!(await this.#reader.read()).done) await pause(DISCARD_PAUSE, signal);
    } catch {
      // Nobody waits for these bytes: however the stream ends, or is cancelled, it has ended.
    }
  }

  /** Stops reading; a pending read ends as if the stream had. */
  async cancel(reason?: unknown): Promise<void> {
    this.#discarding?.abort();
    await this.#reader.cancel(reason).catch(() => {});
  }

  /** Waits for more bytes, on the way to `wanted` in all; false at the end of the stream. */
  async #fill(wanted: number): Promise<boolean> {
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.#reader.read();
    } catch (cause) {
      throw cut(cause);
    }
    if (result.done) return false;
    this.#lastArrival = performance.now();
    this.#beganAt ??= this.#lastArrival;
    this.#onBytes?.(result.value);
    this.#append(result.value, wanted);
    return true;
  }

  #append(chunk: Uint8Array, wanted: number): void {
    const length = this.#end - this.#start;
    if (length === 0) {
      // Most often a chunk begins with a frame: then it is read where it lies.
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    // A peer that sends a frame byte by byte must not make us keep a chunk's whole buffer for each,
    // so the bytes are gathered in one of our own, which grows with them.
    const needed = length + chunk.length;
    if (!this.#owned || this.#start + needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(wanted, 2 * needed)));
      grown.set(this.pending);
      this.#buffer = grown;
      this.#start = 0;
      this.#end = length;
      this.#owned = true;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}

function cut(cause?: unknown): NetworkError {
  return new NetworkError("cut", "the connection was cut", { cause });
}
