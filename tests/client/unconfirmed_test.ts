import assert from "node:assert/strict";
import { encodeText, type NewRequest, UnansweredRequests } from "../../lib/chat/mod.ts";
import { InputLines } from "../../lib/client/input_lines.ts";
import { Unconfirmed, type UnconfirmedOptions } from "../../lib/client/unconfirmed.ts";

/** An account of two messages that are not confirmed, and what programs were told of them. */
function account(options: Partial<UnconfirmedOptions> = {}) {
  const unanswered = new UnansweredRequests();
  const lines = new InputLines();
  for (const line of [1, 2]) {
    const request: NewRequest = { type: "send", body: encodeText(`${line}`) };
    unanswered.add(request, { line });
    lines.read(line);
  }
  const told: string[] = [];
  const unconfirmed = new Unconfirmed({
    room: {
      lines,
      get pending() {
        return unanswered.all;
      },
    },
    conversation: {
      tellUndelivered: (_, reason, line) => Promise.resolve(void told.push(`${line}: ${reason}`)),
    },
    isInteractive: false,
    json: false,
    outbox: undefined,
    ...options,
  });
  return { unconfirmed, unanswered, told };
}

Deno.test("unconfirmed: a person is told how many", async () => {
  const { unconfirmed, unanswered, told } = account({ isInteractive: true });
  assert.equal(unconfirmed.count, 2);
  const [first] = unanswered.all;
  assert.ok(first !== undefined);
  unanswered.remove(first.id);
  assert.equal(await unconfirmed.giveUp("gone"), "1 message may not have arrived");
  assert.deepEqual(told, []);
  const everything = account({ isInteractive: true });
  for (const { id } of everything.unanswered.all) everything.unanswered.remove(id);
  assert.equal(await everything.unconfirmed.giveUp("gone"), undefined);
});

Deno.test("unconfirmed: of a pipe the first line is named, and whether its end was read", async () => {
  const cut = account();
  assert.match(await cut.unconfirmed.giveUp("gone") ?? "", /^line 1 .*, nor 1 after it; the rest/);
  const ended = account();
  ended.unconfirmed.isAtEnd = true;
  assert.match(await ended.unconfirmed.giveUp("gone") ?? "", /^line 1 .*, nor 1 after it$/);
  assert.deepEqual(ended.told, []);
});

Deno.test("unconfirmed: a program is told of each, once", async () => {
  const { unconfirmed, told } = account({ json: true });
  const missing = await unconfirmed.giveUp("gone");
  assert.match(missing ?? "", /^line 1 .*, nor 1 after it$/, "its input need not end");
  assert.equal(await unconfirmed.giveUp("another reason"), missing);
  assert.deepEqual(told, ["1: gone", "2: gone"]);
});

Deno.test("unconfirmed: what is kept for the next time is not given up", async () => {
  const program = account({ json: true, outbox: { keptIn: "box" } });
  await program.unconfirmed.giveUp("gone");
  assert.deepEqual(program.told, []);
  const person = account({ isInteractive: true, outbox: { keptIn: "box" } });
  const missing = await person.unconfirmed.giveUp("gone");
  assert.equal(
    missing,
    "2 messages not confirmed; box keeps what is not confirmed for the next time",
  );
  // Unless it has failed.
  const failed = account({ isInteractive: true, outbox: { keptIn: undefined } });
  assert.equal(await failed.unconfirmed.giveUp("gone"), "2 messages may not have arrived");
});
