import assert from "node:assert/strict";
import { MAX_UNANSWERED, Receipts } from "../../../lib/chat/mod.ts";
import { idOf } from "../support.ts";

function numbered(number: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, number);
  return id;
}

Deno.test("receipts: a request is carried out once, and answered as often as it comes", async () => {
  const receipts = new Receipts();
  const delivered = { type: "delivered", id: idOf(1), seq: 7 } as const;
  const refused = { type: "refused", id: idOf(2), reason: "muted" } as const;
  assert.deepEqual(await receipts.answer(idOf(1), () => Promise.resolve(delivered)), delivered);
  assert.deepEqual(await receipts.answer(idOf(2), () => Promise.resolve(refused)), refused);
  const never = () => assert.fail("carried out twice");
  assert.deepEqual(await receipts.answer(idOf(1), never), delivered);
  assert.deepEqual(await receipts.answer(idOf(2), never), refused);
});

Deno.test("receipts: a request that comes again before it is answered waits for the one answer", async () => {
  const receipts = new Receipts();
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const carryOut = async () => {
    count++;
    await promise;
    return { type: "delivered", id: idOf(1), seq: 1 } as const;
  };
  const answers = [receipts.answer(idOf(1), carryOut), receipts.answer(idOf(1), carryOut)];
  resolve();
  assert.deepEqual((await Promise.all(answers)).map(({ type }) => type), [
    "delivered",
    "delivered",
  ]);
  assert.equal(count, 1);
});

Deno.test("receipts: what went wrong beyond a refusal may be tried again", async () => {
  const receipts = new Receipts();
  await assert.rejects(receipts.answer(idOf(1), () => Promise.reject(new Error("disk full"))));
  const delivered = { type: "delivered", id: idOf(1), seq: 0 } as const;
  assert.deepEqual(await receipts.answer(idOf(1), () => Promise.resolve(delivered)), delivered);
});

Deno.test("receipts: the last 1,024 are remembered", async () => {
  const receipts = new Receipts();
  const carriedOut: number[] = [];
  const ask = (number: number) =>
    receipts.answer(numbered(number), () => {
      carriedOut.push(number);
      return Promise.resolve({ type: "delivered", id: numbered(number), seq: number });
    });
  for (let number = 0; number <= MAX_UNANSWERED; number++) await ask(number);
  carriedOut.length = 0;
  await ask(1);
  assert.deepEqual(carriedOut, []);
  await ask(0);
  assert.deepEqual(carriedOut, [0], "it was the one too many");
});

Deno.test("receipts: of many more, still the last 1,024, whatever they were", async () => {
  const receipts = new Receipts();
  const carriedOut: number[] = [];
  const ask = (number: number) =>
    receipts.answer(numbered(number), () => {
      carriedOut.push(number);
      const id = numbered(number);
      return Promise.resolve(
        number % 2 === 0
          ? { type: "delivered", id, seq: number }
          : { type: "refused", id, reason: "muted" },
      );
    });
  const last = 3 * MAX_UNANSWERED + 5;
  for (let number = 0; number <= last; number++) await ask(number);
  assert.equal(receipts.count, MAX_UNANSWERED);
  carriedOut.length = 0;
  for (let number = last; number > last - MAX_UNANSWERED; number--) await ask(number);
  assert.deepEqual(carriedOut, []);
  await ask(last - MAX_UNANSWERED);
  assert.deepEqual(carriedOut, [last - MAX_UNANSWERED]);
});
