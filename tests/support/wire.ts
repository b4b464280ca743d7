/**
 * Byte streams in memory that behave like a TCP connection, and a wire between two of them on which
 * somebody sits who sees every frame and may do to it what he likes.
 *
 * @module
 */
import type { Transport } from "../../lib/channel/mod.ts";

const FRAME_HEADER_SIZE = 4;

/** How many bytes a pipe holds before a write has to wait, unless a test says otherwise. */
const CAPACITY = 65_536;

/** One direction of a connection in memory: bytes that were written and are not read yet. */
export class Pipe {
  /** How many bytes have been put into it. */
  given = 0;
  /** How many bytes have been taken out of it. */
  taken = 0;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #queue: Uint8Array[] = [];
  readonly #capacity: number;
  #size = 0;
  #state: "open" | "finished" | "refused" | "broken" = "open";
  #changed = Promise.withResolvers<void>();
  #full = Promise.withResolvers<void>();

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
    this.readable = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        while (this.#queue.length === 0 && this.#state === "open") await this.#changed.promise;
        if (this.#state === "refused") return;
        if (this.#state === "broken") return controller.error(new Error("connection reset"));
        const chunk = this.#queue.shift();
        if (chunk === undefined) return controller.close();
        this.#size -= chunk.length;
        this.taken += chunk.length;
        this.#notify();
        controller.enqueue(chunk);
      },
      cancel: () => this.refuse(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => controller.signal.addEventListener("abort", () => this.finish()),
      write: async (chunk) => {
        if (this.#state !== "open") throw new Error("broken pipe");
        this.#queue.push(chunk.slice());
        this.given += chunk.length;
        this.#size += chunk.length;
        this.#notify();
        if (this.#size > this.#capacity) this.#full.resolve();
        while (this.#size > this.#capacity && this.#state === "open") await this.#changed.promise;
        if (this.#isLost()) throw new Error("broken pipe");
      },
      close: () => this.finish(),
      abort: () => this.finish(),
    });
  }

  /** Resolves when a write has had to wait for the reader. */
  get isFull(): Promise<void> {
    return this.#full.promise;
  }

  /** The writer is done: what is in the pipe still arrives, and then the end. */
  finish(): void {
    if (this.#state === "open") this.#become("finished");
  }

  /** The reader is gone: whatever is written from now on fails. */
  refuse(): void {
    if (this.#state !== "broken") this.#become("refused");
  }

  /** Reads and writes fail from now on, and what is in the pipe is lost. */
  break(): void {
    this.#become("broken");
  }

  #isLost(): boolean {
    return this.#state === "refused" || this.#state === "broken";
  }

  #become(state: "finished" | "refused" | "broken"): void {
    this.#state = state;
    if (state !== "finished") this.#queue.length = this.#size = 0;
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** One end of a connection in memory. */
export interface MemoryTransport extends Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly incoming: Pipe;
  readonly outgoing: Pipe;
  /** How often `close` was called. */
  closeCount: number;
}

function end(incoming: Pipe, outgoing: Pipe, remoteAddress: string): MemoryTransport {
  return {
    incoming,
    outgoing,
    readable: incoming.readable,
    writable: outgoing.writable,
    remoteAddress,
    closeCount: 0,
    close() {
      this.closeCount++;
      outgoing.finish();
      incoming.refuse();
    },
  };
}

/** The two ends of a connection in memory. */
export function memoryPair(
  capacity?: number,
): { client: MemoryTransport; server: MemoryTransport } {
  const up = new Pipe(capacity);
  const down = new Pipe(capacity);
  return { client: end(down, up, "server"), server: end(up, down, "client") };
}

/** One end of a wire. */
export type Side = "client" | "server";

/** A frame as one side sent it. */
export interface WireFrame {
  readonly from: Side;
  /** Which of the frames that this side sent: 0 is the first. */
  readonly index: number;
  /** Header and body. */
  readonly bytes: Uint8Array;
}

/**
 * What somebody on the wire does with a frame.
 *
 * @returns What goes on to the other side instead of it: the frame alone if he leaves it as it is.
 */
export type Attack = (frame: WireFrame, wire: Wire) => Uint8Array[] | Promise<Uint8Array[]>;

/** Leaves everything as it is. */
export const watch: Attack = ({ bytes }) => [bytes];

/** A connection in memory with somebody on it. */
export class Wire {
  /** The ends that the two sides use. */
  readonly client: MemoryTransport;
  readonly server: MemoryTransport;
  /** Every frame as it was sent, in the order in which it came by. */
  readonly frames: WireFrame[] = [];
  readonly #out: Record<Side, Pipe>;
  readonly #in: Record<Side, Pipe>;
  readonly #writers: Record<Side, WritableStreamDefaultWriter<Uint8Array>>;
  readonly #sent: Record<Side, Uint8Array[]> = { client: [], server: [] };

  constructor(attack: Attack = watch) {
    this.#in = { client: new Pipe(), server: new Pipe() };
    this.#out = { client: new Pipe(), server: new Pipe() };
    this.client = end(this.#out.client, this.#in.client, "server");
    this.server = end(this.#out.server, this.#in.server, "client");
    this.#writers = {
      client: this.#out.client.writable.getWriter(),
      server: this.#out.server.writable.getWriter(),
    };
    for (const side of ["client", "server"] as const) {
      this.#writers[side].closed.catch(() => {});
      void this.#carry(side, attack);
    }
  }

  /** The bytes that a side has sent. */
  bytesFrom(side: Side): Uint8Array {
    return join(this.#sent[side]);
  }

  /** The frames that a side has sent. */
  framesFrom(side: Side): Uint8Array[] {
    return this.frames.filter(({ from }) => from === side).map(({ bytes }) => bytes);
  }

  /** Brings bytes to a side, as if the other had sent them. */
  async deliver(to: Side, bytes: Uint8Array): Promise<void> {
    await this.#writers[to].write(bytes).catch(() => {});
  }

  /** Ends the connection for both sides, after what they have been brought so far. */
  cut(): void {
    for (const side of ["client", "server"] as const) {
      this.#out[side].finish();
      this.#in[side].refuse();
    }
  }

  async #carry(from: Side, attack: Attack): Promise<void> {
    const to = other(from);
    let pending: Uint8Array = new Uint8Array(0);
    let index = 0;
    try {
      for await (const chunk of this.#in[from].readable) {
        this.#sent[from].push(chunk);
        pending = join([pending, chunk]);
        for (let size = frameSize(pending); size !== undefined; size = frameSize(pending)) {
          const frame = { from, index: index++, bytes: pending.slice(0, size) };
          pending = pending.slice(size);
          this.frames.push(frame);
          for (const bytes of await attack(frame, this)) await this.#writers[to].write(bytes);
        }
      }
      await this.#writers[to].write(pending);
      this.#out[to].finish();
    } catch {
      // The receiver is gone, and so it is for the sender.
      this.#in[from].refuse();
    }
  }
}

/** The side that is not this one. */
export function other(side: Side): Side {
  return side === "client" ? "server" : "client";
}

function is(frame: WireFrame, from: Side, index: number): boolean {
  return frame.from === from && frame.index === index;
}

/** What one can do to a frame. */
export const attacks = {
  /** Flips a bit of byte `offset` (header included; from the end if negative) of one frame. */
  flip: (from: Side, index: number, offset: number, bit = 0): Attack => (frame) => {
    if (!is(frame, from, index)) return [frame.bytes];
    const altered = frame.bytes.slice();
    altered[offset < 0 ? altered.length + offset : offset] ^= 1 << bit;
    return [altered];
  },

  /** Puts other bytes (header included) in the place of one frame. */
  replace:
    (from: Side, index: number, change: (bytes: Uint8Array) => Uint8Array): Attack => (frame) => [
      is(frame, from, index) ? change(frame.bytes) : frame.bytes,
    ],

  /** Lets one frame disappear. */
  drop: (from: Side, index: number): Attack => (frame) =>
    is(frame, from, index) ? [] : [frame.bytes],

  /** Lets one frame and all behind it disappear. */
  cutOff: (from: Side, index: number): Attack => (frame) =>
    frame.from === from && frame.index >= index ? [] : [frame.bytes],

  /** Delivers one frame twice. */
  duplicate: (from: Side, index: number): Attack => (frame) =>
    is(frame, from, index) ? [frame.bytes, frame.bytes] : [frame.bytes],

  /** Delivers frame `earlier` once more right before frame `index`. */
  replay: (from: Side, earlier: number, index: number): Attack => (frame, wire) =>
    is(frame, from, index) ? [wire.framesFrom(from)[earlier], frame.bytes] : [frame.bytes],

  /** Lets two frames that follow each other change places. */
  swap: (from: Side, index: number): Attack => (frame, wire) => {
    if (is(frame, from, index)) return [];
    if (!is(frame, from, index + 1)) return [frame.bytes];
    return [frame.bytes, wire.framesFrom(from)[index]];
  },

  /** Sends one frame back to where it came from, in addition to delivering it. */
  reflect: (from: Side, index: number): Attack => async (frame, wire) => {
    if (is(frame, from, index)) await wire.deliver(from, frame.bytes);
    return [frame.bytes];
  },

  /** Puts bytes of the attacker's own right before one frame. */
  inject: (from: Side, index: number, bytes: Uint8Array): Attack => (frame) =>
    is(frame, from, index) ? [bytes, frame.bytes] : [frame.bytes],

  /** Ends the connection once so many bytes from one side have been delivered. */
  cutAfter: (from: Side, size: number): Attack => {
    let left = size;
    return async (frame, wire) => {
      if (frame.from !== from) return [frame.bytes];
      if (left > frame.bytes.length) {
        left -= frame.bytes.length;
        return [frame.bytes];
      }
      await wire.deliver(other(from), frame.bytes.subarray(0, left));
      wire.cut();
      return [];
    };
  },

  /** Delivers everything one byte at a time. */
  trickle: (): Attack => ({ bytes }) => Array.from(bytes, (byte) => Uint8Array.of(byte)),

  /** Does something else, and then cuts the connection behind the frame. */
  thenCut: (from: Side, index: number, attack: Attack): Attack => async (frame, wire) => {
    const delivered = await attack(frame, wire);
    if (!is(frame, from, index)) return delivered;
    for (const bytes of delivered) await wire.deliver(other(from), bytes);
    wire.cut();
    return [];
  },
} as const;

/** How many bytes the first frame takes, if all of it is there. */
function frameSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < FRAME_HEADER_SIZE) return undefined;
  const size = FRAME_HEADER_SIZE + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return size <= bytes.length ? size : undefined;
}

/** All parts behind each other. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
