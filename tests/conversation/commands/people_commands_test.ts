import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import { peopleCommands } from "../../../lib/conversation/commands/people_commands.ts";
import { Stays } from "../../../lib/conversation/room/stays.ts";
import { runTyped } from "../../../lib/conversation/run_command.ts";
import type { Occupant } from "../../../lib/terminal/events/events.ts";
import { commandContext, key, print, RecordingRoom } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1), operator: true };
const BOB: Participant = { nick: "bob", key: key(2), away: true };
const CAROL: Participant = { nick: "carol", key: key(3) };

function occupant({ nick, key: _, ...rest }: Participant, number: number): Occupant {
  const { operator = false, away = false } = rest;
  const you = nick === "me";
  return { nick, fingerprint: print(number), verified: false, operator, away, you };
}

function setUp(members: readonly Participant[] = [ADA, BOB, CAROL]) {
  const room = new RecordingRoom(...members);
  const stays = new Stays(() => new Date(2026, 10, 27, 14, 5));
  const commands = peopleCommands({
    room,
    stays,
    people: {
      has: () => false,
      about: (shown) => shown[0] === 2 ? { name: "robert", date: "2026-11-20" } : undefined,
    },
    ignored: { has: (shown) => shown === print(3) },
    verifiable: () => room.others.filter(({ nick }) => nick !== "carol"),
    occupants: () => ({ event: "members", members: [room.self, ...room.others].map(occupant) }),
    show: () => Promise.resolve(),
  });
  const typed = async (line: string): Promise<string[]> => {
    const context = commandContext();
    assert.equal(await runTyped(line, commands, context), undefined);
    return context.told;
  };
  return { room, stays, typed };
}

Deno.test("/names: one line, with operators and who is away", async () => {
  const { room, typed } = setUp();
  assert.deepEqual(await typed("/names"), ["me (you), @ada, bob (away), carol"]);
  room.isConnected = false;
  assert.deepEqual(await typed("/USERS"), [
    "Not connected; last here: me (you), @ada, bob (away), carol",
  ]);
});

Deno.test("/names: of a crowd, a hundred and a number", async () => {
  const crowd = Array.from({ length: 150 }, (_, index) => ({ nick: `p${index}`, key: key(9) }));
  const [told] = await setUp(crowd).typed("/names");
  assert.equal(told.split(", ").length, 101);
  assert.match(told, /, p98, 51 others$/);
});

Deno.test("/whois: what is known, what was verified, and what only the server says", async () => {
  const { stays, typed } = setUp();
  assert.deepEqual(await typed("/whois ADA"), [
    `ada: ${print(1)}\n  operator\n  not verified; /verify ada shows how to`,
  ]);
  assert.deepEqual(await typed("/whois bob"), [
    `bob: ${print(2)}\n  away: the connection was cut, and they may come back\n` +
    "  verified on 2026-11-20 as robert",
  ]);
  stays.hear({ type: "member", change: "joined", member: CAROL });
  assert.deepEqual(await typed(`/whois ${print(3)}`), [
    `carol: ${print(3)}\n  here since 2026-11-27 14:05; ignored, until you type /unignore carol\n` +
    "  only the server says that this is carol's key; the host can verify it",
  ]);
  assert.deepEqual(await typed("/whois me"), [
    `me: ${print(100)}\n  you\n  this is your own key`,
  ]);
  assert.deepEqual(await typed("/whois eve"), ["no “eve” here; present: ada, bob, carol"]);
  assert.deepEqual(await typed("/whois"), ["write /whois NAME"]);
});

Deno.test("stays: when a member came while this side was not there, nobody knows", () => {
  const stays = new Stays(() => new Date(0));
  stays.hear({ type: "member", change: "joined", member: CAROL }, true);
  assert.equal(stays.since(CAROL), undefined);
});

Deno.test("stays: they go on under another name, and end with the member", () => {
  const stays = new Stays(() => new Date(0));
  stays.hear({ type: "member", change: "joined", member: CAROL });
  const carla = { ...CAROL, nick: "carla" };
  stays.hear({ type: "member", change: "renamed", member: carla, previous: "carol" });
  assert.deepEqual([stays.since(CAROL), stays.since(carla)], [undefined, new Date(0)]);
  assert.equal(stays.since({ ...carla, key: key(4) }), undefined, "another key is another member");
  stays.hear({ type: "member", change: "left", member: carla });
  assert.equal(stays.since(carla), undefined);
});
