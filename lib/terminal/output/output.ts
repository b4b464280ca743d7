import { UsageError } from "../../errors.ts";

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
  readonly #onGone: (error: unknown) => void;
  #waiting = "";
  #writing: Promise<void> | undefined;
  #isGone = false;

  /** @param onGone Called once, with the reason, when nothing can be written any more. */
  constructor(sink: ByteSink, onGone: (error: unknown) => void = () => {}) {
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
    } catch (error) {
      this.#isGone = true;
      this.#waiting = "";
      this.#onGone(error);
    } finally {
      // In the same moment in which nothing waits: what comes in the next one starts another.
      this.#writing = undefined;
    }
  }
}

/** Whether a write failed because nobody reads any more, as after `| head -1`: that is no defect. */
export function hasNoReader(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset;
}

/** The error of standard output that cannot be written, where somebody would have read it. */
export function outputError(cause: unknown): UsageError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UsageError("output", `standard output cannot be written: ${why}`, { cause });
}

/**
 * Writes all of a text to standard output.
 *
 * @throws {UsageError} With code `output` if that is not possible, unless nobody reads any more.
 */
export async function writeOutput(text: string): Promise<void> {
  try {
    await writeAll(Deno.stdout, text);
  } catch (error) {
    throw hasNoReader(error) ? error : outputError(error);
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
