import { NetworkError, ProtocolError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import type { ByteReader } from "./direct.ts";
import type { ByteInput } from "./byte_input.ts";
import { DirectInput } from "./direct_input.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "./framing.ts";
import { StreamInput } from "./stream_input.ts";

/**
 * For how long, in milliseconds, the bytes of one frame are taken as a sign of life while it has not
 * arrived whole: enough for the longest one at 220 bytes a second.
 */
export const MAX_FRAME_TIME = 300_000;

/** How long to rest between two pieces that are thrown away unread, in milliseconds. */
const DISCARD_PAUSE = 20;

/**
 * Cuts what arrives into frames.
 *
 * Memory follows what has arrived, never what a length announces.
 */
export class FrameReader {
  readonly #input: ByteInput;
  #lastArrival = performance.now();
  /** When the frame that has not arrived whole began to, or was first waited for. */
  #beganAt: number | undefined;
  /** Ends the rests of {@linkcode FrameReader.discard}. */
  #discarding: AbortController | undefined;

  /**
   * A reader that owns `source` from now on.
   *
   * @param onBytes Sees all bytes as they arrive. They stay as they are.
   */
  constructor(
    source: ReadableStream<Uint8Array> | ByteReader,
    onBytes?: (bytes: Uint8Array) => void,
  ) {
    this.#input = "getReader" in source
      ? new StreamInput(source, onBytes)
      : new DirectInput(source, onBytes);
  }

  /**
   * The next frame's body, or `undefined` if what arrives ends where a frame ends.
   *
   * The body shares memory with what arrives next: it is valid until the next call.
   *
   * @param maxSize The largest body to accept, in bytes.
   * @throws {ProtocolError} If the length is zero or larger than `maxSize`: before any more is read.
   * @throws {NetworkError} With code `cut` if the transport fails or ends inside a frame.
   */
  async read(maxSize: number = MAX_FRAME_SIZE): Promise<Uint8Array | undefined> {
    const input = this.#input;
    this.#beganAt = input.size > 0 ? performance.now() : undefined;
    while (input.size < FRAME_HEADER_SIZE) {
      if (await this.#fill(FRAME_HEADER_SIZE)) continue;
      if (input.size === 0) return undefined;
      throw cut();
    }
    const size = frameSize(input.pending);
    if (size === 0) throw new ProtocolError("frame-empty", "received an empty frame");
    if (size > maxSize) {
      throw new ProtocolError("frame-too-long", `received a frame of more than ${maxSize} bytes`);
    }

    const wanted = FRAME_HEADER_SIZE + size;
    while (input.size < wanted) {
      if (!await this.#fill(wanted)) throw cut();
    }
    this.#beganAt = undefined;
    return input.take(wanted).subarray(FRAME_HEADER_SIZE);
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
    return this.#input.pending;
  }

  /**
   * Reads on and throws everything away, until the transport ends or fails: slowly, because a peer may
   * have much to say that nobody wants to hear.
   */
  async discard(): Promise<void> {
    const { signal } = this.#discarding = new AbortController();
    try {
      for (this.#input.clear(); await this.#input.fill(1); this.#input.clear()) {
        await pause(DISCARD_PAUSE, signal);
      }
    } catch {
      // Nobody waits for these bytes: however the transport ends, or is cancelled, it has ended.
    }
  }

  /** Stops reading; a pending read ends as if the transport had, at the latest when it is closed. */
  async cancel(reason?: unknown): Promise<void> {
    this.#discarding?.abort();
    await this.#input.cancel(reason);
  }

  /** Waits for more bytes, on the way to `wanted` in all; false at the end. */
  #fill(wanted: number): Promise<boolean> {
    // Each idle connection waits here; an `async` function that waits takes more memory.
    return this.#input.fill(wanted).then((isMore) => {
      if (!isMore) return false;
      this.#lastArrival = performance.now();
      this.#beganAt ??= this.#lastArrival;
      return true;
    }, (cause) => {
      throw cut(cause);
    });
  }
}

/** The length in a frame's header (big-endian), in bytes. */
function frameSize(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(0);
}

function cut(cause?: unknown): NetworkError {
  return new NetworkError("cut", "the connection was cut", { cause });
}
