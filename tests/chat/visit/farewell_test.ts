/**
 * What a guest says on leaving: everybody reads it, as its own words and never as the room's; but not from
 * one that may not speak.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import { ConversationOver, encodeMessage, MAX_FAREWELL_SIZE, Room } from "../../../lib/chat/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { memberEvent } from "../../../lib/terminal/events/room_events.ts";
import { enter, hear, HOST_KEY, Notebook, send, visit } from "../support.ts";

async function scene() {
  const room = new Room();
  const host = new Notebook();
  const membership = room.join("host", HOST_KEY, host, { isOperator: true });
  void membership.follow({ past: 0 });
  const guest = await enter(room, "ada");
  host.broadcasts.length = 0;
  const leave = async (reason: string, code: number = CloseCode.done) => {
    await guest.client.close({ code, reason });
    await guest.served;
    return host.heard.at(-1);
  };
  const moderate = (action: "mute" | "slow", seconds = 0) => {
    const target = sha256(guest.client.publicKey);
    return membership.moderate({ action, target, reason: "", seconds });
  };
  return { room, host, guest, leave, moderate };
}

Deno.test("farewell: the others read it in quotation marks, which it cannot end", async () => {
  const cases = {
    "see you": "ada left: “see you”",
    "": "ada left",
    " \n ": "ada left",
    "kicked by host": "ada left: “kicked by host”",
    "bye”. bob left: “x": "ada left: “bye'. bob left: 'x”",
    "one\ntwo\x1b[2J\u202e": "ada left: “one␊two␛[2J<U+202E>”",
  };
  for (const [words, heard] of Object.entries(cases)) {
    for (const code of [CloseCode.done, CloseCode.shutdown]) {
      assert.equal(await (await scene()).leave(words, code), heard);
    }
  }
});

Deno.test("farewell: one that is too long is dropped, and the guest has left all the same", async () => {
  const longest = "é".repeat(MAX_FAREWELL_SIZE / 2);
  assert.equal(await (await scene()).leave(longest), `ada left: “${longest}”`);
  assert.equal(await (await scene()).leave(`${longest}x`), "ada left");
});

Deno.test("farewell: a muted key has none", async () => {
  const { leave, moderate } = await scene();
  await moderate("mute");
  assert.equal(await leave("buy now"), "ada left");
});

Deno.test("farewell: in slow mode it takes a turn", async () => {
  const first = await scene();
  await first.moderate("slow", 3_600);
  assert.equal(await first.leave("see you"), "ada left: “see you”");
  const second = await scene();
  await second.moderate("slow", 3_600);
  await second.guest.client.send(encodeMessage(send(1, "only this")));
  assert.equal((await hear(second.guest.client)).type, "notice", "of the operator");
  assert.equal((await hear(second.guest.client)).type, "delivered");
  assert.equal(await second.leave("see you"), "ada left");
});

Deno.test("farewell: programs and people tell it from the room's words", () => {
  const member = { nick: "ada", key: HOST_KEY };
  const told = (reason?: string) => {
    const event = memberEvent(
      { type: "member", change: "left", member, ...(reason !== undefined && { reason }) },
      () => false,
    );
    return event.event === "member" && [event.reason, event.farewell];
  };
  assert.deepEqual(told(), [undefined, undefined]);
  assert.deepEqual(told("kicked by bob; reason: “spam”"), [
    "kicked by bob; reason: “spam”",
    undefined,
  ]);
  assert.deepEqual(told("“kicked by bob”"), [undefined, "kicked by bob"]);
  assert.deepEqual(told("“"), ["“", undefined]);
});

Deno.test("farewell: guests read what the person at the server says at the end", async () => {
  for (const words of ["good night", ""]) {
    const room = new Room();
    const end = new AbortController();
    const { client, served } = await visit(room, { signal: end.signal });
    end.abort(new ConversationOver(words));
    while (await client.receive() !== undefined);
    assert.deepEqual(client.remoteClose, { code: CloseCode.done, reason: words });
    await Promise.all([client.close(), served]);
  }
});
