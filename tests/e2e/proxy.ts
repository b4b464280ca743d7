/**
 * Somebody on the way between the real programs: a TCP proxy that does to the frames what an attack
 * of `tests/support/wire.ts` says.
 *
 * @module
 */
import { type Attack, watch, Wire } from "../support/wire.ts";

/** A proxy on a free port of 127.0.0.1. */
export class Proxy implements AsyncDisposable {
  /** What is done to the connections from now on. */
  attack: Attack = watch;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #carriers = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #seen = 0;
  #changed = Promise.withResolvers<void>();

  /** @param port Where the server listens on 127.0.0.1. */
  constructor(port: number) {
    this.#accepting = this.#accept(port);
  }

  /** Where clients connect to. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Resolves when the last client to come has sent so many frames. */
  async seen(count: number): Promise<void> {
    while (this.#seen < count) await this.#changed.promise;
  }

  async #accept(port: number): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
      if (server === undefined) {
        client.close();
        continue;
      }
      const attack = this.attack;
      this.#seen = 0;
      const wire = new Wire((frame, wire) => {
        if (frame.from === "client") {
          this.#seen = frame.index + 1;
          this.#changed.resolve();
          this.#changed = Promise.withResolvers();
        }
        return attack(frame, wire);
      });
      this.#keep(this.#join(client, wire.client));
      this.#keep(this.#join(server, wire.server));
    }
  }

  /** Carries bytes between a connection and an end of the wire, both ways, until both have ended. */
  async #join(
    connection: Deno.TcpConn,
    end: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> },
  ): Promise<void> {
    this.#connections.add(connection);
    const inwards = async () => {
      const writer = end.writable.getWriter();
      writer.closed.catch(() => {});
      const buffer = new Uint8Array(65_536);
      try {
        for (let size = await connection.read(buffer); size; size = await connection.read(buffer)) {
          await writer.write(buffer.slice(0, size));
        }
      } catch {
        // Reset, or the wire is cut: then it ends for the sender as well.
      }
      await writer.close().catch(() => {});
    };
    const outwards = async () => {
      try {
        for await (const chunk of end.readable) {
          for (let rest = chunk; rest.length > 0;) {
            rest = rest.subarray(await connection.write(rest));
          }
        }
        await connection.closeWrite();
      } catch {
        // The receiver is gone.
      }
    };
    await Promise.all([inwards(), outwards()]);
    this.#connections.delete(connection);
    connection.close();
  }

  #keep(carrier: Promise<void>): void {
    const kept = carrier.finally(() => this.#carriers.delete(kept));
    this.#carriers.add(kept);
  }

  /** Stops; the programs on both sides have to be gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#connections) await connection.closeWrite().catch(() => {});
    await Promise.all(this.#carriers);
  }
}
