import assert from "node:assert/strict";
import { startClient } from "../support/programs.ts";
import { done, Party, seen } from "./party.ts";
import { RawMember } from "./raw.ts";
import { joinOnTerminal, onTerminal, terminalTest } from "./terminals.ts";

const BELL = "\x07";
const TAB = "\t";

/** What is typed, as a terminal sends what is pasted. */
function pasted(text: string): string {
  return `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;
}

terminalTest("terminal room: the help lists the commands with their parameters", async () => {
  await using server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
  await server.waitFor(/^Listening at \S+\.$/m);
  const address = server.screen().join("\n").match(/Listening at (\S+)\./)?.[1] ?? "";
  await using ann = await joinOnTerminal(address, "ann");
  const everybody = ["/msg TO TEXT", "/nick NAME", "/topic [TEXT]", "/history [COUNT]", "/who"];
  const operators = ["/kick WHO [REASON]", "/slow WHO SECONDS [REASON]", "/invite [TERMS]"];
  for (
    const [pty, commands] of [[ann, everybody], [server, [...everybody, ...operators]]] as const
  ) {
    await pty.type("/help\r");
    await pty.waitFor(/^\/quit +leave /m);
    const rows = pty.transcript();
    for (const command of commands) {
      assert.ok(
        rows.some((row) => row.startsWith(`${command}  `)),
        `${command}\n${rows.join("\n")}`,
      );
    }
  }
  assert.ok(!ann.transcript().some((row) => row.startsWith("/kick")), "not for everybody");
});

terminalTest("terminal room: Tab completes commands and names", async () => {
  await using party = await Party.open();
  const [alice] = await party.joinAll(["alice"]);
  await using _alina = await RawMember.join(party.server, "alina");
  await seen([alice], "alina");
  await using ann = await joinOnTerminal(party.server.address, "ann");
  // A Tab with more behind it is taken for a part of something pasted, so each ends what is typed.
  const complete = async (typed: string, expected: RegExp) => {
    await ann.type(`${typed}${TAB}`);
    await ann.waitFor(expected);
  };
  await complete("/ms", /^ann: \/msg$/m);
  await complete("al", /^ann: \/msg ali$/m);
  await complete("", /^alice +alina$/m);
  await complete("c", /^ann: \/msg alice$/m);
  await ann.type("for you\r");
  await alice.waitForText("for you");
  await complete("alic", /^ann: alice:$/m);
  await ann.type("hello\r");
  await alice.waitForText("alice: hello");
  assert.deepEqual(alice.events("message").map((event) => event.private), [true, false]);
});

terminalTest(
  "terminal room: a pasted block is one message, with its lines and its indentation",
  async () => {
    await using party = await Party.open();
    const [bob] = await party.joinAll(["bob"]);
    await using ann = await joinOnTerminal(party.server.address, "ann");
    await using carol = await joinOnTerminal(party.server.address, "carol");
    const block = "  if (isNew) {\n      greet();\n  }";
    await ann.type(pasted(block));
    await ann.waitFor("greet();");
    await done(bob, "say", { text: "not yet" });
    await carol.waitFor("bob: not yet");
    assert.doesNotMatch(carol.screen().join("\n"), /greet/, "it waits for Enter");
    await ann.type("\r");
    await bob.waitForText(block);
    await carol.waitFor(
      /^\d\d:\d\d ann: {3}if \(isNew\) \{\n {11} {6}greet\(\);\n {11} {2}\}$/m,
      "the three lines, set in below each other",
    );
    assert.deepEqual(bob.texts, [block]);
  },
);

terminalTest(
  "terminal room: who is mentioned hears the bell, and sees the name stand out",
  async () => {
    await using party = await Party.open();
    const [bob] = await party.joinAll(["bob"]);
    await using ann = await joinOnTerminal(party.server.address, "ann", [], { colours: true });
    const silent = ann.output.split(BELL).length;
    await done(bob, "say", { text: "is Anna here? and annette?" });
    await ann.waitFor("annette?");
    assert.equal(ann.output.split(BELL).length, silent, "not for a part of a word");
    await done(bob, "say", { text: "hello Ann, how are you?" });
    await ann.waitFor("hello Ann, how are you?");
    assert.equal(ann.output.split(BELL).length, silent + 1);
    assert.ok(ann.output.includes("hello \x1b[7mAnn\x1b[27m, how"), "the name is inverse");
  },
);

terminalTest("terminal room: a private message rings, and is marked as one", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann");
  await seen([bob], "ann");
  const silent = ann.output.split(BELL).length;
  await done(bob, "msg", { to: "ann", text: "psst" });
  await ann.waitFor(/^\d\d:\d\d bob \(to you alone\): psst$/m);
  assert.equal(ann.output.split(BELL).length, silent + 1);
});

terminalTest("terminal room: of 15 who come and go at once, a few lines tell", async () => {
  await using party = await Party.open();
  await using ann = await joinOnTerminal(party.server.address, "ann");
  const crowd: RawMember[] = [];
  for (let index = 0; index < 15; index++) {
    crowd.push(await RawMember.join(party.server, `guest${index}`));
  }
  const told = () => ann.transcript().filter((row) => / joined\.$/.test(row));
  await ann.waitFor(() => told().some((row) => row.includes("others joined.")), "the joins");
  assert.ok(told().length <= 5, told().join("\n"));
  const alone = told().filter((row) => /^guest\d+ joined\.$/.test(row)).length;
  const [others] = told().flatMap((row) => row.match(/^(.*) and (\d+) others joined\.$/) ?? [])
    .slice(1);
  assert.equal(alone, 3, "the first ones stand by themselves");
  assert.ok(others.split(", ").length <= 5, others);

  // What is said meanwhile is not held back, and comes behind those who came before.
  for (const member of crowd.slice(0, 14)) await member.leave();
  await crowd[14].say("only me");
  await ann.waitFor("guest14: only me");
  const rows = ann.transcript();
  const left = rows.findIndex((row) => / left\.$/.test(row));
  assert.ok(left >= 0 && left < rows.findIndex((row) => row.includes("only me")), rows.join("\n"));
  await crowd[14].leave();
});

terminalTest("terminal room: with NO_COLOR nothing is coloured, without it names are", async () => {
  await using party = await Party.open();
  const { address } = party.server;
  await using grey = await joinOnTerminal(address, "grey");
  await using bright = await joinOnTerminal(address, "bright", [], { colours: true });
  await using speaker = startClient(address, ["--nick", "bob"]);
  await speaker.pipe("hello grey and bright\n");
  for (const pty of [grey, bright]) {
    await pty.waitFor("bob: hello grey and bright");
    await pty.type("/who\r");
    await pty.waitFor(/are here:$/m);
  }
  const sgr = /\x1b\[[\d;]*m/;
  assert.doesNotMatch(grey.output, sgr);
  assert.match(bright.output, sgr);
});
