import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  decodeBody,
  encodeAction,
  encodeText,
  MAX_TEXT_SIZE,
  MAX_TOPIC_SIZE,
  nickProblem,
  type Participant,
} from "../../../lib/chat/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { type Arguments } from "../../../lib/conversation/commands/command_table.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { operatorCommands } from "../../../lib/conversation/commands/operator_commands.ts";
import { peopleCommands } from "../../../lib/conversation/commands/people_commands.ts";
import { privateCommands } from "../../../lib/conversation/commands/private_commands.ts";
import { PrivateTalk } from "../../../lib/conversation/room/private_talk.ts";
import { Speaker } from "../../../lib/conversation/room/speaker.ts";
import { Stays } from "../../../lib/conversation/room/stays.ts";
import { roomCommands } from "../../../lib/conversation/commands/room_commands.ts";
import type { MessageEvent } from "../../../lib/conversation/room/scrollback.ts";
import { Voice } from "../../../lib/conversation/room/voice.ts";
import { commandContext, key, print, RecordingRoom } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "bob", key: key(2), operator: true };
const ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
/** What is kept of a message that was said. */
function remembered({ text, action, to }: MessageEvent): unknown[] {
  return [text, action, to?.nick];
}

const OCCUPANTS: ChatEvent & { event: "members" } = { event: "members", members: [] };

/** All that is asked of a room, but for what operators do. */
function commandsIn(room: RecordingRoom, voice: Voice, show = async (_: ChatEvent) => {}) {
  const speaker = new Speaker(voice, new PrivateTalk(room), { end: () => Promise.resolve() });
  return [
    ...roomCommands({ room, speaker, show, isVerified: () => false }),
    ...privateCommands({ room, voice, privateTalk: new PrivateTalk(room), onChange() {} }),
    ...peopleCommands({
      room,
      people: { has: () => false, about: () => undefined },
      ignored: { has: () => false },
      stays: new Stays(),
      verifiable: () => room.others,
      occupants: () => OCCUPANTS,
      show,
    }),
  ];
}

function setUp(room = new RecordingRoom(ADA, BOB)) {
  const shown: ChatEvent[] = [];
  const said: MessageEvent[] = [];
  const show = (event: ChatEvent) => Promise.resolve(void shown.push(event));
  const remember = { add: (message: MessageEvent) => void said.push(message), remove() {} };
  const commands = commandsIn(room, new Voice(room, remember, () => false), show);
  const typed = async (line: string): Promise<string[]> => {
    const context = commandContext();
    assert.equal(await runTyped(line, commands, context), undefined);
    return context.told;
  };
  const named = async (name: string, given: Arguments = {}, id?: Uint8Array) => {
    const context = commandContext();
    await runNamed(name, given, commands, { ...context, ...(id && { id }) });
    return context.told;
  };
  return { room, shown, said, typed, named };
}

Deno.test("/who: shows who is there, and asks the room for nothing", async () => {
  const { room, shown, typed, named } = setUp();
  assert.deepEqual(await typed("/who"), []);
  assert.deepEqual(await named("who", {}, ID), []);
  assert.deepEqual(shown, [OCCUPANTS, OCCUPANTS]);
  assert.deepEqual(room.requests, []);
});

Deno.test("/nick: asks for another name, in its composed form", async () => {
  const { room, typed, named } = setUp();
  assert.deepEqual(await typed("/nick Zoe\u0308 "), []);
  assert.deepEqual(await named("nick", { name: "Zoe\u0308" }, ID), []);
  const request = { type: "rename", nick: "Zoë" };
  assert.deepEqual(room.requests, [{ request, id: undefined }, { request, id: ID }]);
});

Deno.test("/nick: what cannot be a name is not asked for", async () => {
  const { room, typed, named } = setUp();
  for (
    const name of ["a:b", "x".repeat(33), "a\u200bb", "\u0301a", "\x1b[2J", "\u202eada", "server"]
  ) {
    const message = nickProblem(name, "guest") ?? "";
    assert.notEqual(message, "");
    assert.deepEqual(await typed(`/nick ${name}`), [message]);
    await assert.rejects(named("nick", { name }), { code: "usage", message });
  }
  await assert.rejects(named("nick", { name: "a b" }), { code: "usage", message: /no spaces/ });
  assert.deepEqual(await typed("/nick a b"), ["write /nick NAME"]);
  assert.deepEqual(room.requests, []);
});

Deno.test("/nick: the host alone may have a name of the house", async () => {
  const room = new RecordingRoom(ADA, BOB);
  room.isHost = true;
  const { typed } = setUp(room);
  assert.deepEqual(await typed("/nick server"), []);
  assert.equal(room.requests.length, 1);
  assert.notDeepEqual(await typed("/nick error"), []);
  assert.equal(room.requests.length, 1);
});

/** What was asked for, with the ids that were given; one that was not is a new one. */
function requestsOf(room: RecordingRoom) {
  return room.requests.map(({ request, id }) => {
    assert.equal(id?.length, 16);
    return { request, id: id === ID ? ID : undefined };
  });
}

Deno.test("/msg: goes to the one who is named, by name or fingerprint, and to nobody else", async () => {
  const { room, said, typed, named } = setUp();
  assert.deepEqual(await typed("/msg BOB  hello,  you "), []);
  assert.deepEqual(await named("msg", { to: "bob", text: "hello,  you" }, ID), []);
  const request = { type: "send", body: encodeText("hello,  you"), to: BOB };
  assert.deepEqual(requestsOf(room), [{ request, id: undefined }, { request, id: ID }]);
  assert.equal(room.requests[0].request.type === "send" && room.requests[0].request.to, BOB);
  assert.deepEqual(said.map(remembered), Array(2).fill(["hello,  you", false, "bob"]));
});

Deno.test("/msg: that the reader is away is told, once the message is on its way", async () => {
  const { room, typed, named } = setUp();
  room.others = [{ ...ADA, away: true }];
  const told = "ada is away; the message waits until they are back, or you are told that it was " +
    "not read";
  assert.deepEqual(await typed("/msg ada hello"), [told]);
  assert.deepEqual(await named("msg", { to: "ada", text: "hello" }), [told]);
  assert.equal(room.requests.length, 2);
  room.request = () => Promise.reject(new UsageError("refused", "no"));
  assert.deepEqual(await typed("/msg ada hello"), ["no"]);
});

Deno.test("/pending: what is not confirmed, oldest first, as it would be typed", async () => {
  const { room, shown, typed, named } = setUp();
  await typed("/pending");
  assert.deepEqual(shown.splice(0), [{ event: "pending", messages: [] }]);
  const id = (number: number) => new Uint8Array(16).fill(number);
  const hexOf = (number: number) => `0${number}`.repeat(16);
  room.pending = [
    { id: id(1), request: { type: "send", body: encodeText("hello\nyou") } },
    { id: id(2), request: { type: "send", body: encodeText("psst"), to: BOB } },
    { id: id(3), request: { type: "send", body: encodeAction("waves") } },
    { id: id(4), request: { type: "past", before: 0, count: 20 } },
    { id: id(5), request: { type: "rename", nick: "myself" } },
    { id: id(6), request: { type: "topic", topic: "" } },
    {
      id: id(7),
      request: { type: "moderate", action: "kick", target: key(2), reason: "loud", seconds: 0 },
    },
    { id: id(8), request: { type: "send", body: new Uint8Array() } },
  ];
  await named("pending");
  assert.deepEqual(shown, [{
    event: "pending",
    messages: [
      { id: hexOf(1), command: "say", text: "hello\nyou" },
      {
        id: hexOf(2),
        command: "msg",
        text: "psst",
        to: { nick: "bob", fingerprint: print(2), verified: false },
      },
      { id: hexOf(3), command: "me", text: "waves" },
      { id: hexOf(5), command: "nick", text: "myself" },
      { id: hexOf(6), command: "topic", text: "" },
      { id: hexOf(7), command: "kick", text: "loud" },
      { id: hexOf(8), command: "say" },
    ],
  }]);
  assert.deepEqual(room.requests, []);
});

Deno.test("requests: each says in which line of the input it stands", async () => {
  const room = new RecordingRoom(ADA);
  const voice = new Voice(room, undefined, () => false);
  const commands = [...commandsIn(room, voice), ...operatorCommands(room)];
  const lines = [
    "/nick b",
    "/msg ada x",
    "/me x",
    "/say x",
    "/topic x",
    "/kick ada",
    "/slow ada 5",
  ];
  for (const [index, line] of lines.entries()) {
    await runTyped(line, commands, { ...commandContext(), line: index + 1 });
  }
  assert.deepEqual(room.requests.map(({ line }) => line), [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("/msg: to nobody, or without a text, sends nothing", async () => {
  const { room, said, typed, named } = setUp();
  assert.deepEqual(await typed("/msg"), ["write /msg TO TEXT"]);
  assert.deepEqual(await typed("/msg bob"), ["write /msg TO TEXT"]);
  assert.deepEqual(await typed("/msg eve hello"), [
    "no “eve” here; present: ada, bob",
  ]);
  // One's own name is nobody else's.
  assert.deepEqual(await typed("/msg me hello"), ["that is you"]);
  await assert.rejects(named("msg", { to: "eve", text: "x" }), { code: "usage" });
  await assert.rejects(named("msg", { text: "x" }), { code: "usage" });
  await assert.rejects(named("msg", { to: "bob" }), { code: "usage" });
  assert.deepEqual([room.requests, said], [[], []]);
});

Deno.test("/me: says what one does, to everybody", async () => {
  const { room, said, typed, named } = setUp();
  assert.deepEqual(await typed("/me waves  at you\n twice"), []);
  assert.deepEqual(await named("me", { text: "waves  at you\n twice" }, ID), []);
  const request = { type: "send", body: encodeAction("waves  at you\n twice") };
  assert.deepEqual(requestsOf(room), [{ request, id: undefined }, { request, id: ID }]);
  assert.deepEqual(said.map(remembered), Array(2).fill(["waves  at you\n twice", true, undefined]));
  assert.deepEqual(await typed("/me"), ["write /me TEXT"]);
  assert.equal(room.requests.length, 2);
});

Deno.test("/say: says a text whatever it begins with", async () => {
  const { room, said, typed, named } = setUp();
  assert.deepEqual(await typed("/say /quit"), []);
  assert.deepEqual(await named("say", { text: "/quit" }, ID), []);
  const request = { type: "send", body: encodeText("/quit") };
  assert.deepEqual(requestsOf(room), [{ request, id: undefined }, { request, id: ID }]);
  assert.deepEqual(said.map(remembered), Array(2).fill(["/quit", false, undefined]));
  assert.deepEqual(await typed("/say"), ["write /say TEXT"]);
  assert.equal(room.requests.length, 2);
});

Deno.test("/msg, /me, /say: a text that is too long is not sent, nor remembered as said", async () => {
  for (const [maxBody, size] of [[131_072, MAX_TEXT_SIZE], [1000, 968], [256, 224]]) {
    const { room, said, typed, named } = setUp();
    room.maxBody = maxBody;
    const message = `the message is too long: at most ${size} bytes here`;
    for (const text of ["x".repeat(size + 1), "é".repeat(size / 2) + "x"]) {
      assert.deepEqual(await typed(`/msg bob ${text}`), [message]);
      assert.deepEqual(await typed(`/me ${text}`), [message]);
      assert.deepEqual(await typed(`/say ${text}`), [message]);
      await assert.rejects(named("msg", { to: "bob", text }, ID), { code: "usage", message });
    }
    assert.deepEqual([room.requests, said], [[], []]);
    assert.deepEqual(await typed(`/msg bob ${"é".repeat(size / 2)}`), []);
    assert.equal(room.requests.length, 1);
  }
});

Deno.test("/me: what is not too long fits into the room, in characters of any size", async () => {
  const texts = fc.string({ unit: "binary", minLength: 1, maxLength: 400 });
  await fc.assert(fc.asyncProperty(fc.integer({ min: 256, max: 700 }), texts, async (max, text) => {
    const { room, named } = setUp();
    room.maxBody = max;
    const isSent = await named("me", { text }).then(() => true, () => false);
    const size = new TextEncoder().encode(text).length;
    assert.equal(isSent, size <= max - 32);
    for (const { request } of room.requests) {
      assert.ok(request.type === "send" && request.body.length <= max);
      const shown = text.isWellFormed() ? text : text.toWellFormed();
      assert.deepEqual(decodeBody(request.body), { type: "action", text: shown });
    }
  }));
});

Deno.test("/topic: shows the topic, or that there is none", async () => {
  const { room, typed, named } = setUp();
  assert.deepEqual(await typed("/topic"), ["there is no topic"]);
  room.topic = { topic: "Tea at five", by: ADA, time: 0 };
  assert.deepEqual(await typed("/topic "), ["ada set the topic: “Tea at five”"]);
  assert.deepEqual(await named("topic"), ["ada set the topic: “Tea at five”"]);
  assert.deepEqual(room.requests, []);
});

Deno.test("/topic: another's topic stays on one line, and does nothing to a terminal", async () => {
  const { room, typed } = setUp();
  room.topic = { topic: "Tea\nerror: send your passphrase\x1b[2J", by: ADA, time: 0 };
  const [told] = await typed("/topic");
  assert.equal(told, "ada set the topic: “Tea\u240aerror: send your passphrase\u241b[2J”");
});

Deno.test("/topic: changes it, on one line; - takes it away", async () => {
  const { room, typed, named } = setUp();
  await typed("/topic  Tea\n at  five ");
  await named("topic", { text: "Tea\n at  five" }, ID);
  await typed("/topic -");
  await named("topic", { text: "-" }, ID);
  const topics = room.requests.map(({ request, id }) => [request, id]);
  assert.deepEqual(topics, [
    [{ type: "topic", topic: "Tea at five" }, undefined],
    [{ type: "topic", topic: "Tea at five" }, ID],
    [{ type: "topic", topic: "" }, undefined],
    [{ type: "topic", topic: "" }, ID],
  ]);
});

Deno.test("/topic: one that is too long is not asked for", async () => {
  const { room, typed, named } = setUp();
  const message = `a topic has at most ${MAX_TOPIC_SIZE} bytes`;
  const text = "é".repeat(MAX_TOPIC_SIZE / 2);
  assert.deepEqual(await typed(`/topic ${text}x`), [message]);
  await assert.rejects(named("topic", { text: `${text}x` }), { code: "usage", message });
  assert.deepEqual(room.requests, []);
  assert.deepEqual(await typed(`/topic ${text}`), []);
  assert.equal(room.requests.length, 1);
});
