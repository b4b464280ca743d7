import assert from "node:assert/strict";
import { RecordCipher } from "../../../lib/channel/records/record_cipher.ts";
import { establish, pattern } from "../support.ts";

Deno.test("reading ahead: what a record costs does not grow with the records before it", async () => {
  const { client, server } = await establish({ cipher: "gcm" });
  // Each time that more is read ahead, this is asked.
  const asks = Object.getOwnPropertyDescriptor(RecordCipher.prototype, "isLastUnderWay");
  assert.ok(asks?.get !== undefined);
  const { get } = asks;
  let asked = 0;
  Object.defineProperty(RecordCipher.prototype, "isLastUnderWay", {
    configurable: true,
    get() {
      asked++;
      return get.call(this);
    },
  });
  try {
    // Slower than they are decrypted, so that each waits for the next one.
    for (let index = 0; index < 40; index++) {
      const receiving = server.receive();
      client.enqueue(pattern(40_000, index));
      await receiving;
    }
    assert.ok(asked > 0 && asked <= 40 * 4, `asked ${asked} times for 40 records`);
  } finally {
    Object.defineProperty(RecordCipher.prototype, "isLastUnderWay", asks);
    await Promise.all([client.close(), server.close()]);
  }
});
