import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { type Attack, bodyOf, Eve, flip, type Language } from "../../lab/eve.ts";
import { withLength } from "../../lab/naive.ts";
import { concat } from "../../lib/crypto/mod.ts";

/** Alice and Bob, with Eve between them. */
class Wire implements AsyncDisposable {
  private constructor(
    readonly eve: Eve,
    readonly alice: Deno.TcpConn,
    readonly bob: Deno.TcpConn,
    readonly listener: Deno.TcpListener,
  ) {}

  static async open(language: Language, attack?: Attack): Promise<Wire> {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const eve = new Eve(listener.addr.port, language);
    if (attack !== undefined) eve.attack = attack;
    const alice = await Deno.connect({ hostname: "127.0.0.1", port: eve.port });
    return new Wire(eve, alice, await listener.accept(), listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.eve[Symbol.asyncDispose]();
    for (const end of [this.alice, this.bob, this.listener]) end.close();
  }
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

/** Everything up to the end. */
async function readAll(connection: Deno.TcpConn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(4_096);
  for (let size = await connection.read(buffer); size; size = await connection.read(buffer)) {
    parts.push(buffer.slice(0, size));
  }
  return concat(...parts);
}

async function readSome(connection: Deno.TcpConn, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let count = 0; count < size;) {
    count += await connection.read(bytes.subarray(count)) ?? assert.fail("it ended");
  }
  return bytes;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const frame = (words: string) => withLength(new TextEncoder().encode(words));

/** What Bob gets if Alice sends some frames and hangs up. */
async function received(frames: readonly Uint8Array[], attack: Attack): Promise<string> {
  await using wire = await Wire.open("frames", attack);
  await write(wire.alice, concat(...frames));
  await wire.alice.closeWrite();
  return text(await readAll(wire.bob));
}

Deno.test("eve: however the bytes arrive, she sees whole keys and frames, and changes none", async () => {
  const body = fc.uint8Array({ maxLength: 300 });
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Language>("naive", "frames"),
      fc.array(body, { maxLength: 5 }),
      cuts,
      async (language, bodies, sizes) => {
        await using wire = await Wire.open(language);
        const key = new Uint8Array(32).fill(7);
        const things = [...(language === "naive" ? [key] : []), ...bodies.map(withLength)];
        let rest = concat(...things);
        for (const size of [...sizes, Infinity]) {
          await write(wire.alice, rest.slice(0, size));
          rest = rest.slice(size);
        }
        await wire.alice.closeWrite();
        assert.deepEqual(await readAll(wire.bob), concat(...things));
        const seen = wire.eve.from("alice");
        assert.deepEqual(seen.map(({ bytes }) => bytes), things);
        assert.deepEqual(seen.map(({ index }) => index), things.map((_, index) => index));
        assert.deepEqual(
          seen.map(({ kind }) => kind),
          things.map((_, index) => language === "naive" && index === 0 ? "key" : "frame"),
        );
        assert.deepEqual(wire.eve.from("bob"), []);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("eve: what does not come to a whole frame goes on as it is, and she has not seen it", async () => {
  await using wire = await Wire.open("frames", () => assert.fail("nothing whole has come"));
  await write(wire.alice, frame("unfinished").slice(0, 9));
  await wire.alice.closeWrite();
  assert.deepEqual(await readAll(wire.bob), frame("unfinished").slice(0, 9));
  assert.deepEqual(wire.eve.seen, []);
});

Deno.test("eve: she replaces, drops, repeats and reorders", async () => {
  const frames = ["one", "two", "three"].map(frame);
  const replace: Attack = ({ index, bytes }) => [index === 1 ? frame("2") : bytes];
  assert.equal(await received(frames, replace), text(concat(frames[0], frame("2"), frames[2])));
  const drop: Attack = ({ index, bytes }) => index === 1 ? [] : [bytes];
  assert.equal(await received(frames, drop), text(concat(frames[0], frames[2])));
  const repeat: Attack = ({ index, bytes }) => index === 1 ? [bytes, bytes] : [bytes];
  assert.equal(
    await received(frames, repeat),
    text(concat(frames[0], frames[1], frames[1], frames[2])),
  );
  let kept: Uint8Array[] = [];
  const reorder: Attack = ({ bytes }) => (kept = [bytes, ...kept]).length < 3 ? [] : kept;
  assert.equal(await received(frames, reorder), text(concat(...frames.toReversed())));
});

Deno.test("eve: she brings each of them what the other one did not say", async () => {
  await using wire = await Wire.open("frames", async ({ from, bytes }, { bring }) => {
    await bring(from, frame("from Eve"));
    return [bytes];
  });
  await write(wire.alice, frame("from Alice"));
  assert.deepEqual(await readSome(wire.alice, 12), frame("from Eve"));
  assert.deepEqual(await readSome(wire.bob, 14), frame("from Alice"));
  await write(wire.bob, frame("from Bob"));
  assert.deepEqual(await readSome(wire.bob, 12), frame("from Eve"));
  assert.deepEqual(await readSome(wire.alice, 12), frame("from Bob"));
});

Deno.test("eve: a cut ends the connection for both", async () => {
  await using wire = await Wire.open("frames", (_, { cut }) => (cut(), []));
  await write(wire.alice, frame("cut here"));
  assert.deepEqual(await readAll(wire.bob), new Uint8Array(0));
  assert.deepEqual(await readAll(wire.alice), new Uint8Array(0));
});

Deno.test("eve: she hangs up on one of them, and the other one notices nothing", async () => {
  await using wire = await Wire.open("frames", async ({ from, bytes }, { hangUp }) => {
    if (from === "alice") await hangUp("bob");
    return [bytes];
  });
  await write(wire.alice, frame("the last that counts"));
  assert.deepEqual(await readAll(wire.bob), new Uint8Array(0));
  await write(wire.bob, frame("are you gone?"));
  assert.deepEqual(await readSome(wire.alice, 17), frame("are you gone?"));
});

Deno.test("eve: she counts connections, and waits for what she wants to see", async () => {
  await using wire = await Wire.open("frames");
  const seen = wire.eve.sees(({ connection, bytes }) => connection === 1 && bytes.length > 8);
  using alice = await Deno.connect({ hostname: "127.0.0.1", port: wire.eve.port });
  using _bob = await wire.listener.accept();
  await write(wire.alice, frame("on the first"));
  await write(alice, frame("no"));
  await write(alice, frame("on the second"));
  const { index, bytes } = await seen;
  assert.deepEqual([index, bytes], [1, frame("on the second")]);
  assert.equal(text(bodyOf(await seen)), "on the second");
  assert.deepEqual(wire.eve.from("alice", 1).length, 2);
});

Deno.test("eve: where Bob is gone, so is the connection, and the next one is tried again", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await using eve = new Eve(port, "frames");
  listener.close();
  for (let count = 0; count < 2; count++) {
    using alice = await Deno.connect({ hostname: "127.0.0.1", port: eve.port });
    assert.equal((await readAll(alice)).length, 0);
  }
});

Deno.test("eve: she ends everything, also an attack that waits for ever and whoever waits for her", async () => {
  const attacked = Promise.withResolvers<void>();
  const wire = await Wire.open("frames", () => {
    attacked.resolve();
    return new Promise(() => {});
  });
  const waiting = assert.rejects(wire.eve.sees(() => false), /Eve has left the wire/);
  await write(wire.alice, frame("never answered"));
  await attacked.promise;
  await wire[Symbol.asyncDispose]();
  await waiting;
});

Deno.test("eve: when all connections are over, whoever waits for her is told", async () => {
  await using wire = await Wire.open("frames");
  const waiting = assert.rejects(wire.eve.sees(({ index }) => index === 1), /connection ended/);
  await write(wire.alice, frame("the only one"));
  await wire.alice.closeWrite();
  await wire.bob.closeWrite();
  await waiting;
  assert.equal((await wire.eve.sees(({ index }) => index === 0)).from, "alice");
});

Deno.test("eve: an attack that fails is not taken for an end: whoever waits for her is told", async () => {
  await using wire = await Wire.open("frames", () => {
    throw new Error("the attack is wrong");
  });
  const waiting = assert.rejects(wire.eve.sees(({ index }) => index === 1), /the attack is wrong/);
  await write(wire.alice, frame("anything"));
  await waiting;
});

Deno.test("flip: it changes the bits that it is told, in a copy", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.deepEqual(flip(bytes, 1, 0x81), Uint8Array.of(1, 0x83, 3));
  assert.deepEqual(bytes, Uint8Array.of(1, 2, 3));
});
