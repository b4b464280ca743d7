/** Bytes that have arrived and are not taken yet, and more of them. */
export interface ByteInput {
  /** How many bytes there are. */
  readonly size: number;
  /** Those bytes, in memory of the input's. */
  readonly pending: Uint8Array;
  /**
   * Waits for more bytes, on the way to `wanted` in all. What was taken before may be overwritten.
   *
   * @param wanted How many bytes are needed, more than there are; what announced them is not trusted.
   * @returns Whether there are more; false at the end.
   * @throws What the source fails with.
   */
  fill(wanted: number): Promise<boolean>;
  /** Removes bytes from the start. They share memory with the input, until the next call of `fill`. */
  take(size: number): Uint8Array;
  /** Throws all bytes away. */
  clear(): void;
  /** Ends reading: a pending `fill` finds the end as soon as the source lets go. */
  cancel(reason?: unknown): Promise<void>;
}
