/**
 * What several tests of `lib/crypto` share.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat, type MaybePromise } from "../../lib/crypto/mod.ts";
import { ASYNC_THRESHOLD } from "../../lib/crypto/platform.ts";
import { AuthenticationError } from "../../lib/errors.ts";

/** Around nothing, one block, the threshold between the paths, and the longest Noise message. */
export const SIZES = [
  0,
  1,
  15,
  16,
  17,
  ASYNC_THRESHOLD - 1,
  ASYNC_THRESHOLD,
  ASYNC_THRESHOLD + 1,
  65_535,
] as const;

/** Bytes that look random and are the same in every run (xorshift32). */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = (seed * 0x9e3779b9) | 1;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

/** Byte strings of exactly `size` bytes. */
export function bytesOfSize(size: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: size, maxLength: size });
}

/** One way to change a byte string. */
export type Alteration =
  | { readonly kind: "flip"; readonly bit: number }
  | { readonly kind: "truncate"; readonly count: number }
  | { readonly kind: "extend"; readonly tail: Uint8Array };

/** A bit to flip. */
export const bitFlip: fc.Arbitrary<Alteration> = fc.nat().map((bit) => ({ kind: "flip", bit }));

/** A bit to flip, bytes to cut off, or bytes to append. */
export const alteration: fc.Arbitrary<Alteration> = fc.oneof(
  bitFlip,
  fc.nat().map((count) => ({ kind: "truncate" as const, count })),
  fc.uint8Array({ minLength: 1, maxLength: 33 })
    .map((tail) => ({ kind: "extend" as const, tail })),
);

/** The altered copy, which always differs. From nothing, nothing can be taken: that is extended. */
export function alter(bytes: Uint8Array, how: Alteration): Uint8Array {
  if (how.kind === "extend") return concat(bytes, how.tail);
  if (bytes.length === 0) return Uint8Array.of(0);
  if (how.kind === "truncate") return bytes.slice(0, how.count % bytes.length);
  const copy = bytes.slice();
  const bit = how.bit % (8 * copy.length);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

/**
 * Fails unless both hold the same bytes in an array of the same class. On large arrays that differ,
 * `assert.deepEqual` works for a minute on the text of its message.
 */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, message = ""): void {
  assert.equal(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected), message);
  assert.equal(actual.length, expected.length, `${message} (length)`);
  const difference = actual.findIndex((byte, index) => byte !== expected[index]);
  assert.equal(difference, -1, `${message} (first difference at byte ${difference})`);
}

/** What `action` throws or rejects with. Fails if it does neither. */
export async function errorOf(action: () => MaybePromise<unknown>): Promise<Error> {
  try {
    await action();
  } catch (error) {
    assert(error instanceof Error);
    return error;
  }
  assert.fail("expected an error");
}

/** Fails unless `action` ends in the one error that every failed decryption ends in. */
export async function assertDecryptFailed(action: () => MaybePromise<unknown>): Promise<void> {
  const error = await errorOf(action);
  assert(error instanceof AuthenticationError, `${error.name}: ${error.message}`);
  assert.deepEqual(
    { code: error.code, message: error.message, cause: error.cause },
    {
      code: "decrypt-failed",
      message: "the message could not be authenticated",
      cause: undefined,
    },
  );
}

/**
 * Runs `body` while `object[name]` is something else, and puts the original back whatever happens.
 */
export async function withReplaced<T extends object, K extends keyof T>(
  object: T,
  name: K,
  replacement: T[K],
  body: () => MaybePromise<void>,
): Promise<void> {
  const original = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, {
    value: replacement,
    configurable: true,
    writable: true,
  });
  try {
    await body();
  } finally {
    if (original === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, original);
  }
}
