/**
 * Many numbered lines, and whether they have all arrived.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Program } from "../support/programs.ts";

/** Texts that end in 1, 2, 3, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

/** The texts as somebody pipes them. */
export function asLines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** Equality of long lists, with a short message. */
export function assertLines(actual: readonly string[], expected: readonly string[]): void {
  const index = expected.findIndex((line, index) => actual[index] !== line);
  assert.ok(
    index < 0,
    `line ${index + 1} is ${JSON.stringify(actual[index])?.slice(0, 200)}, ` +
      `not ${JSON.stringify(expected[index])?.slice(0, 200)}`,
  );
  assert.equal(actual.length, expected.length);
}

/** The `delivered` events tell of each line once, in order. */
export function assertAllDelivered(sender: Program, receiver: Program, count: number): void {
  const delivered = sender.events("delivered");
  assert.equal(delivered.length, count);
  assertLines(delivered.map(({ id }) => id), receiver.events("message").map(({ id }) => id));
}
