import { NetworkError } from "../../errors.ts";
import type { ByteWriter } from "./direct.ts";

/** Writes frames, one at a time. Its user sees to it that calls do not overlap. */
export class FrameWriter {
  readonly #target: WritableStreamDefaultWriter<Uint8Array> | ByteWriter;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;
  #isOver = false;

  /**
   * A writer that owns `target` from now on.
   *
   * @param onBytes Sees all bytes as they leave.
   */
  constructor(
    target: WritableStream<Uint8Array> | ByteWriter,
    onBytes?: (bytes: Uint8Array) => void,
  ) {
    if ("getWriter" in target) {
      this.#target = target.getWriter();
      // A failure reaches the next write; here it would only be an unhandled rejection.
      this.#target.closed.catch(() => {});
    } else {
      this.#target = target;
    }
    this.#onBytes = onBytes;
  }

  /**
   * Writes whole frames (header and body). Resolves when the transport has taken them, which is how
   * a peer that does not read holds its sender back. They must not be changed until then.
   *
   * @throws {NetworkError} With code `cut` if the transport fails.
   */
  async write(frames: Uint8Array): Promise<void> {
    this.#onBytes?.(frames);
    try {
      if ("ready" in this.#target) {
        await this.#target.ready;
        await this.#target.write(frames);
      } else {
        await this.#writeAll(this.#target, frames);
      }
    } catch (cause) {
      this.#isOver = true;
      throw new NetworkError("cut", "the connection was cut", { cause });
    }
  }

  /** Gives up: a pending write fails, at the latest when the transport is closed. */
  async abort(reason?: unknown): Promise<void> {
    this.#isOver = true;
    if ("ready" in this.#target) await this.#target.abort(reason).catch(() => {});
  }

  /** A transport takes what it has room for, most often all. */
  async #writeAll(target: ByteWriter, bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      // Behind a frame of which only a part has left nothing else may follow.
      if (this.#isOver) throw new Error("nothing is written any more");
      rest = rest.subarray(await target.write(rest));
    }
  }
}
