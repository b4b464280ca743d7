import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { FrameReader, MAX_FRAME_TIME } from "../../../lib/channel/frames/frame_reader.ts";
import { FrameWriter } from "../../../lib/channel/frames/frame_writer.ts";
import { encodeFrame } from "../../../lib/channel/mod.ts";
import { FRAME_HEADER_SIZE, MAX_FRAME_SIZE } from "../../../lib/channel/frames/framing.ts";
import { NetworkError, ProtocolError } from "../../../lib/errors.ts";
import { join, Pipe } from "../../support/wire.ts";
import { assertSame, Clock, failure, pattern, rejection, same, turns } from "../support.ts";

/** A stream of given chunks that counts how many were asked for. */
class Source {
  pulled = 0;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(chunks: Iterable<Uint8Array>, end: "close" | "fail" = "close") {
    const iterator = chunks[Symbol.iterator]();
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const { done, value } = iterator.next();
        if (!done) {
          this.pulled++;
          controller.enqueue(value);
        } else if (end === "close") {
          controller.close();
        } else {
          controller.error(new Deno.errors.ConnectionReset("reset"));
        }
      },
    }, { highWaterMark: 0 });
  }
}

function readerOf(...chunks: Uint8Array[]): FrameReader {
  return new FrameReader(new Source(chunks).stream);
}

async function readAll(reader: FrameReader): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (let body = await reader.read(); body !== undefined; body = await reader.read()) {
    bodies.push(body.slice());
  }
  return bodies;
}

function header(size: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_SIZE);
  new DataView(bytes.buffer).setUint32(0, size);
  return bytes;
}

/** Cuts bytes into chunks of the given sizes, over and over. */
function* cutUp(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length];
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

/** Each byte as a view into a buffer of its own, of the size that Deno's sockets give out. */
function* bytesInLargeBuffers(bytes: Uint8Array): Generator<Uint8Array> {
  for (const [index, byte] of bytes.entries()) {
    const buffer = new Uint8Array(65_536);
    const at = (index * 977) % buffer.length;
    buffer[at] = byte;
    yield buffer.subarray(at, at + 1);
  }
}

Deno.test("encodeFrame: 4 bytes of length, big-endian, then the body", () => {
  assertSame(encodeFrame(Uint8Array.of(7)), Uint8Array.of(0, 0, 0, 1, 7));
  assertSame(encodeFrame(pattern(258)), join([Uint8Array.of(0, 0, 1, 2), pattern(258)]));
  assertSame(encodeFrame(pattern(65_535)), join([Uint8Array.of(0, 0, 255, 255), pattern(65_535)]));
});

Deno.test("encodeFrame: refuses what no frame can hold", () => {
  assert.equal(MAX_FRAME_SIZE, 65_535);
  assert.throws(() => encodeFrame(new Uint8Array(0)), RangeError);
  assert.throws(() => encodeFrame(new Uint8Array(65_536)), RangeError);
});

Deno.test("FrameReader: gives back every frame however the stream is cut up", async () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(bodies, sizes, async (bodies, sizes) => {
      const bytes = join(bodies.map(encodeFrame));
      const seen: Uint8Array[] = [];
      const source = new Source(cutUp(bytes, sizes));
      const reader = new FrameReader(source.stream, (chunk) => seen.push(chunk));
      assert.deepEqual(await readAll(reader), bodies);
      assert.ok(same(join(seen), bytes), "the observer sees every byte once");
      assert.equal(reader.pending.length, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("FrameReader: one byte at a time, everything at once, empty chunks between", async () => {
  const bodies = [pattern(1), pattern(5, 9), pattern(65_535, 3), pattern(3), pattern(1000, 1)];
  const bytes = join(bodies.map(encodeFrame));
  const empty = new Uint8Array(0);
  const ways: Record<string, Iterable<Uint8Array>> = {
    "one byte": cutUp(bytes, [1]),
    "at once": [bytes],
    "empty between": [...cutUp(bytes, [2, 70_000])].flatMap((chunk) => [empty, chunk, empty]),
    "64 KiB": cutUp(bytes, [65_536]),
    "headers apart": bodies.flatMap((body) => [header(body.length), body]),
    "headers behind": cutUp(join([bytes]), [3, 1]),
  };
  for (const [way, chunks] of Object.entries(ways)) {
    const read = await readAll(new FrameReader(new Source(chunks).stream));
    assert.equal(read.length, bodies.length, way);
    read.forEach((body, index) => assert.ok(same(body, bodies[index]), `${way}: frame ${index}`));
  }
});

Deno.test("FrameReader: a body stays as it is until the next call", async () => {
  const bodies = [pattern(40, 1), pattern(40, 2), pattern(40, 3)];
  const bytes = join(bodies.map(encodeFrame));
  for (const sizes of [[1], [50, 1], [45, 44, 7], [30]]) {
    const reader = new FrameReader(new Source(cutUp(bytes, sizes)).stream);
    for (const expected of bodies) assertSame(await reader.read(), expected);
  }
});

Deno.test("FrameReader: refuses length zero as soon as the header is there", async () => {
  const source = new Source([header(0), pattern(10), pattern(10)]);
  const error = await rejection(new FrameReader(source.stream).read());
  assert.ok(error instanceof ProtocolError);
  assert.equal(error.code, "frame-empty");
  assert.equal(source.pulled, 1);
});

Deno.test("FrameReader: refuses a length over the limit before the body arrives", async () => {
  const cases: [size: number, limit: number | undefined][] = [
    [65_536, undefined],
    [0xffff_ffff, undefined],
    [0x8000_0000, undefined],
    [256, 255],
    [65_535, 65_534],
    [2, 1],
  ];
  for (const [size, limit] of cases) {
    const source = new Source([...cutUp(header(size), [1]), pattern(10), pattern(10)]);
    const reader = new FrameReader(source.stream);
    assert.equal(await failure(reader.read(limit)), "ProtocolError/frame-too-long");
    assert.equal(source.pulled, 4, "nothing but the header is read");
    assertSame(reader.pending, header(size));
    assert.ok(reader.pending.buffer.byteLength < 64, "nothing is allocated for the body");
  }
});

Deno.test("FrameReader: accepts a length right at the limit", async () => {
  assertSame(await readerOf(encodeFrame(pattern(65_535))).read(), pattern(65_535));
  assertSame(await readerOf(encodeFrame(pattern(255))).read(255), pattern(255));
});

Deno.test("FrameReader: memory follows what has arrived, not what is announced", async () => {
  const pipe = new Pipe();
  const writer = pipe.writable.getWriter();
  const reader = new FrameReader(pipe.readable);
  const reading = reader.read();
  let arrived = 0;
  for (const chunk of cutUp(encodeFrame(pattern(65_535)).subarray(0, 5_000), [1, 499])) {
    await writer.write(chunk);
    arrived += chunk.length;
    while (reader.pending.length < arrived) await Promise.resolve();
    assert.ok(reader.pending.buffer.byteLength <= 2 * arrived + 4, `after ${arrived} bytes`);
  }
  pipe.finish();
  assert.equal(await failure(reading), "NetworkError/cut");
});

Deno.test("FrameReader: does not keep the large buffer behind every small chunk", async () => {
  const body = pattern(3_000);
  const bytes = encodeFrame(body);
  let largest = 0;
  const reader: FrameReader = new FrameReader(
    new Source(bytesInLargeBuffers(bytes)).stream,
    // Called before each chunk is added: so it sees what the reader keeps of those before.
    () => {
      if (reader.pending.length > 1) {
        largest = Math.max(largest, reader.pending.buffer.byteLength);
      }
    },
  );
  const read = await reader.read();
  assertSame(read, body);
  assert.ok(largest <= 2 * bytes.length, `${largest} bytes kept for a frame of ${bytes.length}`);
});

Deno.test("FrameReader: the end of the stream between frames is an end, inside one a cut", async () => {
  const bytes = join([encodeFrame(pattern(6)), encodeFrame(pattern(9))]);
  for (let size = 0; size <= bytes.length; size++) {
    for (const chunkSize of [1, 7, 100]) {
      const reader = new FrameReader(new Source(cutUp(bytes.slice(0, size), [chunkSize])).stream);
      if (size === 0 || size === 10 || size === bytes.length) {
        const frames = await readAll(reader);
        assert.equal(frames.length, size === 0 ? 0 : size === 10 ? 1 : 2);
        assert.equal(await reader.read(), undefined, "the end stays the end");
      } else {
        assert.equal(await failure(readAll(reader)), "NetworkError/cut", `after ${size} bytes`);
      }
    }
  }
});

Deno.test("FrameReader: a stream that fails is a cut, between frames too", async () => {
  const bytes = encodeFrame(pattern(6));
  for (let size = 0; size <= bytes.length; size++) {
    const reader = new FrameReader(new Source([bytes.slice(0, size)], "fail").stream);
    const error = await rejection(readAll(reader));
    assert.ok(error instanceof NetworkError && error.code === "cut");
    assert.ok(error.cause instanceof Deno.errors.ConnectionReset, "the cause is kept");
  }
});

Deno.test("FrameReader: garbage is refused, never anything else", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 65_535 }), async (chunks, limit) => {
      const reader = new FrameReader(new Source(chunks).stream);
      let total = 0;
      try {
        for (let body = await reader.read(limit); body; body = await reader.read(limit)) {
          assert.ok(body.length > 0 && body.length <= limit);
          total += body.length + FRAME_HEADER_SIZE;
        }
      } catch (error) {
        assert.ok(error instanceof ProtocolError || error instanceof NetworkError, String(error));
      }
      assert.ok(total <= join(chunks).length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("FrameReader: small lengths in garbage give frames, and a cut at the end", async () => {
  const bytes = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(bytes, async (bytes) => {
      const reader = new FrameReader(new Source(cutUp(Uint8Array.from(bytes), [3, 1])).stream);
      try {
        while (await reader.read() !== undefined);
      } catch (error) {
        assert.ok(error instanceof ProtocolError || error instanceof NetworkError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("FrameReader: cancel ends a read that waits", async () => {
  const pipe = new Pipe();
  const reader = new FrameReader(pipe.readable);
  const reading = reader.read();
  await reader.cancel();
  assert.equal(await reading, undefined);
  assert.equal(await failure(new FrameWriter(pipe.writable).write(pattern(1))), "NetworkError/cut");
});

Deno.test("FrameReader: cancel inside a frame is a cut, and twice is no failure", async () => {
  const pipe = new Pipe();
  const reader = new FrameReader(pipe.readable);
  const reading = failure(reader.read());
  await pipe.writable.getWriter().write(encodeFrame(pattern(9)).slice(0, 5));
  while (reader.pending.length < 5) await Promise.resolve();
  await reader.cancel("enough");
  await reader.cancel("enough");
  assert.equal(await reading, "NetworkError/cut");
});

Deno.test("FrameReader: cancel of a stream that has failed is no failure", async () => {
  const reader = new FrameReader(new Source([], "fail").stream);
  assert.equal(await failure(reader.read()), "NetworkError/cut");
  await reader.cancel();
});

Deno.test("FrameReader: discard reads to the end and keeps nothing", async () => {
  for (const end of ["close", "fail"] as const) {
    const rest = Array.from({ length: 50 }, () => pattern(1000));
    const source = new Source([encodeFrame(pattern(9)), header(77), ...rest], end);
    const reader = new FrameReader(source.stream);
    await reader.read();
    await reader.discard();
    assert.equal(source.pulled, 52);
    assert.equal(reader.pending.length, 0);
    assert.equal(reader.pending.buffer.byteLength, 0);
  }
});

Deno.test("FrameWriter: writes what it is given and shows it first", async () => {
  const pipe = new Pipe();
  const seen: Uint8Array[] = [];
  const writer = new FrameWriter(pipe.writable, (bytes) => seen.push(bytes));
  await writer.write(encodeFrame(pattern(10)));
  await writer.write(join([encodeFrame(pattern(3)), encodeFrame(pattern(4))]));
  pipe.finish();
  assert.deepEqual(
    await readAll(new FrameReader(pipe.readable)),
    [10, 3, 4].map((n) => pattern(n)),
  );
  assert.equal(seen.length, 2);
});

Deno.test("FrameWriter: a write waits for a transport that is full", async () => {
  const pipe = new Pipe(100);
  const writer = new FrameWriter(pipe.writable);
  let written = false;
  const writing = writer.write(encodeFrame(pattern(200))).then(() => written = true);
  await pipe.isFull;
  assert.equal(written, false);
  assertSame(await new FrameReader(pipe.readable).read(), pattern(200));
  await writing;
});

Deno.test("FrameWriter: a transport that fails is a cut, and so is one that is given up", async () => {
  const broken = new Pipe();
  broken.break();
  const writer = new FrameWriter(broken.writable);
  assert.equal(await failure(writer.write(pattern(5))), "NetworkError/cut");
  assert.equal(await failure(writer.write(pattern(5))), "NetworkError/cut");

  const full = new Pipe(10);
  const waiting = new FrameWriter(full.writable);
  const write = failure(waiting.write(pattern(50)).then(() => waiting.write(pattern(50))));
  await full.isFull;
  await waiting.abort("enough");
  await waiting.abort("enough");
  assert.equal(await write, "NetworkError/cut");
});

Deno.test("frames: each byte that arrives is a sign of life, those of one frame for some time", async () => {
  using clock = new Clock();
  const start = performance.now();
  const pipe = new Pipe();
  const writer = pipe.writable.getWriter();
  const reader = new FrameReader(pipe.readable);
  const since = () => reader.lastArrival - start;
  const frame = encodeFrame(pattern(4));
  const reading = reader.read();
  const arrives = async (bytes: Uint8Array) => {
    await writer.write(bytes);
    await turns();
  };
  await clock.pass(MAX_FRAME_TIME);
  assert.equal(since(), 0, "nothing has arrived");
  await arrives(frame.subarray(0, 1));
  assert.equal(since(), MAX_FRAME_TIME);
  await clock.pass(20_000);
  await arrives(frame.subarray(1, 6));
  assert.equal(since(), MAX_FRAME_TIME + 20_000);
  await clock.pass(MAX_FRAME_TIME);
  await arrives(frame.subarray(6, 7));
  assert.equal(since(), 2 * MAX_FRAME_TIME, "as long as a frame may take");
  await arrives(frame.subarray(7));
  assertSame(await reading, pattern(4));
  assert.equal(since(), 2 * MAX_FRAME_TIME + 20_000, "it is there");
  await writer.close();
});
