import assert from "node:assert/strict";
import { CloseCode } from "../../lib/channel/mod.ts";
import { AuthenticationError, NetworkError } from "../../lib/errors.ts";
import { exitStatus } from "../../lib/terminal/events/error_event.ts";
import { IMPATIENT, stage } from "./support.ts";

const CUT = new NetworkError("cut", "the connection was cut");

Deno.test("talk: it ends when the server says goodbye, and all that it said before was heard", async () => {
  const { server, talk, heard } = stage();
  server.say("one");
  server.say("two");
  server.goodbye();
  assert.equal(await talk.end(), "server-left");
  assert.deepEqual([heard.length, talk.heardCount, server.calls], [2, 2, []]);
});

Deno.test("talk: it ends when it is interrupted, whatever is still to be said or confirmed", async () => {
  for (const isPerson of [true, false]) {
    const { server, talk, allSaid, interrupt } = stage({ isPerson });
    server.unconfirmed = 1;
    allSaid();
    interrupt();
    assert.equal(await talk.end(), "interrupted");
  }
});

Deno.test("talk: a pipe waits until all is confirmed before it says goodbye, as long as it takes", async () => {
  const { server, talk, allSaid } = stage({ isPerson: false, patience: IMPATIENT });
  server.unconfirmed = 1;
  allSaid();
  const ended = talk.end();
  // Long after a person would have been told that the server does not respond.
  await new Promise((resolve) => setTimeout(resolve, 10 * IMPATIENT.hasty));
  assert.deepEqual(server.calls, ["leave"]);
  server.goodbye();
  assert.equal(await ended, "server-left");
});

Deno.test("talk: it ends when all is said and confirmed; a person does not wait for last words", async () => {
  const cases = [[true, `leave ${CloseCode.shutdown}`], [false, "leave"]] as const;
  for (const [isPerson, call] of cases) {
    const { server, talk, allSaid } = stage({ isPerson });
    allSaid();
    assert.equal(await talk.end(), "all-said");
    assert.deepEqual(server.calls, [call]);
  }
});

Deno.test("talk: a person is told if the server does not confirm what was said last", async () => {
  const { server, talk, allSaid } = stage({ patience: IMPATIENT });
  server.unconfirmed = 2;
  allSaid();
  await assert.rejects(talk.end(), (error) => {
    assert.ok(error instanceof NetworkError);
    assert.deepEqual([error.code, exitStatus(error)], ["timed-out", 3]);
    assert.match(error.message, /\b2 messages\b/);
    return true;
  });
});

Deno.test("talk: a lost connection is an error, and its reason the exit status", async () => {
  const tampered = new AuthenticationError("tampered", "a message was altered");
  for (const [error, status] of [[CUT, 3], [tampered, 4]] as const) {
    const { server, talk } = stage();
    server.lose(error);
    await assert.rejects(talk.end(), error);
    assert.equal(exitStatus(error), status);
  }
});

Deno.test("talk: where sending fails, what arrives tells why", async () => {
  const removed = new NetworkError("removed", "you were removed");
  const { server, talk, sendingFails } = stage();
  const ended = talk.end();
  sendingFails(CUT);
  server.lose(removed);
  await assert.rejects(ended, removed);
});

Deno.test("talk: where sending fails and nothing arrives, that is the reason", async () => {
  const { talk, sendingFails } = stage({ patience: IMPATIENT });
  sendingFails(CUT);
  await assert.rejects(talk.end(), CUT);
});

Deno.test("talk: the room is read no faster than what it says is shown", async () => {
  const shown = Promise.withResolvers<void>();
  const { server, talk } = stage({ hear: () => shown.promise });
  server.say("one");
  server.say("two");
  server.goodbye();
  const ended = talk.end();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(talk.heardCount, 1);
  shown.resolve();
  assert.equal(await ended, "server-left");
  assert.equal(talk.heardCount, 2);
});
