import assert from "node:assert/strict";
import { AuthenticationError, NetworkError } from "../../lib/errors.ts";
import { exitStatus } from "../../lib/terminal/events/error_event.ts";
import { isPending } from "../channel/support.ts";
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

Deno.test("talk: a pipe waits until all is confirmed, as long as it takes", async () => {
  const { server, talk, allSaid } = stage({ isPerson: false, patience: IMPATIENT });
  server.catchUp();
  server.unconfirmed = 1;
  allSaid();
  const ended = talk.end();
  // Long after a person would have been told that the server does not respond.
  await new Promise((resolve) => setTimeout(resolve, 10 * IMPATIENT.hasty));
  assert.deepEqual(server.calls, []);
  server.goodbye();
  assert.equal(await ended, "server-left");
});

Deno.test("talk: a pipe does not leave before it has heard what was said before", async () => {
  const { server, talk, allSaid, heard } = stage({ isPerson: false });
  allSaid();
  const ended = talk.end();
  server.say("earlier");
  assert.equal(await isPending(ended), true);
  server.catchUp();
  assert.equal(await ended, "all-said");
  assert.deepEqual(heard.map(({ type }) => type), ["message", "caught-up"]);
});

Deno.test("talk: it ends when all is said and confirmed; a person does not wait for the past", async () => {
  const { server, talk, allSaid } = stage();
  allSaid();
  assert.equal(await talk.end(), "all-said");
  assert.deepEqual(server.calls, []);
});

Deno.test("talk: a person does not wait for ever for what was said last to be confirmed", async () => {
  const { server, talk, allSaid } = stage({ patience: IMPATIENT });
  server.unconfirmed = 2;
  allSaid();
  await assert.rejects(talk.end(), (error) => {
    assert.ok(error instanceof NetworkError);
    assert.deepEqual([error.code, exitStatus(error)], ["timed-out", 3]);
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
