import assert from "node:assert/strict";
import type { HandshakeEnd } from "../../../lib/chat/mod.ts";
import { AuthenticationError, NetworkError } from "../../../lib/errors.ts";
import { DoorReporter } from "../../../lib/server/door/door_reporter.ts";
import { key, print } from "../../support/doubles.ts";

const ERROR = new NetworkError("timed-out", "the handshake took too long");

/** A handshake that failed for a reason that a stranger may have chosen. */
function failed(error: unknown, address: string): HandshakeEnd {
  return { result: "failed", address, milliseconds: 1, error };
}

Deno.test("door reporter: one is told of, with its address and the reason", () => {
  const told: string[] = [];
  const reporter = new DoorReporter((text) => told.push(text));
  reporter.handshake(failed(ERROR, "192.0.2.1:5"));
  assert.deepEqual(told, [
    "a connection from 192.0.2.1:5 failed: the handshake took too long",
  ]);
});

Deno.test("door reporter: a flood becomes a line once in a while, which counts the others", () => {
  const told: string[] = [];
  let now = 0;
  const reporter = new DoorReporter((text) => told.push(text), () => now);
  for (; now < 100_000; now++) reporter.handshake(failed(ERROR, `stranger ${now}`));
  assert.equal(told.length, 10);
  assert.match(told[0], /stranger 0 failed: the handshake took too long$/);
  assert.match(told[1], /stranger 10000 failed: .* \(and 9999 more before it\)$/);
  now += 20_000;
  reporter.handshake(failed(ERROR, "the last one"));
  reporter.handshake(failed(ERROR, "and one more"));
  assert.match(told[10], /the last one failed: .* \(and 9999 more before it\)$/);
  now += 20_000;
  reporter.handshake(failed(ERROR, "much later"));
  assert.match(told[11], /much later failed: .* \(and 1 more before it\)$/);
  now += 20_000;
  reporter.handshake(failed("not an error", "nobody before"));
  assert.equal(told[12], "a connection from nobody before failed: not an error");
});

Deno.test("door reporter: their words stay on one line and do nothing to a terminal", () => {
  const told: string[] = [];
  new DoorReporter((text) => told.push(text))
    .handshake(failed(new Error("\x1b[2J\nhost: hello\u202e"), "x"));
  assert.deepEqual(told, [
    "a connection from x failed: \u241b[2J\u240ahost: hello<U+202E>",
  ]);
});

Deno.test("door reporter: each who may not enter is told of by name, until there are too many", () => {
  const told: string[] = [];
  let now = 0;
  const reporter = new DoorReporter((text) => told.push(text), () => now);
  for (let period = 0; period < 3; period++, now += 10_000) {
    for (let count = 0; count < 1_000; count++) {
      reporter.refused(key(count % 256), "192.0.2.1:5", "only the invited may enter");
    }
    assert.equal(told.length, 10);
    assert.equal(
      told[0],
      `${print(0)} at 192.0.2.1:5 may not enter: only the invited may enter`,
    );
    assert.ok(told[8].startsWith(print(8)) && told[8].endsWith(" may enter"), told[8]);
    assert.ok(told[9].startsWith(print(9)), told[9]);
    assert.match(told[9], /may enter \(further ones hidden for 10 s\)$/);
    told.length = 0;
  }
});

Deno.test("door reporter: a flood of the one kind does not hide the other", () => {
  const told: string[] = [];
  const reporter = new DoorReporter((text) => told.push(text), () => 0);
  for (let count = 0; count < 1_000; count++) {
    reporter.handshake(failed(ERROR, `stranger ${count}`));
  }
  reporter.refused(key(7), "192.0.2.1:5", "only the invited may enter");
  assert.equal(told.length, 2);
  assert.ok(told[1].startsWith(print(7)));
});

Deno.test("door reporter: a client that meets this server for the first time is no cause for alarm", () => {
  const told: string[] = [];
  const reporter = new DoorReporter((text) => told.push(text));
  const error = new NetworkError("hung-up", "the other side hung up");
  reporter.handshake({ result: "hung-up", address: "192.0.2.1:5", milliseconds: 1, error });
  assert.equal(told.length, 1);
  assert.match(
    told[0],
    /^a client at 192\.0\.2\.1:5 is asking its user whether to trust this server's key/,
  );
  assert.doesNotMatch(told[0], /fail/);
});

Deno.test("door reporter: of those who come in, and of the end of a refusal, nothing is told", () => {
  const told: string[] = [];
  const reporter = new DoorReporter((text) => told.push(text));
  reporter.handshake({ result: "accepted", address: "192.0.2.1:5", milliseconds: 1 });
  reporter.handshake({ result: "refused", address: "192.0.2.1:5", milliseconds: 1 });
  assert.deepEqual(told, []);
  // Nor does it keep quiet about the next one.
  reporter.turnedAway(new NetworkError("room-full", "the room is full"), "192.0.2.1:6");
  assert.deepEqual(told, ["a connection from 192.0.2.1:6 failed: the room is full"]);
});

Deno.test("door reporter: a guest that was banned before it had its place is one without the operator's words", () => {
  const told: string[] = [];
  const reporter = new DoorReporter((text) => told.push(text));
  const error = new AuthenticationError("key-refused", "you are banned; reason: sentinel");
  reporter.turnedAway(error, "192.0.2.1:5");
  assert.deepEqual(told, ["a connection from 192.0.2.1:5 failed: banned"]);
});
