import type { ByteReader } from "./direct.ts";
import type { ByteInput } from "./byte_input.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "./framing.ts";

/** Size of the buffer of a connection that is silent, in bytes, as most of a thousand are. */
export const MIN_BUFFER_SIZE = 2_048;

/** And of one that always has more to give: one frame. */
export const MAX_BUFFER_SIZE = FRAME_HEADER_SIZE + MAX_FRAME_SIZE;

/** After so many small reads in a row what was much has ended; one or two are the rest of a large frame. */
const SMALL_READS = 4;

const EMPTY = new Uint8Array(0);

/**
 * The bytes of a transport without streams: one buffer, used again and again, which grows with what
 * arrives at once, and is small again soon after that has ended.
 */
export class DirectInput implements ByteInput {
  readonly #source: ByteReader;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;
  /** What has arrived and is not taken yet: `#buffer[#start..#end]`. */
  #buffer: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** How large the buffer is to be when it is empty. */
  #size = MIN_BUFFER_SIZE;
  /** How many reads in a row would have fitted into a much smaller buffer. */
  #smallReads = 0;
  #isCancelled = false;

  /**
   * An input that owns `source` from now on.
   *
   * @param onBytes Sees all bytes as they arrive, in memory of its own.
   */
  constructor(source: ByteReader, onBytes: ((bytes: Uint8Array) => void) | undefined) {
    this.#source = source;
    this.#onBytes = onBytes;
  }

  get size(): number {
    return this.#end - this.#start;
  }

  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  async fill(wanted: number): Promise<boolean> {
    this.#makeRoom(wanted);
    const room = this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
    let size: number | null;
    try {
      size = await this.#source.read(room);
    } catch (error) {
      // A transport that is closed fails what is pending; whoever has cancelled knows why.
      if (this.#isCancelled) return false;
      throw error;
    }
    if (size === null || this.#isCancelled) return false;
    this.#onBytes?.(room.slice(0, size));
    this.#end += size;
    this.#adapt(room.length, size);
    return true;
  }

  take(size: number): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#start += size);
  }

  clear(): void {
    this.#start = this.#end = 0;
  }

  cancel(): Promise<void> {
    this.#isCancelled = true;
    return Promise.resolve();
  }

  /** Sees to it that there is room behind the bytes that are there, in a buffer that fits them. */
  #makeRoom(wanted: number): void {
    const length = this.size;
    if (length === 0) {
      this.#start = this.#end = 0;
      if (this.#buffer.length !== this.#size) this.#buffer = new Uint8Array(this.#size);
      return;
    }
    if (this.#start + wanted <= this.#buffer.length) return;
    // Memory follows what has arrived: a frame that is announced gets twice as much at most.
    const size = Math.max(this.#size, Math.min(wanted, 2 * length));
    if (size > this.#buffer.length) {
      const grown = new Uint8Array(size);
      grown.set(this.pending);
      this.#buffer = grown;
    } else {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = length;
  }

  /** The next buffer: larger if a read has filled what it was given, small if several had little to give. */
  #adapt(room: number, size: number): void {
    this.#smallReads = size < this.#size / 4 ? this.#smallReads + 1 : 0;
    if (size === room) this.#size = Math.min(2 * this.#size, MAX_BUFFER_SIZE);
    else if (this.#smallReads === SMALL_READS) this.#size = MIN_BUFFER_SIZE;
  }
}
