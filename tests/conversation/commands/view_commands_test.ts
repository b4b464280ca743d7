import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import {
  type Arguments,
  runNamed,
  runTyped,
} from "../../../lib/conversation/commands/command_table.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { type MessageEvent, Scrollback } from "../../../lib/conversation/commands/scrollback.ts";
import { viewCommands } from "../../../lib/conversation/commands/view_commands.ts";
import { commandContext, key, print } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "Bob", key: key(2) };

function message(seq: number): MessageEvent {
  return {
    event: "message",
    id: "0".repeat(32),
    seq,
    time: "2026-01-02T03:04:05.000Z",
    from: { nick: "ada", fingerprint: print(1), verified: false },
    text: `text ${seq}`,
    private: false,
    action: false,
    history: false,
  };
}

function setUp() {
  const scrollback = new Scrollback();
  const ignored = new Map<string, string>();
  const others: Participant[] = [ADA, BOB];
  const shown: ChatEvent[] = [];
  const commands = viewCommands({
    scrollback,
    ignored,
    room: { self: { nick: "me", key: key(100) }, others },
    show: (event) => Promise.resolve(void shown.push(event)),
  });
  const typed = async (line: string): Promise<string[]> => {
    const context = commandContext();
    assert.equal(await runTyped(line, commands, context), undefined);
    return context.told;
  };
  const named = async (name: string, given: Arguments = {}): Promise<string[]> => {
    const context = commandContext();
    await runNamed(name, given, commands, context);
    return context.told;
  };
  /** The places in the room's order of what was shown since the last time. */
  const seqs = () => shown.splice(0).map((event) => event.event === "message" && event.seq);
  return { scrollback, ignored, others, shown, typed, named, seqs };
}

Deno.test("/history: shows the last twenty messages, or as many as are asked for", async () => {
  const { scrollback, typed, named, seqs } = setUp();
  for (let seq = 1; seq <= 25; seq++) scrollback.add(message(seq));
  const last = (count: number) => Array.from({ length: count }, (_, index) => 26 - count + index);
  assert.deepEqual(await typed("/history"), []);
  assert.deepEqual(seqs(), last(20));
  assert.deepEqual(await named("history"), []);
  assert.deepEqual(seqs(), last(20));
  await typed("/history 3");
  assert.deepEqual(seqs(), last(3));
  await named("history", { count: "3" });
  assert.deepEqual(seqs(), last(3));
  await typed("/history 9999");
  assert.deepEqual(seqs(), last(25));
});

Deno.test("/history: what it shows is marked as history", async () => {
  const { scrollback, typed, shown } = setUp();
  scrollback.add(message(1));
  await typed("/history");
  assert.deepEqual(shown, [{ ...message(1), history: true }]);
});

Deno.test("/history: says if there is nothing, and what it takes", async () => {
  const { scrollback, typed, named, shown } = setUp();
  assert.deepEqual(await typed("/history"), ["nothing has been said yet"]);
  scrollback.add(message(1));
  const form = "write /history, or /history 50";
  for (const count of ["0", "-1", "1.5", "x", "10000", "0x5", "5e1", "٣", "007"]) {
    assert.deepEqual(await typed(`/history ${count}`), [form]);
    await assert.rejects(named("history", { count }), { code: "usage", message: form });
  }
  await assert.rejects(named("history", { count: "" }), { code: "usage", message: form });
  assert.deepEqual(await typed("/history 1 2"), ["write /history [COUNT]"]);
  assert.deepEqual(shown, []);
});

Deno.test("/ignore: remembers whose key it is, and says so", async () => {
  const { ignored, typed, named } = setUp();
  assert.deepEqual(await typed("/ignore"), ["you ignore nobody"]);
  assert.deepEqual(await typed("/ignore BOB"), [
    "Bob is ignored until you leave or type /unignore Bob",
  ]);
  assert.deepEqual(await named("ignore", { name: print(1) }), [
    "ada is ignored until you leave or type /unignore ada",
  ]);
  assert.deepEqual([...ignored], [[print(2), "Bob"], [print(1), "ada"]]);
  assert.deepEqual(await typed("/ignore"), ["you ignore Bob, ada"]);
  assert.deepEqual(await named("ignore"), ["you ignore Bob, ada"]);
});

Deno.test("/ignore: the same key again, by another name, is one", async () => {
  const { ignored, others, typed } = setUp();
  await typed("/ignore Bob");
  others[1] = { ...BOB, nick: "rob" };
  await typed("/ignore rob");
  assert.deepEqual([...ignored], [[print(2), "rob"]]);
});

Deno.test("/ignore: somebody who is not there cannot be ignored", async () => {
  const { ignored, others, typed, named } = setUp();
  assert.deepEqual(await typed("/ignore eve"), ["no eve here; present: ada, Bob"]);
  assert.deepEqual(await typed("/ignore ada Bob"), ["write /ignore [NAME]"]);
  assert.deepEqual(await typed("/ignore me"), ["that is you"]);
  await assert.rejects(named("ignore", { name: "eve" }), { code: "usage" });
  others.length = 0;
  assert.deepEqual(await typed("/ignore ada"), ["nobody else is here"]);
  assert.equal(ignored.size, 0);
});

Deno.test("/unignore: by the name that they had, or by fingerprint, also when they are gone", async () => {
  for (const whom of ["Bob", print(2)]) {
    const { ignored, others, typed, named } = setUp();
    await typed("/ignore bob");
    others.length = 0;
    assert.deepEqual(await typed(`/unignore ${whom}`), ["Bob is no longer ignored"]);
    assert.equal(ignored.size, 0);
    ignored.set(print(2), "Bob");
    assert.deepEqual(await named("unignore", { name: whom }), ["Bob is no longer ignored"]);
    assert.equal(ignored.size, 0);
  }
});

Deno.test("/unignore: by a name in capitals or small letters, and by the one that they have now", async () => {
  const { ignored, others, typed } = setUp();
  await typed("/ignore Bob");
  assert.deepEqual(await typed("/unignore BOB"), ["Bob is no longer ignored"]);
  await typed("/ignore Bob");
  others[1] = { ...BOB, nick: "rob" };
  assert.deepEqual(await typed("/unignore Rob"), ["Bob is no longer ignored"]);
  // Whoever is gone is known by the name that they had.
  ignored.set(print(2), "Bob");
  others.length = 0;
  assert.deepEqual(await typed("/unignore BOB"), ["Bob is no longer ignored"]);
  assert.equal(ignored.size, 0);
});

Deno.test("/unignore: whoever is not ignored is not heard any better", async () => {
  const { ignored, typed, named } = setUp();
  await typed("/ignore Bob");
  assert.deepEqual(await typed("/unignore ada"), ["ada is not ignored"]);
  assert.deepEqual(await typed("/unignore"), ["write /unignore NAME"]);
  await assert.rejects(named("unignore", { name: print(1) }), { code: "usage" });
  assert.deepEqual([...ignored], [[print(2), "Bob"]]);
});
