import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { decodeBody, encodeText, MAX_BODY_SIZE } from "../../lib/chat/mod.ts";
import { UsageError } from "../../lib/errors.ts";
import { type PromptCommand } from "../../lib/conversation/commands/command_table.ts";
import { commandTable } from "../../lib/conversation/commands/common_commands.ts";
import type { MessageEvent } from "../../lib/conversation/room/scrollback.ts";
import { Voice } from "../../lib/conversation/room/voice.ts";
import { speak, type SpeechHooks } from "../../lib/conversation/speech.ts";
import {
  type RecordedRequest,
  RecordingRoom,
  recordingScreen,
  toldIn,
} from "../support/doubles.ts";

const HEX = "00112233445566778899aabbccddeeff";
const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

/** How lines get in: typed at a prompt, piped in, or piped in where they may be JSON. */
type Way = "typed" | "piped" | "json";

interface Call {
  readonly given: unknown;
  readonly id: Uint8Array | undefined;
}

/** A command that remembers what it was given, and one that cannot be carried out. */
function recordingCommands(): { calls: Call[]; commands: readonly PromptCommand[] } {
  const calls: Call[] = [];
  const commands = commandTable([
    {
      name: "/note",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "",
      run: ({ id }, given) => void calls.push({ given, id }),
    },
    {
      name: "/refuse",
      help: "",
      run: () => Promise.reject(new UsageError("refused", "this cannot be done")),
    },
    { name: "/fail", help: "", run: () => Promise.reject(new TypeError("a mistake")) },
  ]);
  return { calls, commands };
}

/** The text of a message that was sent to everybody. */
function textOf({ request }: RecordedRequest): string {
  assert.ok(request.type === "send" && request.to === undefined);
  const body = decodeBody(request.body);
  assert.ok(body.type === "text");
  return body.text;
}

function voiceIn(room: RecordingRoom, onSaid: (text: string) => void = () => {}): Voice {
  const add = ({ text }: MessageEvent) => onSaid(text);
  return new Voice(room, { add, remove() {} }, () => false);
}

/** The longest text in a room that takes bodies of so many bytes. */
function textSize(maxBody: number): number {
  const room = new RecordingRoom();
  room.maxBody = maxBody;
  return voiceIn(room).maxTextSize;
}

async function run(
  lines: readonly string[],
  way: Way,
  options: SpeechHooks & { maxBody?: number; onSaid?(text: string): void } = {},
) {
  const screen = recordingScreen({ lines, isInteractive: way === "typed" });
  const { maxBody = MAX_BODY_SIZE, onSaid, ...hooks } = options;
  const room = new RecordingRoom();
  room.maxBody = maxBody;
  const { calls, commands } = recordingCommands();
  const voice = voiceIn(room, onSaid);
  const count = await speak({ screen, speaker: voice, commands, json: way === "json", ...hooks });
  return {
    said: room.requests.map(textOf),
    requests: room.requests,
    count,
    calls,
    events: screen.events,
    told: toldIn(screen.events),
  };
}

Deno.test("speech: every piped line is sent as it is, commands and empty ones too", async () => {
  const lines = ["hello", "", "  ", "/quit", "//x", "/help", '{"command":"quit"}'];
  const { said, count, told } = await run(lines, "piped");
  assert.deepEqual([said, count, told], [lines, 7, []]);
  assert.deepEqual((await run([], "piped")).count, 0);
});

Deno.test("speech: piped lines wait for a reader, so nobody asks whether there is one", async () => {
  for (const way of ["piped", "json"] as const) {
    const { said } = await run(["hello"], way, { whyNot: () => "nobody is here" });
    assert.deepEqual(said, ["hello"]);
  }
});

Deno.test("speech: of what is typed, commands and empty lines are not sent", async () => {
  const lines = ["hello", "", "  ", "//x", "/nonsense", " a ", '{"command":"quit"}'];
  const { said, told, count } = await run(lines, "typed");
  assert.deepEqual(said, ["hello", "/x", " a ", '{"command":"quit"}']);
  assert.deepEqual(told, ["there is no command /nonsense; /help lists them"]);
  assert.equal(count, 7);
});

Deno.test("speech: nothing after /quit is sent", async () => {
  const typed = await run(["before", "/quit", "after"], "typed");
  assert.deepEqual([typed.said, typed.count], [["before"], 2]);
  const json = await run(["before", '{"command":"quit"}', "after"], "json");
  assert.deepEqual([json.said, json.count], [["before"], 2]);
});

Deno.test("speech: a JSON object with a command is carried out, with the id that it was given", async () => {
  const lines = [
    '{"command":"note"}',
    `{"command":"note","text":"one\\ntwo","id":"${HEX}"}`,
    '{"command":"note","text":"/quit"}',
  ];
  const { said, calls, told, count } = await run(lines, "json");
  assert.deepEqual(calls, [
    { given: {}, id: undefined },
    { given: { text: "one\ntwo" }, id: ID },
    { given: { text: "/quit" }, id: undefined },
  ]);
  assert.deepEqual([said, told, count], [[], [], 3]);
});

Deno.test("speech: a line that is no command object is sent, with --json as well", async () => {
  const lines = ["", "hello", "/note", "{}", '{"comand":"note"}', '["note"]', "17", '{"command":'];
  const { said, calls, told } = await run(lines, "json");
  assert.deepEqual([said, calls, told], [lines, [], []]);
});

Deno.test("speech: a command object that cannot be carried out is an error event, and nothing is sent", async () => {
  const cases: readonly (readonly [line: string, code: string, message: string])[] = [
    ['{"command":"nonsense"}', "usage", 'there is no command "nonsense"'],
    ['{"command":"/note"}', "usage", 'there is no command "/note"'],
    ['{"command":7}', "usage", '"command" must be a string'],
    [
      '{"command":"note","texts":"x"}',
      "usage",
      'the command "note" takes only "text", not "texts"',
    ],
    ['{"command":"note","text":{}}', "usage", '"text" must be a string or a number'],
    ['{"command":"note","id":"7"}', "usage", 'an "id" has 32 hexadecimal digits'],
    [
      '{"command":"note","__proto__":"x"}',
      "usage",
      'the command "note" takes only "text", not "__proto__"',
    ],
    ['{"command":"refuse"}', "refused", "this cannot be done"],
  ];
  for (const [line, code, message] of cases) {
    const { said, calls, events } = await run([line, "next"], "json");
    assert.deepEqual(events, [{ event: "error", code, message }]);
    assert.deepEqual(Object.keys(events[0]), ["event", "code", "message"], "and no id");
    assert.deepEqual([said, calls], [["next"], []], "and the next line is");
  }
});

Deno.test("speech: an error event repeats the id of its command object, if it had a good one", async () => {
  for (const command of ["nonsense", "refuse"]) {
    const { events } = await run([`{"command":"${command}","id":"${HEX}"}`], "json");
    assert.ok(events[0].event === "error" && events[0].id === HEX);
  }
  const { events } = await run([`{"command":"note","id":"${HEX}x"}`], "json");
  assert.ok(events[0].event === "error" && events[0].id === undefined);
});

Deno.test("speech: a mistake of the program ends it", async () => {
  await assert.rejects(run(["/fail"], "typed"), new TypeError("a mistake"));
  await assert.rejects(run(['{"command":"fail"}'], "json"), new TypeError("a mistake"));
});

Deno.test("speech: what nobody would read is not sent, and that is told, quiet or not", async () => {
  let isAlone = true;
  const whyNot = () => {
    const reason = isAlone ? "nobody is here" : undefined;
    isAlone = false;
    return reason;
  };
  const { said, events } = await run(["one", "/help", "two"], "typed", { whyNot });
  assert.deepEqual(said, ["two"]);
  assert.deepEqual(events[0], { event: "error", code: "not-sent", message: "nobody is here" });
});

Deno.test("speech: each text is noted before it is sent, and no command is", async () => {
  const order: string[] = [];
  const beforeSaying = () => Promise.resolve(void order.push("before"));
  const onSaid = (text: string) => void order.push(text);
  const lines = ["one", '{"command":"note","text":"x"}', "two"];
  const { said } = await run(lines, "json", { beforeSaying, onSaid });
  assert.deepEqual(order, ["before", "one", "before", "two"]);
  assert.deepEqual(said, ["one", "two"]);
});

Deno.test("speech: a long line is sent in pieces, and that is told", async () => {
  const line = "x".repeat(150_000);
  for (const way of ["typed", "piped", "json"] as const) {
    const order: string[] = [];
    const onSaid = (text: string) => void order.push(text);
    const { said, told } = await run([line], way, { onSaid });
    assert.deepEqual(said.map((text) => text.length), [65_536, 65_536, 18_928]);
    assert.deepEqual(told, ["a long line was sent as 3 messages"]);
    assert.deepEqual(order, said, "what is noted is what is sent");
  }
});

Deno.test("speech: a room for shorter messages gets shorter pieces", async () => {
  const { said, told } = await run(["x".repeat(500), "x".repeat(224)], "piped", { maxBody: 256 });
  assert.deepEqual(said.map((text) => text.length), [224, 224, 52, 224]);
  assert.deepEqual(told, ["a long line was sent as 3 messages"]);
});

Deno.test("speech: every piece fits into the room, and together they are the text", async () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2000 }),
    fc.string({ unit: "grapheme", maxLength: 2000 }),
    // Characters of one to four bytes, so that each way to miss a border comes up.
    fc.array(fc.constantFrom("x", "é", "山", "😀"), { maxLength: 2000 }).map((all) => all.join("")),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 36, max: 400 }), async (text, maxBody) => {
      const { said, requests } = await run([text], "piped", { maxBody });
      assert.equal(said.join(""), text.toWellFormed());
      for (const { request } of requests) {
        assert.ok(request.type === "send" && request.body.length <= maxBody);
      }
      // None of them is empty, or much smaller than it might be.
      for (const piece of said.slice(0, -1)) {
        assert.ok(new TextEncoder().encode(piece).length > textSize(maxBody) - 4);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("speech: what stands around a text in a body has the room that is kept for it", () => {
  for (const maxBody of [36, 256, 300, 1000, 66_000, MAX_BODY_SIZE]) {
    const size = textSize(maxBody);
    assert.ok(encodeText("x".repeat(size)).length <= maxBody);
    assert.ok(size >= Math.min(65_536, maxBody - 32));
  }
  // A room that takes next to nothing is its own affair: a text is still cut between characters.
  assert.equal(textSize(1), 4);
});

Deno.test("speech: 300 KB that look like a command do nothing but be sent", async () => {
  for (const start of ["{", '{"command":"quit"', '{"x":"', "[", "/quit"]) {
    const { said, calls } = await run([start + "x".repeat(300_000)], "json");
    assert.deepEqual([said.length, calls], [5, []]);
    assert.ok(said[0].startsWith(start));
  }
});

Deno.test("speech: the next line waits until there is room for it", async () => {
  const gate = Promise.withResolvers<void>();
  const room = new RecordingRoom();
  const { requests } = room;
  room.request = (request, id) => {
    requests.push({ request, id });
    return gate.promise;
  };
  const screen = recordingScreen({ lines: ["one", "two"], isInteractive: false });
  const speaking = speak({
    screen,
    speaker: voiceIn(room),
    commands: commandTable([]),
    json: false,
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(requests.map(textOf), ["one"]);
  gate.resolve();
  await speaking;
  assert.deepEqual(requests.map(textOf), ["one", "two"]);
});

Deno.test("speech: each request says in which line it stands, counted from 1", async () => {
  const lines = ["one", "x".repeat(100), '{"command":"say","text":"three"}', "four"];
  for (const way of ["typed", "piped", "json"] as const) {
    const screen = recordingScreen({ lines, isInteractive: way === "typed" });
    const room = new RecordingRoom();
    room.maxBody = 100;
    const voice = voiceIn(room);
    const commands = commandTable([{
      name: "/say",
      parameters: [{ name: "TEXT" }],
      help: "",
      run: ({ line }, { text = "" }) => voice.say(text, { line }),
    }]);
    await speak({ screen, speaker: voice, commands, json: way === "json" });
    assert.deepEqual(room.requests.map(({ line }) => line), [1, 2, 2, 3, 4]);
  }
});

Deno.test("speech: it ends when nothing more can be sent", async () => {
  const room = new RecordingRoom();
  room.request = () => Promise.reject(new Error("the channel is closed"));
  const screen = recordingScreen({ lines: ["one", "two"], isInteractive: false });
  const speaking = speak({
    screen,
    speaker: voiceIn(room),
    commands: commandTable([]),
    json: false,
  });
  await assert.rejects(speaking, /the channel is closed/);
});
