import assert from "node:assert/strict";
import { CloseCode } from "../../lib/channel/mod.ts";
import { endTalk } from "../../lib/client/ending.ts";
import { NetworkError } from "../../lib/errors.ts";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import { exitStatus } from "../../lib/terminal/events/error_event.ts";
import { IMPATIENT, type Stage, stage } from "./support.ts";

const LEFT: ChatEvent = { event: "closed", reason: "you left" };
const GOODBYE = `end ${CloseCode.shutdown}`;

/** Waits for the end of a talk, and ends it. */
async function part({ talk }: Stage): Promise<number> {
  return await endTalk(talk, await talk.end());
}

/** Fails unless the talk ends with this error, and nobody is told that it was closed as it should be. */
async function assertEndsWith(now: Stage, code: string, message?: RegExp): Promise<void> {
  await assert.rejects(part(now), (error) => {
    assert.ok(error instanceof NetworkError, String(error));
    assert.deepEqual([error.code, exitStatus(error)], [code, 3]);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
  assert.deepEqual(now.screen.events.filter(({ event }) => event === "closed"), []);
}

Deno.test("ending: the server left: 0, with its reason", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.server.goodbye("maintenance");
    assert.equal(await part(now), 0);
    assert.deepEqual(now.screen.events, [{ event: "closed", reason: "maintenance" }]);
    assert.deepEqual(now.server.calls, ["end"], "its goodbye is answered");
  }
});

Deno.test("ending: the server left and says no reason, nor takes a goodbye: 0 all the same", async () => {
  const now = stage({ patience: IMPATIENT });
  now.server.isReachable = false;
  now.server.goodbye();
  assert.equal(await part(now), 0);
  assert.deepEqual(now.screen.events, [{ event: "closed", reason: "the server left" }]);
});

Deno.test("ending: the server left before it confirmed everything: 3", async () => {
  for (const [count, words] of [[1, /\b1 message$/], [3, /\b3 messages$/]] as const) {
    const now = stage({ isPerson: false });
    now.server.unconfirmed = count;
    now.allSaid();
    now.server.goodbye();
    await assertEndsWith(now, "ended", words);
  }
});

Deno.test("ending: a person leaves: 0, once the server has answered, or after a moment", async () => {
  for (const isPolite of [true, false]) {
    const now = stage(isPolite ? {} : { patience: IMPATIENT });
    now.server.isPolite = isPolite;
    now.server.refused = 1;
    now.allSaid();
    assert.equal(await part(now), 0);
    assert.deepEqual(now.screen.events, [LEFT]);
    assert.deepEqual(now.server.calls, [`leave ${CloseCode.shutdown}`, GOODBYE, "abort"]);
  }
});

Deno.test("ending: a pipe has said all, and the server answers: 0", async () => {
  const now = stage({ isPerson: false });
  now.allSaid();
  assert.equal(await part(now), 0);
  assert.deepEqual(now.screen.events, [LEFT]);
  assert.deepEqual(now.server.calls, ["leave", GOODBYE, "abort"]);
});

Deno.test("ending: a pipe hears the server out, as long as something comes: 0", async () => {
  const left = { count: 30 };
  // It says one thing after the other, each a moment after the one before, for longer than a pipe
  // would wait for one.
  const sayOneMore = () => {
    if (left.count-- > 0) now.server.say("one more");
    else now.server.goodbye();
  };
  const now: Stage = stage({
    isPerson: false,
    patience: { ...IMPATIENT, farewell: 10 },
    hear: () => Promise.resolve(void setTimeout(sayOneMore, 1)),
  });
  now.server.isPolite = false;
  now.allSaid();
  now.server.say("the first");
  assert.equal(await part(now), 0);
  assert.equal(now.talk.heardCount, 31);
  assert.deepEqual(now.screen.events, [LEFT]);
});

Deno.test("ending: a pipe whose goodbye is not answered may have missed something: 3", async () => {
  const now = stage({ isPerson: false, patience: IMPATIENT });
  now.server.isPolite = false;
  now.server.say("one");
  now.allSaid();
  await assertEndsWith(now, "cut", /goodbye/);
});

Deno.test("ending: a pipe of which the room refused something: 3; a program has been told already", async () => {
  const now = stage({ isPerson: false });
  now.server.refused = 2;
  now.allSaid();
  await assertEndsWith(now, "not-taken", /refused 2 messages/);
  const program = stage({ isPerson: false, json: true });
  program.server.refused = 2;
  program.allSaid();
  assert.equal(await part(program), 0);
});

Deno.test("ending: interrupted: 130, and the server is told", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.server.refused = 1;
    now.interrupt();
    assert.equal(await part(now), 130);
    assert.deepEqual(now.screen.events, [LEFT]);
    assert.deepEqual(now.server.calls, [GOODBYE, "abort"]);
  }
});

Deno.test("ending: interrupted while the server is silent: 130, and what may be lost is told", async () => {
  const now = stage({ isPerson: false, patience: IMPATIENT });
  now.server.isReachable = false;
  now.server.unconfirmed = 2;
  now.interrupt();
  assert.equal(await part(now), 130);
  const [notice, closed] = now.screen.events;
  assert.ok(notice.event === "notice");
  assert.match(notice.text, /\b2 messages\b/);
  assert.deepEqual(closed, LEFT);
});

Deno.test("ending: a pipe that is interrupted while it waits for the answer: 130", async () => {
  const now = stage({ isPerson: false });
  now.server.isPolite = false;
  now.server.refused = 1;
  now.allSaid();
  const end = await now.talk.end();
  assert.equal(end, "all-said");
  const status = endTalk(now.talk, end);
  now.interrupt();
  assert.equal(await status, 130);
  assert.deepEqual(now.server.calls.at(-1), "abort");
});

Deno.test("ending: the connection is lost instead of an answer: that is an error", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.server.isPolite = false;
    now.allSaid();
    const end = await now.talk.end();
    const status = endTalk(now.talk, end);
    now.server.lose(new NetworkError("cut", "the connection was cut"));
    await assert.rejects(status, { code: "cut" });
  }
});
