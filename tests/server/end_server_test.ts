import assert from "node:assert/strict";
import { CLOSE_TIMEOUT } from "../../lib/channel/mod.ts";
import { ConversationOver, FAREWELL_TIMEOUT } from "../../lib/chat/mod.ts";
import { Interruption } from "../../lib/abort.ts";
import { NetworkError } from "../../lib/errors.ts";
import { type EndingServer, endServer } from "../../lib/server/end_server.ts";
import { Clock } from "../channel/support.ts";

const LOST = new NetworkError("cut", "the connection was cut");

/** A server that is to end, and in which order what is done. */
function setUp(
  { isInteractive = false, lost, isHeadless = false, isCatchingUp = false }: {
    readonly isInteractive?: boolean;
    readonly lost?: unknown;
    readonly isHeadless?: boolean;
    readonly isCatchingUp?: boolean;
  } = {},
) {
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const guests = Promise.withResolvers<void>();
  const caughtUp = Promise.withResolvers<void>();
  if (!isCatchingUp) caughtUp.resolve();
  const leaving = new AbortController();
  leaving.signal.addEventListener("abort", note("guests told"));
  const stop = new AbortController();
  const server: EndingServer = {
    listener: { close: note("door closed") },
    leaving,
    serving: guests.promise.then(note("guests gone")),
    room: {
      settle: () => Promise.resolve(void done.push("room settled")),
      caughtUp: () => caughtUp.promise.then(note("all caught up")),
      close: () => Promise.resolve(void done.push("room closed")),
    },
    host: isHeadless ? undefined : { lost, farewell: "", fallSilent: note("host silent") },
    screen: {
      isInteractive,
      show: (event) => Promise.resolve(void done.push(`shown: ${event.event}`)),
    },
    log: {
      closing: (reason) => void done.push(`log: closing, ${reason}`),
      closed: note("log: closed"),
      flush: () => Promise.resolve(void done.push("log: flushed")),
    },
    signal: stop.signal,
  };
  let outcome: unknown = "pending";
  const end = () => {
    void endServer(server).then(() => outcome = "ended", (error) => outcome = error);
  };
  return { done, guests, caughtUp, stop, leaving, end, outcome: () => outcome };
}

Deno.test("end of a server: everybody is told, and has left, before it ends", async () => {
  using clock = new Clock();
  const { done, guests, end, outcome } = setUp();
  end();
  await clock.pass(100);
  assert.deepEqual(done, [
    "log: closing, end of input",
    "door closed",
    "host silent",
    "room settled",
    "all caught up",
    "guests told",
  ]);
  guests.resolve();
  await clock.pass(0);
  assert.deepEqual(done.slice(6), [
    "guests gone",
    "room closed",
    "log: closed",
    "log: flushed",
    "shown: closed",
  ]);
  assert.equal(outcome(), "ended");
});

Deno.test("end of a server: a person waits for a few seconds, and is told of nothing lost", async () => {
  using clock = new Clock();
  const { done, end, outcome } = setUp({ isInteractive: true, lost: LOST });
  end();
  await clock.pass(CLOSE_TIMEOUT - 1);
  assert.equal(outcome(), "pending");
  await clock.pass(1);
  assert.equal(outcome(), "ended");
  assert.equal(done.at(-1), "shown: closed");
});

Deno.test("end of a server: with piped input a guest has a minute, and not to answer is an error", async () => {
  using clock = new Clock();
  const { done, end, outcome } = setUp();
  end();
  await clock.pass(FAREWELL_TIMEOUT - 1);
  assert.equal(outcome(), "pending");
  await clock.pass(1);
  const error = outcome();
  assert.ok(error instanceof NetworkError && error.code === "timed-out", String(error));
  assert.equal(done.includes("shown: closed"), false);
  assert.ok(done.includes("log: flushed"));
});

Deno.test("end of a server: those who still hear what was said before are told when they have", async () => {
  using clock = new Clock();
  const { done, guests, caughtUp, end, outcome } = setUp({ isCatchingUp: true });
  end();
  await clock.pass(FAREWELL_TIMEOUT - 1);
  assert.equal(done.at(-1), "room settled");
  caughtUp.resolve();
  guests.resolve();
  await clock.pass(0);
  assert.equal(outcome(), "ended");
  // Not for ever; and it is an error, where input was piped in.
  const slow = setUp({ isCatchingUp: true });
  slow.end();
  await clock.pass(FAREWELL_TIMEOUT);
  assert.ok(slow.done.includes("guests told"));
  slow.guests.resolve();
  await clock.pass(0);
  const error = slow.outcome();
  assert.ok(error instanceof NetworkError && error.code === "timed-out", String(error));
  // One that may be started again is not waited for: who comes back gets the rest.
  const headless = setUp({ isCatchingUp: true, isHeadless: true });
  headless.end();
  headless.guests.resolve();
  await clock.pass(0);
  assert.equal(headless.outcome(), "ended");
});

Deno.test("end of a server: what was lost with a guest is an error, where input was piped in", async () => {
  using clock = new Clock();
  const { guests, end, outcome } = setUp({ lost: LOST });
  end();
  guests.resolve();
  await clock.pass(0);
  assert.equal(outcome(), LOST);
});

Deno.test("end of a server: told to end, it waits for a few seconds, and that is no error", async () => {
  using clock = new Clock();
  for (const isHeadless of [true, false]) {
    const { done, stop, end, outcome } = setUp({ lost: LOST, isHeadless });
    stop.abort();
    end();
    await clock.pass(CLOSE_TIMEOUT - 1);
    assert.equal(outcome(), "pending");
    await clock.pass(1);
    assert.equal(outcome(), "ended");
    assert.equal(done[0], "log: closing, interrupted");
  }
});

Deno.test("end of a server: told to end while it waits, it waits for a few seconds more", async () => {
  using clock = new Clock();
  const { stop, end, outcome } = setUp();
  end();
  await clock.pass(FAREWELL_TIMEOUT / 2);
  stop.abort();
  await clock.pass(CLOSE_TIMEOUT - 1);
  assert.equal(outcome(), "pending");
  await clock.pass(1);
  assert.equal(outcome(), "ended");
});

Deno.test("end of a server: without a host a guest that does not answer is no error", async () => {
  using clock = new Clock();
  const { end, outcome } = setUp({ isHeadless: true });
  end();
  await clock.pass(FAREWELL_TIMEOUT);
  assert.equal(outcome(), "ended");
});

Deno.test("end of a server: it is over if a person ends it, else it may be started again", async () => {
  using clock = new Clock();
  for (
    const [isHeadless, cause, isOver] of [
      [false, undefined, true],
      [false, "SIGINT", true],
      [false, "SIGTERM", false],
      [false, "SIGHUP", false],
      [true, "SIGINT", false],
      [true, "SIGTERM", false],
    ] as const
  ) {
    const { guests, stop, leaving, end } = setUp({ isHeadless });
    if (cause !== undefined) stop.abort(new Interruption(cause));
    end();
    guests.resolve();
    await clock.pass(0);
    assert.equal(
      leaving.signal.reason instanceof ConversationOver,
      isOver,
      `${isHeadless} ${cause}`,
    );
  }
});
