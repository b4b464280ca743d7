import assert from "node:assert/strict";
import { type ConnectionTrace, RecordType, type TraceEvent } from "../../../lib/channel/mod.ts";
import { NetworkError } from "../../../lib/errors.ts";
import type { Explanation } from "../../../lib/explain/mod.ts";
import { ExplainedConnections } from "../../../lib/program/explain/explained_connections.ts";

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
const HELLO: TraceEvent = {
  type: "record",
  direction: "in",
  number: 0n,
  recordType: RecordType.messages,
  plaintext: Uint8Array.of(1, 0, 0),
  ciphertext: new Uint8Array(64),
};
const REFUSAL: TraceEvent = {
  type: "record",
  direction: "out",
  number: 0n,
  recordType: RecordType.close,
  plaintext: Uint8Array.of(0, 4),
  ciphertext: new Uint8Array(64),
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
  for (const event of [PROTOCOL, START, SPLIT, HELLO]) traced(trace).event(event);
  trace?.ended?.();
}

/** A stranger who has a key, which is refused. */
function beRefused(trace: ConnectionTrace | undefined): void {
  for (const event of [PROTOCOL, START, SPLIT, REFUSAL, HELLO]) traced(trace).event(event);
  trace?.ended?.();
}

/** A connection by which somebody has come in, and which goes on. */
function comeIn(trace: ConnectionTrace | undefined): ConnectionTrace {
  for (const event of [PROTOCOL, START, SPLIT, HELLO]) traced(trace).event(event);
  return traced(trace);
}

Deno.test("explained connections: at most eight at once, and a ninth when one has ended", () => {
  const { connections, told } = start();
  const traces = Array.from({ length: 8 }, () => comeIn(connections.next()));
  assert.equal(connections.next(), undefined);
  assert.equal(connections.next(), undefined);
  traces[3].ended?.();
  traces[3].ended?.();
  comeIn(connections.next());
  assert.equal(connections.next(), undefined);
  // Told once when it begins, and once at the end.
  const omitted = () =>
    told.filter(({ kind }) => kind === "omitted").map(({ connection }) => connection);
  assert.deepEqual(omitted(), [9]);
  connections.end();
  connections.end();
  assert.deepEqual(omitted(), [9, 12]);
});

Deno.test("explained connections: whoever is silent makes room, and costs nothing", () => {
  const { connections, told } = start();
  for (let count = 0; count < 1_000; count++) traced(connections.next());
  const trace = comeIn(connections.next());
  trace.event({ ...HELLO, number: 1n });
  const kinds = told.filter(({ connection }) => connection === 1_001).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["protocol", "start", "keys", "record", "record"]);
  assert.equal(told.length, kinds.length + 1, "and once, that some are left out");
});

Deno.test("explained connections: of one that was begun and gives way, that is told", () => {
  const { connections, kinds } = start();
  const slow = traced(connections.next());
  slow.event(PROTOCOL);
  for (let count = 0; count < 256; count++) connections.next();
  slow.event(START);
  slow.ended?.();
  assert.deepEqual(kinds(), ["protocol 1", "omitted 1"]);
});

Deno.test("explained connections: whoever is slow is explained while others come and are silent", () => {
  const { connections, told } = start();
  const slow = traced(connections.next());
  slow.event(PROTOCOL);
  for (let count = 0; count < 100; count++) connections.next();
  for (const event of [START, SPLIT, HELLO]) slow.event(event);
  const kinds = told.filter(({ connection }) => connection === 1).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["protocol", "start", "keys", "record"]);
});

Deno.test("explained connections: a ninth that comes in meanwhile is not explained any further", () => {
  const { connections, told } = start();
  const ninth = traced(connections.next());
  for (const event of [PROTOCOL, START, SPLIT]) ninth.event(event);
  for (let count = 0; count < 8; count++) comeIn(connections.next());
  ninth.event(HELLO);
  const kinds = told.filter(({ connection }) => connection === 1).map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 4), ["protocol", "start", "keys", "record"]);
  assert.equal(kinds.at(-1), "omitted");
});

Deno.test("explained connections: strangers take none of the time of guests", () => {
  const { connections, told } = start();
  for (let count = 0; count < 100; count++) fail(connections.next());
  for (let count = 0; count < 20; count++) succeed(connections.next());
  const guests = new Set(told.map(({ connection }) => connection).filter((number) => number > 100));
  assert.equal(guests.size, 20);
});

Deno.test("explained connections: what somebody says who was refused is not explained", () => {
  const { connections, told } = start();
  const trace = traced(connections.next());
  for (const event of [PROTOCOL, START, SPLIT, REFUSAL]) trace.event(event);
  const before = told.length;
  for (let number = 0n; number < 100n; number++) trace.event({ ...HELLO, number });
  assert.equal(told.length, before);
});

Deno.test("explained connections: who proves a key and is refused has not got in", () => {
  const { connections, told, clock } = start();
  for (let count = 0; count < 200; count++) {
    clock.now += 60_000;
    beRefused(connections.next());
  }
  const shown = new Set(told.map(({ connection }) => connection));
  // Those 32, and the first of the others, of which it is told that they are left out.
  assert.equal(shown.size, 33);
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
  for (let count = 0; count < 70; count++) succeed(connections.next());
  const before = new Set(told.map(({ connection }) => connection)).size;
  succeed(connections.next());
  assert.equal(told.at(-1)?.kind, "omitted");
  clock.now += 60_000;
  for (let count = 0; count < 60; count++) succeed(connections.next());
  const after = new Set(told.map(({ connection }) => connection)).size;
  assert.ok(after > before && after <= before + 16, `${after - before} are explained`);
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
  assert.equal(told.length, 33);
  trace.event(HELLO);
  assert.deepEqual(kinds().slice(33), ["protocol 36", "start 36", "keys 36", "record 36"]);
  trace.event(FAILURE);
  assert.equal(kinds().at(-1), "failure 36");
  connections.end();
  assert.match(told.at(-1)?.text[0] ?? "", /^3 connections were not explained/);
});
