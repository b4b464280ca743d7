/**
 * Secure channels over TCP: the one file of this layer that needs Deno.
 *
 * @module
 */
import { NetworkError, UsageError } from "../errors.ts";
import { orAborted } from "./abort.ts";
import { type Address, formatAddress } from "./address.ts";
import { SecureChannel, type SecureChannelOptions, type Transport } from "./secure_channel.ts";

/** How long it may take to reach a server, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000;

/** How many handshakes a listener works on at once. */
export const MAX_PENDING_HANDSHAKES = 256;

/** How many bytes are read from a connection at once, at most. */
const READ_SIZE = 65_536;

/** How long a listener rests when the system has no more sockets to give, in milliseconds. */
const ACCEPT_PAUSE = 50;

/** Where to connect, and how. */
export interface ConnectSecureOptions extends SecureChannelOptions, Address {
  /** How long it may take to reach the server, in milliseconds. Default 10,000. */
  readonly connectTimeout?: number;
}

/** Where to listen, and how. */
export interface ListenSecureOptions extends Omit<SecureChannelOptions, "signal">, Address {
  /** Closes the listener when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * How many handshakes may be under way, and how many channels may wait to be accepted; one more and
   * the oldest is given up. Default 256.
   */
  readonly maxPendingHandshakes?: number;
  /** Told of every connection that did not become a channel. It must not throw. */
  onFailure?(error: unknown, remoteAddress: string): void;
}

/**
 * Connects to a server, as `Deno.connect` does, and makes the channel.
 *
 * ```ts
 * import { connectSecure, generateX25519KeyPair, listenSecure } from "../mod.ts";
 *
 * using listener = listenSecure({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   staticKeyPair: await generateX25519KeyPair(),
 * });
 * const accepting = listener.accept();
 *
 * await using connection = await connectSecure({
 *   ...listener.address,
 *   staticKeyPair: await generateX25519KeyPair(),
 * });
 * await connection.send(new TextEncoder().encode("hello"));
 *
 * const accepted = await accepting;
 * const message = await accepted?.receive();
 * console.assert(new TextDecoder().decode(message) === "hello");
 * await Promise.all([accepted?.close(), connection.close()]);
 * ```
 *
 * @throws {NetworkError} If nobody listens there, the name is unknown, or it takes too long.
 * @throws {UsageError} If the program may not use the network.
 * @throws As {@linkcode SecureChannel.establish} does.
 */
export async function connectSecure(options: ConnectSecureOptions): Promise<SecureChannel> {
  const { signal, connectTimeout = CONNECT_TIMEOUT } = options;
  const connection = await connect(options, connectTimeout, signal);
  return await SecureChannel.establish("initiator", tcpTransport(connection), options);
}

/**
 * Listens for connections, as `Deno.listen` does, and makes a channel of each.
 *
 * Handshakes run beside each other, so a connection that stalls holds up nobody; when too many are
 * under way, the oldest is given up.
 *
 * @throws {NetworkError} If the address is in use, or not one of this machine's.
 * @throws {UsageError} If the program may not use the network.
 */
export function listenSecure(options: ListenSecureOptions): SecureListener {
  try {
    const { hostname, port } = options;
    return new SecureListener(Deno.listen({ hostname, port }), options);
  } catch (error) {
    throw listenError(error, options);
  }
}

/** Gives the channels of those who connect. Iterate over it, or call {@linkcode accept}. */
export class SecureListener implements AsyncIterable<SecureChannel>, Disposable {
  /** Where it listens; the port is the one that the system chose if 0 was asked for. */
  readonly address: Address;

  readonly #listener: Deno.TcpListener;
  readonly #options: ListenSecureOptions;
  /** Connections whose handshake is under way, oldest first. */
  readonly #pending = new Map<Deno.TcpConn, AbortController>();
  readonly #ready: SecureChannel[] = [];
  readonly #maxWaiting: number;
  readonly #stop = new AbortController();
  #wake = Promise.withResolvers<void>();

  /** Use {@linkcode listenSecure}. */
  constructor(listener: Deno.TcpListener, options: ListenSecureOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#maxWaiting = options.maxPendingHandshakes ?? MAX_PENDING_HANDSHAKES;
    this.address = { hostname: listener.addr.hostname, port: listener.addr.port };
    options.signal?.addEventListener("abort", () => this.close(), { once: true });
    void this.#acceptConnections();
    if (options.signal?.aborted) this.close();
  }

  /** The next channel, or `undefined` once the listener is closed. */
  async accept(options: { signal?: AbortSignal } = {}): Promise<SecureChannel | undefined> {
    while (!this.#stop.signal.aborted) {
      const channel = this.#ready.shift();
      if (channel !== undefined) return channel;
      await orAborted(this.#wake.promise, options.signal);
    }
    return undefined;
  }

  /** The channels, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<SecureChannel> {
    for (let channel = await this.accept(); channel !== undefined; channel = await this.accept()) {
      yield channel;
    }
  }

  /** Stops listening and gives up every handshake that is under way. Channels stay. */
  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#listener.close();
    for (const handshake of this.#pending.values()) handshake.abort(this.#stop.signal.reason);
    for (const channel of this.#ready.splice(0)) channel.abort();
    this.#wake.resolve();
  }

  /** {@linkcode close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #acceptConnections(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let connection: Deno.TcpConn;
      try {
        connection = await this.#listener.accept();
      } catch {
        // Closed, or the system has no more sockets to give: then one of ours makes room.
        if (this.#stop.signal.aborted) return;
        this.#giveUpOldest();
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE));
        continue;
      }
      // Whoever is honest is done in milliseconds, so the oldest is the least likely to be.
      if (this.#pending.size >= this.#maxWaiting) this.#giveUpOldest();
      void this.#shakeHands(connection);
    }
  }

  #giveUpOldest(): void {
    for (const [connection, handshake] of this.#pending) {
      this.#pending.delete(connection);
      handshake.abort(new NetworkError("timed-out", "too many handshakes were under way"));
      return;
    }
  }

  async #shakeHands(connection: Deno.TcpConn): Promise<void> {
    const handshake = new AbortController();
    this.#pending.set(connection, handshake);
    const transport = tcpTransport(connection);
    try {
      const channel = await SecureChannel.establish("responder", transport, {
        ...this.#options,
        signal: handshake.signal,
      });
      if (this.#stop.signal.aborted) return channel.abort();
      // Where so many wait, nobody has asked for the oldest for a long time.
      if (this.#ready.length >= this.#maxWaiting) this.#ready.shift()?.abort();
      this.#ready.push(channel);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#options.onFailure?.(error, transport.remoteAddress ?? "unknown");
    } finally {
      this.#pending.delete(connection);
    }
  }
}

async function connect(
  address: Address,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Deno.TcpConn> {
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), timeout);
  const either = signal ? AbortSignal.any([signal, tooLong.signal]) : tooLong.signal;
  const { hostname, port } = address;
  try {
    signal?.throwIfAborted();
    return await Deno.connect({ hostname, port, signal: either });
  } catch (error) {
    signal?.throwIfAborted();
    throw tooLong.signal.aborted
      ? new NetworkError("timed-out", `${formatAddress(address)} does not answer`)
      : connectError(error, address);
  } finally {
    clearTimeout(timer);
  }
}

function tcpTransport(connection: Deno.TcpConn): Transport {
  try {
    // Without this a small message would wait for the acknowledgement of the one before.
    connection.setNoDelay(true);
    // With this the system notices, in time, a peer that is gone without a word.
    connection.setKeepAlive(true);
  } catch {
    // Some systems refuse this once the other side has hung up; the first read will tell as much.
  }
  const { hostname, port } = connection.remoteAddr;
  return {
    readable: incoming(connection),
    writable: outgoing(connection),
    remoteAddress: formatAddress({ hostname, port }),
    close: () => connection.close(),
  };
}

// The connection's own streams close it, both ways, as soon as a write fails: and with it would go
// what the other side said before it hung up, such as that the room is full.

function incoming(connection: Deno.TcpConn): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const buffer = new Uint8Array(READ_SIZE);
      const size = await connection.read(buffer);
      if (size === null) controller.close();
      else controller.enqueue(buffer.subarray(0, size));
    },
  }, { highWaterMark: 0 });
}

function outgoing(connection: Deno.TcpConn): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    },
  });
}

function connectError(error: unknown, address: Address): unknown {
  const where = formatAddress(address);
  const cause = { cause: error };
  if (error instanceof Deno.errors.ConnectionRefused) {
    return new NetworkError("connection-refused", `nobody is listening at ${where}`, cause);
  }
  if (error instanceof Deno.errors.ConnectionReset) {
    return new NetworkError("cut", `${where} ended the connection at once`, cause);
  }
  if (error instanceof Deno.errors.TimedOut) {
    return new NetworkError("timed-out", `${where} does not answer`, cause);
  }
  return addressError(error, address) ??
    new NetworkError("unreachable", `${where} cannot be reached`, cause);
}

function listenError(error: unknown, address: Address): unknown {
  const where = formatAddress(address);
  const cause = { cause: error };
  if (error instanceof Deno.errors.AddrInUse) {
    return new NetworkError("address-in-use", `${where} is in use by another program`, cause);
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new NetworkError(
      "address-not-available",
      `${address.hostname} is not an address of this machine`,
      cause,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new UsageError(
      "permission",
      `this user may not listen on port ${address.port}; choose one above 1023`,
      cause,
    );
  }
  return addressError(error, address) ??
    new NetworkError("address-not-available", `cannot listen at ${where}`, cause);
}

function addressError(error: unknown, address: Address): Error | undefined {
  const cause = { cause: error };
  if (error instanceof Deno.errors.NotCapable) {
    return new UsageError(
      "permission",
      "this program needs the network; run it with --allow-net",
      cause,
    );
  }
  // What a resolver says has no class of its own.
  if (error instanceof URIError || /lookup|resolve|not known/i.test(String(error))) {
    return new NetworkError("name-not-found", `there is no host named ${address.hostname}`, cause);
  }
  return undefined;
}
