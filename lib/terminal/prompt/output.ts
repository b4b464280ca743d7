/** How much may wait for a slow reader before {@linkcode Output.write} makes its caller wait. */
const HIGH_WATER_MARK = 65_536;

/** Where bytes go: `Deno.stdout`, for example. */
export interface ByteSink {
  /** Writes some of the bytes, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Text for a pipe or a file, in large pieces, with back-pressure. */
export class Output {
  readonly #sink: ByteSink;
  readonly #onGone: () => void;
  #waiting = "";
  #writing: Promise<void> | undefined;
  #isGone = false;

  /** @param onGone Called when nobody reads any more, as after `| head -1`. */
  constructor(sink: ByteSink, onGone: () => void = () => {}) {
    this.#sink = sink;
    this.#onGone = onGone;
  }

  /** Queues text. Resolves when there is room for more. */
  async write(text: string): Promise<void> {
    if (this.#isGone) return;
    this.#waiting += text;
    this.#writing ??= this.#writeAll();
    if (this.#waiting.length > HIGH_WATER_MARK) await this.#writing;
  }

  /** Resolves when everything queued has been written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What is said in one turn goes out in one piece.
    await Promise.resolve();
    try {
      while (this.#waiting !== "") {
        const text = this.#waiting;
        this.#waiting = "";
        await writeAll(this.#sink, text);
      }
    } catch {
      this.#isGone = true;
      this.#waiting = "";
      this.#onGone();
    } finally {
      // In the same moment in which nothing waits: what comes in the next one starts another.
      this.#writing = undefined;
    }
  }
}

/**
 * Writes all of a text, however little of it the sink takes at once.
 *
 * @throws What the sink throws when nobody reads any more.
 */
export async function writeAll(sink: ByteSink, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await sink.write(bytes));
}
