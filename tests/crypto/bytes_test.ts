import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "npm:fast-check@4.10.2";
import {
  assertSize,
  concat,
  equalConstantTime,
  hex,
  randomBytes,
  uint64BigEndian,
  unshared,
  wipe,
} from "../../lib/crypto/mod.ts";
import { alter, bitFlip } from "./support.ts";

Deno.test("concat: joins any number of parts, as a copy of its own", () => {
  assert.deepEqual(concat(), new Uint8Array(0));
  fc.assert(fc.property(fc.array(fc.uint8Array()), (parts) => {
    const joined = concat(...parts);
    assert.deepEqual([...joined], parts.flatMap((part) => [...part]));
    assert.equal(joined.buffer.byteLength, joined.length);
  }));
  const part = Uint8Array.of(1, 2);
  const joined = concat(part);
  joined[0] = 9;
  assert.equal(part[0], 1);
});

Deno.test("concat: respects views into a larger buffer", () => {
  const buffer = Uint8Array.of(0, 1, 2, 3, 4, 5);
  assert.deepEqual(
    concat(buffer.subarray(1, 3), buffer.subarray(4, 5)),
    Uint8Array.of(1, 2, 4),
  );
});

Deno.test("equalConstantTime: true for equal bytes, false for one bit or another length", () => {
  assert(equalConstantTime(new Uint8Array(0), new Uint8Array(0)));
  assert(!equalConstantTime(new Uint8Array(0), new Uint8Array(1)));
  fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), bitFlip, (bytes, flip) => {
    assert(equalConstantTime(bytes, bytes.slice()));
    assert(!equalConstantTime(bytes, alter(bytes, flip)));
    assert(!equalConstantTime(bytes, bytes.subarray(1)));
    assert(!equalConstantTime(bytes.subarray(1), bytes));
    assert(!equalConstantTime(bytes, concat(bytes, Uint8Array.of(0))));
  }));
});

Deno.test("equalConstantTime: reads every byte once, wherever the difference is", () => {
  const secret = new Uint8Array(32).fill(7);
  for (const different of [undefined, 0, 15, 31]) {
    const guess = secret.slice();
    if (different !== undefined) guess[different] ^= 1;
    const reads: string[] = [];
    const watched = new Proxy(guess, {
      get(target, property) {
        if (typeof property === "string" && /^\d+$/.test(property)) reads.push(property);
        return Reflect.get(target, property, target);
      },
    });
    assert.equal(equalConstantTime(secret, watched), different === undefined);
    assert.deepEqual(reads, Array.from({ length: 32 }, (_, index) => String(index)));
  }
});

Deno.test("wipe: overwrites every argument, and only the part that a view covers", () => {
  const buffer = new Uint8Array(8).fill(0xff);
  const other = Uint8Array.of(1, 2, 3);
  wipe(buffer.subarray(2, 4), other);
  assert.deepEqual(buffer, Uint8Array.of(255, 255, 0, 0, 255, 255, 255, 255));
  assert.deepEqual(other, new Uint8Array(3));
  wipe();
});

Deno.test("randomBytes: the length that was asked for, other bytes every time", () => {
  for (const length of [0, 1, 16, 32, 65_536]) assert.equal(randomBytes(length).length, length);
  const seen = new Set(Array.from({ length: 100 }, () => randomBytes(16).join()));
  assert.equal(seen.size, 100);
  assert.throws(() => randomBytes(65_537), { name: "QuotaExceededError" });
});

Deno.test("uint64BigEndian: eight bytes, most significant first", () => {
  assert.deepEqual(uint64BigEndian(0n), new Uint8Array(8));
  assert.deepEqual(uint64BigEndian(0x0102030405060708n), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  assert.deepEqual(uint64BigEndian(2n ** 64n - 1n), new Uint8Array(8).fill(0xff));
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
    assert.equal(BigInt(`0x${hex(uint64BigEndian(value))}`), value);
  }));
});

Deno.test("hex: two digits for each byte, in lower case", () => {
  assert.equal(hex(new Uint8Array()), "");
  assert.equal(hex(Uint8Array.of(0, 1, 0x0f, 0x10, 0xab, 0xff)), "00010f10abff");
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const expected = Buffer.from(bytes).toString("hex");
    assert.equal(hex(bytes), expected);
    const onOlderPlatform = Object.assign(bytes.slice(), { toHex: undefined });
    assert.equal(hex(onOlderPlatform as unknown as Uint8Array), expected);
  }));
});

Deno.test("hex: the platform writes the digits where it can", () => {
  // Digit by digit a large record takes a hundred times as long, and guests wait meanwhile.
  const bytes = Object.assign(Uint8Array.of(1, 2), { toHex: () => "by the platform" });
  assert.equal(hex(bytes), "by the platform");
});

Deno.test("unshared: the same memory for a plain view, with its offset and length", () => {
  const buffer = Uint8Array.of(0, 1, 2, 3);
  const view = unshared(buffer.subarray(1, 3));
  assert.deepEqual(view, Uint8Array.of(1, 2));
  buffer[1] = 9;
  assert.equal(view[0], 9);
});

Deno.test("unshared: a copy of shared memory, of the view's part alone", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set([0, 1, 2, 3]);
  const copy = unshared(shared.subarray(1, 3));
  assert(copy.buffer instanceof ArrayBuffer);
  assert.equal(copy.buffer.byteLength, 2);
  assert.deepEqual([...copy], [1, 2]);
  shared[1] = 9;
  assert.equal(copy[0], 1);
});

Deno.test("assertSize: names the value and both sizes", () => {
  assertSize("key", new Uint8Array(32), 32);
  assert.throws(() => assertSize("key", new Uint8Array(31), 32), {
    name: "RangeError",
    message: "key must have 32 bytes, not 31",
  });
  assert.throws(() => assertSize("nonce", new Uint8Array(13), 12), {
    name: "RangeError",
    message: "nonce must have 12 bytes, not 13",
  });
});
