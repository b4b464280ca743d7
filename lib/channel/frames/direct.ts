/** Something to read bytes from, one read at a time; a `Deno.Conn` is one. */
export interface ByteReader {
  /**
   * Waits until something has arrived, and writes it to the start of `buffer`, which must not be
   * touched meanwhile.
   *
   * @returns How many bytes, at least one, or `null` at the end.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Something to write bytes to, one write at a time; a `Deno.Conn` is one. */
export interface ByteWriter {
  /**
   * Takes bytes from the start of `bytes`, which must not be changed meanwhile.
   *
   * @returns How many it has taken, at least one.
   */
  write(bytes: Uint8Array): Promise<number>;
}
