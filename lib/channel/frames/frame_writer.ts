import { NetworkError } from "../../errors.ts";

/** Writes frames, one at a time. Its user sees to it that calls do not overlap. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;

  /**
   * A writer that owns `stream` from now on.
   *
   * @param onBytes Sees all bytes as they leave.
   */
  constructor(stream: WritableStream<Uint8Array>, onBytes?: (bytes: Uint8Array) => void) {
    this.#writer = stream.getWriter();
    // A failure reaches the next write; here it would only be an unhandled rejection.
    this.#writer.closed.catch(() => {});
    this.#onBytes = onBytes;
  }

  /**
   * Writes whole frames (header and body). Resolves when the transport has taken them, which is how
   * a peer that does not read holds its sender back.
   *
   * @throws {NetworkError} With code `cut` if the transport fails.
   */
  async write(frames: Uint8Array): Promise<void> {
    this.#onBytes?.(frames);
    try {
      await this.#writer.ready;
      await this.#writer.write(frames);
    } catch (cause) {
      throw new NetworkError("cut", "the connection was cut", { cause });
    }
  }

  /** Gives up: a pending write fails. */
  async abort(reason?: unknown): Promise<void> {
    await this.#writer.abort(reason).catch(() => {});
  }
}
