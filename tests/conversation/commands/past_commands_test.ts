import assert from "node:assert/strict";
import {
  encodeText,
  MAX_PAGE_COUNT,
  type PastMessage,
  type PastPage,
  type PastQuery,
} from "../../../lib/chat/mod.ts";
import { NetworkError, UsageError } from "../../../lib/errors.ts";
import { type Arguments, usage } from "../../../lib/conversation/commands/command_table.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import { pastCommands } from "../../../lib/conversation/commands/past_commands.ts";
import { Scrollback } from "../../../lib/conversation/room/scrollback.ts";
import { key, print, RecordingRoom, recordingScreen, toldIn } from "../../support/doubles.ts";

const ID = new Uint8Array(16).fill(0xab);

/** What was said, from number 1 on. */
function log(...texts: readonly string[]): PastMessage[] {
  return texts.map((text, index) => ({
    id: new Uint8Array(16).fill(index + 1),
    seq: index + 1,
    time: 0,
    from: { nick: "ada", key: key(1) },
    body: encodeText(text),
  }));
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `text ${index + 1}`);
}

/** Answers from a log; of a search it looks at three messages in one go. */
function answerFrom(messages: readonly PastMessage[]) {
  return ({ before, count, words }: PastQuery): PastPage => {
    const earlier = messages.filter(({ seq }) => before === 0 || seq < before);
    const looked = earlier.slice(words === undefined ? -count : -3);
    const text = ({ body }: PastMessage) => new TextDecoder().decode(body);
    return {
      messages: looked.filter((message) => words === undefined || text(message).includes(words)),
      before: looked.length < earlier.length ? looked[0]?.seq ?? 0 : 0,
    };
  };
}

function setUp(messages: readonly PastMessage[] = [], isInteractive = true) {
  const room = new RecordingRoom();
  room.answer = answerFrom(messages);
  const screen = recordingScreen();
  const over = new AbortController();
  const commands = pastCommands({
    room,
    scrollback: new Scrollback(),
    isIgnored: (fingerprint) => fingerprint === print(6),
    isVerified: () => false,
    isInteractive,
    signal: over.signal,
    show: screen.show,
  });
  const context = {
    tell: (text: string) => screen.show({ event: "notice", text, important: true }),
    quit() {},
  };
  const type = (line: string) => runTyped(line, commands, context);
  /** What is shown, and then told, when a line is typed. */
  const typed = async (line: string): Promise<string[]> => {
    const told = screen.next("notice");
    await type(line);
    await told;
    return shown();
  };
  const named = (name: string, given: Arguments, id?: Uint8Array) =>
    runNamed(name, given, commands, { ...context, ...(id && { id }) });
  const shown = () =>
    screen.events.splice(0).map((event) =>
      event.event === "message" ? event.text : event.event === "notice" ? event.text : event.event
    );
  return { room, screen, over, commands, type, typed, named, shown };
}

const MORE = "/history goes further back";
const ALL = "nothing earlier is kept; /history begins again with the last messages";

Deno.test("past commands: their form is that of what is typed", () => {
  assert.deepEqual(setUp().commands.map(usage), [
    "/history [COUNT]",
    "/search [WORDS]",
    "/last [TEXT]",
  ]);
});

Deno.test("/history: shows the last twenty messages, then those before them, and begins again", async () => {
  const texts = numbers(45);
  const { typed } = setUp(log(...texts));
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await typed("/history"), [...texts.slice(25), MORE]);
    assert.deepEqual(await typed("/history"), [...texts.slice(5, 25), MORE]);
    assert.deepEqual(await typed("/history"), [...texts.slice(0, 5), ALL]);
  }
});

Deno.test("/history: a count begins with the last messages, and holds for what follows", async () => {
  const { typed } = setUp(log(..."abcde"));
  assert.deepEqual(await typed("/history 2"), ["d", "e", MORE]);
  assert.deepEqual(await typed("/history"), ["b", "c", MORE]);
  assert.deepEqual(await typed("/history 3"), ["c", "d", "e", MORE]);
  assert.deepEqual(await typed("/history"), ["a", "b", ALL]);
  assert.deepEqual(await typed("/history 200"), [..."abcde", ALL]);
});

Deno.test("/history: a message that is said meanwhile does not lose the place", async () => {
  const { room, typed } = setUp(log(..."abcd"));
  await typed("/history 2");
  room.answer = answerFrom(log(..."abcde"));
  assert.deepEqual(await typed("/history"), ["a", "b", ALL]);
  assert.deepEqual(await typed("/history"), ["d", "e", MORE]);
});

Deno.test("/history: where the room has another log, it begins anew", async () => {
  const { room, typed } = setUp(log(..."abcd"));
  await typed("/history 2");
  room.log = new Uint8Array(16).fill(1);
  room.answer = answerFrom(log(..."xyz"));
  assert.deepEqual(await typed("/history"), ["y", "z", MORE]);
});

Deno.test("/history: says if there is nothing, and what it takes", async () => {
  const { typed, named } = setUp();
  assert.deepEqual(await typed("/history"), ["nothing has been said yet"]);
  const message = "COUNT must be a whole number from 1 to 200";
  for (const count of ["0", "-1", "1.5", "x", "201", "1000", "0x5", "5e1", "٣", "007"]) {
    assert.deepEqual(await typed(`/history ${count}`), [message]);
    await assert.rejects(named("history", { count }), { code: "usage", message });
  }
  assert.deepEqual(await typed("/history 1 2"), ["write /history [COUNT]"]);
});

Deno.test("/history: without a connection it says that there is only what was seen", async () => {
  const { room, typed } = setUp(log("a"));
  room.isConnected = false;
  assert.deepEqual(await typed("/history"), [
    "not connected: what was said earlier can be read when there is a connection again",
  ]);
  assert.deepEqual(room.queries, []);
  room.isConnected = true;
  assert.deepEqual(await typed("/history"), ["a", ALL]);
});

/** A room that answers when it is told to. */
function gated(room: RecordingRoom): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  const { answer } = room;
  room.answer = async (query) => {
    await gate.promise;
    return answer(query);
  };
  return gate;
}

Deno.test("past commands: the person may type while the room is waited for; patience is asked for", async () => {
  const { room, screen, type, typed, shown } = setUp(log(..."abcd"));
  for (const [command, ...answer] of [["/history", ..."abcd", ALL], ["/search a", "a"]]) {
    const { answer: ungated } = room;
    const gate = gated(room);
    await type(command);
    assert.deepEqual(shown(), []);
    assert.deepEqual(await typed(command.split(" ", 1)[0]), ["one moment …"]);
    const told = screen.next("notice");
    gate.resolve();
    await told;
    assert.deepEqual(shown().slice(0, answer.length), answer);
    room.answer = ungated;
  }
});

Deno.test("past commands: a new search takes the place of one that is not done", async () => {
  const { room, type, typed, shown } = setUp(log("needle", "hay"));
  const { answer } = room;
  const gate = gated(room);
  await type("/search needle");
  room.answer = answer;
  assert.deepEqual(await typed("/search hay"), [
    "hay",
    "1 message found; everything has been searched",
  ]);
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(shown(), []);
});

Deno.test("past commands: where the connection is lost meanwhile, nobody waits for it", async () => {
  const { room, type, typed } = setUp(log("a"));
  gated(room);
  await type("/history");
  room.isConnected = false;
  assert.match((await typed("/history"))[0], /^not connected: /);
});

Deno.test("past commands: when the conversation is over, nothing more is shown", async () => {
  for (const command of ["/history", "/search a"]) {
    const { room, over, type, shown } = setUp(log("a"));
    const answered = Promise.withResolvers<PastPage>();
    room.answer = () => answered.promise;
    await type(command);
    over.abort();
    answered.resolve({ messages: log("a"), before: 0 });
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(shown(), []);
  }
});

Deno.test("past commands: why the room refuses is told; that the connection is gone, elsewhere", async () => {
  const { room, screen, type, typed, shown } = setUp();
  room.answer = () => Promise.reject(new UsageError("refused", "not now"));
  assert.deepEqual(await typed("/history"), ["not now"]);
  assert.deepEqual(await typed("/search a"), ["not now"]);
  room.answer = () => Promise.reject(new UsageError("refused", "no\n14:05 alice: yes"));
  assert.deepEqual(await typed("/history"), ["no\u240a14:05 alice: yes"], "no line of its own");
  room.answer = () => Promise.reject(new TypeError("a mistake"));
  const failed = screen.next("error");
  await type("/history");
  await failed;
  assert.match(toldIn(screen.events.splice(0))[0] ?? "", /^a mistake \(unexpected/);
  room.answer = () => Promise.reject(new NetworkError("cut", "the connection was cut"));
  await type("/history");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(shown(), []);
});

Deno.test("/search: asks until twenty are found, and goes on from there", async () => {
  const texts = numbers(50).map((text) => `${text}, ${text.endsWith("7") ? "no" : "yes"}`);
  const found = texts.filter((text) => text.endsWith("yes"));
  const { room, typed } = setUp(log(...texts));
  const more = "20 messages found; /search goes further back";
  assert.deepEqual(await typed("/search yes"), [...found.slice(25), more]);
  assert.ok(room.queries.length > 1 && room.queries.every(({ words }) => words === "yes"));
  const further = "20 messages more found; /search goes further back";
  assert.deepEqual(await typed("/search"), [...found.slice(5, 25), further]);
  // The same words again mean the same.
  const last = "5 messages more found; everything has been searched";
  assert.deepEqual(await typed("/search  yes "), [...found.slice(0, 5), last]);
  assert.deepEqual(await typed("/search"), ["nothing more found for “yes”"]);
  assert.deepEqual(await typed("/search yes"), [...found.slice(25), more]);
});

Deno.test("/search: what was found is marked, so that it can be shown as such", async () => {
  const { screen, type } = setUp(log("a needle"));
  const told = screen.next("notice");
  await type("/search needle");
  await told;
  const [event] = screen.events;
  assert.ok(event?.event === "message");
  assert.deepEqual([event.found, event.history], ["needle", true]);
});

Deno.test("/search: says if nothing is found, and what it takes", async () => {
  const { typed } = setUp(log("a", "b"));
  assert.deepEqual(await typed("/search"), ["write /search WORDS"]);
  assert.deepEqual(await typed("/search x  y"), ["nothing found for “x y”"]);
  assert.deepEqual(await typed("/search b"), [
    "b",
    "1 message found; everything has been searched",
  ]);
  const long = `/search ${"é".repeat(128)}`;
  assert.deepEqual(await typed(`${long}x`), ["the words have at most 256 bytes together"]);
  assert.match((await typed(long))[0] ?? "", /^nothing found for /);
});

Deno.test("/search: without a connection it looks at what was seen, and does not go on from there", async () => {
  const { room, typed } = setUp(log("needle"));
  room.isConnected = false;
  const offline =
    "not connected: what was said earlier can be read when there is a connection again";
  assert.deepEqual(await typed("/search needle"), [offline]);
  assert.deepEqual(await typed("/search"), [offline]);
  room.isConnected = true;
  assert.deepEqual(await typed("/search"), [
    "needle",
    "1 message found; everything has been searched",
  ]);
});

Deno.test("past commands: a program gets a page, and says where to go on", async () => {
  const { screen, named } = setUp(log(..."abcde"), false);
  const page = async (name: string, given: Arguments, id?: Uint8Array) => {
    await named(name, given, id);
    return screen.events.splice(0).map((event) => event.event === "message" ? event.text : event);
  };
  assert.deepEqual(await page("history", { count: "2" }), [
    "d",
    "e",
    { event: "page", count: 2, before: 4 },
  ]);
  // It has no place of its own: the same is answered by the same.
  assert.deepEqual((await page("history", { count: "2" })).slice(0, 2), ["d", "e"]);
  assert.deepEqual(await page("history", { count: "200", before: "4" }, ID), [
    "a",
    "b",
    "c",
    { event: "page", count: 3, before: 0, id: "ab".repeat(16) },
  ]);
  assert.deepEqual(await page("search", { words: " b ", count: "1" }, ID), [
    "b",
    { event: "page", count: 1, before: 0, words: "b", id: "ab".repeat(16) },
  ]);
  assert.deepEqual(await page("search", { words: "b", before: "2" }), [
    { event: "page", count: 0, before: 0, words: "b" },
  ]);
});

Deno.test("past commands: a program waits for a connection, with the lines behind it", async () => {
  const { room, named, shown } = setUp(log("a"), false);
  const connected = Promise.withResolvers<void>();
  const answer = room.answer;
  room.isConnected = false;
  room.answer = async (query) => {
    await connected.promise;
    return answer(query);
  };
  let isDone = false;
  const asking = named("history", {}).then(() => isDone = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(isDone, false);
  connected.resolve();
  await asking;
  assert.deepEqual(shown(), ["a", "page"]);
});

Deno.test("past commands: what a program asks for must be right", async () => {
  const { room, named } = setUp(log("a"), false);
  const cases: readonly (readonly [name: string, given: Arguments, message: string])[] = [
    ["history", { count: "0" }, `COUNT must be a whole number from 1 to ${MAX_PAGE_COUNT}`],
    ["search", { words: "a", count: "201" }, "COUNT must be a whole number from 1 to 200"],
    ["history", { before: "-1" }, "BEFORE must be the number of a message, or 0"],
    ["history", { before: "9007199254740992" }, "BEFORE must be the number of a message, or 0"],
    ["history", { before: "1e3" }, "BEFORE must be the number of a message, or 0"],
    ["history", { words: "a" }, 'the command "history" takes only "count", "before", not "words"'],
    ["search", {}, 'the command "search" needs "words"'],
    ["search", { words: " \u3000" }, "there are no words"],
  ];
  for (const [name, given, message] of cases) {
    await assert.rejects(named(name, given), { code: "usage", message });
  }
  assert.deepEqual(room.queries, []);
});
