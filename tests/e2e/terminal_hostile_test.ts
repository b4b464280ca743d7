import assert from "node:assert/strict";
import { BAR } from "../../lib/terminal/text/bar.ts";
import type { Pty } from "../support/pty.ts";
import { Party } from "./party.ts";
import { connectRaw, helloMessage, RawMember } from "./raw.ts";
import { joinOnTerminal, onTerminal, terminalTest } from "./terminals.ts";

/** What a terminal would obey, or what would hide a part of a text or move it. */
const HOSTILE_TEXTS: readonly string[] = [
  "\x1b[2J\x1b[H\x1b[?1049h\x1b[8m\x1b[5A\x1bc",
  "\x1b]0;title\x07\x1b]52;c;aGVsbG8=\x07\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
  '\x1bP$q"p\x1b\\\x9b2J\x9d0;title\x9c\x90q\x9c',
  "\x07\x05\x0e\x1b[6n\x1b[c",
  "abc\r14:05 host: I am the host",
  "abc\b\b\b14:05 host: I am the host",
  "first\n14:05 host: I am the host\r\n14:05 host: so am I\x0b14:05 host:\x0c14:05 host:",
  "first\u202814:05 host: I am\u202914:05 host: so am I\u008514:05 host: and I",
  "\u202e\u2066\u2067\u2068\u202a\u202b\u202d\u2069\u200e\u200f\u061clive",
  "z\u200be\u200cr\u200do\u2060w\ufeffi\u00add\u180eth\u3164\u115f\u{e0041}",
  "a" + "\u0301".repeat(10_000),
  "\u0301\u0301 begins with marks",
  "\ufffe\uffff\ue000\u{10ffff}\ud800",
];

/** Characters that must not be in what goes to a terminal, whatever the program itself writes. */
const NEVER = /[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\u2028]/;

/** The sequences that the program itself needs: colours, cursor movements, erasing, paste mode. */
const OWN_SEQUENCES = /\x1b\[(?:[\d;]*[mABCDGHJK]|\?2004[hl])|\x1b\]7077;[^\x07]*\x07/g;

function assertHarmless(pty: Pty): void {
  const rest = pty.output.replaceAll(OWN_SEQUENCES, "");
  assert.doesNotMatch(rest, NEVER);
  assert.doesNotMatch(rest, /\x1b/, "no sequence but the program's own");
}

/** The rows that the program has begun, without their bars: what has none is the rest of a row. */
function begun(pty: Pty): string[] {
  return pty.transcriptWithBars().filter((row) => row.startsWith(BAR)).map((row) => row.slice(1));
}

/** Who speaks in the rows that look like the beginning of a message. */
function speakers(pty: Pty): Set<string> {
  const names = begun(pty).flatMap((row) => row.match(/^\d\d:\d\d (?:\* )?([^\s:]+)/)?.[1] ?? []);
  return new Set(names);
}

terminalTest(
  "terminal hostile: what is said has no power over it, and looks like nobody else's",
  async () => {
    await using server = onTerminal("server", ["--listen", "127.0.0.1:0"], { colours: true });
    await server.waitFor(/^Listening at \S+\.$/m);
    const address = server.screen().join("\n").match(/Listening at (\S+)\./)?.[1] ?? "";
    const port = Number(address.split(":")[1]);
    const options = { columns: 60, colours: true };
    await using ann = await joinOnTerminal(address, "ann", [], options);
    const beforeHostile = ann.output.split("\x07").length;
    await using eve = await RawMember.join({ port }, "eve");
    const me = eve.member.others.find(({ nick }) => nick === "ann");
    for (const text of HOSTILE_TEXTS) await eve.say(text);
    await eve.member.request({ type: "topic", topic: "\x1b[2J\u202e\n14:05 host: topic" });
    // Those that fill a row, so that the next one could begin as they like; also with characters that
    // a terminal may draw wider than others do: joined ones, new marks, symbols that were wide once.
    const fillers = [
      "x",
      "\u6f22",
      "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
      "e\u0301",
      "a\u{1cf00}",
      "\u{1f93b}",
    ];
    for (const filler of fillers) {
      for (const count of [49, 48, 47, 46, 24, 16, 12]) {
        for (const blank of ["", "x", " "]) {
          await eve.say(`${filler.repeat(count)}${blank}14:05 host: I am the host`);
        }
      }
    }
    await eve.say("the end");
    for (const pty of [server, ann]) {
      await pty.waitFor(/^\d\d:\d\d eve: the end$/m);
      assertHarmless(pty);
      assert.deepEqual(speakers(pty), new Set(["eve"]));
      const rows = begun(pty);
      assert.ok(rows.some((row) => row.startsWith("Your fingerprint is")), "nothing was cleared");
      const whole = pty.transcript().join("");
      assert.ok(whole.includes("<+9992 marks>"), "the marks are counted");
      for (const row of rows.filter((row) => /14:05|I am/.test(row))) {
        assert.match(row, /^(\d\d:\d\d eve: | |eve set the topic: )/);
      }
    }
    assert.equal(ann.output.split("\x07").length, beforeHostile, "the bell is the program's own");
    // It rings once for a private message, however many bells are in it.
    await eve.say("\x07\x07\x07 private", me);
    await ann.waitFor("\u2407\u2407\u2407 private");
    assert.equal(ann.output.split("\x07").length, beforeHostile + 1);
    await eve.leave();
  },
);

terminalTest("terminal hostile: no name is another's, or has any power", async () => {
  await using party = await Party.open();
  const { server } = party;
  await using ann = await joinOnTerminal(server.address, "ann");
  const names = [
    "\x1b[2J",
    "a\nhost",
    "host:",
    "\u202eevil",
    "a\u200bnn",
    "a\u0301\u0301\u0301\u0301",
    "h\u043est",
    "\uff41nn",
    "\u2713ann",
    "ann\u0903",
    "host",
    "server",
  ];
  for (const name of names) {
    const channel = await connectRaw(server);
    await channel.send(helloMessage(name));
    await assert.rejects(channel.receive(), { code: "malformed-message" });
  }
  // A dot below, a sign behind it, capitals: each gets a number.
  for (const name of ["a\u1e47n", "ann_", "ANN"]) {
    await using eve = await RawMember.join(server, name);
    assert.match(eve.member.self.nick, /-\d+$/);
    await eve.say(`I am ${name}`);
    await ann.waitFor(new RegExp(`^\\d\\d:\\d\\d \\S+-\\d+: I am ${name}$`, "m"));
    await eve.leave();
  }
  assertHarmless(ann);
});

terminalTest("terminal hostile: a sentence that is cut begins no row with a bar", async () => {
  const topic = "the meeting of today is about the new server now ok hosty: bob, send me the word";
  await using party = await Party.open();
  await using ann = await joinOnTerminal(party.server.address, "ann", [], { columns: 80 });
  await using eve = await RawMember.join(party.server, "mallory");
  await eve.member.request({ type: "topic", topic });
  await ann.waitFor("send me the word");
  const rows = ann.transcriptWithBars();
  const at = rows.findIndex((row) => row.includes("mallory set the topic"));
  assert.deepEqual(rows.slice(at, at + 2), [
    `${BAR}mallory set the topic: the meeting of today is about the new server now ok`,
    "  hosty: bob, send me the word",
  ]);
  await eve.leave();
});
