import assert from "node:assert/strict";
import { AuthenticationError } from "../../lib/errors.ts";
import { MAX_SEALED_OVERHEAD, SALT_SIZE, Sealer } from "../../lib/storage/sealer.ts";
import { KEY } from "./support.ts";

const SALT = new Uint8Array(SALT_SIZE).fill(1);
const TEXT = new TextEncoder().encode("what was said");

function sealer({ key = KEY, salt = SALT, purpose = "tests" } = {}): Sealer {
  return new Sealer(key, salt, purpose);
}

Deno.test("sealer: opens what it has sealed, and never seals it alike", () => {
  const sealed = sealer().seal("notes", 5, TEXT);
  assert.deepEqual(sealer().open("notes", 5, sealed), TEXT);
  assert.notDeepEqual(sealer().seal("notes", 5, TEXT), sealed);
  for (const size of [0, 1, 15, 16, 17, 100_000]) {
    const text = new Uint8Array(size).fill(9);
    const sealed = sealer().seal("notes", 0, text);
    assert.ok(sealed.length <= size + MAX_SEALED_OVERHEAD, `${sealed.length} for ${size}`);
    assert.deepEqual(sealer().open("notes", 0, sealed), text);
  }
});

Deno.test("sealer: a row opens in its own place alone, unchanged, under its own key", () => {
  const sealed = sealer().seal("notes", 5, TEXT);
  const fails = (work: () => unknown) => assert.throws(work, AuthenticationError);
  fails(() => sealer().open("notes", 6, sealed));
  fails(() => sealer().open("notes2", 5, sealed));
  fails(() => sealer().open("note", 5, sealed));
  fails(() => sealer({ key: new Uint8Array(32).fill(8) }).open("notes", 5, sealed));
  fails(() => sealer({ salt: new Uint8Array(SALT_SIZE) }).open("notes", 5, sealed));
  fails(() => sealer({ purpose: "other" }).open("notes", 5, sealed));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    fails(() => sealer().open("notes", 5, changed));
    fails(() => sealer().open("notes", 5, sealed.subarray(0, at)));
  }
});

Deno.test("sealer: the bits of a private key that X25519 does not look at make no difference", () => {
  const other = KEY.slice();
  other[0] = (other[0] ?? 0) ^ 7;
  other[31] = (other[31] ?? 0) ^ 0xc0;
  assert.deepEqual(sealer({ key: other }).open("notes", 1, sealer().seal("notes", 1, TEXT)), TEXT);
  assert.deepEqual(KEY, new Uint8Array(32).fill(7));
});

Deno.test("sealer: a mark is the same for the same bytes and key", () => {
  const id = new Uint8Array(16).fill(3);
  const mark = sealer().mark(id);
  assert.ok(Number.isInteger(mark) && mark >= 0 && mark < 2 ** 32);
  assert.equal(sealer().mark(id), mark);
  assert.notEqual(sealer().mark(new Uint8Array(16)), mark);
  assert.notEqual(sealer({ purpose: "other" }).mark(id), mark);
});
