import assert from "node:assert/strict";
import {
  AuthenticationError,
  NetworkError,
  ProtocolError,
  UsageError,
} from "../../../lib/errors.ts";
import { errorEvent, ExitStatus, exitStatus } from "../../../lib/terminal/events/error_event.ts";

Deno.test("report: the exit statuses are those that the documents name", () => {
  assert.deepEqual(ExitStatus, {
    fine: 0,
    unexpected: 1,
    usage: 2,
    network: 3,
    authentication: 4,
    interrupted: 130,
  });
});

Deno.test("report: every kind of error has its exit status", () => {
  assert.equal(exitStatus(new UsageError("usage", "")), 2);
  assert.equal(exitStatus(new UsageError("permission", "")), 2);
  assert.equal(exitStatus(new NetworkError("cut", "")), 3);
  assert.equal(exitStatus(new AuthenticationError("tampered", "")), 4);
  assert.equal(exitStatus(new ProtocolError("not-this-protocol", "")), 4);
  assert.equal(exitStatus(new Error("anything else")), 1);
  assert.equal(exitStatus("not even an error"), 1);
  assert.equal(exitStatus(undefined), 1);
});

Deno.test("report: an error is one sentence, with what to do where it does not say so itself", () => {
  assert.deepEqual(errorEvent(new NetworkError("name-not-found", "there is no host named x")), {
    event: "error",
    code: "name-not-found",
    message: "there is no host named x; check the spelling",
  });
  assert.deepEqual(errorEvent(new NetworkError("room-full", "the room is full")), {
    event: "error",
    code: "room-full",
    message: "the room is full",
  });
});

Deno.test("report: of a guest's connection it is told what happened, and no advice to connect", () => {
  for (
    const error of [
      new AuthenticationError("tampered", "the other side says that a message was altered"),
      new ProtocolError("frame-empty", "a frame is empty"),
      new NetworkError("cut", "the connection was cut"),
    ]
  ) {
    const { code, message } = error;
    assert.deepEqual(errorEvent(error, "guest"), { event: "error", code, message });
    assert.notEqual(errorEvent(error).message, message);
  }
});

Deno.test("report: what nobody expected says so, and where to find more", () => {
  const message = "x is not a function (unexpected: --verbose shows where)";
  for (const error of [new TypeError("x is not a function"), "x is not a function"]) {
    assert.deepEqual(errorEvent(error), { event: "error", code: "unexpected", message });
  }
});
