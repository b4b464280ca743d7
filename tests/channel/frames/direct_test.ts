import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { MAX_BUFFER_SIZE, MIN_BUFFER_SIZE } from "../../../lib/channel/frames/direct_input.ts";
import { FrameReader } from "../../../lib/channel/frames/frame_reader.ts";
import { FrameWriter } from "../../../lib/channel/frames/frame_writer.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "../../../lib/channel/frames/framing.ts";
import { MessageReader } from "../../../lib/channel/handshake/handshake_messages.ts";
import { type ByteReader, type ByteWriter, encodeFrame } from "../../../lib/channel/mod.ts";
import { NetworkError, ProtocolError } from "../../../lib/errors.ts";
import { join } from "../../support/wire.ts";
import { assertSame, failure, isPending, pattern, rejection, same, until } from "../support.ts";

/** Something to read from that gives chunks as they are put in, and knows which buffers it was given. */
class Source implements ByteReader {
  /** How large the buffer behind each read was. */
  readonly buffers: number[] = [];
  readonly #chunks: Uint8Array[];
  readonly #end: "end" | "fail" | "wait";
  #changed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(chunks: Iterable<Uint8Array> = [], end: "end" | "fail" | "wait" = "end") {
    this.#chunks = [...chunks];
    this.#end = end;
  }

  /** How many chunks nobody has read. */
  get left(): number {
    return this.#chunks.length;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    assert.ok(buffer.length > 0, "there is room");
    this.buffers.push(buffer.buffer.byteLength);
    while (this.#chunks.length === 0 && this.#end === "wait" && !this.#isClosed) {
      await this.#changed.promise;
    }
    if (this.#isClosed) throw new Deno.errors.BadResource("closed");
    const chunk = this.#chunks.shift();
    if (chunk === undefined) {
      if (this.#end === "fail") throw new Deno.errors.ConnectionReset("reset");
      return null;
    }
    const size = Math.min(chunk.length, buffer.length);
    buffer.set(chunk.subarray(0, size));
    if (size < chunk.length) this.#chunks.unshift(chunk.subarray(size));
    return size;
  }

  /** Lets bytes arrive. */
  give(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#notify();
  }

  /** Fails what is pending, as a connection that is closed. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

async function readAll(reader: FrameReader): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (let body = await reader.read(); body !== undefined; body = await reader.read()) {
    bodies.push(body.slice());
  }
  return bodies;
}

/** Cuts bytes into chunks of the given sizes, over and over. */
function* cutUp(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

Deno.test("reading directly: gives back every frame however the bytes arrive", async () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(bodies, sizes, async (bodies, sizes) => {
      const bytes = join(bodies.map(encodeFrame));
      const seen: Uint8Array[] = [];
      const reader = new FrameReader(new Source(cutUp(bytes, sizes)), (chunk) => seen.push(chunk));
      assert.deepEqual(await readAll(reader), bodies);
      assert.ok(same(join(seen), bytes), "the observer's bytes stay as they were");
      assert.equal(reader.pending.length, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("reading directly: frames of all sizes, in chunks of all sizes", async () => {
  const bodies = [
    pattern(1),
    pattern(65_535, 3),
    pattern(3),
    pattern(65_535, 9),
    pattern(2_044, 1),
  ];
  const bytes = join([...bodies, ...bodies, ...bodies].map(encodeFrame));
  for (const sizes of [[1], [2_048], [65_539], [1_000_000], [3, 1], [70_000, 2], [65_536]]) {
    const read = await readAll(new FrameReader(new Source(cutUp(bytes, sizes))));
    assert.equal(read.length, 15, String(sizes));
    read.forEach((body, index) => assertSame(body, bodies[index % 5]));
  }
});

Deno.test("reading directly: a frame that has arrived whole is given without another read", async () => {
  const bodies = [pattern(40, 1), pattern(40, 2), pattern(40, 3)];
  const source = new Source([join(bodies.map(encodeFrame))]);
  const reader = new FrameReader(source);
  for (const expected of bodies) {
    const body = await reader.read();
    assertSame(body, expected);
    assert.equal(body?.buffer.byteLength, MIN_BUFFER_SIZE, "it is not copied");
  }
  assert.equal(source.buffers.length, 1);
});

Deno.test("reading directly: memory follows what has arrived, not what is announced", async () => {
  const source = new Source([], "wait");
  const reader = new FrameReader(source);
  const reading = reader.read();
  let arrived = 0;
  for (const chunk of cutUp(encodeFrame(pattern(65_535)).subarray(0, 40_000), [1, 499, 3_000])) {
    source.give(chunk);
    arrived += chunk.length;
    await until(() => reader.pending.length === arrived);
    const most = Math.max(MIN_BUFFER_SIZE, 2 * arrived);
    assert.ok(reader.pending.buffer.byteLength <= most, `after ${arrived} bytes`);
  }
  source.close();
  assert.equal(await failure(reading), "NetworkError/cut");
});

Deno.test("reading directly: the buffer grows with what comes, up to a frame, and shrinks again", async () => {
  const source = new Source([], "wait");
  const reader = new FrameReader(source);
  const receive = async (body: Uint8Array) => {
    source.give(encodeFrame(body));
    assertSame(await reader.read(), body);
  };
  await receive(pattern(100));
  await receive(pattern(1_000));
  assert.deepEqual(source.buffers, [MIN_BUFFER_SIZE, MIN_BUFFER_SIZE]);
  for (let count = 0; count < 50; count++) {
    // Now and then a little between much: that does not throw the large buffer away.
    await receive(pattern(count % 3 === 0 ? 5 : MAX_FRAME_SIZE, count));
  }
  assert.equal(Math.max(...source.buffers), MAX_BUFFER_SIZE);
  assert.equal(MAX_BUFFER_SIZE, FRAME_HEADER_SIZE + MAX_FRAME_SIZE);
  assert.ok(source.buffers.slice(-20).every((size) => size === MAX_BUFFER_SIZE));
  for (let count = 0; count < 5; count++) await receive(pattern(64, count));
  const silent = isPending(reader.read());
  assert.equal(await silent, true);
  assert.equal(source.buffers.at(-1), MIN_BUFFER_SIZE, "of many connections most are silent");
  await reader.cancel();
  source.close();
});

Deno.test("reading directly: wrong lengths are refused when the header is there", async () => {
  for (const [size, limit] of [[0, 10], [11, 10], [65_536, undefined], [0xffff_ffff, undefined]]) {
    const header = new Uint8Array(FRAME_HEADER_SIZE);
    new DataView(header.buffer).setUint32(0, size ?? 0);
    const source = new Source([...cutUp(header, [1]), pattern(10), pattern(10)]);
    const reader = new FrameReader(source);
    const code = size === 0 ? "frame-empty" : "frame-too-long";
    assert.equal(await failure(reader.read(limit)), `ProtocolError/${code}`);
    assert.equal(source.left, 2, "nothing but the header is read");
    assertSame(reader.pending, header);
    assert.ok(reader.pending.buffer.byteLength <= MIN_BUFFER_SIZE, "nothing is kept for the body");
  }
});

Deno.test("reading directly: the end between frames is an end, inside one a cut, and so is a failure", async () => {
  const bytes = join([encodeFrame(pattern(6)), encodeFrame(pattern(9))]);
  for (let size = 0; size <= bytes.length; size++) {
    const chunks = [...cutUp(bytes.slice(0, size), [7])];
    const ended = new FrameReader(new Source(chunks));
    if (size === 0 || size === 10 || size === bytes.length) {
      assert.equal((await readAll(ended)).length, size === 0 ? 0 : size === 10 ? 1 : 2);
      assert.equal(await ended.read(), undefined, "the end stays the end");
    } else {
      assert.equal(await failure(readAll(ended)), "NetworkError/cut", `after ${size} bytes`);
    }
    const error = await rejection(readAll(new FrameReader(new Source(chunks, "fail"))));
    assert.ok(error instanceof NetworkError && error.code === "cut");
    assert.ok(error.cause instanceof Deno.errors.ConnectionReset, "the cause is kept");
  }
});

Deno.test("reading directly: garbage is refused, never anything else", async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 65_535 }), async (chunks, limit) => {
      const reader = new FrameReader(new Source(chunks));
      try {
        while (await reader.read(limit) !== undefined);
      } catch (error) {
        assert.ok(error instanceof ProtocolError || error instanceof NetworkError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("reading directly: cancelled, then closed, a read ends as the transport would", async () => {
  const between = new Source([], "wait");
  const reader = new FrameReader(between);
  const reading = reader.read();
  await reader.cancel();
  between.close();
  assert.equal(await reading, undefined);

  const inside = new Source([encodeFrame(pattern(9)).slice(0, 5)], "wait");
  const cutShort = new FrameReader(inside);
  const cut = failure(cutShort.read());
  await until(() => cutShort.pending.length === 5);
  await cutShort.cancel();
  await cutShort.cancel();
  inside.close();
  assert.equal(await cut, "NetworkError/cut");
});

Deno.test("reading directly: a handshake's messages stay as they are", async () => {
  const bodies = [pattern(300, 1), pattern(1_200, 2), pattern(200, 3)];
  const messages = new MessageReader(new FrameReader(new Source(bodies.map(encodeFrame))));
  const read = [await messages.next(), await messages.next(), await messages.next()];
  read.forEach((message, index) => assertSame(message, bodies[index]));
});

Deno.test("reading directly: discard reads to the end and keeps nothing", async () => {
  for (const end of ["end", "fail"] as const) {
    const source = new Source([encodeFrame(pattern(9)), pattern(77), pattern(1_000)], end);
    const reader = new FrameReader(source);
    await reader.read();
    await reader.discard();
    assert.equal(source.left, 0);
    assert.equal(reader.pending.length, 0);
  }
});

Deno.test("reading directly: discard ends when it is cancelled and the transport closed", async () => {
  const source = new Source([pattern(100)], "wait");
  const reader = new FrameReader(source);
  const discarding = reader.discard();
  await until(() => source.left === 0);
  await reader.cancel();
  source.close();
  await discarding;
});

/** Something to write to that takes so many bytes at once, and fails after so many. */
class Target implements ByteWriter {
  readonly taken: Uint8Array[] = [];
  readonly #most: number;
  readonly #failsAfter: number;

  constructor(most: number, failsAfter = Infinity) {
    this.#most = most;
    this.#failsAfter = failsAfter;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (join(this.taken).length >= this.#failsAfter) {
      return Promise.reject(new Deno.errors.BrokenPipe("broken pipe"));
    }
    this.taken.push(bytes.slice(0, this.#most));
    return Promise.resolve(Math.min(this.#most, bytes.length));
  }
}

Deno.test("writing directly: a frame leaves with one write, or in the parts that are taken", async () => {
  const frames = [encodeFrame(pattern(1_000)), encodeFrame(pattern(1)), encodeFrame(pattern(50))];
  for (const most of [1, 7, 100, 1_004, 70_000]) {
    const target = new Target(most);
    const seen: Uint8Array[] = [];
    const writer = new FrameWriter(target, (bytes) => seen.push(bytes));
    for (const frame of frames) await writer.write(frame);
    assertSame(join(target.taken), join(frames));
    assert.deepEqual(seen, frames);
    if (most > 1_004) assert.equal(target.taken.length, frames.length);
  }
});

Deno.test("writing directly: behind a frame of which a part has left comes nothing else", async () => {
  const target = new Target(10, 10);
  const writer = new FrameWriter(target);
  const error = await rejection(writer.write(encodeFrame(pattern(50))));
  assert.ok(error instanceof NetworkError && error.code === "cut");
  assert.ok(error.cause instanceof Deno.errors.BrokenPipe, "the cause is kept");
  target.taken.length = 0;
  assert.equal(await failure(writer.write(encodeFrame(pattern(5)))), "NetworkError/cut");
  assert.equal(target.taken.length, 0);

  const given = new Target(10);
  const givenUp = new FrameWriter(given);
  await givenUp.abort();
  await givenUp.abort();
  assert.equal(await failure(givenUp.write(pattern(5))), "NetworkError/cut");
  assert.equal(given.taken.length, 0);
});
