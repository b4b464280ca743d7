import assert from "node:assert/strict";
import { entry, NOW, openLog, textsIn } from "../../history/support.ts";
import { folderTest } from "../../identity/fixtures/support.ts";

folderTest("keep: it looks by itself, in time", async (folder) => {
  let now = NOW;
  const log = await openLog(`${folder}/history.db`, { keep: { age: 1000 }, now: () => now });
  await log.append([entry("short")]);
  now += 2000;
  // The timer is set to a second; nothing but time is waited for.
  while (log.first === 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(await textsIn(log), []);
  await log.close();
});
