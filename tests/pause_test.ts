import assert from "node:assert/strict";
import { pause, turn } from "../lib/pause.ts";

Deno.test("pause: it ends at its time, or with the reason of a signal, and leaves no timer", async () => {
  await pause(0);
  const reason = new Error("enough");
  const abort = new AbortController();
  const waiting = pause(2 ** 30, abort.signal);
  abort.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(pause(2 ** 30, abort.signal), reason);
});

Deno.test("turn: what has arrived has its turn, while somebody takes one after the other", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let hasArrived = false;
  const arrival = (async () => {
    const [one, other] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
      listener.accept(),
    ]);
    hasArrived = true;
    one.close();
    other.close();
  })();
  while (!hasArrived) await turn();
  await arrival;
});

Deno.test("turn: where there is no setImmediate, a timer does", async () => {
  const { setImmediate } = globalThis;
  Object.assign(globalThis, { setImmediate: undefined });
  try {
    let isLater = false;
    queueMicrotask(() => isLater = true);
    await turn();
    assert.ok(isLater);
  } finally {
    Object.assign(globalThis, { setImmediate });
  }
});
