import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { encodeMessage, encodeText } from "../../../lib/chat/mod.ts";
import { OutboxFile } from "../../../lib/client/outbox_file.ts";
import { type BlockEntry, blocksOf, decodeBlock, encodeBlock } from "../../../lib/history/block.ts";
import { SqliteLog } from "../../../lib/history/sqlite_log.ts";
import { Sealer } from "../../../lib/storage/sealer.ts";
import { attempt, attemptLater } from "../material.ts";
import type { Target } from "../target.ts";

const KEY = new Uint8Array(32).fill(3);
const SERVER = new Uint8Array(32).fill(4);

const person = fc.record({
  nick: fc.string({ unit: "grapheme" }),
  key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
}, { noNullPrototype: true });
const people = fc.array(person, { minLength: 1, maxLength: 4 });

/** The blocks of a history: what was sealed comes out as it was, and nothing else opens. */
export const blocks: Target = {
  name: "history-blocks",
  run(material) {
    const present = material.sample(people);
    let seq = 1 + material.below(1_000);
    const entries: BlockEntry[] = Array.from({ length: 1 + material.below(90) }, () => ({
      id: material.bytes(16),
      seq: material.chance(0.05) ? seq += 2 : seq++,
      time: material.below(2 ** 40),
      from: material.one(present),
      body: material.chance(0.1) ? undefined : material.bytes(material.size(100)),
    }));
    const sealer = new Sealer(KEY, SERVER, "fuzz");
    const read: BlockEntry[] = [];
    for (const block of blocksOf(entries)) {
      const [{ seq }] = block;
      const sealed = sealer.seal("blocks", seq, encodeBlock(block));
      read.push(...decodeBlock(seq, sealer.open("blocks", seq, sealed)));
      const altered = material.mutate(sealed);
      const opened = attempt(() => sealer.open("blocks", seq, altered));
      if (opened !== undefined) assert.deepEqual(altered, new Uint8Array(sealed));
      assert.equal(attempt(() => sealer.open("blocks", seq + 1, sealed)), undefined);
    }
    assert.deepEqual(read, entries);
    sealer.destroy();
  },
};

/** Works in a folder that is gone afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "x25519-chat-fuzz-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The bytes of files as the programs leave them. */
const files = inFolder(async (folder) => {
  const log = await SqliteLog.open(`${folder}/history`, KEY);
  const from = { nick: "ada", key: SERVER };
  for (let batch = 0; batch < 5; batch++) {
    await log.append(Array.from({ length: 20 }, (_, index) => ({
      id: new Uint8Array(16).fill(batch * 20 + index),
      time: 1_000 * batch,
      from,
      body: encodeText(`message ${index}`),
    })));
  }
  await log.close();
  const outbox = await OutboxFile.open(`${folder}/outbox`, KEY);
  outbox.begin(SERVER);
  outbox.change({
    added: Array.from({ length: 5 }, (_, index) => {
      const id = new Uint8Array(16).fill(index);
      return { id, time: 1, bytes: encodeMessage({ type: "send", id, body: encodeText("hello") }) };
    }),
    isSent: true,
    removed: [],
  });
  outbox.close();
  return {
    history: await Deno.readFile(`${folder}/history`),
    outbox: await Deno.readFile(`${folder}/outbox`),
  };
});

/** Whole files, damaged: they are refused in words, or what is read is what was written. */
export const databases: Target = {
  name: "databases",
  run(material) {
    return inFolder(async (folder) => {
      const { history, outbox } = await files;
      const path = `${folder}/file`;
      if (material.chance(0.5)) {
        await Deno.writeFile(path, material.mutate(history), { mode: 0o600 });
        const log = await attemptLater(() => SqliteLog.open(path, KEY));
        if (log === undefined) return;
        await attemptLater(async () => {
          for (const { from } of await log.readAfter(0, { count: 1000, size: 1e6 })) {
            assert.deepEqual(from.key, SERVER);
          }
        });
        await attemptLater(() => log.readBefore(Infinity, { count: 10, size: 1e6 }));
        await attemptLater(() => log.close());
      } else {
        await Deno.writeFile(path, material.mutate(outbox), { mode: 0o600 });
        const file = await attemptLater(() => OutboxFile.open(path, KEY));
        if (file === undefined) return;
        const kept = attempt(() => file.begin(SERVER));
        for (const { request } of kept?.kept ?? []) assert.equal(request.type, "send");
        attempt(() => file.close());
      }
    });
  },
};
