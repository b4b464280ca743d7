import assert from "node:assert/strict";
import { encodeMessage, type Participant } from "../../../lib/chat/mod.ts";
import { encodeMembers } from "../../../lib/chat/visit/encode_members.ts";
import { MAX_MEMBERS_PER_MESSAGE } from "../../../lib/chat/wire/messages.ts";
import { same } from "../../channel/support.ts";
import { keyOf } from "../support.ts";

function member(index: number): Participant {
  return {
    nick: `mémbër-${"x".repeat(index % 20)}${index}`,
    key: keyOf(index),
    ...(index % 3 === 0 && { operator: true as const }),
    ...(index % 5 === 0 && { away: true as const }),
  };
}

function assertEncoded(members: readonly Participant[]): void {
  const messages = [...encodeMembers(members)];
  assert.equal(messages.length, Math.ceil(members.length / MAX_MEMBERS_PER_MESSAGE));
  for (const [index, bytes] of messages.entries()) {
    const first = index * MAX_MEMBERS_PER_MESSAGE;
    const some = members.slice(first, first + MAX_MEMBERS_PER_MESSAGE);
    assert.ok(same(bytes, encodeMessage({ type: "members", members: some })), `${some.length}`);
  }
}

Deno.test("encode members: the very bytes of the messages, in a room of any size", () => {
  const members = Array.from({ length: 1100 }, (_, index) => member(index));
  for (const count of [0, 1, 2, 23, 24, 25, 255, 256, 257, 499, 500, 501, 1000, 1001, 1100]) {
    assertEncoded(members.slice(0, count));
  }
});

Deno.test("encode members: one who has changed is told as they are now", () => {
  const [ada, bob] = [member(1), member(2)];
  assertEncoded([ada, bob]);
  assertEncoded([{ ...ada, nick: "eve" }, { ...bob, away: true }]);
  assertEncoded([bob, ada]);
});
