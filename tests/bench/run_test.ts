import assert from "node:assert/strict";
import type { Round, Subject } from "../../bench/harness/measure.ts";
import { run } from "../../bench/harness/run.ts";
import { measure, subject } from "./measured.ts";

const OPTIONS = { tree: "file:///here/", isQuick: false, tell: () => {} };

Deno.test("bench: rounds interleave, and each begins with another subject", async () => {
  const order: string[] = [];
  const noting = (name: string): Subject => ({
    name,
    run({ size }: Round) {
      order.push(`${name}${size}`);
      return Promise.resolve({ time: 1 });
    },
  });
  const subjects = [noting("a"), noting("b"), { ...noting("c"), maxRounds: 1 }];
  const result = await run(measure(subjects), OPTIONS);
  assert.deepEqual(order, ["a8", "b8", "c8", "b8", "a8", "a8", "b8"]);
  assert.deepEqual(result.subjects.map(({ rounds }) => rounds.length), [3, 3, 1]);
  order.length = 0;
  await run(measure(subjects), { ...OPTIONS, isQuick: true });
  assert.deepEqual(order, ["a4", "b4", "c4"]);
});

Deno.test("bench: another checkout is measured beside this one, and peers once", async () => {
  const trees: string[] = [];
  const own: Subject = {
    name: "ours",
    isOwn: true,
    run({ tree }) {
      trees.push(tree);
      return Promise.resolve({ time: 1 });
    },
  };
  const options = { ...OPTIONS, against: "file:///there/", rounds: 1 };
  const result = await run(measure([own, subject("theirs", [{ time: 2 }])]), options);
  assert.deepEqual(trees, ["file:///here/", "file:///there/"]);
  assert.deepEqual(result.subjects.map(({ name }) => name), ["ours", "ours (before)", "theirs"]);
});

Deno.test("bench: a peer that is missing, or fails, is left out, and why is told", async () => {
  let calls = 0;
  const failing: Subject = {
    name: "failing",
    run() {
      calls++;
      return Promise.reject(new Error("it has hung up\nat line 1"));
    },
  };
  const absent: Subject = { ...failing, name: "absent", whyNot: () => Promise.resolve("no such") };
  const result = await run(measure([failing, absent, subject("a", [{ time: 1 }])]), OPTIONS);
  assert.equal(calls, 1);
  assert.deepEqual(result.subjects.map(({ name }) => name), ["a"]);
  assert.deepEqual(result.skipped, [
    "sample, absent: no such",
    "sample, failing, at 8: it failed: it has hung up",
  ]);
});

Deno.test("bench: growths of the same sizes are read from the same rounds", async () => {
  const sizes: number[] = [];
  const growing: Subject = {
    name: "a",
    run({ size }) {
      sizes.push(size);
      return Promise.resolve({ time: 2 * size, all: size });
    },
  };
  const growth = { title: "", axis: "bytes", quickSizes: [1], steepest: 1, sizes: [1, 10] };
  const result = await run(
    measure([growing], [], [
      { ...growth, name: "one", quantity: "time" },
      { ...growth, name: "two", quantity: "all" },
    ]),
    { ...OPTIONS, rounds: 1 },
  );
  assert.deepEqual(sizes, [8, 1, 10]);
  const points = (name: string) => result.curves.get(name)?.[0].points;
  assert.deepEqual(points("one"), [{ size: 1, value: 2 }, { size: 10, value: 20 }]);
  assert.deepEqual(points("two"), [{ size: 1, value: 1 }, { size: 10, value: 10 }]);
});
