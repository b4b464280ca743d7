import assert from "node:assert/strict";
import { CLOSE_TIMEOUT } from "../../lib/channel/mod.ts";
import { FAREWELL_TIMEOUT } from "../../lib/chat/mod.ts";
import { NetworkError } from "../../lib/errors.ts";
import { type EndingServer, endServer } from "../../lib/server/end_server.ts";
import { Clock } from "../channel/support.ts";

const LOST = new NetworkError("cut", "the connection was cut");

/** A server that is to end, and in which order what is done. */
function setUp(
  { isInteractive = false, lost, isHeadless = false }: {
    readonly isInteractive?: boolean;
    readonly lost?: unknown;
    readonly isHeadless?: boolean;
  } = {},
) {
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const guests = Promise.withResolvers<void>();
  const leaving = new AbortController();
  leaving.signal.addEventListener("abort", note("guests told"));
  const stop = new AbortController();
  const server: EndingServer = {
    listener: { close: note("door closed") },
    leaving,
    serving: guests.promise.then(note("guests gone")),
    room: { flush: note("room flushed") },
    host: isHeadless ? undefined : { lost },
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
  return { done, guests, stop, end, outcome: () => outcome };
}

Deno.test("end of a server: everybody is told, and has left, before it ends", async () => {
  using clock = new Clock();
  const { done, guests, end, outcome } = setUp();
  end();
  await clock.pass(100);
  assert.deepEqual(done, ["log: closing, end of input", "door closed", "guests told"]);
  guests.resolve();
  await clock.pass(0);
  assert.deepEqual(done.slice(3), [
    "guests gone",
    "room flushed",
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
