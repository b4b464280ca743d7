import assert from "node:assert/strict";
import type { MemberEvent } from "../../lib/chat/mod.ts";
import { Conversation } from "../../lib/conversation/conversation.ts";
import { memoryStore } from "../../lib/identity/mod.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { commandContext, RecordingRoom, recordingScreen } from "../support/doubles.ts";

/** A conversation in which this person has asked for the nickname zoe, and the room's answer. */
async function renamed(onNick: (nick: string) => Promise<void>) {
  const room = new RecordingRoom();
  const screen = recordingScreen();
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  const conversation = new Conversation({
    screen,
    room,
    people,
    ignored: await IgnoredPeople.open(memoryStore("ignored_keys")),
    verifiable: () => [],
    isVerified: people.has,
    json: false,
    onNick,
  });
  const command = conversation.commands.find(({ name }) => name === "/nick");
  await command?.run(commandContext(), { name: "zoe" });
  const previous = room.self.nick;
  room.self = { ...room.self, nick: "zoe" };
  const event: MemberEvent = { type: "member", change: "renamed", member: room.self, previous };
  return { conversation, screen, event };
}

Deno.test("own nick: what the room says does not wait until it is kept; the end does", async () => {
  const kept = Promise.withResolvers<void>();
  const nicks: string[] = [];
  const { conversation, screen, event } = await renamed((nick) => {
    nicks.push(nick);
    return kept.promise;
  });
  await conversation.hear(event);
  assert.deepEqual(nicks, ["zoe"]);
  assert.deepEqual(screen.events.map(({ event }) => event), ["member"]);
  let hasEnded = false;
  const ended = conversation.speak().then(() => hasEnded = true);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(hasEnded, false);
  kept.resolve();
  await ended;
});

Deno.test("own nick: that it cannot be kept ends nothing", async () => {
  const { conversation, event } = await renamed(() => Promise.reject(new Error("full")));
  await conversation.hear(event);
  assert.equal(await conversation.speak(), 0);
});
