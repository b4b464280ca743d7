import assert from "node:assert/strict";
import { countMessages } from "../../../lib/terminal/text/count_messages.ts";

Deno.test("count messages: one is one, and all else several", () => {
  assert.deepEqual([0, 1, 2].map(countMessages), ["0 messages", "1 message", "2 messages"]);
});
