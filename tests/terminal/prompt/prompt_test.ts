import assert from "node:assert/strict";
import { ptyAvailable } from "../../support/pty.ts";
import { COMMAND, Session } from "./prompt_session.ts";

const LEFT = "\x1b[D";
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const HOME = "\x1b[H";
const END = "\x1b[F";
const CTRL = {
  A: "\x01",
  C: "\x03",
  D: "\x04",
  E: "\x05",
  K: "\x0b",
  L: "\x0c",
  U: "\x15",
  W: "\x17",
};
const CTRL_Z = "\x1a";

function ptyTest(name: string, run: () => Promise<void>) {
  Deno.test({ name: `prompt: ${name}`, ignore: !ptyAvailable, fn: run });
}

const HALF_TYPED = [
  { what: "an empty line", keys: "", rows: ["you>"], cursor: { row: 0, column: 5 } },
  { what: "a short line", keys: "hello", rows: ["you> hello"], cursor: { row: 0, column: 10 } },
  {
    what: "a short line with the cursor in its middle",
    keys: "hello" + LEFT + LEFT,
    rows: ["you> hello"],
    cursor: { row: 0, column: 8 },
  },
  {
    what: "a line of several rows",
    keys: "The quick brown fox jumps over the lazy dog",
    rows: ["you> The quick brown", " fox jumps over the", "lazy dog"],
    cursor: { row: 2, column: 8 },
  },
  {
    what: "a line of several rows with the cursor in its first",
    keys: "The quick brown fox jumps over the lazy dog" + HOME,
    rows: ["you> The quick brown", " fox jumps over the", "lazy dog"],
    cursor: { row: 0, column: 5 },
  },
  {
    what: "a line that fills its row",
    keys: "fifteen letters",
    rows: ["you> fifteen letters"],
    cursor: { row: 1, column: 0 },
  },
  {
    what: "a line that fills its row with the cursor on its last letter",
    keys: "fifteen letters" + LEFT,
    rows: ["you> fifteen letters"],
    cursor: { row: 0, column: 19 },
  },
  {
    what: "wide characters that do not fit into the last column",
    keys: "漢字漢字漢字漢字 é",
    rows: ["you> 漢字漢字漢字漢", "字 é"],
    cursor: { row: 1, column: 4 },
  },
  {
    what: "wide characters with the cursor between them",
    keys: "漢字😀漢字漢字漢字😀" + LEFT.repeat(3),
    rows: ["you> 漢字😀漢字漢字", "漢字😀"],
    cursor: { row: 1, column: 0 },
  },
];

for (const { what, keys, rows, cursor } of HALF_TYPED) {
  ptyTest(`messages from outside leave ${what} as it is`, async () => {
    await using session = await Session.start({ columns: 20, rows: 10 });
    await session.pty.type(keys);
    await session.waitForPrompt(rows, cursor);

    // One message, several in one turn, more than the screen has rows.
    for (
      const [command, last] of [["one", "one"], ["burst 3", "burst 3"], ["burst 99", "burst 99"]]
    ) {
      await session.send(command ?? "");
      await session.pty.waitFor((screen) => screen.includes(last ?? ""), last);
      await session.waitForPrompt(rows, cursor);
    }
    const transcript = session.pty.transcript();
    const messages = transcript.filter((row) => /^(one|burst)/.test(row));
    const burst = (length: number) => Array.from({ length }, (_, index) => `burst ${index + 1}`);
    assert.deepEqual(messages, ["one", ...burst(3), ...burst(99)]);
    assert.deepEqual(transcript.filter((row) => row.startsWith("you>")), [rows[0]]);

    await session.pty.type("\r");
    await session.pty.waitFor((screen) => /entered[^]*\nyou>$/.test(screen.join("\n").trimEnd()));
    const typed = keys.replaceAll(LEFT, "").replaceAll(HOME, "");
    // Spaces at the ends of rows are not on record.
    const squeezed = (text: string) => text.replaceAll(" ", "");
    const after = squeezed(session.pty.transcript().join("")).split("burst99").at(-1) ?? "";
    assert.equal(after, squeezed(`you> ${typed}entered ${JSON.stringify(typed)}you>`));
  });
}

ptyTest("text typed after a message goes where the cursor was", async () => {
  await using session = await Session.start();
  await session.pty.type("abef" + LEFT + LEFT);
  await session.send("a message");
  await session.pty.waitFor("a message");
  await session.pty.type("cd\r");
  await session.pty.waitFor(`entered "abcdef"`);
});

ptyTest("a message of several lines stands above the prompt, in order", async () => {
  await using session = await Session.start();
  await session.pty.type("half");
  await session.send("first|second|third");
  await session.pty.waitFor("\nfirst\nsecond\nthird\nyou> half\n");
});

ptyTest("a burst is one frame", async () => {
  await using session = await Session.start();
  await session.pty.type("half");
  await session.pty.waitFor("you> half");
  const before = session.pty.output.length;
  await session.send("burst 1000");
  await session.pty.waitFor("burst 1000\nyou> half");
  assert.equal(session.pty.output.slice(before).split("you>").length - 1, 1);
});

ptyTest("printing waits for a terminal that does not read", async () => {
  await using session = await Session.start();
  session.pty.pause();
  await session.send("flood");
  await session.hear(/stalled after \d+\n/);
  const count = Number(session.heard.match(/\d+/)?.[0]);
  assert.ok(count < 1000, `printed ${count} kB without anybody reading`);
  session.pty.resume();
  await session.pty.waitFor("flood is over");
  const lines = session.pty.transcript().filter((row) => row.startsWith("flood ")).slice(0, -1);
  assert.deepEqual(
    lines.map((row) => Number(row.split(" ")[1])),
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

ptyTest("a new prompt leaves the half-typed line", async () => {
  await using session = await Session.start();
  await session.pty.type("half" + LEFT);
  await session.send("prompt room");
  await session.pty.waitFor("room> half");
  assert.equal(session.pty.cursor().column, 9);
});

ptyTest("the arrow keys go through the history", async () => {
  await using session = await Session.start();
  await session.pty.type("one\rtwo\r");
  await session.pty.waitFor(`entered "two"\nyou>`);
  await session.pty.type(UP + UP);
  await session.pty.waitFor(`entered "two"\nyou> one\n`);
  await session.pty.type(DOWN);
  await session.pty.waitFor(`entered "two"\nyou> two\n`);
  await session.pty.type("!\r");
  await session.pty.waitFor(`entered "two!"`);
});

ptyTest("the editing keys work", async () => {
  await using session = await Session.start();
  await session.pty.type(
    "brave new world" + CTRL.W + CTRL.A + "the " + CTRL.E + "day" + HOME + LEFT,
  );
  await session.waitForPrompt(["you> the brave new day"], { row: 0, column: 5 });
  await session.pty.type(END + LEFT + LEFT + LEFT + LEFT + CTRL.K);
  await session.waitForPrompt(["you> the brave new"], { row: 0, column: 18 });
  await session.pty.type(LEFT.repeat(9) + CTRL.U);
  await session.waitForPrompt(["you> brave new"], { row: 0, column: 5 });
  await session.pty.type("\x7f\x7f" + CTRL.E + "\x7f\r");
  await session.pty.waitFor(`entered "brave ne"`);
});

ptyTest("Ctrl-L clears the screen and keeps the line", async () => {
  await using session = await Session.start();
  await session.pty.type("half" + CTRL.L);
  await session.pty.waitFor((screen) => screen[0] === "you> half", "the prompt at the top");
  assert.equal(session.pty.screen().join("\n").trimEnd(), "you> half");
});

ptyTest("pasted lines all arrive, in order", async () => {
  await using session = await Session.start({ rows: 50 });
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index} 漢字`);
  await session.pty.type(lines.join("\r") + "\r");
  await session.pty.waitFor(`entered "line 199 漢字"`);
  const entered = session.pty.transcript().flatMap((row) =>
    row.match(/^entered "(.*)"$/)?.[1] ?? []
  );
  assert.deepEqual(entered, lines);
});

ptyTest("a pasted line of 20,000 characters arrives whole", async () => {
  await using session = await Session.start();
  const line = Array.from({ length: 2000 }, (_, index) => `${index}`.padStart(10, "-")).join("");
  // The terminal itself drops input that nobody reads in time, so the paste comes in pieces.
  for (let start = 0; start < line.length; start += 2000) {
    const piece = line.slice(start, start + 2000);
    await session.pty.type(piece);
    const typed = line.slice(0, start + piece.length);
    const tail = typed.slice(-60);
    await session.pty.waitFor((screen) => screen.join("").endsWith(tail), "the end of the line");
  }
  await session.send("a message");
  await session.pty.waitFor("a message");
  await session.pty.type("\r");
  await session.pty.waitFor(`1999"\nyou>`);
  const all = session.pty.transcript().join("");
  assert.ok(all.includes(`entered "${line}"`));
});

ptyTest("typed control characters are nothing, and hidden ones are shown", async () => {
  await using session = await Session.start();
  await session.pty.type("a\u009b2Jb\u202ec");
  await session.pty.waitFor("you> a2Jb<U+202E>c");
  await session.pty.type("\r");
  await session.pty.waitFor("entered");
  assert.ok(session.pty.screen().includes("you> a2Jb<U+202E>c"));
});

ptyTest("Tab completes, and lists what it cannot decide", async () => {
  await using session = await Session.start();
  await session.pty.type("/he\t");
  await session.pty.waitFor("you> /hel\n");
  await session.pty.type("\t");
  await session.pty.waitFor("/help  /hello\nyou> /hel\n");
  await session.pty.type("p\r");
  await session.pty.waitFor(`entered "/help"`);
});

ptyTest("a changed size moves the prompt and loses no message", async () => {
  await using session = await Session.start({ columns: 40 });
  await session.send("a message");
  await session.pty.type("The quick brown fox jumps over");
  await session.pty.waitFor("a message\nyou> The quick brown fox jumps over");
  await session.pty.resize(20, 24);
  await session.waitForPrompt(["you> The quick brown", " fox jumps over"], { row: 1, column: 15 });
  await session.pty.resize(60, 24);
  await session.waitForPrompt(["you> The quick brown fox jumps over"], { row: 0, column: 35 });
  assert.ok(session.pty.screen().includes("a message"));
});

ptyTest("no key makes Deno ask for a permission", async () => {
  await using session = await Session.start();
  await session.pty.type(CTRL_Z + "still here\r");
  await session.pty.waitFor(`entered "still here"`);
  assert.ok(!session.pty.output.includes("Deno requests"));
  // Nor does Ctrl-Z take the terminal out of raw mode.
  assert.ok((await session.pty.modes()).includes("-icanon"));
});

/** Runs the fixture under a shell that shows the state of the terminal afterwards. */
function startWithShell(): Promise<Session> {
  const script =
    `"$@"; echo "status $?"; stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(icanon|echo|isig)'`;
  return Session.start({ command: ["sh", "-c", script, "sh", ...COMMAND] });
}

/** The terminal must be as before when the prompt has closed, and when the program has ended. */
async function assertCooked(session: Session, status: number) {
  const { pty } = session;
  if (status === 7) {
    await session.hear("closed\n");
    const modes = await pty.modes();
    for (const mode of ["icanon", "echo", "isig"]) assert.ok(modes.includes(mode), `no ${mode}`);
    session.outside.close();
  }
  // The status may be known before the last output has been read.
  await pty.waitFor(`\nstatus ${status}\nisig\nicanon\necho\n`);
  assert.equal(await pty.status, 0);
}

ptyTest("while it is open, the terminal passes on each key", async () => {
  await using session = await Session.start();
  const modes = await session.pty.modes();
  for (const mode of ["-icanon", "-echo", "-isig"]) assert.ok(modes.includes(mode), mode);
});

ptyTest("Ctrl-D on an empty line ends the lines and leaves the terminal cooked", async () => {
  await using session = await startWithShell();
  await session.pty.type("x" + CTRL.D + "\x7f" + CTRL.D);
  await assertCooked(session, 7);
  assert.ok(session.pty.screen().includes("no more lines"));
  assert.ok(!session.pty.screen().includes("you>"), "an empty prompt stays behind");
});

ptyTest("Ctrl-C clears half-typed text, and again calls onInterrupt", async () => {
  await using session = await startWithShell();
  await session.pty.type("half-typed" + LEFT + CTRL.C);
  await session.pty.waitFor("\ncleared, Up brings it back; Ctrl-C again leaves you>\n");
  await session.pty.type(CTRL.C);
  await assertCooked(session, 7);
  const screen = session.pty.screen().join("\n");
  assert.match(screen, /^interrupted\nno more lines\nstatus/m);
  assert.doesNotMatch(screen, /entered/);
});

ptyTest("an uncaught error leaves the terminal cooked", async () => {
  await using session = await startWithShell();
  await session.send("fail");
  await assertCooked(session, 1);
});

ptyTest("a terminal that goes away ends the lines and sends no half-typed one", async () => {
  await using session = await Session.start();
  await session.pty.type("whole\r");
  await session.hear(`entered "whole"\n`);
  await session.pty.type("half-typed");
  await session.pty.waitFor("you> half-typed");
  await session.pty.close();
  await session.hear("closed\n");
  assert.equal(session.heard, `entered "whole"\nclosed\n`);
});

ptyTest("a standard input that fails ends the lines and leaves the terminal cooked", async () => {
  await using session = await startWithShell();
  await session.pty.type("half");
  await session.pty.waitFor("you> half");
  await session.send("break");
  await session.hear("closed\n");
  assert.doesNotMatch(session.heard, /entered/);
  await session.send("break");
  await session.hear(/broken\n[^]*broken\n/);
  await assertCooked(session, 7);
});

Deno.test("prompt: refuses a standard input that is no terminal", async () => {
  const { code, stderr } = await new Deno.Command(COMMAND[0] ?? "", {
    args: COMMAND.slice(1),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /TypeError: standard input is no terminal/);
});
