import assert from "node:assert/strict";
import { fileStore } from "../../../lib/identity/mod.ts";
import { fixture, folderTest, Running, usageError } from "../fixtures/support.ts";

folderTest("file store: changes at once in one program are all made", async (folder) => {
  const path = `${folder}/file`;
  // Two stores, as two parts of a program that know nothing of each other have them.
  const stores = [fileStore(path), fileStore(path)];
  const lines = Array.from({ length: 60 }, (_, index) => `${index}\n`);
  await Promise.all(
    lines.map((line, index) => stores[index % 2].update((text) => text + line)),
  );
  const text = await Deno.readTextFile(path);
  assert.deepEqual(text.match(/.*\n/g)?.sort(), lines.sort());
});

/** Returns when something is written to a file that is no lock. */
async function nextWrite(folder: string): Promise<void> {
  for await (const { kind, paths } of Deno.watchFs(folder)) {
    if (kind !== "access" && paths.some((path) => !path.endsWith(".lock"))) return;
  }
}

folderTest("file store: a program that is killed leaves a whole file", async (folder) => {
  const path = `${folder}/file`;
  let last = 0;
  for (let round = 1; round <= 10; round++) {
    await using writer = new Running(fixture("rewrite_for_ever", [path]));
    for (let line = 0; line < round; line++) await writer.line();
    // Somewhere in the next change, and in every other round while it writes for certain.
    if (round % 2 === 0) await nextWrite(folder);
    const reported = Number(await writer.kill() ?? 0);
    const lines = (await Deno.readTextFile(path)).split("\n");
    assert.equal(lines.length, 20_001);
    assert.equal(lines.pop(), "");
    const generation = Number(lines[0]);
    assert.ok(lines.every((line) => line === lines[0]), "one generation, and all of it");
    assert.ok(generation >= reported && generation >= last + round, "and no older one");
    last = generation;
  }
  // The lock of the dead is free, and what they left behind goes with the next change.
  await fileStore(path).update(() => "alive\n");
  assert.equal(await Deno.readTextFile(path), "alive\n");
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
    "file",
    "file.lock",
  ]);
});

folderTest("file store: a lock that is held for too long is told", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  const locked = usageError(
    "bad-file",
    `${path} is locked by another program; end it and try again`,
  );
  await using holder = new Running(fixture("hold_lock", [path]));
  assert.equal(await holder.line(), "locked");
  let waits = 0;
  const store = fileStore(path, {
    get patience() {
      waits++;
      return 50;
    },
  });
  await assert.rejects(store.update(() => "new\n"), locked);
  await assert.rejects(store.update(() => "new\n"), locked);
  assert.equal(waits, 1, "the first wait is still under way: the second needs none of its own");
  assert.equal(await store.read(), "old\n", "to read takes no lock");
  assert.equal(await Deno.readTextFile(path), "old\n");
  const patient = fileStore(path).update((text) => `${text}patient\n`);
  await holder.endInput();
  await patient;
  // The lock that came too late is given back as soon as it is there.
  while (await store.update((text) => `${text}again\n`).then(() => false, () => true));
  assert.equal(await Deno.readTextFile(path), "old\npatient\nagain\n");
});
