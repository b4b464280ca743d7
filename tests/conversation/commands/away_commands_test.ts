import assert from "node:assert/strict";
import { decodeBody } from "../../../lib/chat/mod.ts";
import { awayCommands } from "../../../lib/conversation/commands/away_commands.ts";
import { Absence } from "../../../lib/conversation/room/absence.ts";
import { Voice } from "../../../lib/conversation/room/voice.ts";
import { runTyped, saidBy } from "../../../lib/conversation/run_command.ts";
import { commandContext, RecordingRoom } from "../../support/doubles.ts";

function setUp() {
  const room = new RecordingRoom();
  const absence = new Absence(new Voice(room, undefined, () => false), () => {});
  const commands = awayCommands(absence);
  /** Types a line, and gives how it is shown, and what the room was sent. */
  const typed = async (line: string) => {
    const shown = saidBy(line, commands, (text) => ({ text }))?.text;
    await runTyped(line, commands, commandContext());
    const sent = room.requests.splice(0).map(({ request }) => {
      assert.ok(request.type === "send");
      const body = decodeBody(request.body);
      assert.ok(body.type === "action");
      return body.text;
    });
    assert.deepEqual(sent, [shown], line);
    return shown;
  };
  return { absence, typed };
}

Deno.test("/away: alone it says that one is away, and then that one is back", async () => {
  const { absence, typed } = setUp();
  assert.equal(await typed("/away"), "is away");
  assert.equal(absence.isAway, true);
  assert.equal(await typed("/away"), "is back");
  assert.equal(absence.isAway, false);
  assert.equal(await typed("/away lunch"), "is away: lunch");
  assert.equal(await typed("/away until two"), "is away: until two");
  assert.equal(absence.isAway, true);
  assert.equal(await typed("/away  "), "is back");
});
