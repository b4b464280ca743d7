/**
 * A man in the middle who speaks the protocol: towards each client he is the server, and towards the
 * server he is the client, each time with a key of his own.
 *
 * @module
 */
import {
  acceptAnyone,
  connectSecure,
  listenSecure,
  type SecureChannel,
  type SecureListener,
  type X25519KeyPair,
} from "../../lib/mod.ts";
import { FRAME_HEADER_SIZE } from "../../lib/channel/frames/framing.ts";

/** What one client sent on its way, as it crossed the wire. */
export interface Visit {
  /** All bytes so far. */
  readonly bytes: Uint8Array;
  /** Resolves when both sides have hung up. */
  readonly over: Promise<void>;
}

/**
 * A TCP address that leads to one port or to another: who it belongs to today is not for the client to
 * choose. It carries bytes as they are and keeps those of the clients.
 */
export class Road implements AsyncDisposable {
  /** The port on 127.0.0.1 to which the next connection is carried. */
  leadsTo = 0;
  /** Who came, in their order. */
  readonly visits: Visit[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting = this.#accept();

  /** `HOST:PORT`. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.leadsTo });
      const chunks: Uint8Array[] = [];
      const over = Promise.all([
        carry(client, server, (bytes) => chunks.push(bytes)),
        carry(server, client, () => {}),
      ]).then(() => {
        client.close();
        server.close();
      });
      this.visits.push({
        over,
        get bytes() {
          return joined(chunks);
        },
      });
    }
  }

  /** Stops; the programs on both sides have to be gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.visits.map(({ over }) => over));
  }
}

/** The man himself. */
export class Mallory implements AsyncDisposable {
  /** What he read, decrypted: the messages of clients and of the server, in their order. */
  readonly read: { readonly from: "client" | "server"; readonly message: Uint8Array }[] = [];
  /** The static public keys of the clients that have revealed theirs to him. */
  readonly clientKeys: Uint8Array[] = [];
  /** Why connections to him did not become channels. */
  readonly failures: unknown[] = [];
  readonly #listener: SecureListener;
  readonly #keyPair: X25519KeyPair;
  readonly #serverPort: number;
  readonly #serving: Promise<void>;

  /**
   * @param serverPort Where the real server listens on 127.0.0.1.
   * @param keyPair His own, which he shows to both sides.
   */
  constructor(serverPort: number, keyPair: X25519KeyPair) {
    this.#serverPort = serverPort;
    this.#keyPair = keyPair;
    this.#listener = listenSecure({
      hostname: "127.0.0.1",
      port: 0,
      staticKeyPair: keyPair,
      // He speaks whatever a client may propose, and guesses a secret.
      findPreSharedKey: () => new Uint8Array(32),
      acceptPeer: (key) => {
        this.clientKeys.push(new Uint8Array(key));
        return true;
      },
      onFailure: (error) => void this.failures.push(error),
    });
    this.#serving = this.#serve();
  }

  /** Where he listens on 127.0.0.1. */
  get port(): number {
    return this.#listener.address.port;
  }

  async #serve(): Promise<void> {
    const visits: Promise<void>[] = [];
    for await (const client of this.#listener) visits.push(this.#sitBetween(client));
    await Promise.all(visits);
  }

  async #sitBetween(client: SecureChannel): Promise<void> {
    try {
      await using server = await connectSecure({
        hostname: "127.0.0.1",
        port: this.#serverPort,
        staticKeyPair: this.#keyPair,
        acceptPeer: acceptAnyone,
        protocols: [client.protocolName],
      });
      await Promise.all([
        this.#pass("client", client, server),
        this.#pass("server", server, client),
      ]);
    } catch (error) {
      this.failures.push(error);
      client.abort();
    } finally {
      await client.close().catch(() => {});
    }
  }

  async #pass(from: "client" | "server", source: SecureChannel, target: SecureChannel) {
    for (let bytes = await source.receive(); bytes; bytes = await source.receive()) {
      const message = new Uint8Array(bytes);
      this.read.push({ from, message });
      await target.send(message);
    }
    await target.end(source.remoteClose);
  }

  /** Stops; the programs on both sides have to be gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

/** The bodies of the frames in a stream of bytes; fails if it does not end with a whole one. */
export function framesIn(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const start = at + FRAME_HEADER_SIZE;
    at = start + view.getUint32(at);
    if (at > bytes.length) throw new Error("the last frame is cut short");
    frames.push(bytes.subarray(start, at));
  }
  return frames;
}

/** Whether one byte string occurs in another. */
export function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  const latin1 = new TextDecoder("latin1");
  return latin1.decode(bytes).includes(latin1.decode(part));
}

/** Carries bytes one way until the sender has ended. */
async function carry(
  source: Deno.TcpConn,
  target: Deno.TcpConn,
  note: (bytes: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let size = await source.read(buffer); size; size = await source.read(buffer)) {
      note(buffer.slice(0, size));
      for (let at = 0; at < size;) at += await target.write(buffer.subarray(at, size));
    }
  } catch {
    // One of the two is gone: then it ends for the other as well.
  }
  await target.closeWrite().catch(() => {});
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
