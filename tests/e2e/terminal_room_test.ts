import assert from "node:assert/strict";
import { done, Party, seen } from "./party.ts";
import { RawMember } from "./raw.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

const BELL = "\x07";
const TAB = "\t";

/** What is typed, as a terminal sends what is pasted. */
function pasted(text: string): string {
  return `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;
}

terminalTest(
  "terminal room: two at terminals, one in colour, and one at a program",
  async (test) => {
    await using party = await Party.open();
    const [bob] = await party.joinAll(["bob"]);
    await using _bonnie = await RawMember.join(party.server, "bonnie");
    await using ann = await joinOnTerminal(party.server.address, "ann", [], { colours: true });
    await using grey = await joinOnTerminal(party.server.address, "grey");
    await seen([bob], "grey");
    const bells = ({ output }: { output: string }) => output.split(BELL).length - 1;

    await test.step("Tab completes commands and names", async () => {
      // A Tab with more behind it is taken for a part of something pasted, so each ends what is typed.
      const complete = async (typed: string, expected: RegExp) => {
        await ann.type(`${typed}${TAB}`);
        await ann.waitFor(expected);
      };
      await complete("/ms", /^ann: \/msg$/m);
      await complete("b", /^ann: \/msg bo$/m);
      await complete("", /^bob +bonnie$/m);
      await complete("b", /^ann: \/msg bob$/m);
      await ann.type("for you\r");
      await bob.waitForText("for you");
      await complete("bob", /^ann: bob:$/m);
      await ann.type("hello\r");
      await bob.waitForText("bob: hello");
      assert.deepEqual(bob.events("message").map((event) => event.private), [true, false]);
    });

    await test.step("a pasted block is one message, with its lines and its indentation", async () => {
      const block = "  if (isNew) {\n      greet();\n  }";
      await ann.type(pasted(block));
      await ann.waitFor("greet();");
      await done(bob, "say", { text: "not yet" });
      await grey.waitFor("bob: not yet");
      assert.doesNotMatch(grey.screen().join("\n"), /greet/, "it waits for Enter");
      await ann.type("\r");
      await bob.waitForText(block);
      await grey.waitFor(
        /^\d\d:\d\d ann: {3}if \(isNew\) \{\n {11} {6}greet\(\);\n {11} {2}\}$/m,
        "the three lines, set in below each other",
      );
    });

    await test.step("who is mentioned hears the bell, and sees the name stand out", async () => {
      const silent = bells(ann);
      await done(bob, "say", { text: "is Anna here? and annette?" });
      await ann.waitFor("annette?");
      assert.equal(bells(ann), silent, "not for a part of a word");
      await done(bob, "say", { text: "hello Ann, how are you?" });
      await ann.waitFor("hello Ann, how are you?");
      assert.equal(bells(ann), silent + 1);
      assert.ok(ann.output.includes("hello \x1b[7mAnn\x1b[27m, how"), "the name is inverse");
    });

    await test.step("a private message rings, and is marked as one", async () => {
      // On the terminal that has not rung yet: none rings twice within three seconds.
      const silent = bells(grey);
      await done(bob, "msg", { to: "grey", text: "psst" });
      await grey.waitFor(/^\d\d:\d\d bob \(to you alone\): psst$/m);
      assert.equal(bells(grey), silent + 1);
    });

    await test.step("/history and /search show what was said, and the search what it has found", async () => {
      await grey.type("/history 2\r");
      await grey.waitFor(
        /^\d\d:\d\d bob: hello Ann, how are you\?\n\d\d:\d\d bob \(to you alone\): psst\n\/history goes/m,
      );
      await ann.type("/search how ANN\r");
      await ann.waitFor(
        /^\d{4}-\d\d-\d\d \d\d:\d\d bob: hello Ann, how are you\?\n1 message found; /m,
      );
      assert.ok(ann.output.includes("hello \x1b[7mAnn\x1b[27m, \x1b[7mhow\x1b[27m are"));
      await ann.type("/pending\r");
      await ann.waitFor("Everything you sent is confirmed.");
    });

    await test.step("with NO_COLOR nothing is coloured, without it names are", () => {
      const sgr = /\x1b\[[\d;]*m/;
      assert.doesNotMatch(grey.output, sgr);
      assert.match(ann.output, sgr);
    });
  },
);

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
