import assert from "node:assert/strict";
import { fileStore } from "../../../lib/identity/mod.ts";
import { folderTest } from "../fixtures/support.ts";

/** Counts the looks at the disk, and holds each one up until it is let go. */
async function withLooks(
  work: (looks: PromiseWithResolvers<void>[]) => Promise<void>,
): Promise<void> {
  const { lstat } = Deno;
  const looks: PromiseWithResolvers<void>[] = [];
  const held: typeof lstat = async (path) => {
    // What is there at this moment, told later.
    const found = await lstat(path).catch((error: Error) => error);
    const look = Promise.withResolvers<void>();
    looks.push(look);
    await look.promise;
    if (found instanceof Error) throw found;
    return found;
  };
  Object.assign(Deno, { lstat: held });
  try {
    await work(looks);
  } finally {
    Object.assign(Deno, { lstat });
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

folderTest("those who ask while a file is being read share the next look at it", async (folder) => {
  const store = fileStore(`${folder}/list`);
  await withLooks(async (looks) => {
    const first = store.read();
    await until(() => looks.length === 1);
    const others = Array.from({ length: 50 }, () => store.read());
    looks[0]?.resolve();
    assert.equal(await first, "");
    const letGo = setInterval(() => looks.forEach((look) => look.resolve()), 1);
    try {
      assert.deepEqual(await Promise.all(others), Array.from({ length: 50 }, () => ""));
    } finally {
      clearInterval(letGo);
    }
    assert.equal(looks.length, 2);
  });
});

folderTest("nobody is given what stood in a file before they asked", async (folder) => {
  const path = `${folder}/list`;
  const store = fileStore(path);
  await withLooks(async (looks) => {
    const first = store.read();
    await until(() => looks.length === 1);
    // The first one has looked already, and found nothing.
    await Deno.writeTextFile(path, "a line\n", { mode: 0o600 });
    const second = store.read();
    looks[0]?.resolve();
    assert.equal(await first, "");
    const letGo = setInterval(() => looks.forEach((look) => look.resolve()), 1);
    try {
      assert.equal(await second, "a line\n");
    } finally {
      clearInterval(letGo);
    }
  });
});

folderTest("a read that fails does not end those that follow", async (folder) => {
  const path = `${folder}/list`;
  await Deno.mkdir(path);
  const store = fileStore(path);
  const results = await Promise.allSettled([store.read(), store.read(), store.read()]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  await Deno.remove(path);
  assert.equal(await store.read(), "");
});
