import type { ByteInput } from "./byte_input.ts";

const EMPTY = new Uint8Array(0);

/** The bytes of a Web Stream, read where they lie as far as possible. */
export class StreamInput implements ByteInput {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;
  /** What has arrived and is not taken yet: `#buffer[#start..#end]`. */
  #buffer: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** Whether `#buffer` is ours to write to: a chunk from the stream is not. */
  #owned = false;

  /**
   * An input that owns `stream` from now on.
   *
   * @param onBytes Sees every chunk as it arrives.
   */
  constructor(
    stream: ReadableStream<Uint8Array>,
    onBytes: ((bytes: Uint8Array) => void) | undefined,
  ) {
    this.#reader = stream.getReader();
    this.#onBytes = onBytes;
  }

  get size(): number {
    return this.#end - this.#start;
  }

  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  async fill(wanted: number): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    this.#onBytes?.(value);
    this.#append(value, wanted);
    return true;
  }

  take(size: number): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#start += size);
  }

  clear(): void {
    this.#start = this.#end = 0;
    this.#buffer = EMPTY;
  }

  async cancel(reason?: unknown): Promise<void> {
    await this.#reader.cancel(reason).catch(() => {});
  }

  #append(chunk: Uint8Array, wanted: number): void {
    const length = this.size;
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
