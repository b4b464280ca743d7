import { orAborted } from "../../abort.ts";
import { NetworkError, UsageError } from "../../errors.ts";
import { pause } from "../../pause.ts";
import { WaitingLine } from "../../waiting_line.ts";
import { requireAcceptPeer } from "../handshake/accept_peer.ts";
import { usesPreSharedKey } from "../handshake/protocol.ts";
import { type HandshakeShares, HandshakeTurns } from "../handshake/turns.ts";
import { CloseCode } from "../records/record.ts";
import type { Trace } from "../records/trace.ts";
import { SecureChannel, type SecureChannelOptions, type WaitOptions } from "../secure_channel.ts";
import type { Transport } from "../transport.ts";
import type { Address } from "./address.ts";
import { MAX_PENDING_HANDSHAKES } from "./limits.ts";
import { ConnectionLimits, tooMany } from "./connection_limits.ts";
import { type Origin, originOf } from "./origin.ts";

/**
 * How many handshakes of one address may wait for their turn. To begin more would cost time, and they
 * would not be done in theirs.
 */
const MAX_WAITING_HANDSHAKES = 240;

/** How long a listener rests when the system has no more sockets to give, in milliseconds. */
const ACCEPT_PAUSE = 50;

/** How long those that an address has too many may take to hear it, in milliseconds. */
const TURNED_AWAY_TIMEOUT = 1_000;

/** Where connections come from. */
export interface Acceptor {
  /** Where it listens. */
  readonly address: Address;
  /** The next connection. Rejects if there is none, for now or for ever. */
  accept(): Promise<Transport>;
  /** Ends it. */
  close(): void;
}

/** Watches one connection, and is told when it is over. */
export interface ConnectionTrace extends Trace {
  /** Called once, when nothing more comes of the connection. It must not throw. */
  ended?(): void;
}

/** How to make channels of the connections. */
export interface ListenerOptions extends Omit<SecureChannelOptions, "signal" | "takeTurn"> {
  /** Closes the listener when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How many handshakes may be under way, and how many channels may wait to be accepted. One more, and
   * the oldest handshake, or channel, of the address that has most is given up. Default 256.
   */
  readonly maxPendingHandshakes?: number;
  /** Which parts of the time handshakes may take. Default `HANDSHAKE_SHARES`. */
  readonly handshakeShares?: HandshakeShares;
  /**
   * How many connections one address (of IPv6: one /64 network) may have; a /48 network may have four
   * times as many. Default: any number.
   */
  connectionLimit?(hostname: string): number;
  /**
   * Asked for each connection before its handshake: what watches it, if anything. It must not
   * throw. Default: `trace` watches all of them.
   */
  traceFor?(remoteAddress: string): ConnectionTrace | undefined;
  /** Told of every connection that became a channel, and how many milliseconds that took. */
  onChannel?(channel: SecureChannel, milliseconds: number): void;
  /** Told of every connection that did not. It must not throw. */
  onFailure?(error: unknown, remoteAddress: string, milliseconds: number): void;
}

/** Gives the channels of incoming connections. Iterate over it, or call {@linkcode accept}. */
export class SecureListener implements AsyncIterable<SecureChannel>, Disposable {
  /** Where it listens; a port is the one that the system chose if 0 was asked for. */
  readonly addresses: readonly Address[];
  /** Where it listens; the first, if there are several addresses. */
  readonly address: Address;

  readonly #acceptors: readonly Acceptor[];
  readonly #options: ListenerOptions;
  readonly #pending = new WaitingLine<AbortController>();
  readonly #turns: HandshakeTurns;
  readonly #limits = new ConnectionLimits();
  readonly #ready = new WaitingLine<SecureChannel>();
  readonly #maxWaiting: number;
  readonly #stop = new AbortController();
  #wake = Promise.withResolvers<void>();

  /**
   * Use {@linkcode listenSecure} for TCP.
   *
   * @param acceptors At least one. They belong to the listener from now on.
   * @throws {UsageError} If `acceptPeer` is missing, or there is no acceptor.
   */
  constructor(acceptors: readonly Acceptor[], options: ListenerOptions) {
    requireAcceptPeer(options);
    const [first] = acceptors;
    if (first === undefined) throw new UsageError("usage", "a listener needs at least one address");
    this.#acceptors = acceptors;
    this.#options = options;
    this.#maxWaiting = options.maxPendingHandshakes ?? MAX_PENDING_HANDSHAKES;
    this.#turns = new HandshakeTurns(options.handshakeShares);
    this.addresses = acceptors.map(({ address }) => address);
    this.address = first.address;
    options.signal?.addEventListener("abort", () => this.close(), { once: true });
    for (const acceptor of acceptors) void this.#acceptConnections(acceptor);
    if (options.signal?.aborted) this.close();
  }

  /** The next channel, or `undefined` once the listener is closed. */
  async accept(options: WaitOptions = {}): Promise<SecureChannel | undefined> {
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
    for (const acceptor of this.#acceptors) acceptor.close();
    for (const handshake of this.#pending) handshake.abort(this.#stop.signal.reason);
    this.#turns.close();
    for (const channel of this.#ready) channel.abort();
    this.#wake.resolve();
  }

  /** {@linkcode close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #acceptConnections(acceptor: Acceptor): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let transport: Transport;
      try {
        transport = await acceptor.accept();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        // One of ours makes room. Whatever else it is, it is no reason to end somebody's handshake.
        if (isOutOfSockets(error)) this.#pending.giveWay()?.abort(tooManyHandshakes());
        await pause(ACCEPT_PAUSE);
        continue;
      }
      this.#admit(transport);
    }
  }

  #admit(transport: Transport): void {
    const hostname = transport.remoteHostname ?? "";
    const origin = originOf(hostname);
    const allowed = this.#options.connectionLimit?.(hostname) ?? Infinity;
    let isSurplus: boolean;
    try {
      if (this.#turns.waitingFrom(origin) >= MAX_WAITING_HANDSHAKES) throw tooManyHandshakes();
      isSurplus = this.#limits.take(origin, allowed);
    } catch (error) {
      transport.close();
      this.#options.onFailure?.(error, transport.remoteAddress ?? "unknown", 0);
      return;
    }
    if (this.#pending.size >= this.#maxWaiting) this.#pending.giveWay()?.abort(tooManyHandshakes());
    const trace = this.#traceFor(transport);
    const end = () => {
      this.#limits.release(origin);
      trace?.ended?.();
    };
    // Nothing else of the handshake is kept until the channel's end.
    void this.#shakeHands(transport, origin, trace, isSurplus ? allowed : undefined)
      .then((channel) => channel === undefined ? end() : void channel.closed.then(end), (error) => {
        end();
        throw error;
      });
  }

  #traceFor({ remoteAddress = "unknown" }: Transport): ConnectionTrace | undefined {
    const options = this.#options;
    return options.traceFor === undefined ? options.trace : options.traceFor(remoteAddress);
  }

  /**
   * Makes a channel, and puts it in the line; `undefined` if it comes to nothing.
   *
   * @param exceeded How many connections this address may have, if this one is too many: then it is
   *   told so, once it has proved who it is.
   */
  async #shakeHands(
    transport: Transport,
    origin: Origin,
    trace: Trace | undefined,
    exceeded: number | undefined,
  ): Promise<SecureChannel | undefined> {
    const handshake = new AbortController();
    const group = origin.network ?? origin.address;
    this.#pending.add(group, handshake);
    const start = performance.now();
    let channel: SecureChannel;
    try {
      channel = await SecureChannel.establish("responder", transport, {
        ...this.#options,
        trace,
        signal: handshake.signal,
        takeTurn: (name, signal) => this.#turns.take(origin, usesPreSharedKey(name), signal),
      });
      if (exceeded !== undefined) {
        const error = tooMany(exceeded);
        await channel.close({ code: CloseCode.full, reason: error.message }, TURNED_AWAY_TIMEOUT);
        throw error;
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return undefined;
      const address = transport.remoteAddress ?? "unknown";
      this.#options.onFailure?.(error, address, performance.now() - start);
      return undefined;
    } finally {
      this.#pending.remove(handshake);
    }
    if (this.#stop.signal.aborted) {
      channel.abort();
      return channel;
    }
    this.#options.onChannel?.(channel, performance.now() - start);
    if (this.#ready.size >= this.#maxWaiting) this.#ready.giveWay()?.abort();
    this.#ready.add(group, channel);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    return channel;
  }
}

/** Whether the system has no more sockets to give, or no memory for them (POSIX `accept`). */
function isOutOfSockets(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].some((name) => name === code);
}

function tooManyHandshakes(): NetworkError {
  return new NetworkError("too-many-connections", "too many handshakes were in progress");
}
