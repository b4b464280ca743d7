/** Eve: she owns the wire between Alice, who connects, and Bob, who listens. */
import { concat } from "../lib/crypto/mod.ts";

/** Who sent something. */
export type Sender = "alice" | "bob";

/** What is spoken on the wire: it tells Eve where one thing ends and the next one begins. */
export type Language = "naive" | "frames";

/** Something whole that crossed the wire. */
export interface Passing {
  /** Which connection: the first is 0. */
  readonly connection: number;
  readonly from: Sender;
  /** How many things of this sender crossed this connection before. */
  readonly index: number;
  /** A raw public key (in the naive protocol, the first thing that each side sends), or a frame. */
  readonly kind: "key" | "frame";
  /** All of its bytes: of a frame, the 4 bytes of length as well. */
  readonly bytes: Uint8Array;
}

/** What Eve can do on the wire besides. */
export interface Wire {
  /** Brings bytes to one side, as if the other one had sent them. */
  bring(to: Sender, bytes: Uint8Array): Promise<void>;
  /** Ends the connection on both sides, as if a cable had been cut. */
  cut(): void;
  /** Ends the connection towards one of them, as if the other one had hung up. */
  hangUp(on: Sender): Promise<void>;
}

/** Decides what goes on in the place of something: it alone, if she leaves it as it is. */
export type Attack = (
  passing: Passing,
  wire: Wire,
) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

const KEY_SIZE = 32;
const LENGTH_SIZE = 4;

/** The body of a frame: what stands behind its length. */
export function bodyOf({ bytes }: Passing): Uint8Array {
  return bytes.subarray(LENGTH_SIZE);
}

/** A copy of some bytes in which one has some of its bits flipped. */
export function flip(bytes: Uint8Array, index: number, bits: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[index] ^= bits;
  return changed;
}

/** A TCP proxy on a free port of 127.0.0.1. */
export class Eve implements AsyncDisposable {
  /** What she does from now on. At first she only looks. */
  attack: Attack = ({ bytes }) => [bytes];
  /** Everything that she has seen, as it was sent, in the order in which it came by. */
  readonly seen: Passing[] = [];
  readonly #language: Language;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  /** Rejects when there is nothing more to see, or her attack has failed. */
  readonly #over = Promise.withResolvers<never>();
  #changed = Promise.withResolvers<void>();
  /** Whether a connection has come. */
  #hasHadGuests = false;

  /** @param port Where Bob listens on 127.0.0.1. */
  constructor(port: number, language: Language) {
    this.#language = language;
    this.#accepting = this.#accept(port);
    this.#over.promise.catch(() => {});
  }

  /** Where Alice connects to, because she believes that Bob is there. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** What she has seen from one side of one connection. */
  from(sender: Sender, connection = 0): Passing[] {
    return this.seen.filter((passing) =>
      passing.from === sender && passing.connection === connection
    );
  }

  /**
   * Resolves once she has seen something for which `holds`.
   *
   * @throws If all connections that came have ended before, or what her attack threw.
   */
  async sees(holds: (passing: Passing) => boolean): Promise<Passing> {
    while (true) {
      const passing = this.seen.find(holds);
      if (passing !== undefined) return passing;
      if (this.#hasHadGuests && this.#open.size === 0) {
        throw new Error("the connection ended before Eve had seen what she waited for");
      }
      await Promise.race([this.#changed.promise, this.#over.promise]);
    }
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.reject(new Error("Eve has left the wire"));
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#open) close(connection);
    await Promise.all(this.#work);
  }

  async #accept(port: number): Promise<void> {
    let count = 0;
    for await (const alice of this.#listener) {
      const bob = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
      if (bob === undefined) {
        close(alice);
        continue;
      }
      const number = count++;
      const ends = { alice, bob };
      this.#open.add(alice).add(bob);
      this.#hasHadGuests = true;
      const wire: Wire = {
        bring: (to, bytes) => write(ends[to], bytes),
        cut: () => [alice, bob].forEach(close),
        hangUp: (on) => ends[on].closeWrite().catch(() => {}),
      };
      const work = Promise.all([
        this.#carry(number, "alice", alice, bob, wire),
        this.#carry(number, "bob", bob, alice, wire),
      ]).then(() => {
        wire.cut();
        this.#open.delete(alice);
        this.#open.delete(bob);
        this.#work.delete(work);
        this.#notify();
      });
      this.#work.add(work);
    }
  }

  async #carry(
    connection: number,
    from: Sender,
    source: Deno.TcpConn,
    target: Deno.TcpConn,
    wire: Wire,
  ): Promise<void> {
    let pending: Uint8Array = new Uint8Array(0);
    let index = 0;
    const buffer = new Uint8Array(65_536);
    try {
      for (let size = await source.read(buffer); size; size = await source.read(buffer)) {
        pending = concat(pending, buffer.subarray(0, size));
        for (let end = this.#end(pending, index); end <= pending.length;) {
          const kind = this.#kind(index);
          const passing = { connection, from, index: index++, kind, bytes: pending.slice(0, end) };
          pending = pending.slice(end);
          this.seen.push(passing);
          this.#notify();
          for (const bytes of await this.#decide(passing, wire)) await write(target, bytes);
          end = this.#end(pending, index);
        }
      }
      await write(target, pending);
      await target.closeWrite();
    } catch {
      // One of the two is gone: then it is for the other one as well.
      await target.closeWrite().catch(() => {});
    }
  }

  async #decide(passing: Passing, wire: Wire): Promise<readonly Uint8Array[]> {
    const attack = async () => await this.attack(passing, wire);
    const decision = attack().catch((error) => {
      this.#over.reject(error);
      throw error;
    });
    // An attack may wait for something that does not come any more.
    return await Promise.race([decision, this.#over.promise]);
  }

  #kind(index: number): Passing["kind"] {
    return this.#language === "naive" && index === 0 ? "key" : "frame";
  }

  /** Where the next thing ends, counted from its start; `Infinity` if that is not known yet. */
  #end(bytes: Uint8Array, index: number): number {
    if (this.#kind(index) === "key") return KEY_SIZE;
    if (bytes.length < LENGTH_SIZE) return Infinity;
    return LENGTH_SIZE + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** Writes all bytes; to a side that is gone, none. */
async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
  } catch {
    // Nobody is there to miss them.
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
