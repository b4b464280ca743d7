import assert from "node:assert/strict";
import { newMessageId } from "../../../lib/chat/wire/message_id.ts";
import { hex } from "../../../lib/crypto/mod.ts";

Deno.test("message id: 6 bytes of the time, big-endian, and 10 random ones", () => {
  // 2026-01-01, which has more than 32 bits of milliseconds.
  const time = 0x019b76daa800;
  const id = newMessageId(time);
  assert.equal(id.length, 16);
  assert.equal(hex(id.subarray(0, 6)), "019b76daa800");
  assert.notDeepEqual(id.subarray(6), newMessageId(time).subarray(6));
});

Deno.test("message id: the time is that of the clock", () => {
  const before = Date.now();
  const time = parseInt(hex(newMessageId().subarray(0, 6)), 16);
  assert.ok(before <= time && time <= Date.now());
});
