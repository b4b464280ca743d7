import assert from "node:assert/strict";
import {
  encodeAction,
  encodeText,
  type Envelope,
  type MemberEvent,
  type Participant,
} from "../../lib/chat/mod.ts";
import { hex } from "../../lib/crypto/mod.ts";
import { memoryStore } from "../../lib/identity/mod.ts";
import type { PromptCommand } from "../../lib/conversation/commands/command_table.ts";
import { Conversation } from "../../lib/conversation/conversation.ts";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import {
  commandContext,
  key,
  print,
  type RecordedRequest,
  RecordingRoom,
  recordingScreen,
  toldIn,
} from "../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "bob", key: key(2), operator: true };
const ID = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

interface Options {
  readonly lines?: readonly string[];
  readonly json?: boolean;
  readonly ownCommands?: readonly PromptCommand[];
}

async function setUp(options: Options = {}) {
  const { lines = [], json = false, ownCommands = [] } = options;
  const room = new RecordingRoom(ADA, BOB);
  room.self = { ...room.self, operator: true };
  const screen = recordingScreen({ lines, isInteractive: !json });
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  const conversation = new Conversation({
    screen,
    room,
    people,
    ignored: await IgnoredPeople.open(memoryStore("ignored_keys")),
    verifiable: () => room.others,
    isVerified: people.has,
    json,
    ownCommands,
  });
  const speaking = () => conversation.speak();
  const run = async (name: string, given: Record<string, string> = {}) => {
    const command = conversation.commands.find((command) => command.name === name);
    assert.ok(command !== undefined);
    const context = commandContext();
    await command.run(context, given);
    return context.told;
  };
  /** Shows what was said, and gives what is told below it. */
  const lookBack = async () => {
    const command = conversation.commands.find((command) => command.name === "/history");
    const told = Promise.withResolvers<string>();
    const tell = (text: string) => Promise.resolve(told.resolve(text));
    await command?.run({ ...commandContext(), tell }, {});
    return await told.promise;
  };
  /** What was shown since the last time. */
  const shown = () => screen.events.splice(0);
  return { room, screen, people, conversation, speaking, run, lookBack, shown };
}

function message(from: Participant, text: string, seq = 1): Envelope {
  return { type: "message", id: ID, seq, time: 0, from, body: encodeText(text) };
}

function texts(events: readonly ChatEvent[]): string[] {
  return events.flatMap((event) => event.event === "message" ? [event.text] : []);
}

/** The same, typed and as an object. */
const FORMS: readonly (readonly [typed: string, object: Record<string, unknown>])[] = [
  ["/help", { command: "help" }],
  ["/who", { command: "who" }],
  ["/nick Zoe\u0308", { command: "nick", name: "Zoe\u0308" }],
  ["/msg ada hello,  you", { command: "msg", to: "ada", text: "hello,  you" }],
  ["/msg BOB /quit", { command: "msg", to: "BOB", text: "/quit" }],
  ["/me waves", { command: "me", text: "waves" }],
  ["/say //x", { command: "say", text: "//x" }],
  ["/topic", { command: "topic" }],
  ["/topic Tea  at five", { command: "topic", text: "Tea  at five" }],
  ["/topic -", { command: "topic", text: "-" }],
  ["/pending", { command: "pending" }],
  ["/ignore", { command: "ignore" }],
  ["/ignore bob", { command: "ignore", name: "bob" }],
  ["/unignore bob", { command: "unignore", name: "bob" }],
  ["/verify bob", { command: "verify", name: "bob" }],
  ["/verified bob", { command: "verified", name: "bob" }],
  ["/kick ada too loud", { command: "kick", who: "ada", reason: "too loud" }],
  [`/ban ${print(2)}`, { command: "ban", who: print(2) }],
  [`/unban ${print(9)}`, { command: "unban", who: print(9) }],
  ["/mute bob", { command: "mute", who: "bob" }],
  ["/unmute bob", { command: "unmute", who: "bob" }],
  ["/slow ada 5", { command: "slow", who: "ada", seconds: 5 }],
  ["/slow ada 0 better", { command: "slow", who: "ada", seconds: "0", reason: "better" }],
  ["/reply at noon", { command: "reply", text: "at noon" }],
  ["/names", { command: "names" }],
  ["/whois bob", { command: "whois", name: "bob" }],
  ["/query bob", { command: "query", name: "bob" }],
  ["/away lunch", { command: "away", text: "lunch" }],
  ["/back", { command: "back" }],
  ["/join", { command: "join" }],
  ["/quit", { command: "quit" }],
  ["/quit see you", { command: "quit", text: "see you" }],
];

/** What only a person has: a window, and what was shown in it. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(["/clear", "/last"]);

/** What a person reads page by page, and a program by numbers: tested by themselves. */
const READING: typeof FORMS = [
  ["/history", { command: "history" }],
  ["/search one", { command: "search", words: "one" }],
];

/** Everything that comes of the lines. What is drawn at random, and the time, are left out. */
async function outcome(
  lines: readonly string[],
  json: boolean,
): Promise<{ requests: readonly RecordedRequest[]; events: unknown[]; farewell: string }> {
  const { room, screen, speaking, conversation } = await setUp({ lines, json });
  await conversation.hear(message(ADA, "psst", 0));
  await speaking();
  const events = screen.events.map((event) =>
    event.event === "message" ? { ...event, id: "", time: "" } : event
  );
  const requests = room.requests.map((request) => ({ ...request, id: undefined }));
  return { requests, events, farewell: conversation.farewell };
}

/** What has to be done first for some of them to do anything. */
const BEFORE: typeof FORMS = [
  ["/say one", { command: "say", text: "one" }],
  ["/ignore bob", { command: "ignore", name: "bob" }],
  ["/verify bob", { command: "verify", name: "bob" }],
  ["/away", { command: "away" }],
];

for (const [typed, object] of FORMS) {
  Deno.test(`conversation: ${typed} and ${JSON.stringify(object)} are the same`, async () => {
    const who: typeof FORMS[number] = ["/who", { command: "who" }];
    const forms = [...BEFORE, [typed, object] as const, who];
    const asTyped = await outcome(forms.map(([typed]) => typed), false);
    const asGiven = await outcome(forms.map(([, object]) => JSON.stringify(object)), true);
    assert.deepEqual(asGiven, asTyped);
    // It does something: otherwise no difference would be seen.
    const without = await outcome([...BEFORE, who].map(([typed]) => typed), false);
    assert.notDeepEqual(asTyped, without);
  });
}

for (const [typed, object] of READING) {
  Deno.test(`conversation: ${typed} and ${JSON.stringify(object)} show the same messages`, async () => {
    const shownBy = async (json: boolean) => {
      const { room, screen, speaking } = await setUp({ json });
      room.answer = ({ words }) => ({
        messages: [message(ADA, "one"), message(ADA, "two", 2)]
          .filter((_, index) => words === undefined || index === 0),
        before: 0,
      });
      screen.lines = async function* () {
        const answered = screen.next(json ? "page" : "notice");
        yield json ? JSON.stringify(object) : typed;
        await answered;
      };
      await speaking();
      return screen.events.filter(({ event }) => event === "message");
    };
    const asTyped = await shownBy(false);
    assert.ok(asTyped.length > 0);
    assert.deepEqual(await shownBy(true), asTyped);
  });
}

Deno.test("conversation: every command has been held against its object", async () => {
  const { conversation } = await setUp();
  const tried = new Set([...FORMS, ...READING].map(([typed]) => typed.split(" ")[0]));
  assert.deepEqual(
    new Set(conversation.commands.map(({ name }) => name).filter((name) => !FOR_PEOPLE.has(name))),
    tried,
  );
});

Deno.test("conversation: ids that a program chose arrive unchanged, with every request", async () => {
  const requesting = FORMS.map(([, object]) => object).filter(({ command }) =>
    /^(nick|msg|me|say|kick|ban|unban|mute|unmute|slow)$/.test(String(command))
  );
  const ids = requesting.map((_, index) => ID.map((byte) => byte + index));
  const lines = requesting.map((object, index) =>
    JSON.stringify({
      ...object,
      id: hex(Uint8Array.from(ids[index])),
    })
  );
  const { room, speaking, shown } = await setUp({ lines, json: true });
  await speaking();
  assert.deepEqual(room.requests.map(({ id }) => id), ids);
  assert.deepEqual(shown(), []);
});

Deno.test("conversation: what is not a command as it should be gets one sentence, and does nothing", async () => {
  const cases: readonly (readonly [typed: string | undefined, object: unknown, told: RegExp])[] = [
    ["/hlep", { command: "hlep" }, /^there is no command/],
    ["/msg", { command: "msg" }, /TO TEXT$|needs "to"$/],
    ["/msg ada", { command: "msg", to: "ada" }, /TO TEXT$|needs "text"$/],
    ["/msg eve hello", { command: "msg", to: "eve", text: "x" }, /^no “eve” here; /],
    [
      "/nick a:b",
      { command: "nick", name: "a:b" },
      /^a nickname cannot have “:” \(U\+003A\): it has letters, digits, /,
    ],
    ["/nick a b", { command: "nick", name: "a", more: "b" }, /NAME$|not "more"$/],
    ["/who me", { command: "who", name: "me" }, /takes no arguments\b/],
    ["/slow ada", { command: "slow", who: "ada" }, /SECONDS|needs "seconds"$/],
    ["/slow ada x", { command: "slow", who: "ada", seconds: "x" }, /whole number/],
    ["/kick eve", { command: "kick", who: "eve" }, /^no “eve” here; /],
    ["/ignore eve", { command: "ignore", name: "eve" }, /^no “eve” here; /],
    ["/unignore ada", { command: "unignore", name: "ada" }, /^ada is not ignored$/],
    ["/history x", { command: "history", count: "x" }, /^COUNT must be a whole number /],
    ["/search", { command: "search" }, /^write \/search WORDS$|needs "words"$/],
    [undefined, { command: "msg", to: "ada", text: ["x"] }, /must be a string or a number$/],
    [undefined, { command: "msg", to: "ada", text: "x", id: "1" }, /hexadecimal digits$/],
    [undefined, { command: 1 }, /must be a string$/],
    [undefined, { command: "quit", now: "yes" }, /not "now"$/],
  ];
  for (const [typed, object, told] of cases) {
    for (const json of typed === undefined ? [true] : [false, true]) {
      const lines = [json ? JSON.stringify(object) : typed ?? ""];
      const { room, speaking, shown } = await setUp({ lines, json });
      await speaking();
      const events = shown();
      assert.equal(events.length, 1, lines[0]);
      assert.match(toldIn(events)[0], told);
      assert.doesNotMatch(toldIn(events)[0], /\n|undefined/);
      assert.equal(events[0].event, json ? "error" : "notice");
      assert.deepEqual(room.requests, []);
    }
  }
});

Deno.test("conversation: what the room says is shown", async () => {
  const { conversation, shown } = await setUp();
  await conversation.hear(message(ADA, "hello", 3));
  await conversation.hear({ type: "delivered", id: ID, seq: 4 });
  await conversation.hear({ type: "member", change: "left", member: ADA });
  assert.deepEqual(shown().map(({ event }) => event), ["message", "delivered", "member"]);
});

Deno.test("conversation: what was said before is marked as history", async () => {
  const { conversation, shown } = await setUp();
  await conversation.hear(message(ADA, "before"), true);
  await conversation.hear(message(ADA, "now"));
  const marks = shown().map((event) => event.event === "message" && [event.text, event.history]);
  assert.deepEqual(marks, [["before", true], ["now", false]]);
});

Deno.test("conversation: it waits until the screen has taken what it shows", async () => {
  const { conversation, screen } = await setUp();
  const gate = Promise.withResolvers<void>();
  screen.show = () => gate.promise;
  let isHeard = false;
  const hearing = conversation.hear(message(ADA, "hello")).then(() => isHeard = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(isHeard, false);
  gate.resolve();
  await hearing;
});

Deno.test("/who: oneself first, then the others, with what is known of each", async () => {
  const { room, people, run, shown } = await setUp();
  room.others = [{ ...ADA, away: true }, BOB];
  await people.add(BOB);
  await run("/who");
  const nothing = { verified: false, operator: false, you: false, away: false };
  assert.deepEqual(shown(), [{
    event: "members",
    members: [
      { ...nothing, nick: "me", fingerprint: print(100), operator: true, you: true },
      { ...nothing, nick: "ada", fingerprint: print(1), away: true },
      { ...nothing, nick: "bob", fingerprint: print(2), verified: true, operator: true },
    ],
  }]);
});

Deno.test("conversation: who is there can be shown without being asked for", async () => {
  const { conversation, run, shown } = await setUp();
  await conversation.showOccupants();
  const [unasked] = shown();
  await run("/who");
  assert.deepEqual(shown(), [unasked]);
});

Deno.test("conversation: a command of the program's own takes the place of an operator's", async () => {
  const told: string[] = [];
  const own: PromptCommand = {
    name: "/unban",
    group: "operator",
    parameters: [{ name: "WHO" }],
    help: "by name as well",
    run: (_context, { who = "" }) => void told.push(who),
  };
  const { room, conversation, speaking } = await setUp({
    lines: ["/unban eve", "/ban ada"],
    ownCommands: [own],
  });
  assert.deepEqual(conversation.commands.filter(({ name }) => name === "/unban"), [own]);
  assert.deepEqual(
    conversation.commands.filter(({ group }) => group === "operator").map(({ name }) => name),
    ["/kick", "/ban", "/unban", "/mute", "/unmute", "/slow"],
  );
  await speaking();
  assert.deepEqual(told, ["eve"]);
  assert.deepEqual(room.requests.map(({ request }) => request.type), ["moderate"]);
});

Deno.test("conversation: somebody with a verified name and another key is warned of", async () => {
  const { conversation, people, shown } = await setUp();
  await people.add(ADA);
  const eve = { nick: "ada", key: key(9) };
  await conversation.hear({ type: "member", change: "joined", member: eve });
  const [joined, warning] = shown();
  assert.equal(joined.event, "member");
  assert.ok(warning.event === "notice" && warning.important);
  assert.match(warning.text, /^Beware: you verified ada's key on /);
  await conversation.hear({ type: "member", change: "renamed", member: eve, previous: "eve" });
  assert.deepEqual(shown().map(({ event }) => event), ["member", "notice"]);
  await conversation.hear({ type: "member", change: "left", member: eve });
  assert.deepEqual(shown().map(({ event }) => event), ["member"]);
});

/** Everything of somebody that the room tells, under a name that they have now. */
function eventsOf(who: Participant): MemberEvent[] {
  return [
    message(who, "to all"),
    message(who, "to you alone", 0),
    { ...message(who, ""), body: encodeAction("waves") },
    // What this version cannot show is told of.
    { ...message(who, ""), body: new Uint8Array() },
    { type: "topic", topic: "Tea", by: who, time: 0 },
    { type: "member", change: "joined", member: who },
    { type: "member", change: "renamed", member: who, previous: "somebody" },
    { type: "member", change: "left", member: who },
    { type: "member", change: "left", member: who, reason: "put out" },
  ];
}

Deno.test("/ignore: hides all that a key says and does, whatever its name", async () => {
  const { conversation, run, shown } = await setUp();
  await run("/ignore", { name: "bob" });
  for (const nick of ["bob", "rob", "ada"]) {
    for (const event of eventsOf({ ...BOB, nick })) await conversation.hear(event);
  }
  assert.deepEqual(shown(), []);
  for (const event of eventsOf(ADA)) await conversation.hear(event);
  // Nor is somebody else ignored who has taken the name.
  for (const event of eventsOf({ nick: "bob", key: key(3) })) await conversation.hear(event);
  assert.equal(shown().length, 18);
});

Deno.test("/ignore: hides what was said before one came as well, and /history does not bring it back", async () => {
  const { conversation, run, lookBack, shown } = await setUp();
  await run("/ignore", { name: "bob" });
  await conversation.hear(message(BOB, "before"), true);
  await conversation.hear(message(BOB, "now"));
  await conversation.hear(message(ADA, "hello"));
  shown();
  await lookBack();
  assert.deepEqual(texts(shown()), ["hello"]);
});

Deno.test("/ignore: what concerns oneself is shown, whoever is ignored", async () => {
  const { conversation, run, shown } = await setUp();
  await run("/ignore", { name: "bob" });
  await conversation.hear({ type: "delivered", id: ID, seq: 1 });
  await conversation.hear({ type: "refused", id: ID, reason: "no" });
  await conversation.hear({ type: "notice", text: "bob has muted you" });
  assert.deepEqual(shown().map(({ event }) => event), ["delivered", "refused", "notice"]);
});

Deno.test("/ignore: somebody else who takes the name is shown, and warned of", async () => {
  const { conversation, people, run, shown } = await setUp();
  await people.add(BOB);
  const eve = { nick: "bob", key: key(9) };
  await run("/ignore", { name: "bob" });
  await conversation.hear({ type: "member", change: "joined", member: eve });
  assert.deepEqual(shown().map(({ event }) => event), ["member", "notice"]);
});

Deno.test("/unignore: they are heard again", async () => {
  const { conversation, run, shown } = await setUp();
  await run("/ignore", { name: "bob" });
  await run("/unignore", { name: "bob" });
  for (const event of eventsOf(BOB)) await conversation.hear(event);
  assert.equal(shown().length, 9);
});

Deno.test("/history: shows what others and oneself have said, in order, as history", async () => {
  const { screen, conversation, speaking, lookBack, shown } = await setUp();
  const lines = ["mine", "/me waves", "/msg BOB psst", "/say /x"];
  await conversation.hear(message(ADA, "first"));
  screen.lines = async function* () {
    yield* lines;
    await conversation.hear(message(BOB, "to you alone", 0));
    shown();
    await lookBack();
  };
  await speaking();
  const said = shown().map((event) => {
    assert.ok(event.event === "message" && event.history);
    return [event.from.nick, event.text, event.private, event.action, event.to];
  });
  assert.deepEqual(said, [
    ["ada", "first", false, false, undefined],
    ["me", "mine", false, false, undefined],
    ["me", "waves", false, true, undefined],
    ["me", "psst", true, false, { nick: "bob", fingerprint: print(2), verified: false }],
    ["me", "/x", false, false, undefined],
    ["bob", "to you alone", true, false, undefined],
  ]);
});

Deno.test("/history: what was said stays under the name that it was said by", async () => {
  const { room, screen, speaking, lookBack, shown } = await setUp();
  screen.lines = async function* () {
    yield "one";
    room.self = { ...room.self, nick: "myself" };
    yield "two";
    shown();
    await lookBack();
  };
  await speaking();
  const froms = shown().map((event) => event.event === "message" && event.from);
  assert.deepEqual(froms, [
    { nick: "me", fingerprint: print(100), verified: false },
    { nick: "myself", fingerprint: print(100), verified: false },
  ]);
});

Deno.test("/history: holds what was said, and nothing else", async () => {
  const { conversation, lookBack, shown } = await setUp();
  await conversation.hear({ type: "notice", text: "a notice" });
  await conversation.hear({ type: "member", change: "left", member: ADA });
  await conversation.hear({ ...message(ADA, ""), body: new Uint8Array() });
  shown();
  assert.equal(await lookBack(), "nothing has been said yet");
});

Deno.test("/history: who leaves does not wait for it, and is shown nothing more", async () => {
  const { room, speaking, shown } = await setUp({ lines: ["/history", "/search one", "/quit"] });
  const answered = Promise.withResolvers<void>();
  room.answer = async () => {
    await answered.promise;
    return { messages: [message(ADA, "one")], before: 0 };
  };
  await speaking();
  answered.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(room.queries.length, 2);
  assert.deepEqual(shown(), []);
});

Deno.test("/history: of what was said here it has what the room took, once, and in its place", async () => {
  const { room, screen, conversation, speaking, lookBack, shown } = await setUp();
  const seen = message(ADA, "seen", 1);
  await conversation.hear(seen);
  screen.lines = async function* () {
    yield* ["taken", "refused", "undelivered"];
    const [taken, refused, undelivered] = room.requests;
    assert.ok(taken?.id && refused?.id && undelivered?.id);
    await conversation.hear({ type: "delivered", id: taken.id, seq: 3 });
    // As a host gets its answers.
    await conversation.show({ event: "refused", id: hex(refused.id), reason: "no" });
    await conversation.tellUndelivered({ ...undelivered, id: undelivered.id }, "why");
    const from = room.self;
    const missed = { ...message(ADA, "missed", 2), id: new Uint8Array(16) };
    const log = [seen, missed, { ...message(from, "taken", 3), id: taken.id }];
    room.answer = () => ({ messages: log, before: 0 });
    shown();
    await lookBack();
  };
  await speaking();
  assert.deepEqual(texts(shown()), ["seen", "missed", "taken"]);
});

Deno.test("conversation: what has not arrived is told, with the line that it stood in", async () => {
  const { conversation, shown } = await setUp();
  const request = { type: "send", body: encodeText("psst"), to: BOB } as const;
  await conversation.tellUndelivered({ id: ID, request }, "bob has left", 7);
  await conversation.tellUndelivered({ id: ID, request: { type: "rename", nick: "x" } }, "why");
  // What was only asked is lost to nobody.
  await conversation.tellUndelivered(
    { id: ID, request: { type: "past", before: 0, count: 1 } },
    "",
  );
  assert.deepEqual(shown(), [
    {
      event: "undelivered",
      id: hex(ID),
      command: "msg",
      text: "psst",
      to: { nick: "bob", fingerprint: print(2), verified: false },
      reason: "bob has left",
      line: 7,
    },
    { event: "undelivered", id: hex(ID), command: "nick", text: "x", reason: "why" },
  ]);
});

Deno.test("conversation: somebody who was cut off and comes back is not warned of again", async () => {
  const { conversation, people, shown } = await setUp();
  await people.add(ADA);
  const eve = { nick: "ada", key: key(9) };
  await conversation.hear({ type: "member", change: "away", member: eve });
  await conversation.hear({ type: "member", change: "back", member: eve });
  assert.deepEqual(shown().map(({ event }) => event), ["member", "member"]);
});

Deno.test("conversation: the prompt shows one's name and who is verified, and keeps up", async () => {
  const { room, screen, conversation, people, run } = await setUp();
  assert.deepEqual(screen.prompts, [["me", "", print(100)]]);
  room.others = [BOB];
  await run("/verify");
  await run("/verified");
  assert.deepEqual(screen.prompts.at(-1), ["me", "bob verified", print(100)]);
  room.others = [ADA, BOB];
  await conversation.hear({ type: "member", change: "joined", member: ADA });
  assert.deepEqual(screen.prompts.at(-1), ["me", "", print(100)]);
  await people.add(ADA);
  conversation.updatePrompt();
  assert.deepEqual(screen.prompts.at(-1), ["me", "all verified", print(100)]);
  room.isConnected = false;
  conversation.updatePrompt();
  assert.deepEqual(screen.prompts.at(-1), ["me", "offline", print(100)]);
  room.pending = [{ id: ID, request: { type: "rename", nick: "x" } }];
  conversation.updatePrompt();
  assert.deepEqual(screen.prompts.at(-1)?.[1], "offline, 1 not confirmed");
  room.isConnected = true;
  room.self = { ...room.self, nick: "myself" };
  await conversation.hear({
    type: "member",
    change: "renamed",
    member: room.self,
    previous: "me",
  });
  assert.equal(screen.prompts.at(-1)?.[0], "myself");
});

Deno.test("conversation: Tab completes those who are there now, and the commands that are offered", async () => {
  const own = { name: "/bans", help: "", run() {} };
  const { room, screen } = await setUp({ ownCommands: [own] });
  const completions = (line: string) => {
    const result = screen.completer?.(line);
    assert.ok(Array.isArray(result));
    return result[0];
  };
  assert.deepEqual(completions("b"), ["bob: "]);
  room.others = [ADA];
  assert.deepEqual(completions("b"), []);
  assert.deepEqual(completions("/msg "), ["ada "]);
  assert.deepEqual(completions("m"), [], "nobody completes their own name");
  assert.deepEqual(completions("/b"), ["/back ", "/bans ", "/ban "]);
  room.self = { nick: "me", key: key(100) };
  assert.deepEqual(completions("/b"), ["/back ", "/bans "]);
});

Deno.test("conversation: of several private messages one is told which was refused, with its text", async () => {
  const { room, conversation, run, shown } = await setUp();
  for (const text of ["see you at noon", "or at one"]) await run("/msg", { to: "bob", text });
  const [first, second] = room.requests;
  assert.ok(first?.id && second?.id);
  shown();
  const reason = "bob has left, and may not have read the message";
  await conversation.hear({ type: "refused", id: second.id, reason });
  const [event] = shown();
  assert.ok(event.event === "undelivered");
  assert.deepEqual(
    [event.id, event.command, event.text, event.to?.nick, event.reason],
    [hex(second.id), "msg", "or at one", "bob", `the room says: “${reason}”`],
  );
  // What is for all is refused as before: for whom it was need not be said.
  await conversation.hear({ type: "refused", id: ID, reason: "no" });
  assert.deepEqual(shown(), [{ event: "refused", id: hex(ID), reason: "no" }]);
});
