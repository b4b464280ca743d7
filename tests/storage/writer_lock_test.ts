import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { WriterLock } from "../../lib/storage/writer_lock.ts";
import { folderTest, Running, usageError } from "../identity/fixtures/support.ts";

function take(path: string): Promise<WriterLock> {
  return WriterLock.take(path, path, "a running server");
}

folderTest("writer lock: one at a time", async (folder) => {
  const path = `${folder}/history.db`;
  const inUse = usageError("bad-file", `${path} is in use by a running server; end that first`);
  const lock = await take(path);
  await assert.rejects(take(path), inUse);
  (await take(`${folder}/other.db`)).release();
  await assert.rejects(take(path), inUse);
  lock.release();
  (await take(path)).release();
});

folderTest("writer lock: a program that is killed has it no more", async (folder) => {
  const path = `${folder}/history.db`;
  const script = fileURLToPath(new URL("hold_lock.ts", import.meta.url));
  const flags = ["run", "--quiet", "--no-lock", "--allow-read", "--allow-write"];
  await using holder = new Running([Deno.execPath(), ...flags, script, path]);
  assert.equal(await holder.line(), "locked");
  const inUse = usageError("bad-file", `${path} is in use by a running server; end that first`);
  await assert.rejects(take(path), inUse);
  await holder.kill();
  (await take(path)).release();
});
