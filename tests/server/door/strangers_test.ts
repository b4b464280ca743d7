import assert from "node:assert/strict";
import { NetworkError } from "../../../lib/errors.ts";
import { Strangers } from "../../../lib/server/door/strangers.ts";

const ERROR = new NetworkError("timed-out", "the handshake took too long");

Deno.test("strangers: one is told of, with its address and the reason", () => {
  const told: string[] = [];
  const strangers = new Strangers((text) => told.push(text));
  strangers.failed(ERROR, "192.0.2.1:5");
  assert.deepEqual(told, [
    "a connection from 192.0.2.1:5 came to nothing: the handshake took too long",
  ]);
});

Deno.test("strangers: a flood becomes a line once in a while, which counts the others", () => {
  const told: string[] = [];
  let now = 0;
  const strangers = new Strangers((text) => told.push(text), () => now);
  for (; now < 100_000; now++) strangers.failed(ERROR, `stranger ${now}`);
  assert.equal(told.length, 10);
  assert.match(told[0], /stranger 0 came to nothing: the handshake took too long$/);
  assert.match(told[1], /stranger 10000 came .* \(and 9999 more before it\)$/);
  now += 20_000;
  strangers.failed(ERROR, "the last one");
  strangers.failed(ERROR, "and one more");
  assert.match(told[10], /the last one came .* \(and 9999 more before it\)$/);
  now += 20_000;
  strangers.failed(ERROR, "much later");
  assert.match(told[11], /much later came .* \(and 1 more before it\)$/);
  now += 20_000;
  strangers.failed("not an error", "nobody before");
  assert.equal(told[12], "a connection from nobody before came to nothing: not an error");
});

Deno.test("strangers: their words stay on one line and do nothing to a terminal", () => {
  const told: string[] = [];
  new Strangers((text) => told.push(text)).failed(new Error("\x1b[2J\nhost: hello\u202e"), "x");
  assert.deepEqual(told, [
    "a connection from x came to nothing: \u241b[2J\u240ahost: hello<U+202E>",
  ]);
});

Deno.test("strangers: each who may not enter is told of by name, until there are too many", () => {
  const told: string[] = [];
  let now = 0;
  const strangers = new Strangers((text) => told.push(text), () => now);
  for (let period = 0; period < 3; period++, now += 10_000) {
    for (let count = 0; count < 1_000; count++) {
      strangers.refused(`SHA256:${count}`, "192.0.2.1:5", "only the invited may enter");
    }
    assert.equal(told.length, 10);
    assert.equal(
      told[0],
      "SHA256:0 at 192.0.2.1:5 may not enter: only the invited may enter",
    );
    assert.match(told[8], /^SHA256:8 .* may enter$/);
    assert.match(told[9], /^SHA256:9 .* may enter \(more are not told for some seconds\)$/);
    told.length = 0;
  }
});

Deno.test("strangers: a flood of the one kind does not hide the other", () => {
  const told: string[] = [];
  const strangers = new Strangers((text) => told.push(text), () => 0);
  for (let count = 0; count < 1_000; count++) strangers.failed(ERROR, `stranger ${count}`);
  strangers.refused("SHA256:x", "192.0.2.1:5", "only the invited may enter");
  assert.equal(told.length, 2);
  assert.match(told[1], /^SHA256:x /);
});
