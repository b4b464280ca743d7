import assert from "node:assert/strict";
import { encodeAction, encodeText } from "../../lib/chat/mod.ts";
import { folderTest } from "../identity/fixtures/support.ts";
import { ADA, BOB, newId, NOW, openLog } from "./support.ts";

/** A text as programs write it. */
const ENCODINGS: readonly ((text: string) => Uint8Array)[] = [
  (text) => new TextEncoder().encode(text),
  (text) => Uint8Array.from([...utf16(text)].flatMap((unit) => [unit & 0xff, unit >> 8])),
  (text) => Uint8Array.from([...utf16(text)].flatMap((unit) => [unit >> 8, unit & 0xff])),
];

function* utf16(text: string): Generator<number> {
  for (let at = 0; at < text.length; at++) yield text.charCodeAt(at);
}

function has(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const [first = 0, ...others] = wanted;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (others.every((byte, index) => bytes[at + 1 + index] === byte)) return true;
  }
  return false;
}

/** Which of some bytes stand in the files of a history. */
async function found(folder: string, wanted: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const files = await Promise.all(
    [...Deno.readDirSync(folder)].map(({ name }) => Deno.readFile(`${folder}/${name}`)),
  );
  assert.ok(files.some(({ length }) => length > 4096));
  return wanted.filter((bytes) => files.some((file) => has(file, bytes)));
}

const TEXTS = ["attack at dawn", "你好，世界", "привет", "🦊🦊"];

folderTest(
  "history: the files tell nothing of what was said, by whom, and under which id",
  async (folder) => {
    const path = `${folder}/history.db`;
    const log = await openLog(path);
    const people = [ADA, { ...BOB, nick: "鲍勃" }];
    const id = new TextEncoder().encode("an id of letters");
    const bodies = TEXTS.flatMap((text) => [encodeText(text), encodeAction(text)]);
    const said = bodies.map((body, at) => ({
      id: at === 0 ? id : newId(),
      time: NOW,
      from: people[at % 2] ?? ADA,
      body,
    }));
    await log.append(said.slice(0, 3));
    await log.append(said.slice(3));
    await log.setTopic({ topic: TEXTS[1] ?? "", by: ADA, time: NOW });
    const secrets = [
      ...[...TEXTS, "鲍勃"].flatMap((text) => ENCODINGS.map((encode) => encode(text))),
      ...people.map(({ key }) => key),
      id,
    ];
    // While it is open, when something was forgotten, and in the end.
    assert.deepEqual(await found(folder, secrets), []);
    await log.forget(2);
    assert.deepEqual(await found(folder, secrets), []);
    await log.close();
    assert.deepEqual(await found(folder, secrets), []);
  },
);

folderTest("history: what was forgotten is not even there encrypted", async (folder) => {
  const path = `${folder}/history.db`;
  const log = await openLog(path);
  await log.append([{ id: newId(), time: NOW, from: ADA, body: encodeText("x".repeat(9000)) }]);
  await log.append([{ id: newId(), time: NOW, from: ADA, body: encodeText("stays") }]);
  // A part of the ciphertext of each of its pages.
  const wal = await Deno.readFile(`${path}-wal`);
  const parts: Uint8Array[] = [];
  for (let at = 0; at + 4096 < wal.length; at += 512) {
    const part = wal.slice(at, at + 32);
    if (new Set(part).size > 20) parts.push(part);
  }
  const before = await found(folder, parts);
  assert.ok(before.length > 15, `${before.length}`);
  await log.forget(1);
  const after = await found(folder, parts);
  assert.ok(after.length < 5, `${after.length} of ${before.length}`);
  await log.close();
});
