/**
 * TCP connections as transports. Of this layer only this file and dial.ts need Deno.
 *
 * @module
 */
import { NetworkError, UsageError } from "../../errors.ts";
import { pause } from "../../pause.ts";
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

/** How many bytes are read from a connection at once, at most. */
const MAX_READ_SIZE = 65_536;

/** And at first: of a thousand connections most are silent, each with a buffer that waits. */
const MIN_READ_SIZE = 2_048;

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
  connections++;
  const { hostname, port } = connection.remoteAddr;
  let lastTaken = performance.now();
  let readable: ReadableStream<Uint8Array> | undefined;
  let writable: WritableStream<Uint8Array> | undefined;
  // One that is turned away at once costs no streams.
  return {
    get readable() {
      if (readable === undefined) prepare(connection);
      return readable ??= incoming(connection);
    },
    get writable() {
      return writable ??= outgoing(connection, () => lastTaken = performance.now());
    },
    get lastTaken() {
      return lastTaken;
    },
    remoteAddress: formatAddress({ hostname, port }),
    remoteHostname: hostname,
    close() {
      connections--;
      connection.close();
    },
  };
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

// The connection's own streams close it, both ways, as soon as a write fails: and with it would go
// what the other side said before it hung up, such as that the room is full.

function incoming(connection: Deno.TcpConn): ReadableStream<Uint8Array> {
  let readSize = MIN_READ_SIZE;
  let turn = 0;
  let smallReads = 0;
  let lastRead = performance.now();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (turn >= TURN && connections > FEW_CONNECTIONS) {
        turn = 0;
        await pause(0);
      }
      const now = performance.now();
      smallReads = Math.max(0, smallReads - (now - lastRead) / SMALL_READ_PAUSE);
      lastRead = now;
      if (smallReads >= SMALL_READS_AT_ONCE && connections > FEW_CONNECTIONS) {
        await pause(SMALL_READ_PAUSE);
      }
      const buffer = new Uint8Array(readSize);
      const size = await connection.read(buffer);
      if (size === null) return controller.close();
      controller.enqueue(buffer.subarray(0, size));
      turn += size;
      if (size < SMALL_READ) smallReads++;
      readSize = size === readSize ? Math.min(2 * readSize, MAX_READ_SIZE) : readSize;
      if (size < readSize / 4) readSize = Math.max(MIN_READ_SIZE, readSize / 2);
    },
  }, { highWaterMark: 0 });
}

function outgoing(connection: Deno.TcpConn, onTaken: () => void): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      for (let sent = 0; sent < bytes.length;) {
        sent += await connection.write(bytes.subarray(sent));
        onTaken();
      }
    },
  });
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
