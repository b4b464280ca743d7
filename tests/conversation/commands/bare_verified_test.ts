import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import { verificationCommands } from "../../../lib/conversation/commands/verification_commands.ts";
import { runTyped } from "../../../lib/conversation/run_command.ts";
import { memoryStore } from "../../../lib/identity/mod.ts";
import { VerifiedPeople } from "../../../lib/trust/verified_people.ts";
import { commandContext, key, recordingScreen } from "../../support/doubles.ts";

/** A host with three guests. */
async function setUp() {
  const others: Participant[] = ["ann", "bob", "eve"]
    .map((nick, index) => ({ nick, key: key(index + 1) }));
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  const commands = verificationCommands({
    screen: recordingScreen(),
    room: { self: { nick: "host", key: key(100) }, others },
    people,
    verifiable: () => others,
    onChange() {},
  });
  const run = async (line: string) => {
    const context = commandContext();
    await runTyped(line, commands, context);
    return context.told.join("\n");
  };
  return { others, people, run };
}

Deno.test("/verified alone: means the only one whose words were shown", async () => {
  const { people, run } = await setUp();
  assert.equal(await run("/verified"), "whom? present: ann, bob, eve");
  await run("/verify bob");
  await run("/verify bob");
  assert.equal(await run("/verified"), "bob's key is now verified.");
  assert.deepEqual([1, 2, 3].map((number) => people.has(key(number))), [false, true, false]);
  assert.equal(await run("/verified"), "whom? present: ann, bob, eve", "once");
});

Deno.test("/verified alone: of two comparisons neither is taken", async () => {
  const { people, run } = await setUp();
  await run("/verify ann");
  await run("/verify bob");
  assert.equal(await run("/verified"), "whom? present: ann, bob, eve");
  assert.equal(await run("/verified bob"), "bob's key is now verified.");
  assert.match(await run("/verified"), /^First compare the words: \/verify ann /);
  assert.deepEqual([1, 2, 3].map((number) => people.has(key(number))), [false, true, false]);
});

Deno.test("/verified alone: whoever took the name meanwhile is not meant", async () => {
  const { others, people, run } = await setUp();
  await run("/verify bob");
  others[1] = { nick: "bob", key: key(9) };
  assert.equal(await run("/verified"), "bob, whose words were shown, has left");
  assert.equal(people.has(key(9)), false);
});
