import assert from "node:assert/strict";
import { operatorCommands } from "../../../lib/conversation/commands/operator_commands.ts";
import { commandElsewhere } from "../../../lib/conversation/commands/unknown_command.ts";
import { BanBook, memoryStore } from "../../../lib/identity/mod.ts";
import { banCommands } from "../../../lib/server/door/ban_commands.ts";
import { RecordingRoom } from "../../support/doubles.ts";

Deno.test("host commands: a client is told of what works only at the server, and of nothing else", () => {
  const everywhere = new Set(operatorCommands(new RecordingRoom()).map(({ name }) => name));
  const bans = banCommands(new BanBook(memoryStore("banned_keys"))).map(({ name }) => name);
  for (const name of [...bans, "/invite", "/invitations", "/revoke"]) {
    assert.equal(commandElsewhere(name) !== undefined, !everywhere.has(name), name);
  }
  for (const name of [...everywhere, "/help", "/xyzzy"]) {
    assert.equal(commandElsewhere(name), undefined, name);
  }
});
