import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import fc from "npm:fast-check@4.10.2";
import { type Message, messageSentence } from "../../../lib/terminal/sentences/message_sentence.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import type { Style } from "../../../lib/terminal/sentences/style.ts";
import { Emulator } from "../../support/emulator.ts";

const PIPE: Style = { paint: createPaint("none") };
const TERMINAL: Style = { ...PIPE, columns: 40, timestamp: () => "14:05" };

function message(text: string, more: Partial<Message> = {}): Message {
  return {
    event: "message",
    id: "00".repeat(16),
    seq: 1,
    time: "2026-01-01T00:00:00.000Z",
    from: { nick: "ada", fingerprint: "SHA256:x", verified: false },
    text,
    private: false,
    action: false,
    history: false,
    ...more,
  };
}

function from(nick: string): Pick<Message, "from"> {
  return { from: { nick, fingerprint: "SHA256:x", verified: false } };
}

const OFF_A_TERMINAL: readonly (readonly [message: Message, shown: string])[] = [
  [message("hello"), "ada: hello"],
  [message(""), "ada: "],
  [message("one\ntwo\r\nthree"), "ada: one\n     two\n     three"],
  [message("one\n\ntwo"), "ada: one\n     \n     two"],
  [message("if:\n    indented"), "ada: if:\n         indented"],
  [message("one\ntwo", from("\u5c71\u7530")), "\u5c71\u7530: one\n      two"],
  [message("\x1b[2J\u202e"), "ada: \u241b[2J<U+202E>"],
  [message("a", from("\x1b[2J\n")), "\u241b[2J\u240a: a"],
  [message("x".repeat(500)), `ada: ${"x".repeat(500)}`],
  [message("hello", { history: true }), "ada: hello"],
  [message("waves", { action: true }), "* ada waves"],
  [message("one\ntwo", { action: true }), "* ada one\n      two"],
  [message("psst", { private: true }), "ada (to you alone): psst"],
  [message("winks", { private: true, action: true }), "* ada (to you alone) winks"],
];

for (const [message, shown] of OFF_A_TERMINAL) {
  Deno.test(`message: off a terminal: ${JSON.stringify(shown).slice(0, 60)}`, () => {
    assert.equal(messageSentence(message, PIPE), shown);
    for (const depth of ["16", "true"] as const) {
      const painted = messageSentence(message, { paint: createPaint(depth), ownNick: "hello" });
      assert.equal(painted.replaceAll(/\x1b\[[\d;]*m/g, ""), shown, "colours add nothing else");
    }
  });
}

Deno.test("message: what was searched for stands out, in one's own text as well, and no name", () => {
  const style: Style = { paint: createPaint("16"), ownNick: "bob", ownFingerprint: "SHA256:x" };
  const shown = messageSentence(message("bob has\nLunch", { found: "unch" }), style);
  assert.ok(shown.endsWith(": bob has\n     L\x1b[7munch\x1b[27m"), JSON.stringify(shown));
});

const ON_A_TERMINAL: readonly (readonly [message: Message, rows: readonly string[]])[] = [
  [message("hello"), ["14:05 ada: hello"]],
  [message("waves", { action: true }), ["14:05 * ada waves"]],
  [message("psst", { private: true }), ["14:05 ada (to you alone): psst"]],
  [message("one two three four five six seven eight nine"), [
    "14:05 ada: one two three four five six",
    "           seven eight nine",
  ]],
  [message("if (true) {\n    return somethingLong(because, of, this);\n}"), [
    "14:05 ada: if (true) {",
    "               return",
    "               somethingLong(because,",
    "               of, this);",
    "           }",
  ]],
  [message("x".repeat(40)), [
    `14:05 ada: ${"x".repeat(29)}`,
    `           ${"x".repeat(11)}`,
  ]],
  // Set in by such a name, the text would have no room.
  [message("one two three four\nfive", from("n".repeat(20))), [
    `14:05 ${"n".repeat(20)}: one two`,
    "    three four",
    "    five",
  ]],
];

for (const [message, rows] of ON_A_TERMINAL) {
  Deno.test(`message: on a terminal: ${JSON.stringify(rows[0])}`, () => {
    assert.deepEqual(messageSentence(message, TERMINAL).split("\n"), rows);
  });
}

Deno.test("message: the time is the message's own, and dim", () => {
  const paint = createPaint("16");
  const shown = messageSentence(message("hello", { history: true }), {
    paint,
    timestamp: (time) => `<${time}>`,
  });
  assert.ok(shown.startsWith(`${paint.dim("<2026-01-01T00:00:00.000Z>")} `), shown);
});

Deno.test("message: one's own name stands out in what others say", () => {
  const paint = createPaint("16");
  const style: Style = { paint, columns: 20, ownNick: "bob", ownFingerprint: "SHA256:bob" };
  assert.equal(
    messageSentence(message("hello Bob, how are you doing @bob?"), style),
    `${paint.person("ada", "SHA256:x")}: hello ${paint.mention("Bob")}, how\n` +
      `     are you doing\n     ${paint.mention("@bob")}?`,
  );
  const own = message("I am bob", {
    from: { nick: "bob", fingerprint: "SHA256:bob", verified: false },
  });
  assert.equal(messageSentence(own, style), `${paint.self("bob")}: I am bob`);
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.array(
    fc.constantFrom("host: ", "x".repeat(30), " ", "\n", "\u754c", "\u{1f469}\u200d\u{1f467}"),
    {
      maxLength: 30,
    },
  ).map((pieces) => pieces.join("")),
);
const names = fc.constantFrom("ada", "n".repeat(32), "\u754c".repeat(32), "\u{1f600}".repeat(20));

Deno.test("message: whoever speaks stands at the beginning of the first row only", () => {
  const widths = fc.constantFrom(Infinity, 200, 80, 40);
  fc.assert(fc.property(hostile, widths, (text, columns) => {
    const style = { ...PIPE, columns };
    const [first, ...others] = messageSentence(message(text), style).split("\n");
    assert.ok(first.startsWith("ada: "));
    for (const row of others) assert.ok(row.startsWith("     "), row);
  }));
});

Deno.test("message: no text can begin a row of the terminal as if another had spoken", () => {
  const widths = fc.integer({ min: 4, max: 120 });
  fc.assert(fc.property(hostile, names, widths, (text, nick, columns) => {
    const shown = messageSentence(message(text, from(nick)), { ...TERMINAL, columns });
    const rows = shown.split("\n");
    for (const row of rows) assert.ok(stringWidth(row) <= columns, JSON.stringify(row));
    const indent = " ".repeat(Math.min(4, Math.floor(columns / 2)));
    for (const row of rows.slice(1)) assert.ok(row.startsWith(indent), JSON.stringify(row));
  }));
});

Deno.test("message: ten thousand marks on one character are harmless", async () => {
  const text = `e${"\u0301".repeat(10_000)} and so on`;
  const shown = messageSentence(message(text), TERMINAL);
  using emulator = new Emulator(40, 10);
  await emulator.write(shown.replaceAll("\n", "\r\n"));
  const [first, second] = emulator.screen();
  assert.ok(first.startsWith("14:05 ada: e"), first);
  assert.ok(first.endsWith("<+9992 marks> and so on"), first);
  assert.equal(second, "");
});
