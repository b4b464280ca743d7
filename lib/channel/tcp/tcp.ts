/**
 * TCP connections as transports. Of this layer only this file and dial.ts need Deno.
 *
 * @module
 */
import { NetworkError, UsageError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import type { ByteReader, ByteWriter } from "../frames/direct.ts";
import type { Transport } from "../transport.ts";
import { type Address, formatAddress } from "./address.ts";
import type { Acceptor } from "./listener.ts";

/**
 * After so many bytes a connection pauses for a moment, if there are others: as long as one has more
 * to give, the runtime seldom looks at those that have been waiting.
 */
const TURN = 65_536;

/** With so few connections in this process nobody has to take turns. */
const FEW_CONNECTIONS = 8;

/** A read of fewer bytes is a small one: no record that somebody sends on purpose has so few, or seldom. */
const SMALL_READ = 64;

/** How many small reads a connection may have at once. */
const SMALL_READS_AT_ONCE = 8;

/**
 * How long it waits before each further one, in milliseconds, if there are others: what trickles in gathers
 * meanwhile, and is one read instead of a hundred.
 */
const SMALL_READ_PAUSE = 100;

/** How many connections this process has. */
let connections = 0;

/**
 * The connections to one address, for {@linkcode SecureListener}.
 *
 * @throws As {@linkcode listenSecure} does.
 */
export function tcpAcceptor(address: Address): Acceptor {
  const { hostname, port } = address;
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname, port });
  } catch (error) {
    throw listenError(error, address);
  }
  return {
    address: { hostname: listener.addr.hostname, port: listener.addr.port },
    accept: () => acceptNext(listener),
    close: () => listener.close(),
  };
}

/** The next connection that is still there: one that was reset before its turn is nobody's. */
async function acceptNext(listener: Deno.TcpListener): Promise<Transport> {
  while (true) {
    try {
      return tcpTransport(await listener.accept());
    } catch (error) {
      if (!isReset(error)) throw error;
    }
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}

/** A connection of the system's as a transport. */
export function tcpTransport(connection: Deno.TcpConn): Transport {
  return new TcpTransport(connection);
}

/**
 * The connection's own streams close it, both ways, as soon as a write fails: and with it would go what
 * the other side said before it hung up, such as that the room is full. Streams of our own would cost
 * more time than all that is done with a small message. So its bytes are read and written directly.
 */
class TcpTransport implements Transport, ByteReader, ByteWriter {
  readonly remoteAddress: string;
  readonly remoteHostname: string;
  readonly #connection: Deno.TcpConn;
  #lastTaken = performance.now();
  /** How many bytes have been read since it last paused for the others. */
  #turn = 0;
  #smallReads = 0;
  #lastSmallRead = 0;

  constructor(connection: Deno.TcpConn) {
    connections++;
    const { hostname, port } = connection.remoteAddr;
    this.remoteAddress = formatAddress({ hostname, port });
    this.remoteHostname = hostname;
    this.#connection = connection;
  }

  get readable(): ByteReader {
    // One that is turned away at once is not worth the calls.
    prepare(this.#connection);
    return this;
  }

  get writable(): ByteWriter {
    return this;
  }

  get lastTaken(): number {
    return this.#lastTaken;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    if (connections > FEW_CONNECTIONS) {
      if (this.#turn >= TURN) {
        this.#turn = 0;
        await pause(0);
      }
      if (this.#smallReads >= SMALL_READS_AT_ONCE && this.#smallReadsNow >= SMALL_READS_AT_ONCE) {
        await pause(SMALL_READ_PAUSE);
      }
    }
    const size = await this.#connection.read(buffer);
    if (size === null) return null;
    this.#turn += size;
    if (size < SMALL_READ) {
      this.#smallReads = this.#smallReadsNow + 1;
      this.#lastSmallRead = performance.now();
    }
    return size;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const size = await this.#connection.write(bytes);
    this.#lastTaken = performance.now();
    return size;
  }

  close(): void {
    connections--;
    this.#connection.close();
  }

  /** How many small reads count: each is forgotten after a while. */
  get #smallReadsNow(): number {
    const forgotten = (performance.now() - this.#lastSmallRead) / SMALL_READ_PAUSE;
    return Math.max(0, this.#smallReads - forgotten);
  }
}

function prepare(connection: Deno.TcpConn): void {
  try {
    // Without this a small message would wait for the acknowledgement of the one before.
    connection.setNoDelay(true);
    // With this the system notices, in time, a peer that is gone without a word.
    connection.setKeepAlive(true);
  } catch {
    // Some systems refuse this once the other side has hung up; the first read will tell as much.
  }
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

/** What an error of the system's says about an address, or about what this program may do. */
export function addressError(error: unknown, address: Address): Error | undefined {
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
