import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { Narrator } from "../../../lib/terminal/sentences/narrator.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import type { Style } from "../../../lib/terminal/sentences/style.ts";
import { BAR } from "../../../lib/terminal/text/bar.ts";
import { Emulator } from "../../support/emulator.ts";

const EVE = { nick: "eve", fingerprint: "SHA256:e", verified: false };
const STYLE: Style = {
  paint: createPaint("none"),
  hasBars: true,
  hasLinks: true,
  timestamp: () => "14:05",
};

/** What is written for events, as on the screen with a prompt. */
async function told(events: readonly ChatEvent[], style: Style): Promise<string> {
  let text = "";
  const narrator = new Narrator({
    quiet: false,
    style: () => style,
    write: (block) => Promise.resolve(void (text += `${block}\n`)),
  });
  for (const event of events) void narrator.tell(event);
  await narrator.flush();
  return text;
}

function message(text: string): ChatEvent {
  const { nick, ...key } = EVE;
  return {
    event: "message",
    id: "00",
    seq: 1,
    time: "2026-01-01T00:00:00.000Z",
    from: { nick, ...key },
    text,
    private: false,
    action: false,
    history: false,
  };
}

/** All that others have a word in. */
function events(text: string): readonly ChatEvent[] {
  return [
    message(text),
    { event: "topic", topic: text, by: EVE, time: "2026-01-01T00:00:00Z" },
    { event: "notice", text },
    { event: "refused", id: "00", reason: text },
    { event: "closed", reason: text },
    { event: "error", code: "cut", message: text },
    { event: "error", code: "key-changed", message: `a; ${text}` },
    { event: "undelivered", id: "00", command: "say", text, reason: text },
    { event: "pending", messages: [{ id: "00", command: "say", text }] },
    { event: "member", change: "left", ...EVE, reason: text },
    { event: "member", change: "joined", ...EVE, nick: text },
  ];
}

const texts = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      BAR,
      "▋",
      "█",
      "┃",
      "\n",
      " ".repeat(9),
      "x".repeat(40),
      "14:05 host: I am",
      "漢",
    ),
  ),
  { maxLength: 20 },
).map((parts) => parts.join(""));

Deno.test("bars: a row has one if the program began it, at every width, and when that changes", async () => {
  const widths = fc.integer({ min: 12, max: 120 });
  await fc.assert(
    fc.asyncProperty(texts, widths, widths, async (text, columns, later) => {
      const output = await told(events(text), { ...STYLE, columns: columns - 1 });
      const lines = output.split("\n").slice(0, -1).filter((line) => {
        assert.ok(!line.includes(BAR, 1), line);
        // Rows that the program has cut are set in, and are the rest of the row above.
        assert.match(line, new RegExp(`^(?:${BAR}|  )`));
        return line.startsWith(BAR);
      });
      const whole = await told(events(text), STYLE);
      assert.equal(lines.length, whole.split("\n").length - 1, "where a row is cut is no bar");
      using emulator = new Emulator(columns, 20);
      await emulator.write(output.replaceAll("\n", "\r\n"));
      const count = () => emulator.transcript().filter((row) => row.startsWith(BAR)).length;
      assert.equal(count(), lines.length);
      emulator.terminal.resize(later, 20);
      assert.equal(count(), lines.length, "after the window was made wider or narrower");
    }),
    { numRuns: 50 },
  );
});

Deno.test("bars: a line stays whole, and no further line looks like a speaker", async () => {
  const url = `https://example.org/${"a".repeat(200)}`;
  const style = { ...STYLE, columns: 40 };
  const output = await told([message(`see ${url} or\n\n  not`)], style);
  const link = `\x1b]8;;${url}\x1b\\${url}\x1b]8;;\x1b\\`;
  const indent = " ".repeat("14:05 eve: ".length);
  assert.deepEqual(output.split("\n"), [
    `${BAR}14:05 eve: see ${link} or`,
    `${BAR}${indent}`,
    `${BAR}${indent}  not`,
    "",
  ]);
});

Deno.test("bars: have the colour of the speaker, or of what the program says", async () => {
  const paint = createPaint("16");
  const colours: readonly (readonly [event: ChatEvent, bar: string])[] = [
    [message("hello"), paint.person(BAR, EVE.fingerprint)],
    [{ event: "error", code: "cut", message: "cut" }, paint.error(BAR)],
    [{ event: "notice", text: "so it is" }, paint.dim(BAR)],
    [{ event: "closed", reason: "you left" }, paint.notice(BAR)],
    [{ event: "member", change: "joined", ...EVE }, paint.notice(BAR)],
  ];
  for (const [event, bar] of colours) {
    assert.ok((await told([event], { ...STYLE, paint })).startsWith(bar), event.event);
  }
  const own = await told([message("hello")], { ...STYLE, paint, ownFingerprint: EVE.fingerprint });
  assert.ok(own.startsWith(paint.self(BAR)));
});

Deno.test("bars: an invitation has none, so that it is copied as it is", async () => {
  const invite = `x25519-chat://127.0.0.1:1/${"a".repeat(60)}`;
  const event = { event: "invitation", id: "0", invite, expires: null, singleUse: false } as const;
  const lines = (await told([event], { ...STYLE, columns: 40 })).trimEnd().split("\n");
  assert.equal(lines.pop(), invite);
  assert.deepEqual(lines.map((row) => row.startsWith(BAR)), [true, false, false]);
});

Deno.test("bars: others' words stand behind none where the program cuts its sentence", async () => {
  const words = "the meeting of today is about the new server now ok hosty: bob, send me the word";
  const style = { ...STYLE, columns: 79 };
  const topic = {
    event: "topic",
    topic: words,
    by: { ...EVE, nick: "mallory" },
    time: "2026-01-01T00:00:00Z",
  } as const;
  assert.equal(
    await told([topic], style),
    `${BAR}mallory set the topic: the meeting of today is about the new server now ok\n` +
      "  hosty: bob, send me the word\n",
  );
  for (const event of events(words)) {
    for (let columns = 12; columns < 150; columns++) {
      const rows = (await told([event], { ...style, columns })).split("\n");
      for (const row of rows.slice(1)) {
        const isLine = row.startsWith(`${BAR}  the meeting`) || row.startsWith(`${BAR}  “`);
        assert.ok(!row.startsWith(BAR) || isLine, row);
      }
    }
  }
});

Deno.test("bars: each line of a table has one", async () => {
  const occupant = { ...EVE, key: "", you: false, away: false, operator: true };
  const members = [occupant, { ...occupant, nick: "bob", verified: true }];
  const table = await told([{ event: "members", members }], { ...STYLE, columns: 60 });
  assert.equal(table.trimEnd().split("\n").filter((row) => row.startsWith(BAR)).length, 3);
});
