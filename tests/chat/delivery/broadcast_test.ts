import assert from "node:assert/strict";
import { Broadcast, decodeRoomMessage } from "../../../lib/chat/mod.ts";
import { idOf } from "../support.ts";

Deno.test("broadcast: a message for many is encoded once", () => {
  const broadcast = new Broadcast({ type: "delivered", id: idOf(1), seq: 1 });
  assert.equal(broadcast.bytes, broadcast.bytes);
  assert.deepEqual(decodeRoomMessage(broadcast.bytes), broadcast.message);
});
