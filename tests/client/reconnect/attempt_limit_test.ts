import assert from "node:assert/strict";
import { limitAttempts } from "../../../lib/client/reconnect/attempt_limit.ts";

const NEVER = new Promise<never>(() => {});

/** What is called when a limit is set for somebody. */
function limited(
  { allSaid = NEVER, ...who }: {
    isInteractive?: boolean;
    json?: boolean;
    reconnectFor?: number;
    allSaid?: Promise<unknown>;
  },
) {
  const over = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const limit = limitAttempts({
    reconnectFor: undefined,
    isInteractive: false,
    json: false,
    ...who,
    signal: leaving.signal,
    allSaid,
    onOver: over.resolve,
    onLeave: left.resolve,
  });
  return { limit, leaving, over: over.promise, left: left.promise };
}

Deno.test("limitAttempts: when the time is over, one attempt more is made", async () => {
  const { limit, over } = limited({ isInteractive: true, reconnectFor: 1 });
  using _limit = limit;
  assert.equal(limit.isOver, false);
  await over;
  assert.equal(limit.isOver, true);
});

Deno.test("limitAttempts: a person who has said everything leaves, and a program has its time", async () => {
  const person = limited({ isInteractive: true, allSaid: Promise.resolve() });
  await person.left;
  person.limit[Symbol.dispose]();
  const program = limited({ json: true, reconnectFor: 1, allSaid: Promise.resolve() });
  assert.equal(await Promise.race([program.over.then(() => "over"), program.left]), "over");
  program.limit[Symbol.dispose]();
});

Deno.test("limitAttempts: who is told to end does not wait", async () => {
  const { limit, leaving, left } = limited({});
  leaving.abort();
  await left;
  // The timer of a pipe is cleared: the test would tell of it.
  limit[Symbol.dispose]();
});
