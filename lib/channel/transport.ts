import type { ByteReader, ByteWriter } from "./frames/direct.ts";

/** A pair of byte streams, for example a TCP connection. */
export interface Transport {
  /**
   * What the other side sends: a stream, or, where a stream for each connection is too slow, something
   * to read from directly.
   */
  readonly readable: ReadableStream<Uint8Array> | ByteReader;
  /** What this side sends: a stream, or something to write to directly. */
  readonly writable: WritableStream<Uint8Array> | ByteWriter;
  /**
   * Releases whatever is behind the streams. Called once, also while reads or writes are pending:
   * those of a {@linkcode ByteReader} or {@linkcode ByteWriter} are settled by it.
   */
  close(): void;
  /** The other side's address, for people: `127.0.0.1:12345`. */
  readonly remoteAddress?: string;
  /** The same without the port. */
  readonly remoteHostname?: string;
  /**
   * When it took bytes last, by `performance.now`, also in the middle of a write: a peer that reads
   * slowly is not dead. Without it only whole writes tell.
   */
  readonly lastTaken?: number;
}
