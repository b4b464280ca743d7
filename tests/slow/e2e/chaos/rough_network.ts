/**
 * A network as bad as can be: a TCP proxy that cuts, stalls, halves and delays at random.
 *
 * @module
 */
import type { Dice } from "../../../support/dice.ts";

/** How probable it is that a chunk is taken apart, that it is delayed, and that it is stuck. */
const SPLIT = 0.2;
const DELAYED = 0.05;
const STUCK = 0.002;

/** For how long, at most, in milliseconds. */
const DELAY = 10;
const STALL = 500;

/** A connection that is to be torn in the middle of a chunk waits so long for one, in milliseconds. */
const HALVING = 300;

/** For how long the server does not notice that a client is gone, at most, in milliseconds. */
const UNNOTICED = 1_000;

/** How a connection is lost. */
export const WAYS = [
  /** For both sides at once. */
  "cut",
  /** In the middle of what is sent next. */
  "halved",
  /** After nothing has come through for a while. */
  "stalled",
  /** For the client at once, and for the server only a while later. */
  "unnoticed",
] as const;

/** A connection between a client and the server. */
interface Passage {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  /** Resolves when something may come through. */
  open: Promise<void>;
  /** Whether it ends in the middle of the next chunk. */
  isHalved: boolean;
  /** Whether it was chosen to be lost already. */
  isDoomed: boolean;
  isOver: boolean;
}

/** A proxy on a free port of 127.0.0.1. */
export class RoughNetwork implements AsyncDisposable {
  /** How many connections were lost, each way. */
  readonly losses = new Map<string, number>();
  readonly #port: number;
  readonly #dice: Dice;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #passages = new Set<Passage>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  readonly #ending = new AbortController();
  #arrival = Promise.withResolvers<void>();

  /** @param port Where the server listens on 127.0.0.1. */
  constructor(port: number, dice: Dice) {
    this.#port = port;
    this.#dice = dice;
    this.#accepting = this.#accept();
  }

  /** Where clients connect to. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Loses a connection, in some way. Resolves at once if there is one, else when there is. */
  async lose(): Promise<void> {
    while (true) {
      const passage = this.#dice.pick([...this.#passages].filter(({ isDoomed }) => !isDoomed));
      if (passage !== undefined) {
        passage.isDoomed = true;
        const way = WAYS[this.#dice.below(WAYS.length)];
        this.losses.set(way, (this.losses.get(way) ?? 0) + 1);
        return this.#keep(this.#lose(passage, way));
      }
      await this.#arrival.promise;
    }
  }

  async #lose(passage: Passage, way: typeof WAYS[number]): Promise<void> {
    const { client, server } = passage;
    switch (way) {
      case "cut":
        break;
      case "halved":
        passage.isHalved = true;
        await this.#wait(HALVING);
        break;
      case "stalled": {
        const stall = Promise.withResolvers<void>();
        passage.open = stall.promise;
        await this.#wait(this.#dice.below(STALL));
        end(client, server);
        stall.resolve();
        break;
      }
      case "unnoticed":
        passage.isOver = true;
        end(client);
        await this.#wait(this.#dice.below(UNNOTICED));
    }
    passage.isOver = true;
    end(client, server);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) this.#keep(this.#join(client));
  }

  async #join(client: Deno.TcpConn): Promise<void> {
    let server;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    } catch {
      // It was killed, and does not listen yet.
      return end(client);
    }
    const passage: Passage = {
      client,
      server,
      open: Promise.resolve(),
      isHalved: false,
      isDoomed: false,
      isOver: false,
    };
    this.#passages.add(passage);
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
    await Promise.all([
      this.#carry(passage, client, server),
      this.#carry(passage, server, client),
    ]);
    this.#passages.delete(passage);
    end(client, server);
  }

  /** Carries bytes one way, until one of the two ends. */
  async #carry(passage: Passage, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const dice = this.#dice;
    try {
      for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
        if (dice.chance(DELAYED)) await this.#wait(dice.below(DELAY));
        if (dice.chance(STUCK)) await this.#wait(dice.below(STALL));
        await passage.open;
        if (passage.isOver) return;
        if (passage.isHalved) {
          await write(to, buffer.subarray(0, Math.ceil(size / 2)));
          return end(from, to);
        }
        // A part that is sent on its own is mostly read on its own.
        const split = dice.chance(SPLIT) ? dice.below(size) : 0;
        await write(to, buffer.subarray(0, split));
        await write(to, buffer.subarray(split, size));
      }
      await to.closeWrite();
    } catch {
      // Lost. The other way ends as well.
      if (!passage.isOver) end(from, to);
    }
  }

  /** Waits; at the end of everything no longer. */
  #wait(milliseconds: number): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => resolve(), { once: true });
    return promise.finally(() => clearTimeout(timer));
  }

  #keep(task: Promise<void>): void {
    const kept = task.finally(() => this.#tasks.delete(kept));
    this.#tasks.add(kept);
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#listener.close();
    await this.#accepting;
    for (const { client, server } of this.#passages) end(client, server);
    await Promise.all(this.#tasks);
  }
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

function end(...connections: readonly Deno.TcpConn[]): void {
  for (const connection of connections) {
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }
}
