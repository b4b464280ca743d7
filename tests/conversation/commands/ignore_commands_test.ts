import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import { type Arguments } from "../../../lib/conversation/commands/command_table.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import { memoryStore } from "../../../lib/identity/mod.ts";
import { IgnoredPeople } from "../../../lib/trust/ignored_people.ts";
import { ignoreCommands } from "../../../lib/conversation/commands/ignore_commands.ts";
import { commandContext, key, print } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "Bob", key: key(2) };

async function setUp(isUnsaved = false) {
  const ignored = await IgnoredPeople.open({ ...memoryStore("ignored_keys"), isUnsaved });
  const others: Participant[] = [ADA, BOB];
  const commands = ignoreCommands({
    ignored,
    room: { self: { nick: "me", key: key(100) }, others },
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
  return { ignored, others, typed, named };
}

Deno.test("/ignore: remembers whose key it is, and says so", async () => {
  const { ignored, typed, named } = await setUp();
  assert.deepEqual(await typed("/ignore"), ["you ignore nobody"]);
  assert.deepEqual(await typed("/ignore BOB"), [
    "Bob is ignored, next time as well, until you type /unignore Bob",
  ]);
  assert.deepEqual(await named("ignore", { name: print(1) }), [
    "ada is ignored, next time as well, until you type /unignore ada",
  ]);
  assert.deepEqual([...ignored.names], [[print(2), "Bob"], [print(1), "ada"]]);
  assert.deepEqual(await typed("/ignore"), ["you ignore Bob, ada"]);
  assert.deepEqual(await named("ignore"), ["you ignore Bob, ada"]);
});

Deno.test("/ignore: the same key again, by another name, is one", async () => {
  const { ignored, others, typed } = await setUp();
  await typed("/ignore Bob");
  others[1] = { ...BOB, nick: "rob" };
  await typed("/ignore rob");
  assert.deepEqual([...ignored.names], [[print(2), "rob"]]);
});

Deno.test("/ignore: somebody who is not there cannot be ignored", async () => {
  const { ignored, others, typed, named } = await setUp();
  assert.deepEqual(await typed("/ignore eve"), ["no “eve” here; present: ada, Bob"]);
  assert.deepEqual(await typed("/ignore ada Bob"), ["write /ignore [NAME]"]);
  assert.deepEqual(await typed("/ignore me"), ["that is you"]);
  await assert.rejects(named("ignore", { name: "eve" }), { code: "usage" });
  others.length = 0;
  assert.deepEqual(await typed("/ignore ada"), ["nobody else is here"]);
  assert.equal(ignored.names.size, 0);
});

Deno.test("/unignore: by the name that they had, or by fingerprint, also when they are gone", async () => {
  for (const whom of ["Bob", print(2)]) {
    const { ignored, others, typed, named } = await setUp();
    await typed("/ignore bob");
    others.length = 0;
    assert.deepEqual(await typed(`/unignore ${whom}`), ["Bob is no longer ignored"]);
    assert.equal(ignored.names.size, 0);
    await ignored.add(BOB);
    assert.deepEqual(await named("unignore", { name: whom }), ["Bob is no longer ignored"]);
    assert.equal(ignored.names.size, 0);
  }
});

Deno.test("/unignore: by a name in capitals or small letters, and by the one that they have now", async () => {
  const { ignored, others, typed } = await setUp();
  await typed("/ignore Bob");
  assert.deepEqual(await typed("/unignore BOB"), ["Bob is no longer ignored"]);
  await typed("/ignore Bob");
  others[1] = { ...BOB, nick: "rob" };
  assert.deepEqual(await typed("/unignore Rob"), ["Bob is no longer ignored"]);
  // Whoever is gone is known by the name that they had.
  await ignored.add(BOB);
  others.length = 0;
  assert.deepEqual(await typed("/unignore BOB"), ["Bob is no longer ignored"]);
  assert.equal(ignored.names.size, 0);
});

Deno.test("/unignore: whoever is not ignored is not heard any better", async () => {
  const { ignored, typed, named } = await setUp();
  await typed("/ignore Bob");
  assert.deepEqual(await typed("/unignore ada"), ["ada is not ignored"]);
  assert.deepEqual(await typed("/unignore"), ["write /unignore NAME"]);
  await assert.rejects(named("unignore", { name: print(1) }), { code: "usage" });
  assert.deepEqual([...ignored.names], [[print(2), "Bob"]]);
});
