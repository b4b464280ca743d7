import assert from "node:assert/strict";
import { fileStore } from "../../../lib/identity/mod.ts";
import { killAndRead } from "../fixtures/kill.ts";
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

folderTest("file store: a program that is killed leaves a whole file", async (folder) => {
  await killAndRead(folder, 2);
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
