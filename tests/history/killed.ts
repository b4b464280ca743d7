/**
 * A program that writes a history and is killed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Running } from "../identity/fixtures/support.ts";
import { ALL, openLog, texts } from "./support.ts";

/** Kills it once it has said so often that a batch was taken; nothing of what it said may be missing. */
export async function killAndCount(folder: string, batches: number): Promise<void> {
  const path = `${folder}/history.db`;
  const script = fileURLToPath(new URL("keep_talking.ts", import.meta.url));
  const flags = ["run", "--quiet", "--no-lock", "--allow-read", "--allow-write"];
  await using talker = new Running([Deno.execPath(), ...flags, script, path]);
  let taken = 0;
  for (let count = 0; count < batches; count++) taken = Number(await talker.line());
  taken = Number(await talker.kill() ?? taken);
  const log = await openLog(path);
  // What it was not told of may be there as well, but no more than a batch.
  assert.ok(log.last >= taken && log.last <= taken + 5, `${log.last} of ${taken}`);
  const messages = await log.readAfter(0, ALL);
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    Array.from({ length: log.last - log.first + 1 }, (_, at) => log.first + at),
  );
  assert.deepEqual(texts(messages).map((text) => parseInt(text)), messages.map(({ seq }) => seq));
  await log.close();
}
