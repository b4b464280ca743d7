import assert from "node:assert/strict";
import { Conversation } from "../../lib/conversation/conversation.ts";
import { memoryStore } from "../../lib/identity/mod.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { RecordingRoom, recordingScreen, toldIn } from "../support/doubles.ts";

const ALONE = "nobody else is here; the message was not sent";

/** A conversation in which lines are typed, and what is shown of each before it is sent. */
async function typed(lines: readonly string[], whyNot: () => string | undefined) {
  const echoes: unknown[] = [];
  const screen = recordingScreen({ lines });
  screen.lines = async function* () {
    for (const line of lines) {
      echoes.push(screen.echo?.(line).map((event) => event.event));
      yield line;
    }
    await Promise.resolve();
  };
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  const room = new RecordingRoom();
  const conversation = new Conversation({
    screen,
    room,
    people,
    ignored: await IgnoredPeople.open(memoryStore("ignored_keys")),
    verifiable: () => [],
    isVerified: people.has,
    json: false,
  });
  await conversation.speak({ whyNot });
  return { echoes, told: toldIn(screen.events), sent: room.requests.length };
}

Deno.test("conversation: what nobody would read does not look sent, and is not", async () => {
  const lines = ["hello", "/me waves", "/say /etc", "//etc"];
  const alone = await typed(lines, () => ALONE);
  assert.deepEqual(alone.echoes, lines.map(() => ["notice"]));
  assert.deepEqual(alone.told, lines.map(() => ALONE));
  assert.equal(alone.sent, 0);
  const heard = await typed(lines, () => undefined);
  assert.deepEqual(heard.echoes, lines.map(() => ["message"]));
  assert.deepEqual([heard.told, heard.sent], [[], lines.length]);
});
