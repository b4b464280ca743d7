import assert from "node:assert/strict";
import { TimeLimit } from "../../lab/time_limit.ts";

Deno.test("time limit: it runs out, and says so in one sentence", async () => {
  using limit = new TimeLimit(0.001);
  limit.start();
  await assert.rejects(limit.exceeded, { message: "nothing happened for 0.001 seconds" });
  assert.ok(limit.isOver);
});

Deno.test("time limit: while it is stopped, or was never started, time does not count", async () => {
  using stopped = new TimeLimit(0.001);
  using unstarted = new TimeLimit(0.001);
  using disposed = new TimeLimit(0.001);
  using running = new TimeLimit(0.002);
  const exceeded: TimeLimit[] = [];
  for (const limit of [stopped, unstarted, disposed]) {
    limit.exceeded.catch(() => exceeded.push(limit));
  }
  stopped.start();
  stopped.stop();
  disposed[Symbol.dispose]();
  disposed.start();
  running.start();
  // Its end comes after theirs would have.
  await assert.rejects(running.exceeded);
  assert.deepEqual(exceeded, []);

  stopped.start();
  await assert.rejects(stopped.exceeded);
});
