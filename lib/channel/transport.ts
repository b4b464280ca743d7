/** A pair of byte streams, for example a TCP connection. */
export interface Transport {
  /** What the other side sends. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What this side sends. */
  readonly writable: WritableStream<Uint8Array>;
  /** Releases whatever is behind the streams. Called once, also while reads or writes are pending. */
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
