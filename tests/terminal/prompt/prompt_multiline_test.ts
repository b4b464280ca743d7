import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { Pty, ptyAvailable } from "../../support/pty.ts";
import { Session } from "./prompt_session.ts";

const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";
const UP = "\x1b[A";
const HOME = "\x1b[H";
const END = "\x1b[F";
const BACKSPACE = "\x7f";
const ALT_ENTER = "\x1b\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const BELL = "\x07";
const MARK_PASTES = "\x1b[?2004h";
const LEAVE_PASTES_UNMARKED = "\x1b[?2004l";

/** What a terminal in bracketed paste mode sends. */
function paste(text: string): string {
  return `\x1b[200~${text}\x1b[201~`;
}

function ptyTest(name: string, run: () => Promise<void>) {
  Deno.test({ name: `prompt: ${name}`, ignore: !ptyAvailable, fn: run });
}

/** Waits for the next entry, and gives it as it was entered. */
async function nextEntry(session: Session): Promise<string> {
  await session.hear(/entered .*\n/);
  const [all, entry = ""] = session.heard.match(/entered (.*)\n/) ?? [];
  session.heard = session.heard.replace(all ?? "", "");
  return JSON.parse(entry);
}

/**
 * Types a long text. The terminal drops input that nobody reads in time, so it comes in pieces, and
 * each but the last waits until the program has read the one before it.
 */
async function typeInPieces(session: Session, text: string) {
  for (let start = 0; start < text.length; start += PIECE) {
    await session.pty.type(text.slice(start, start + PIECE));
    if (start + PIECE >= text.length) break;
    await session.send(`from ${start}`);
    await session.pty.waitFor(`from ${start}\n`);
  }
}

const PIECE = 2_000;

const INDENTED = "if (a) {\n\tone\n  two\n}\n";
const INDENTED_ROWS = ["you> if (a) {", "      one", "    two", "  }"];

ptyTest("a paste of several lines is shown whole, and sent when Enter is pressed", async () => {
  await using session = await Session.start();
  await session.pty.type(paste(INDENTED));
  // The cursor stands in a fifth row, below what is pasted.
  await session.waitForPrompt(INDENTED_ROWS, { row: 4, column: 2 });
  assert.doesNotMatch(session.pty.output, /entered/);
  await session.pty.type("\r");
  assert.equal(await nextEntry(session), INDENTED.trimEnd());
  await session.pty.waitFor(`${INDENTED_ROWS.join("\n")}\nentered`);
  await session.pty.type("next\r");
  assert.equal(await nextEntry(session), "next");
});

ptyTest("a paste with CR or CR LF in it has the same line breaks", async () => {
  for (const lineBreak of ["\r", "\r\n"]) {
    await using session = await Session.start();
    await session.pty.type(paste(INDENTED.replaceAll("\n", lineBreak)));
    await session.waitForPrompt(INDENTED_ROWS, { row: 4, column: 2 });
    await session.pty.type("\r");
    assert.equal(await nextEntry(session), INDENTED.trimEnd());
  }
});

ptyTest("a paste goes into the middle of a half-typed line, and can be edited", async () => {
  await using session = await Session.start();
  await session.pty.type("abef" + LEFT + LEFT + paste("c\nd") + "!");
  await session.waitForPrompt(["you> abc", "  d!ef"], { row: 1, column: 4 });
  await session.pty.type(LEFT.repeat(3));
  await session.waitForPrompt(["you> abc", "  d!ef"], { row: 0, column: 8 });
  await session.pty.type(RIGHT);
  await session.waitForPrompt(["you> abc", "  d!ef"], { row: 1, column: 2 });
  await session.pty.type(BACKSPACE);
  await session.waitForPrompt(["you> abcd!ef"], { row: 0, column: 8 });
  await session.pty.type(paste("\n") + HOME + HOME);
  await session.waitForPrompt(["you> abc", "  d!ef"], { row: 0, column: 5 });
  await session.pty.type(END + END);
  await session.waitForPrompt(["you> abc", "  d!ef"], { row: 1, column: 6 });
  await session.pty.type("\r");
  assert.equal(await nextEntry(session), "abc\nd!ef");
});

ptyTest("Alt-Enter begins a line, and LF enters", async () => {
  await using session = await Session.start();
  await session.pty.type(`one${ALT_ENTER}two`);
  await session.waitForPrompt(["you> one", "  two"], { row: 1, column: 5 });
  await session.pty.type("\nthree\n");
  assert.equal(await nextEntry(session), "one\ntwo");
  assert.equal(await nextEntry(session), "three");
});

ptyTest("the history brings back an entry of several lines whole", async () => {
  await using session = await Session.start();
  await session.pty.type(paste(INDENTED) + "\r");
  assert.equal(await nextEntry(session), INDENTED.trimEnd());
  await session.pty.type("two\r");
  await session.pty.waitFor(`entered "two"\nyou>`);
  await session.pty.type(UP + UP);
  await session.waitForPrompt(INDENTED_ROWS, { row: 3, column: 3 });
  await session.pty.type("!\r");
  await nextEntry(session);
  assert.equal(await nextEntry(session), INDENTED.trimEnd() + "!");
});

ptyTest("messages from outside leave a draft of several lines as it is", async () => {
  await using session = await Session.start({ columns: 20, rows: 10 });
  const rows = ["you> The quick brown", "   fox jumps", "", "  over the lazy dog"];
  await session.pty.type(paste("The quick brown fox jumps\n\nover the lazy dog") + LEFT.repeat(18));
  await session.waitForPrompt(rows, { row: 2, column: 2 });
  for (
    const [command, last] of [["one", "one"], ["burst 3", "burst 3"], ["burst 99", "burst 99"]]
  ) {
    await session.send(command ?? "");
    await session.pty.waitFor((screen) => screen.includes(last ?? ""), last);
    await session.waitForPrompt(rows, { row: 2, column: 2 });
  }
  const transcript = session.pty.transcript();
  const burst = (length: number) => Array.from({ length }, (_, index) => `burst ${index + 1}`);
  assert.deepEqual(
    transcript.filter((row) => /^(one|burst)/.test(row)),
    ["one", ...burst(3), ...burst(99)],
  );
  for (const row of rows.filter((row) => row !== "")) {
    assert.equal(transcript.filter((other) => other === row).length, 1, row);
  }
});

ptyTest("a changed size moves a draft of several lines and loses no message", async () => {
  await using session = await Session.start({ columns: 40 });
  await session.send("a message");
  await session.pty.type(paste("The quick brown fox\njumps over the lazy dog"));
  await session.waitForPrompt(["you> The quick brown fox", "  jumps over the lazy dog"], {
    row: 1,
    column: 25,
  });
  await session.pty.resize(20, 24);
  await session.waitForPrompt(
    ["you> The quick brown", "   fox", "  jumps over the laz", "  y dog"],
    { row: 3, column: 7 },
  );
  await session.pty.resize(60, 24);
  await session.waitForPrompt(["you> The quick brown fox", "  jumps over the lazy dog"], {
    row: 1,
    column: 25,
  });
  assert.ok(session.pty.screen().includes("a message"));
});

ptyTest("a draft taller than the window shows the lines around the cursor", async () => {
  await using session = await Session.start({ rows: 6 });
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  await session.pty.type(paste(lines.join("\n")));
  await session.pty.waitFor((screen) => screen.includes("  line 19"), "the end");
  const last = session.pty.screen().filter((row) => row !== "").slice(-5);
  assert.deepEqual(last, [15, 16, 17, 18, 19].map((number) => `  line ${number}`));
  await session.pty.type(HOME + HOME);
  await session.waitForPrompt(
    ["you> line 0", ...[1, 2, 3, 4].map((number) => `  line ${number}`)],
    { row: 0, column: 5 },
  );
  await session.pty.type("\r");
  assert.equal(await nextEntry(session), lines.join("\n"));
  await session.pty.waitFor((screen) => screen.some((row) => row.startsWith("entered")));
  const transcript = session.pty.transcript();
  const first = transcript.lastIndexOf("you> line 0");
  assert.deepEqual(
    transcript.slice(first + 1, first + 20),
    lines.slice(1).map((row) => `  ${row}`),
  );
});

ptyTest("escape sequences in a paste are neither obeyed nor lost", async () => {
  await using session = await Session.start();
  const text = "a\x1b[Db\x1b[2J\x03c\x7f\u202ed\x1b";
  await session.pty.type(paste(text));
  await session.waitForPrompt(["you> a␛[Db␛[2J␃c␡<U+202E>d␛"], { row: 0, column: 27 });
  await session.pty.type("\r");
  assert.equal(await nextEntry(session), text);
});

ptyTest("what follows the end of a paste is typed, as if no paste had come before", async () => {
  await using session = await Session.start();
  // A terminal that leaves the mark of the end in what is pasted would send the same.
  await session.pty.type(paste("one") + "two\r\nthree");
  assert.equal(await nextEntry(session), "onetwo");
  await session.waitForPrompt(["you> three"], { row: 0, column: 10 });
});

ptyTest("a paste of 100,000 characters arrives whole", async () => {
  await using session = await Session.start();
  const lines = Array.from({ length: 5_000 }, (_, index) => `${index}`.padStart(19, "漢-"));
  await session.pty.type("<>" + LEFT);
  await typeInPieces(session, paste(lines.join("\n")));
  await session.pty.waitFor((screen) => screen.includes(`  ${lines.at(-1)}>`), "the last line");
  assert.doesNotMatch(session.pty.output, /entered/);
  await session.pty.type(`!${LEFT}?${BACKSPACE}\r`);
  assert.equal(await nextEntry(session), `<${lines.join("\n")}!>`);
});

ptyTest("a paste that is too long is cut, and says so", async () => {
  await using session = await Session.start();
  const kept = "0123456789abcdef".repeat(16_384);
  await typeInPieces(session, paste(kept + "0123"));
  await session.pty.waitFor("The paste was too long: only its first 262,144 characters were kept.");
  await session.pty.type("!\r");
  assert.equal(await nextEntry(session), kept + "!");
});

ptyTest("Ctrl-C is heard in a paste that never ends", async () => {
  await using session = await Session.start();
  await session.pty.type("a\x1b[200~half");
  // Now it has been read, and Ctrl-C will come by itself.
  await session.waitForPrompt(["you> a"], { row: 0, column: 6 });
  await session.pty.type(CTRL_C);
  await session.pty.waitFor("cleared, Up brings it back; Ctrl-C again leaves you>");
  await session.pty.type(UP);
  await session.waitForPrompt(["you> ahalf"], { row: 0, column: 10 });
});

ptyTest("a half-typed draft of several lines stays on the screen at the end", async () => {
  await using session = await Session.start({ columns: 20 });
  await session.pty.type(paste("  one\ntwo, three, four, five") + HOME);
  await session.pty.waitFor("five");
  await session.send("close");
  await session.pty.waitFor("you>   one\n  two, three, four,\n  five\nno more lines");
});

ptyTest("pastes are marked from the beginning until it is closed", async () => {
  await using session = await Session.start();
  assert.ok(session.pty.output.includes(MARK_PASTES));
  assert.ok(!session.pty.output.includes(LEAVE_PASTES_UNMARKED));
  await session.pty.type(CTRL_D);
  await session.hear("closed\n");
  session.outside.close();
  await session.pty.waitFor(() => session.pty.output.includes(LEAVE_PASTES_UNMARKED), "the end");
  assert.equal(await session.pty.status, 7);
  assert.equal(session.pty.output.split(MARK_PASTES).length - 1, 1);
  assert.equal(session.pty.output.split(LEAVE_PASTES_UNMARKED).length - 1, 1);
});

/** The fixture that does what is entered. */
function startEndings(): Pty {
  const program = fileURLToPath(new URL("./fixtures/prompt_endings_program.ts", import.meta.url));
  return new Pty([Deno.execPath(), "run", "--quiet", "--no-lock", program]);
}

const ENDINGS = [
  { line: "close and exit", status: 7 },
  { line: "exit", status: 7 },
  { line: "throw", status: 1 },
  { line: "reject", status: 1 },
];

for (const { line, status } of ENDINGS) {
  ptyTest(`pastes are unmarked when the program ends suddenly (${line})`, async () => {
    await using pty = startEndings();
    await pty.waitFor("you>");
    await pty.type(line + "\r");
    assert.equal(await pty.status, status);
    await pty.waitFor(() => pty.output.includes(LEAVE_PASTES_UNMARKED), "the end of marking");
    assert.equal(pty.output.split(MARK_PASTES).length - 1, 1);
  });
}

ptyTest("the terminal rings once a frame", async () => {
  await using pty = startEndings();
  await pty.waitFor("you>");
  const before = pty.output.length;
  await pty.type("ring\r");
  await pty.waitFor("rung\nyou>");
  assert.equal(pty.output.slice(before).split(BELL).length - 1, 1);
});

ptyTest("the terminal rings without anything being drawn anew", async () => {
  await using pty = startEndings();
  await pty.waitFor("you>");
  await pty.type("keep ringing\r");
  await pty.waitFor(() => pty.output.includes(`you> ${BELL.repeat(3)}`), "three bells");
});

/** The fixture that asks for a word and for two secrets. */
function startAsking(): Pty {
  const program = fileURLToPath(new URL("./fixtures/ask_program.ts", import.meta.url));
  return new Pty([Deno.execPath(), "run", "--quiet", "--no-lock", program], { rows: 500 });
}

/** The last row that is not empty. */
function lastRow(screen: readonly string[]): string {
  return screen.findLast((row) => row !== "") ?? "";
}

ptyTest("a pasted answer is the first line of the paste", async () => {
  await using pty = startAsking();
  await pty.waitFor("a word?");
  await pty.type(`vis${ALT_ENTER}${paste("ible\nand\nmore")}`);
  await pty.waitFor((screen) => lastRow(screen) === "a word? visible");
  await pty.type("\r");
  await pty.waitFor("the word is visible\n");
});

ptyTest("nothing that was entered before comes back as an answer", async () => {
  await using pty = startEndings();
  await pty.waitFor("you>");
  await pty.type(paste("one\ntwo") + "\rask\r");
  await pty.waitFor((screen) => lastRow(screen) === "well?");
  await pty.type(`${UP}x\r`);
  await pty.waitFor(`answered "x"`);
});

ptyTest("a pasted secret is the first line of the paste, and nothing of it is shown", async () => {
  await using pty = startAsking();
  await pty.waitFor("a word?");
  await pty.type("visible\r");
  await pty.waitFor((screen) => lastRow(screen) === "secret?");
  await pty.type(`Q${paste("XZ\tW\x03\r\nVV\r\n")}`);
  // The fixture prints this many times, and each time the prompt is drawn.
  await pty.waitFor("tick\ntick\ntick\n");
  await pty.type("\r");
  await pty.waitFor("a secret of 4");
  await pty.waitFor((screen) => lastRow(screen) === "and again?");
  await pty.type(paste("\n"));
  await pty.type("\r");
  await pty.waitFor("a secret of 0");
  assert.doesNotMatch(pty.output, /[QXZWV]/);
});

ptyTest("after the questions, drafts may have several lines again", async () => {
  await using pty = startAsking();
  for (const question of ["a word?", "secret?", "and again?"]) {
    await pty.waitFor((screen) => lastRow(screen) === question);
    await pty.type("\r");
  }
  await pty.waitFor((screen) => lastRow(screen) === "you>");
  await pty.type(paste("one\ntwo"));
  await pty.waitFor("you> one\n  two");
  await pty.type("\r");
  await pty.waitFor("entered 7");
});
