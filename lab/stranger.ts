/** A stranger, who connects and speaks no protocol. */

/** A TCP connection to 127.0.0.1. */
export class Stranger implements AsyncDisposable {
  readonly #connection: Deno.TcpConn;
  /** The one read that is under way. */
  #reading: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects. */
  static async connect(port: number): Promise<Stranger> {
    return new Stranger(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Reads so many bytes; `undefined` if the connection ends before. */
  async read(size: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(size);
    for (let count = 0; count < size;) {
      const reading = this.#connection.read(bytes.subarray(count)).catch(() => null);
      this.#reading = reading;
      const read = await reading;
      if (read === null) return undefined;
      count += read;
    }
    return bytes;
  }

  /** Reads and throws away whatever comes; resolves when the connection has ended. Call it once. */
  async end(): Promise<void> {
    while (await this.read(1) !== undefined);
  }

  /** Writes until all is taken, or the other side is gone; returns how many bytes were taken. */
  async write(bytes: Uint8Array): Promise<number> {
    let count = 0;
    try {
      while (count < bytes.length) count += await this.#connection.write(bytes.subarray(count));
    } catch {
      // The other side has hung up.
    }
    return count;
  }

  /** Hangs up. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
    await this.#reading;
  }
}
