import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  decodeRecord,
  encodeMessages,
  MAX_BATCH_SIZE,
  MessageBatch,
  RecordType,
} from "../../../lib/channel/mod.ts";
import { Outbox } from "../../../lib/channel/records/outbox.ts";
import { establish, pattern, same } from "../support.ts";

const MAX_PLAINTEXT = 65_500;

/** The messages of records in which no message is in parts. */
function messagesOf(plaintexts: readonly Uint8Array[]): Uint8Array[] {
  return plaintexts.flatMap((plaintext) => {
    const content = decodeRecord(plaintext);
    assert.equal(content.type, RecordType.messages);
    return content.type === RecordType.messages ? [...content.messages] : [];
  });
}

function drain(outbox: Outbox): Uint8Array[] {
  const plaintexts: Uint8Array[] = [];
  for (let next = outbox.next(); next !== undefined; next = outbox.next()) plaintexts.push(next);
  return plaintexts;
}

Deno.test("batch: what a record of the same messages has, in one memory for all outboxes", () => {
  const messages = [pattern(3), pattern(0), pattern(700)];
  const batch = new MessageBatch(messages);
  assert.ok(same(batch.plaintext, encodeMessages(messages)));
  assert.equal(batch.size, 2 + 3 + 2 + 2 + 700);
  const outboxes = Array.from({ length: 3 }, () => new Outbox(MAX_PLAINTEXT));
  for (const outbox of outboxes) {
    outbox.push(batch);
    assert.equal(outbox.size, batch.size, "each counts all of it");
    assert.equal(outbox.next(), batch.plaintext, "none has a copy");
    assert.equal(outbox.size, 0);
    assert.equal(outbox.next(), undefined);
  }
});

Deno.test("batch: none is empty, or larger than a record may be", () => {
  assert.throws(() => new MessageBatch([]), RangeError);
  assert.equal(new MessageBatch([pattern(MAX_BATCH_SIZE - 2)]).size, MAX_BATCH_SIZE);
  assert.throws(() => new MessageBatch([pattern(MAX_BATCH_SIZE - 1)]), RangeError);
  assert.throws(() => new MessageBatch([pattern(MAX_BATCH_SIZE - 4), pattern(1)]), RangeError);
});

Deno.test("batch: messages and batches leave in the order in which they were queued", () => {
  const message = fc.nat(4_000).map((size) => pattern(size));
  const batch = fc.array(message, { minLength: 1, maxLength: 6 });
  const item = fc.oneof({ weight: 2, arbitrary: message }, batch);
  fc.assert(fc.property(fc.array(item, { maxLength: 60 }), (items) => {
    const outbox = new Outbox(MAX_PLAINTEXT);
    let size = 0;
    for (const item of items) {
      outbox.push(item instanceof Uint8Array ? item : new MessageBatch(item));
      for (const { length } of [item].flat()) size += 2 + length;
      assert.equal(outbox.size, size);
    }
    const plaintexts = drain(outbox);
    assert.ok(plaintexts.every(({ length }) => length <= MAX_PLAINTEXT));
    const [left, queued] = [messagesOf(plaintexts), items.flat()];
    assert.equal(left.length, queued.length);
    assert.ok(left.every((message, index) => same(message, queued[index])));
    assert.equal(outbox.size, 0);
  }));
});

Deno.test("batch: small ones share a record, and one behind a message in parts waits for it", () => {
  const outbox = new Outbox(MAX_PLAINTEXT);
  const batch = new MessageBatch([pattern(10), pattern(20)]);
  for (const item of [batch, pattern(5), batch]) outbox.push(item);
  assert.equal(drain(outbox).length, 1);

  outbox.push(pattern(100_000));
  outbox.push(batch);
  assert.deepEqual(drain(outbox).map(([type]) => type), [
    RecordType.part,
    RecordType.lastPart,
    RecordType.messages,
  ]);
});

Deno.test("batch: a channel sends it between other messages, and gives back what was thrown away", async () => {
  const { client, server } = await establish();
  const batch = new MessageBatch([pattern(2), pattern(3)]);
  const received: number[] = [];
  assert.equal(server.enqueue(pattern(1)), true);
  assert.equal(server.enqueueBatch(batch), true);
  assert.equal(server.enqueue(pattern(4)), true);
  while (received.length < 4) received.push((await client.receive())?.length ?? -1);
  assert.deepEqual(received, [1, 2, 3, 4]);

  const large = new MessageBatch([pattern(30_000)]);
  assert.equal(server.enqueueBatch(large), true);
  assert.equal(server.enqueueBatch(large), true);
  assert.equal(server.enqueueBatch(large), false, "there is room for no more");
  await Promise.all([client.close(), server.close()]);
  assert.throws(() => server.enqueueBatch(batch), { code: "closed" });
});
