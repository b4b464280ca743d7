import assert from "node:assert/strict";
import {
  MAX_MODERATION_REASON_SIZE,
  MAX_SLOWNESS,
  MODERATIONS,
  type Participant,
} from "../../../lib/chat/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { type Arguments, isOffered } from "../../../lib/conversation/commands/command_table.ts";
import { commandTable } from "../../../lib/conversation/commands/common_commands.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import { operatorCommands } from "../../../lib/conversation/commands/operator_commands.ts";
import { commandContext, key, print, RecordingRoom } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "Bob", key: key(2) };
const ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

function setUp() {
  const room = new RecordingRoom(ADA, BOB);
  const commands = operatorCommands(room);
  const typed = async (line: string): Promise<string[]> => {
    const context = commandContext();
    assert.equal(await runTyped(line, commands, context), undefined);
    return context.told;
  };
  const named = (name: string, given: Arguments, id?: Uint8Array) =>
    runNamed(name, given, commands, { ...commandContext(), ...(id && { id }) });
  return { room, commands, typed, named };
}

/** What is asked for, with what holds where nothing is said. */
function moderation(action: string, number: number, more: object = {}) {
  return {
    type: "moderate",
    action,
    target: sha256(key(number)),
    reason: "",
    seconds: 0,
    ...more,
  };
}

Deno.test("operator commands: there is one for everything that an operator can do", () => {
  const { commands } = setUp();
  assert.deepEqual(commands.map(({ name }) => name), MODERATIONS.map((action) => `/${action}`));
});

Deno.test("operator commands: they are offered to operators, from the moment they are one", async () => {
  const { room, commands } = setUp();
  const table = commandTable(commands);
  const help = async () => {
    const context = commandContext();
    await runTyped("/help all", table, context);
    return context.told[0];
  };
  assert.deepEqual(commands.filter(isOffered), []);
  assert.doesNotMatch(await help(), /\/(kick|ban|unban|mute|unmute|slow)\b/);
  room.self = { ...room.self, operator: true };
  assert.deepEqual(commands.filter(isOffered), commands);
  for (const { name } of commands) assert.ok((await help()).includes(`\n${name} WHO`));
});

Deno.test("operator commands: typed or named, by name or fingerprint, they ask for the same", async () => {
  for (const action of MODERATIONS.filter((action) => action !== "slow")) {
    const { room, typed, named } = setUp();
    assert.deepEqual(await typed(`/${action} BOB`), []);
    assert.deepEqual(await typed(`/${action} ${print(2)} `), []);
    await named(action, { who: "bob" }, ID);
    await named(action, { who: print(2), reason: "" }, ID);
    const request = moderation(action, 2);
    assert.deepEqual(room.requests, [
      { request, id: undefined },
      { request, id: undefined },
      { request, id: ID },
      { request, id: ID },
    ]);
  }
});

Deno.test("operator commands: a reason is the rest of the line, on one line", async () => {
  for (const action of MODERATIONS.filter((action) => action !== "slow")) {
    const { room, typed, named } = setUp();
    await typed(`/${action} ada too  much\n noise `);
    await named(action, { who: "ada", reason: "too  much\n noise" });
    const request = moderation(action, 1, { reason: "too much noise" });
    assert.deepEqual(room.requests.map(({ request }) => request), [request, request]);
  }
});

Deno.test("/slow: takes seconds, and a reason behind them", async () => {
  const { room, typed, named } = setUp();
  await typed("/slow ada 5");
  await typed("/slow ada 5s");
  await typed("/slow ada 5 not so  fast");
  await typed("/slow ada 0");
  await typed(`/slow ada ${MAX_SLOWNESS}`);
  await named("slow", { who: "ada", seconds: "5", reason: "not so fast" }, ID);
  const requests = room.requests.map(({ request }) => request);
  assert.deepEqual(requests, [
    moderation("slow", 1, { seconds: 5 }),
    moderation("slow", 1, { seconds: 5 }),
    moderation("slow", 1, { seconds: 5, reason: "not so fast" }),
    moderation("slow", 1, { seconds: 0 }),
    moderation("slow", 1, { seconds: MAX_SLOWNESS }),
    moderation("slow", 1, { seconds: 5, reason: "not so fast" }),
  ]);
  assert.equal(room.requests[5].id, ID);
});

Deno.test("/slow: what is no whole number of seconds asks for nothing", async () => {
  const { room, typed, named } = setUp();
  const message = `SECONDS must be a whole number, at most ${MAX_SLOWNESS}`;
  for (
    const seconds of [
      "-1",
      "1.5",
      "x",
      "s",
      "5m",
      "5ss",
      "0x10",
      "1e3",
      "NaN",
      "Infinity",
      "+5",
      "٣",
      `${MAX_SLOWNESS + 1}`,
    ]
  ) {
    assert.deepEqual(await typed(`/slow ada ${seconds}`), [message], seconds);
    await assert.rejects(named("slow", { who: "ada", seconds }), { code: "usage", message });
  }
  // From a program it may also be blank: nobody is to be let off because of that.
  for (const seconds of [" ", "\n", " 5"]) {
    await assert.rejects(named("slow", { who: "ada", seconds }), { code: "usage", message });
  }
  assert.deepEqual(await typed("/slow ada"), ["write /slow WHO SECONDS [REASON]"]);
  await assert.rejects(named("slow", { who: "ada" }), { code: "usage" });
  assert.deepEqual(room.requests, []);
});

Deno.test("operator commands: on nobody, or with too long a reason, they ask for nothing", async () => {
  const { room, typed, named } = setUp();
  const tooLong = `a reason has at most ${MAX_MODERATION_REASON_SIZE} bytes`;
  const reason = "é".repeat(MAX_MODERATION_REASON_SIZE / 2);
  for (const action of MODERATIONS) {
    const seconds = action === "slow" ? " 5" : "";
    const form = action === "slow" ? "WHO SECONDS [REASON]" : "WHO [REASON]";
    assert.deepEqual(await typed(`/${action}`), [`write /${action} ${form}`]);
    assert.deepEqual(await typed(`/${action} eve${seconds}`), [
      "no “eve” here; present: ada, Bob",
    ]);
    assert.deepEqual(await typed(`/${action} ada${seconds} ${reason}x`), [tooLong]);
    await assert.rejects(named(action, {}), { code: "usage" });
    await assert.rejects(named(action, { who: "ada", to: "bob" }), { code: "usage" });
    assert.deepEqual(room.requests, [], action);
    assert.deepEqual(await typed(`/${action} ada${seconds} ${reason}`), []);
    assert.equal(room.requests.splice(0).length, 1);
  }
});

Deno.test("operator commands: somebody who is not there is meant by a fingerprint", async () => {
  const { room, typed } = setUp();
  room.others = [];
  await typed(`/unban ${print(9)}`);
  assert.deepEqual(room.requests.map(({ request }) => request), [moderation("unban", 9)]);
  assert.deepEqual(await typed("/unban eve"), ["nobody else is here"]);
});
