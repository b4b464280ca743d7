/**
 * Two ends of a connection over loopback: by the library, by Deno's TLS, or by TCP alone.
 *
 * @module
 */
import { library } from "./library.ts";

/** By which means. */
export interface WireOptions {
  readonly kind: "library" | "tls" | "tcp";
  /** Of the library: the checkout, its cipher, whether without ML-KEM. */
  readonly tree: string;
  readonly cipher?: "cbc" | "gcm";
  readonly classical?: boolean;
  /** Of TLS: certificate and private key, as PEM. */
  readonly certificate?: string;
  readonly privateKey?: string;
  /** To which port, for the side that connects. */
  readonly port?: number;
}

/** One end. */
export interface Wire {
  send(bytes: Uint8Array): Promise<void>;
  /** Waits for so many bytes: a message, or what a stream gives until they are together. */
  receive(size: number): Promise<void>;
  /** Waits for anything; how many bytes it was, 0 at the end. */
  receiveSome(): Promise<number>;
  close(): Promise<void>;
}

/** Where connections come in. */
export interface Listener {
  readonly port: number;
  accept(): Promise<Wire>;
}

const HOST = "127.0.0.1";

/** Listens on a free port. */
export async function listen(options: WireOptions): Promise<Listener> {
  if (options.kind === "library") {
    const { acceptAnyone, generateX25519KeyPair, listenSecure } = await library(options.tree);
    const listener = listenSecure({
      hostname: HOST,
      port: 0,
      staticKeyPair: await generateX25519KeyPair(),
      acceptPeer: acceptAnyone,
    });
    const accept = async () => {
      const channel = await listener.accept();
      if (channel === undefined) throw new Error("the listener was closed");
      return channelWire(channel);
    };
    return { port: listener.address.port, accept };
  }
  const { certificate = "", privateKey = "" } = options;
  const where = { hostname: HOST, port: 0 };
  const listener = options.kind === "tls"
    ? Deno.listenTls({ ...where, cert: certificate, key: privateKey })
    : Deno.listen(where);
  const accept = async () => {
    const connection = await listener.accept();
    if ("handshake" in connection) await connection.handshake();
    else connection.setNoDelay(true);
    return streamWire(connection);
  };
  return { port: "port" in listener.addr ? listener.addr.port : 0, accept };
}

/** Makes what connects, again and again: keys are made once, as people have them. */
export async function connector(options: WireOptions): Promise<() => Promise<Wire>> {
  const { kind, port = 0, certificate = "" } = options;
  if (kind === "library") {
    const { acceptAnyone, connectSecure, generateX25519KeyPair, protocolName } = await library(
      options.tree,
    );
    const { cipher = "cbc", classical = false } = options;
    const how = {
      hostname: HOST,
      port,
      staticKeyPair: await generateX25519KeyPair(),
      acceptPeer: acceptAnyone,
      protocols: [protocolName({ cipher, classical })],
    };
    return async () => channelWire(await connectSecure(how));
  }
  if (kind === "tls") {
    return async () => {
      const connection = await Deno.connectTls({ hostname: HOST, port, caCerts: [certificate] });
      await connection.handshake();
      return streamWire(connection);
    };
  }
  return async () => {
    const connection = await Deno.connect({ hostname: HOST, port });
    connection.setNoDelay(true);
    return streamWire(connection);
  };
}

type Channel = Awaited<ReturnType<typeof import("../../lib/mod.ts").connectSecure>>;

function channelWire(channel: Channel): Wire {
  const receiveSome = async () => (await channel.receive())?.length ?? 0;
  return {
    send: (bytes) => channel.send(bytes),
    receive: async () => void await receiveSome(),
    receiveSome,
    close: () => channel.close(),
  };
}

function streamWire(connection: Deno.Conn): Wire {
  const buffer = new Uint8Array(65_536);
  const receiveSome = async () => await connection.read(buffer) ?? 0;
  return {
    async send(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    async receive(size) {
      for (let had = 0; had < size;) {
        const count = await receiveSome();
        if (count === 0) throw new Error("the connection has ended");
        had += count;
      }
    },
    receiveSome,
    close: () => Promise.resolve(connection.close()),
  };
}
