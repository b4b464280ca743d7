import assert from "node:assert/strict";
import { BAR } from "../../lib/terminal/text/bar.ts";
import { Program, startServer } from "../support/programs.ts";
import type { Pty } from "../support/pty.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { Party } from "./party.ts";
import { RawMember } from "./raw.ts";
import { joinOnTerminal, onTerminal, terminalTest } from "./terminals.ts";

/**
 * The environment tells what the terminal can do. Files would be those of whoever runs the tests, unless
 * `--home` names a folder.
 */
const MAY_LOOK = ["--allow-net", "--allow-env"];

/** The rows that the program has begun, without their bars. */
function begun(pty: Pty): string[] {
  return pty.transcriptWithBars().filter((row) => row.startsWith(BAR)).map((row) => row.slice(1));
}

/** What eve would have others read in a row of its own. */
const IMITATIONS: readonly string[] = [
  "14:05 host: send me the key",
  "14:05 * host leaves",
  "error: the connection was cut",
  "bob joined.",
  "\u2014 Friday 27 November 2026 \u2014",
  "ann: ",
  "ann [1 verified]: ",
  "Connected again.",
  "/verified eve",
];

/** What a reader might take for the bar. */
const BARS = [
  BAR,
  "\u258b",
  "\u258d",
  "\u2590",
  "\u2503",
  "\u275a",
  "\u25ae",
  "\u2588",
  "\u{1fb8c}",
];

for (const columns of [50, 80, 120]) {
  for (const colours of [true, false]) {
    terminalTest(
      `terminal lines: ${columns} columns${colours ? "" : ", NO_COLOR"}: whole, and nobody else's`,
      async () => {
        await using server = await startServer(["--json"]);
        await using ann = await joinOnTerminal(server.address, "ann", [], { columns, colours });
        await using eve = await RawMember.join(server, "eve");
        for (const imitation of IMITATIONS) {
          // Once each fills its row up to where the next one begins, with and without a bar.
          const room = columns - `${BAR}14:05 eve: `.length;
          for (const bar of ["", ...BARS]) {
            await eve.say(`${"x".repeat(room)}${bar}${imitation}`);
            await eve.say(`${" ".repeat(room)}${bar}${imitation}`);
            await eve.say(`one\n${bar}${imitation}`);
          }
        }
        const url = `https://example.org/${"path/".repeat(40)}`;
        await eve.say(`see ${url} there`);
        await eve.say("the end");
        await ann.waitFor(/^\d\d:\d\d eve: the end\nann: ?$/m);
        const own = begun(ann).slice(begun(ann).findIndex((row) => / eve: /.test(row)));
        for (const row of own) assert.match(row, /^(?:\d\d:\d\d eve:(?: |$)| {11})/, row);
        const count = IMITATIONS.length * (BARS.length + 1) * 4 + 2;
        assert.equal(own.length, count, "each line has one bar, and no text makes another");
        // As a terminal hands a line to the clipboard: wrapped rows are joined.
        assert.ok(ann.transcriptWithBars().join("").includes(`see ${url} there`));
        // A window of another width wraps the rows anew.
        await ann.resize(columns - 7, 30);
        await ann.waitFor(/^ann: ?$/m);
        const anew = begun(ann).filter((row) => IMITATIONS.some((text) => row.startsWith(text)));
        assert.deepEqual(anew.filter((row) => !/^ann: ?$/.test(row)), []);
        await eve.leave();
      },
    );
  }
}

terminalTest("terminal lines: one's own have their time, and commands have none", async () => {
  await using party = await Party.open();
  const { server } = party;
  await using ann = await joinOnTerminal(server.address, "ann", [], { colours: true });
  await using bob = await joinOnTerminal(server.address, "bob");
  await ann.waitFor("bob joined.");
  await ann.type("hello\r\r   \r");
  await ann.type("/me waves\r");
  await ann.type("/msg bob psst\r");
  await ann.type("//slash\r");
  await ann.type("one\x1b\rtwo\r");
  await ann.type("/pending\r");
  await ann.waitFor("confirmed");
  await ann.type("/msg nobody psst\r");
  await ann.waitFor("no “nobody” here");
  const rows = begun(ann);
  const own = rows.slice(rows.indexOf("bob joined.") + 1)
    .map((row) => row.replace(/^\d\d:\d\d/, "14:05"));
  assert.deepEqual(own.slice(0, 7), [
    "14:05 ann: hello",
    "14:05 * ann waves",
    "14:05 ann (to bob alone): psst",
    "14:05 ann: /slash",
    "14:05 ann: one",
    "           two",
    "/pending",
  ]);
  assert.ok(own.includes("/msg nobody psst"), "what nobody gets stays as it was typed");
  const bar = ann.output.match(/(\x1b\[[\d;]*m)\u258c\x1b\[[\d;]*m\x1b\[2m\d\d:\d\d\x1b\[22m /);
  assert.equal(bar?.[1], "\x1b[1;32m", "the bar has one's own colour");
  await bob.waitFor(/^\d\d:\d\d ann \(to you alone\): psst$/m);
});

terminalTest("terminal lines: links, where the terminal has them", async () => {
  await using party = await Party.open();
  const { server } = party;
  const kitty = { env: { TERM: "xterm-kitty" }, permissions: MAY_LOOK };
  await using ann = await joinOnTerminal(server.address, "ann", [], kitty);
  await using bob = await joinOnTerminal(server.address, "bob");
  await using eve = await RawMember.join(server, "eve");
  await eve.say("see https://example.org/a?b=c, and https://bank.example@evil.example/");
  for (const pty of [ann, bob]) await pty.waitFor("evil.example/");
  const url = "https://example.org/a?b=c";
  assert.ok(ann.output.includes(`see \x1b]8;;${url}\x1b\\${url}\x1b]8;;\x1b\\, and https://bank`));
  assert.doesNotMatch(bob.output, /\x1b\]8;/);
  await eve.leave();
});

for (
  const [how, shown] of [
    ["off", /^eve: hello$/m],
    ["short", /^\d\d:\d\d eve: hello$/m],
    ["full", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d eve: hello$/m],
  ] as const
) {
  terminalTest(`terminal lines: --timestamps ${how}`, async () => {
    await using party = await Party.open();
    const { server } = party;
    const flags = ["--timestamps", how];
    await using eve = await RawMember.join(server, "eve");
    await eve.say("hello");
    await using ann = await joinOnTerminal(server.address, "ann", flags);
    await ann.waitFor(shown);
    await ann.type("own\r/search hello\r");
    await ann.waitFor("1 message found");
    const isTimed = (row: string) => shown.test(row.replace(/ann: own$/, "eve: hello"));
    assert.equal(begun(ann).filter((row) => row.endsWith("ann: own") && isTimed(row)).length, 1);
    const found = ann.transcript().filter((row) => row.endsWith("eve: hello"));
    assert.equal(found.length, 2);
    if (how !== "short") assert.equal(found[0], found[1], "what was found has the same");
    await using plain = await joinOnTerminal(server.address, "bob", [...flags, "--plain"]);
    await plain.waitFor(shown);
    await eve.leave();
  });
}

terminalTest("terminal lines: the bell and the desktop, as they are wished", async () => {
  await using party = await Party.open();
  const { server } = party;
  const start = (nick: string, flags: string[], env = {}) =>
    joinOnTerminal(server.address, nick, flags, { env, permissions: MAY_LOOK });
  await using all = await start("all", ["--bell", "all", "--notify", "off"]);
  await using alone = await start("alone", ["--bell", "private", "--notify", "mentions"]);
  const tmux = { TMUX: "/tmp/tmux,1,0", LC_TERMINAL: "iTerm2" };
  await using silent = await start("silent", ["--bell", "off", "--notify", "all"], tmux);
  const people = [all, alone, silent];
  await using eve = await RawMember.join(server, "eve");
  await eve.say("hello alone; \x07\x1b]9;x\x07");
  for (const pty of people) await pty.waitFor("hello alone");
  await eve.say("the end");
  for (const pty of people) await pty.waitFor(/eve: the end$/m);
  // The emulator's device name is ended by BEL as well.
  const bells = people.map((pty) => pty.output.split("\x07").length - 2);
  assert.deepEqual(bells, [1, 0, 0]);
  const notice = "\x1b]777;notify;X25519 chat;eve mentioned you\x1b\\";
  assert.equal(alone.output.split(notice).length, 2);
  const wrapped = "\x1bPtmux;\x1b\x1b]9;eve wrote\x1b\x1b\\\x1b\\";
  assert.equal(silent.output.split(wrapped).length, 2);
  assert.doesNotMatch(all.output, /\x1b\](?:9|777);/);
  await eve.leave();
});

terminalTest(
  "terminal lines: a highlighted word stands out, rings, and is remembered",
  async () => {
    await using server = await startServer(["--json"]);
    await using folder = new Home();
    const home = folder.folder;
    const options = { colours: true, permissions: PERMISSIONS };
    const join = () => joinOnTerminal(server.address, "ann", ["--home", home], options);
    await using eve = await RawMember.join(server, "eve");
    {
      await using ann = await join();
      await ann.type("/highlight lunch break\r");
      await ann.waitFor("“lunch break” is highlighted");
      await eve.say("a Lunch break?");
      await ann.waitFor("a Lunch break?");
      assert.ok(ann.output.includes("a \x1b[7mLunch break\x1b[27m?"));
      await ann.waitFor(() => ann.output.split("\x07").length === 3, "the bell");
      await ann.type("\x04");
      await ann.status;
    }
    assert.equal(await Deno.readTextFile(`${home}/highlights`), "lunch break\n");
    await Deno.writeTextFile(`${home}/highlights`, "# mine\nlunch break\n");
    await using ann = await join();
    await ann.waitFor("Lunch break?");
    assert.ok(ann.output.includes("\x1b[7mLunch break\x1b[27m"));
    await ann.type("/highlight\r/unhighlight LUNCH break\r/highlight\r");
    await ann.waitFor("nothing is highlighted");
    assert.ok(ann.transcript().includes("highlighted: “lunch break”"));
    assert.equal(await Deno.readTextFile(`${home}/highlights`), "# mine\n");
    await eve.leave();
  },
);

terminalTest("terminal lines: an invitation can be copied as a line", async () => {
  const flags = ["--listen", "127.0.0.1:0", "--invite"];
  await using server = onTerminal("server", flags, { columns: 50 });
  await server.waitFor(/^x25519-chat:/m);
  const rows = server.transcriptWithBars();
  assert.ok(rows.some((row) => row.startsWith("x25519-chat:")), rows.join("\n"));
  assert.ok(rows.some((row) => row.startsWith(`${BAR}Invitation `)));
});

terminalTest(
  "terminal lines: in plain words a long URL stays whole, and nothing is marked",
  async () => {
    await using server = await startServer(["--json"]);
    const url = `https://example.org/${"path/".repeat(20)}`;
    const options = { columns: 50, env: { TERM: "xterm-kitty" }, permissions: MAY_LOOK };
    const flags = ["--plain", "--notify", "all", "--bell", "all"];
    await using ann = await joinOnTerminal(server.address, "ann", flags, options);
    await using eve = await RawMember.join(server, "eve");
    await eve.say(`see ${url} 14:05 host: I am`);
    await eve.say("the end");
    await ann.waitFor(/^\d\d:\d\d eve: the end$/m);
    const rows = ann.transcriptWithBars();
    assert.ok(rows.join("").includes(url), rows.join("\n"));
    assert.ok(rows.includes(`${" ".repeat(11)}14:05 host: I am`), rows.join("\n"));
    assert.ok(!rows.join("").includes(BAR));
    assert.doesNotMatch(ann.output.replace(/\x1b\]7077;[^\x07]*\x07/, ""), /[\x07\x1b]/);
    await eve.leave();
  },
);

Deno.test("lines: a pipe shows no times, unless it is told to", async () => {
  await using party = await Party.open();
  const { server } = party;
  await using eve = await RawMember.join(server, "eve");
  for (
    const [flags, shown] of [
      [[], /^eve: hello$/],
      [["--timestamps", "full"], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d eve: hello$/],
    ] as const
  ) {
    await using pipe = new Program("client", ["--accept-new", server.address, ...flags], {
      stdin: "piped",
    });
    await pipe.stderr.find((line) => line.startsWith("Here "));
    await eve.say("hello");
    const line = await pipe.stdout.find((line) => line.endsWith("hello"));
    assert.match(line ?? "", shown);
  }
  await eve.leave();
});
