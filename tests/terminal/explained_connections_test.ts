import assert from "node:assert/strict";
import type { ConnectionTrace, TraceEvent } from "../../lib/channel/mod.ts";
import { NetworkError } from "../../lib/errors.ts";
import type { Explanation } from "../../lib/explain/mod.ts";
import { ExplainedConnections } from "../../lib/terminal/explained_connections.ts";

const FAILURE: TraceEvent = { type: "failure", error: new NetworkError("cut", "it was cut") };
const START: TraceEvent = {
  type: "handshake",
  step: {
    kind: "start",
    role: "responder",
    protocolName: "Noise_XX_25519_AESCBC_SHA256",
    prologue: new Uint8Array(17),
    handshakeHash: new Uint8Array(32),
  },
};
const SPLIT: TraceEvent = {
  type: "handshake",
  step: { kind: "split", handshakeHash: new Uint8Array(32) },
};
const PROTOCOL: TraceEvent = {
  type: "protocol",
  direction: "in",
  role: "responder",
  name: "Noise_XX_25519_AESCBC_SHA256",
};

/** Connections on a clock that the test moves. */
function start() {
  const told: Explanation[] = [];
  const clock = { now: 0 };
  const connections = new ExplainedConnections({
    secrets: false,
    emit: (explanation) => told.push(explanation),
    now: () => clock.now,
  });
  return {
    connections,
    told,
    clock,
    kinds: () => told.map(({ kind, connection }) => `${kind} ${connection}`),
  };
}

function traced(trace: ConnectionTrace | undefined): ConnectionTrace {
  assert.ok(trace !== undefined, "it is explained");
  return trace;
}

function fail(trace: ConnectionTrace | undefined): void {
  traced(trace).event(FAILURE);
  trace?.ended?.();
}

function succeed(trace: ConnectionTrace | undefined): void {
  for (const event of [PROTOCOL, START, SPLIT]) traced(trace).event(event);
  trace?.ended?.();
}

Deno.test("explained connections: at most eight at once, and a ninth when one has ended", () => {
  const { connections, kinds } = start();
  const traces = Array.from({ length: 8 }, () => traced(connections.next()));
  assert.equal(connections.next(), undefined);
  assert.equal(connections.next(), undefined);
  traces[3].ended?.();
  traces[3].ended?.();
  assert.ok(connections.next() !== undefined);
  assert.equal(connections.next(), undefined);
  // Told once when it begins, and once at the end.
  assert.deepEqual(kinds(), ["omitted 9"]);
  connections.end();
  connections.end();
  assert.deepEqual(kinds(), ["omitted 9", "omitted 12"]);
});

Deno.test("explained connections: they are numbered as they come, with or without explanation", () => {
  const { connections, told } = start();
  fail(connections.next());
  fail(connections.next());
  assert.deepEqual(told.map(({ connection }) => connection), [1, 2]);
  connections.end();
  assert.equal(told.length, 2);
});

Deno.test("explained connections: after so many in a row, a few each minute", () => {
  const { connections, told, clock } = start();
  for (let count = 0; count < 33; count++) succeed(connections.next());
  assert.equal(connections.next(), undefined);
  assert.equal(told.at(-1)?.kind, "omitted");
  clock.now += 60_000;
  const later = Array.from({ length: 60 }, () => connections.next());
  for (const trace of later) trace?.ended?.();
  const explained = later.filter((trace) => trace !== undefined).length;
  assert.ok(explained > 0 && explained <= 8, `${explained} are explained`);
});

Deno.test("explained connections: when many have failed, only those that succeed are told of", () => {
  const { connections, told, kinds, clock } = start();
  for (let count = 0; count < 32; count++) {
    clock.now += 60_000;
    fail(connections.next());
  }
  assert.equal(told.length, 32);
  for (let count = 0; count < 3; count++) {
    clock.now += 60_000;
    fail(connections.next());
  }
  assert.deepEqual(kinds().slice(32), ["omitted 33"]);
  clock.now += 60_000;
  const trace = traced(connections.next());
  for (const event of [PROTOCOL, START]) trace.event(event);
  assert.equal(told.length, 33);
  trace.event(SPLIT);
  assert.deepEqual(kinds().slice(33), ["protocol 36", "start 36", "keys 36"]);
  trace.event(FAILURE);
  assert.equal(kinds().at(-1), "failure 36");
  connections.end();
  assert.match(told.at(-1)?.text[0] ?? "", /^3 connections were not explained/);
});
