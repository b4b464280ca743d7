import assert from "node:assert/strict";
import { QuietCollector, type Runtime } from "../../lib/server/quiet_collector.ts";

const MEBIBYTE = 1_048_576;

/** A process whose processor time and memory are as a test says. */
class Process implements Runtime {
  time = 0;
  held = 50 * MEBIBYTE;
  /** What a collection leaves. */
  used = 50 * MEBIBYTE;
  collections = 0;
  relaxations = 0;

  processorTime(): number {
    return this.time;
  }

  memory(): number {
    return this.held;
  }

  relax(): void {
    this.relaxations++;
  }

  collect(): Promise<void> {
    this.collections++;
    this.time += 500;
    this.held = this.used;
    return Promise.resolve();
  }
}

Deno.test("quiet collector: collects once when the start is over, and not again for nothing", async () => {
  const process = new Process();
  process.held = 80 * MEBIBYTE;
  using collector = new QuietCollector(process);
  for (let turn = 0; turn < 5; turn++) await collector.look();
  assert.equal(process.collections, 1);
  process.held += 7 * MEBIBYTE;
  await collector.look();
  assert.equal(process.collections, 1, "so little is not worth it");
});

Deno.test("quiet collector: waits until a busy time is over, and then collects what it has left", async () => {
  const process = new Process();
  using collector = new QuietCollector(process);
  await collector.look();
  for (let turn = 0; turn < 5; turn++) {
    process.time += 1_100;
    process.held += 100 * MEBIBYTE;
    await collector.look();
  }
  assert.equal(process.collections, 1, "whoever talks is not held up");
  process.time += 900;
  await collector.look();
  assert.equal(process.collections, 2);
  assert.equal(process.held, 50 * MEBIBYTE);
});

Deno.test("quiet collector: what is in use grows without a collection at each look", async () => {
  const process = new Process();
  using collector = new QuietCollector(process);
  for (let turn = 0; turn < 10; turn++) {
    process.held = process.used += 9 * MEBIBYTE;
    await collector.look();
    await collector.look();
  }
  assert.equal(process.collections, 10);
});

/** Makes garbage of 40 MiB and more that has survived for a while, which small collections leave. */
function makeGarbage(): number {
  return Array.from({ length: 1_000_000 }, (_, index) => ({ index })).length;
}

Deno.test("quiet collector: Deno itself gives back what nobody uses", async () => {
  assert.equal(makeGarbage(), 1_000_000);
  const before = Deno.memoryUsage().heapTotal;
  using collector = new QuietCollector();
  await collector.look();
  const freed = before - Deno.memoryUsage().heapTotal;
  assert.ok(freed > 24 * MEBIBYTE, `${freed} of ${before} bytes were given back`);
});

Deno.test("quiet collector: what can be made again is given up at each quiet look, and at no other", async () => {
  const process = new Process();
  using collector = new QuietCollector(process);
  for (let turn = 0; turn < 3; turn++) await collector.look();
  assert.equal(process.relaxations, 3);
  process.time += 1_100;
  await collector.look();
  assert.equal(process.relaxations, 3, "whoever talks goes on with what there is");
});
