/** A connection that Eve opens herself: bytes out, bytes in. */
import { concat } from "../../lib/crypto/mod.ts";

const LENGTH_SIZE = 4;

/** A TCP connection to a program on this machine. */
export class OwnConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  #pending: Uint8Array = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to a port of 127.0.0.1. */
  static async open(port: number): Promise<OwnConnection> {
    return new OwnConnection(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends bytes. A side that has hung up does not get them. */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    try {
      for (let rest: Uint8Array = concat(...parts); rest.length > 0;) {
        rest = rest.subarray(await this.#connection.write(rest));
      }
    } catch {
      // What comes back tells whether anybody is there.
    }
  }

  /** Says that nothing more will come. */
  async endSending(): Promise<void> {
    await this.#connection.closeWrite().catch(() => {});
  }

  /** The body of the next frame; `undefined` if the other side hangs up before it is whole. */
  async receiveFrame(): Promise<Uint8Array | undefined> {
    if (!await this.#fill(LENGTH_SIZE)) return undefined;
    const { buffer, byteOffset } = this.#pending;
    const end = LENGTH_SIZE + new DataView(buffer, byteOffset).getUint32(0);
    if (!await this.#fill(end)) return undefined;
    const body = this.#pending.slice(LENGTH_SIZE, end);
    this.#pending = this.#pending.slice(end);
    return body;
  }

  /** All that comes until the other side hangs up. */
  async receiveAll(): Promise<Uint8Array> {
    while (await this.#fill(Infinity));
    return this.#pending;
  }

  /** Hangs up. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  /** Waits until so many bytes are there; false if the other side hangs up before. */
  async #fill(size: number): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    while (this.#pending.length < size) {
      const count = await this.#connection.read(buffer).catch(() => null);
      if (count === null) return false;
      this.#pending = concat(this.#pending, buffer.subarray(0, count));
    }
    return true;
  }
}
