import assert from "node:assert/strict";
import {
  isLocal,
  lossReason,
  mayComeBack,
  mayTryAgain,
} from "../../../lib/client/reconnect/lost_connection.ts";
import {
  AuthenticationError,
  NetworkError,
  type NetworkErrorCode,
  ProtocolError,
  UsageError,
} from "../../../lib/errors.ts";

const network = (code: NetworkErrorCode) => new NetworkError(code, "what happened");

Deno.test("lost connection: cuts, full rooms and slow readers come back; the removed do not", () => {
  const codes = [
    "cut",
    "ended",
    "timed-out",
    "room-full",
    "too-slow",
    "connection-refused",
  ] as const;
  for (const code of codes) {
    assert.ok(mayComeBack(network(code)) && mayTryAgain(network(code)), code);
  }
  for (const code of ["removed", "not-taken"] as const) {
    assert.ok(!mayComeBack(network(code)) && !mayTryAgain(network(code)), code);
  }
});

Deno.test("lost connection: whatever is not authenticated, or against the protocol, is an end", () => {
  for (
    const error of [
      new AuthenticationError("tampered", "altered"),
      new AuthenticationError("key-changed", "another key"),
      new AuthenticationError("key-refused", "not allowed"),
      new ProtocolError("malformed-message", "malformed"),
      new UsageError("output", "a full disk"),
      new Error("a defect"),
    ]
  ) {
    assert.ok(!mayComeBack(error) && !mayTryAgain(error), error.message);
  }
});

Deno.test("lost connection: something else that answers in the server's place is the network's fault", () => {
  const other = new ProtocolError("not-this-protocol", "it seems to be HTTP");
  assert.deepEqual([mayComeBack(other), mayTryAgain(other)], [false, true]);
});

Deno.test("lost connection: what this machine finds out by itself is local", () => {
  for (const code of ["unreachable", "name-not-found"] as const) assert.ok(isLocal(network(code)));
  for (const code of ["connection-refused", "timed-out", "cut"] as const) {
    assert.ok(!isLocal(network(code)));
  }
  assert.ok(!isLocal(undefined));
});

Deno.test("lost connection: the reason fits into a sentence", () => {
  assert.equal(
    lossReason(new NetworkError("cut", "the connection was cut: it ended")),
    "the connection was cut",
  );
  assert.equal(lossReason(network("timed-out")), "what happened");
});
