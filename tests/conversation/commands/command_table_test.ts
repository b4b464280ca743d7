import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../../lib/errors.ts";
import {
  type Arguments,
  type CommandContext,
  type PromptCommand,
  usage,
} from "../../../lib/conversation/commands/command_table.ts";
import { commandTable } from "../../../lib/conversation/commands/common_commands.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";

interface Call {
  readonly given: Arguments;
  readonly id: Uint8Array | undefined;
}

const CALLS: Call[] = [];

const note = ({ id }: CommandContext, given: Arguments): void => void CALLS.push({ given, id });

const OWN: readonly PromptCommand[] = [
  {
    name: "/greet",
    parameters: [{ name: "NAME", isOptional: true }],
    help: "say hello",
    run: note,
  },
  {
    name: "/tell",
    parameters: [{ name: "TO" }, { name: "TEXT", isRest: true }],
    aliases: ["/whisper", "/w"],
    group: "talk",
    help: "tell somebody",
    details: "It is private.",
    examples: ["/tell ada hello"],
    run: note,
  },
  {
    name: "/shout",
    parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
    help: "say it loudly",
    run: note,
  },
  { name: "/wave", help: "wave", run: note },
  {
    name: "/refuse",
    help: "do not do it",
    run: () => Promise.reject(new UsageError("usage", "this cannot be done")),
  },
  {
    name: "/foreign",
    help: "do not do it, in another's words",
    isOffered: () => false,
    run: () => Promise.reject(new UsageError("refused", "no\n14:05 alice: yes")),
  },
  {
    name: "/object",
    help: "do not even begin",
    run() {
      throw new UsageError("usage", "this cannot be begun");
    },
  },
  { name: "/fail", help: "do it badly", run: () => Promise.reject(new TypeError("a mistake")) },
  { name: "/secret", help: "for few", isOffered: () => false, run: note },
];
const COMMANDS = commandTable(OWN, [
  { word: "keys", about: "the keys", text: "Enter sends." },
]);

interface Outcome {
  readonly sent: string | undefined;
  readonly told: readonly string[];
  readonly hasQuit: boolean;
  /** What the others are to read, if anything. */
  readonly farewell?: string;
  /** What each command that was run was given. */
  readonly given: readonly Arguments[];
}

async function typed(line: string): Promise<Outcome> {
  const told: string[] = [];
  let hasQuit = false;
  let farewell = "";
  const sent = await runTyped(line, COMMANDS, {
    tell: (text) => Promise.resolve(void told.push(text)),
    quit(words = "") {
      hasQuit = true;
      farewell = words;
    },
  });
  const given = CALLS.splice(0).map(({ given }) => given);
  return { sent, told, hasQuit, given, ...(farewell !== "" && { farewell }) };
}

/** Runs a command by its name, as a program does; what it was given. */
async function named(name: string, given: Arguments = {}, id?: Uint8Array): Promise<Call[]> {
  await runNamed(name, given, COMMANDS, {
    tell: () => Promise.resolve(),
    quit() {},
    ...(id !== undefined && { id }),
  });
  return CALLS.splice(0);
}

const NOTHING = { sent: undefined, told: [], hasQuit: false, given: [] };

Deno.test("commands: a line that is none is sent as it is", async () => {
  for (const line of ["", " ", "hello", "a/b", "\\help", "\n/help"]) {
    assert.deepEqual(await typed(line), { ...NOTHING, sent: line });
  }
});

Deno.test("commands: of two slashes one is sent", async () => {
  for (const line of ["//", "//help", "///", "//quit "]) {
    assert.deepEqual(await typed(line), { ...NOTHING, sent: line.slice(1) });
  }
});

Deno.test("commands: /quit ends the program, and sends nothing", async () => {
  for (const line of ["/quit", "/quit  ", "/quit\t", "/quit\n"]) {
    assert.deepEqual(await typed(line), { ...NOTHING, hasQuit: true });
  }
});

Deno.test("commands: /help tells of every command that is for whoever asks", async () => {
  const { sent, told, hasQuit } = await typed("/help");
  assert.deepEqual([sent, hasQuit, told.length], [undefined, false, 1]);
  assert.deepEqual(told[0].split("\n"), [
    "talk:     /tell",
    "program:  /help /greet /shout /wave /refuse /object /fail /quit",
    "/help COMMAND explains one, and /help all lists them with what they do.",
    "/help keys tells about the keys.",
    "To send a line that begins with /, type two: //",
  ]);
});

Deno.test("commands: /help all lists them with what they do", async () => {
  for (const line of ["/help all", "/HELP ALL", "/? all"]) {
    const { told } = await typed(line);
    assert.deepEqual(told[0].split("\n"), [
      "/help [ABOUT]  list the commands, or explain one: /help msg",
      "/greet [NAME]  say hello",
      "/tell TO TEXT  tell somebody",
      "/shout [TEXT]  say it loudly",
      "/wave          wave",
      "/refuse        do not do it",
      "/object        do not even begin",
      "/fail          do it badly",
      "/quit [TEXT]   leave (or press Ctrl-D); the others read TEXT",
    ]);
  }
});

Deno.test("commands: /help COMMAND explains one, by any of its names, and a topic is told", async () => {
  for (const line of ["/help tell", "/help /tell", "/help TELL", "/help whisper", "/h /whisper"]) {
    assert.deepEqual((await typed(line)).told, [
      "/tell TO TEXT: tell somebody\nIt is private.\nfor example: /tell ada hello\n" +
      "the same: /whisper /w",
    ], line);
  }
  assert.deepEqual((await typed("/help wave")).told, ["/wave: wave"]);
  assert.deepEqual((await typed("/help keys")).told, ["Enter sends."]);
  assert.deepEqual((await typed("/help tel")).told, [
    "there is no command /tel; did you mean /tell?",
  ]);
  assert.deepEqual(await named("help", { about: "wave" }), []);
});

Deno.test("commands: another name, and capitals, are the same command", async () => {
  for (const line of ["/whisper ada Hi", "/w ada Hi", "/TELL ada Hi", "/W ada Hi"]) {
    assert.deepEqual(await typed(line), { ...NOTHING, given: [{ to: "ada", text: "Hi" }] });
  }
  for (const line of ["/QUIT", "/exit", "/Part", "/leave", "/bye"]) {
    assert.deepEqual(await typed(line), { ...NOTHING, hasQuit: true });
  }
  assert.equal((await named("w", { to: "ada", text: "Hi" })).length, 1);
});

Deno.test("commands: /quit TEXT is on one line, and not too long", async () => {
  assert.deepEqual(await typed("/quit see\n you"), {
    ...NOTHING,
    hasQuit: true,
    farewell: "see you",
  });
  assert.equal((await typed(`/quit ${"é".repeat(128)}`)).hasQuit, true);
  const { hasQuit, told } = await typed(`/quit ${"é".repeat(128)}x`);
  assert.deepEqual([hasQuit, told], [false, ["TEXT has at most 256 bytes; you are still here"]]);
});

Deno.test("commands: /join says that there is one room", async () => {
  for (const line of ["/join", "/j #lobby"]) {
    assert.match((await typed(line)).told[0], /has one room/);
  }
});

Deno.test("commands: one that is not offered can be run all the same", async () => {
  assert.deepEqual((await typed("/secret")).given, [{}]);
  assert.equal((await named("secret")).length, 1);
});

Deno.test("commands: one that does not exist is told of, and not sent", async () => {
  for (const line of ["/", "/constructor", "/greetings", "/__proto__", "/x", "/TE", "/secre"]) {
    assert.deepEqual(await typed(line), {
      ...NOTHING,
      told: [`there is no command ${line}; /help lists them`],
    });
  }
  assert.deepEqual((await typed("/\u202ehlep")).told, [
    "there is no command “/<U+202E>hlep”; did you mean /help?",
  ]);
  assert.deepEqual((await typed(`/${"x".repeat(100_000)}`)).told, [
    "there is no command of that name; /help lists them",
  ]);
});

Deno.test("commands: of one that does not exist the nearest is named: slips of up to two fingers", async () => {
  const cases = {
    "/hlep": "/help",
    "/HLEP": "/help",
    "/hepl": "/help",
    "/hel": "/help",
    "/tlel": "/tell",
    "/wisper": "/whisper",
    "/whsiper": "/whisper",
    "/qiut": "/quit",
    "/exot": "/exit",
    "/wawe": "/wave",
  };
  for (const [line, nearest] of Object.entries(cases)) {
    assert.deepEqual(await typed(line), {
      ...NOTHING,
      told: [`there is no command ${line}; did you mean ${nearest}?`],
    });
  }
});

Deno.test("commands: what only the person at the server can type is told as that", async () => {
  for (const line of ["/invite", "/BANS", "/revoke 0123", "/invitations"]) {
    const name = line.split(" ")[0].toLowerCase();
    assert.deepEqual(await typed(line), {
      ...NOTHING,
      told: [`${name} works only at the server, for the person who sits there`],
    });
  }
  await assert.rejects(named("invite"), {
    message: "/invite works only at the server, for the person who sits there",
  });
});

Deno.test("commands: of one that does not exist only the name is repeated", async () => {
  for (const line of ["/hlep me", "/hlep\tme"]) {
    assert.deepEqual((await typed(line)).told, [
      "there is no command /hlep; did you mean /help?",
    ]);
  }
});

Deno.test("commands: a text of several lines that begins like one is sent as it is", async () => {
  const texts = ["// a comment\ncode();", "/* a\n * comment */", "/usr/bin\n", "/\n", "//\n/wave"];
  for (const text of texts) assert.deepEqual(await typed(text), { ...NOTHING, sent: text });
});

Deno.test("commands: what stands behind the name goes to the parameters, in their order", async () => {
  const cases: readonly (readonly [line: string, given: Arguments])[] = [
    ["/greet", {}],
    ["/greet  \t", {}],
    ["/greet Ada", { name: "Ada" }],
    ["/greet\tAda  ", { name: "Ada" }],
    ["/tell ada hello", { to: "ada", text: "hello" }],
    ["/tell  ada   hello  you \t", { to: "ada", text: "hello  you" }],
    ["/tell ada one\n  two\n", { to: "ada", text: "one\n  two" }],
    ["/tell\nada\none", { to: "ada", text: "one" }],
    ["/tell 山田 😀", { to: "山田", text: "😀" }],
    ["/shout", {}],
    ["/shout /greet //x", { text: "/greet //x" }],
    ["/wave ", {}],
  ];
  for (const [line, given] of cases) {
    assert.deepEqual(await typed(line), { ...NOTHING, given: [given] }, JSON.stringify(line));
  }
});

Deno.test("commands: with too little or too much behind it, none is run, and its form is told", async () => {
  const cases: readonly (readonly [line: string, told: string])[] = [
    ["/wave\nhello", "/wave takes no arguments"],
    ["/greet Ada Lovelace", "write /greet [NAME]"],
    ["/tell", "write /tell TO TEXT"],
    ["/tell ada", "write /tell TO TEXT"],
    ["/tell ada  \n ", "write /tell TO TEXT"],
  ];
  for (const [line, told] of cases) {
    assert.deepEqual(await typed(line), { ...NOTHING, told: [told] });
  }
});

Deno.test("commands: what cannot be done is told, and a mistake of the program is not hidden", async () => {
  assert.deepEqual((await typed("/refuse")).told, ["this cannot be done"]);
  assert.deepEqual((await typed("/object")).told, ["this cannot be begun"]);
  assert.deepEqual((await typed("/foreign")).told, ["no\u240a14:05 alice: yes"]);
  await assert.rejects(typed("/fail"), new TypeError("a mistake"));
});

Deno.test("commands: a command's form names its parameters", () => {
  assert.deepEqual(COMMANDS.map(usage).slice(0, 5), [
    "/help [ABOUT]",
    "/greet [NAME]",
    "/tell TO TEXT",
    "/shout [TEXT]",
    "/wave",
  ]);
});

Deno.test("named commands: they get their arguments and the id as they were given", async () => {
  const id = Uint8Array.from({ length: 16 }, (_, index) => index);
  const given = { to: " ada ", text: "  one\ntwo  " };
  assert.deepEqual(await named("tell", given, id), [{ given, id }]);
  assert.deepEqual(await named("greet"), [{ given: {}, id: undefined }]);
  assert.deepEqual(await named("wave", {}, id), [{ given: {}, id }]);
});

Deno.test("named commands: an unknown name, a missing or a surplus argument is refused", async () => {
  const cases: readonly (readonly [name: string, given: Arguments, message: string])[] = [
    ["", {}, 'there is no command ""'],
    ["/wave", {}, 'there is no command "/wave"'],
    ["Wave", {}, 'there is no command "Wave"'],
    ["constructor", {}, 'there is no command "constructor"'],
    ["tell", {}, 'the command "tell" needs "to"'],
    ["tell", { to: "ada" }, 'the command "tell" needs "text"'],
    ["tell", { text: "hello" }, 'the command "tell" needs "to"'],
    ["tell", { to: "ada", text: "" }, 'the command "tell" needs "text"'],
    [
      "tell",
      { to: "ada", text: "hello", bold: "1" },
      'the command "tell" takes only "to", "text", not "bold"',
    ],
    [
      "tell",
      { to: "ada", TEXT: "hello" },
      'the command "tell" takes only "to", "text", not "TEXT"',
    ],
    ["wave", { text: "hello" }, 'the command "wave" takes no arguments, not "text"'],
    ["wave", { constructor: "x" }, 'the command "wave" takes no arguments, not "constructor"'],
  ];
  for (const [name, given, message] of cases) {
    await assert.rejects(named(name, given), (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.deepEqual([error.code, error.message], ["usage", message]);
      return true;
    });
    assert.deepEqual(CALLS, []);
  }
});

Deno.test("named commands: what the command throws is thrown", async () => {
  await assert.rejects(named("refuse"), { code: "usage", message: "this cannot be done" });
  await assert.rejects(named("fail"), new TypeError("a mistake"));
});

Deno.test("commands: whatever is typed, it is sent, or runs one command, or is told of", async () => {
  const words = fc.constantFrom("/tell", "/greet", "/shout", "/wave", "//", " ", "\n", "ada", "/");
  const lines = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 8 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }).map((text) => `/${text}`),
  );
  await fc.assert(
    fc.asyncProperty(lines, async (line) => {
      const { sent, told, hasQuit, given } = await typed(line);
      const count = (sent === undefined ? 0 : 1) + told.length + (hasQuit ? 1 : 0) + given.length;
      assert.equal(count, 1);
      // Of what looks like a command, only several lines can be a text.
      const isCommand = /^[^\S\n]*\/(?!\/)/;
      assert.ok(
        sent !== undefined ? line.includes("\n") || !isCommand.test(line) : isCommand.test(line),
      );
    }),
  );
});
