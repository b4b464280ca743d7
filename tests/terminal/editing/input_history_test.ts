import assert from "node:assert/strict";
import { fileStore, memoryStore } from "../../../lib/identity/mod.ts";
import { InputHistory } from "../../../lib/terminal/editing/input_history.ts";

function historyIn(store = memoryStore("input_history")) {
  const told: string[] = [];
  return { history: new InputHistory(store, (problem) => told.push(problem)), store, told };
}

Deno.test("input history: what is added is there the next time", async () => {
  const { history, store } = historyIn();
  history.add("one");
  history.add("two\nthree");
  await history.flush();
  history.add("four");
  await history.flush();
  assert.deepEqual(await historyIn(store).history.load(), ["one", "two\nthree", "four"]);
});

Deno.test("input history: neither an invitation nor a huge entry is kept", async () => {
  const { history, store } = historyIn();
  history.add("join X25519-Chat://127.0.0.1:1/abc please");
  history.add("x".repeat(65_537));
  await history.flush();
  assert.equal(await store.read(), "");
});

Deno.test("input history: programs that add at once lose nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/input_history`;
    const both = [fileStore(path), fileStore(path)].map((store) => historyIn(store).history);
    for (let count = 0; count < 20; count++) both[count % 2]?.add(`entry ${count}`);
    await Promise.all(both.map((history) => history.flush()));
    const entries = await historyIn(fileStore(path)).history.load();
    const expected = Array.from({ length: 20 }, (_, index) => `entry ${index}`);
    assert.deepEqual([...entries].sort(), expected.sort());
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("input history: a damaged text is told once, and stays as it is", async () => {
  const damaged = "good\n\0\n";
  const { history, store, told } = historyIn(memoryStore("input_history", damaged));
  assert.deepEqual(await history.load(), []);
  history.add("new");
  await history.flush();
  assert.equal(await store.read(), damaged);
  assert.deepEqual(told, [
    "what you type is not remembered: input_history, line 2: it is not plain text; " +
    "fix the line or remove it",
  ]);
});

Deno.test("input history: a disk that fails is told once", async () => {
  const update = () => Promise.reject(new Error("no space is left"));
  const { history, told } = historyIn({ ...memoryStore("input_history"), update });
  for (const entry of ["one", "two"]) {
    history.add(entry);
    await history.flush();
  }
  assert.deepEqual(told, ["what you type is not remembered: Error: no space is left"]);
});
