import assert from "node:assert/strict";
import { Party, seen } from "./party.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

terminalTest("what the terminal says by itself is no text", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann");
  await seen([bob], "ann");
  await ann.type("a\x1b]11;rgb:1e1e/1e1e/1e1e\x07b\x1b]10;rgb:ff");
  await ann.waitFor(/^ann: ab$/m);
  await ann.type("ff/0/0\x1b\\c\x1b[?62;22cd\x1b[Ie\x1b[M !!f\x1b[<0;1;2Mg\x1bP>|xterm\x1b\\");
  await ann.waitFor(/^ann: abcdefg$/m);
  await ann.type("\x1b[104u\x1b[27;2;105~\x1b[13u");
  await bob.waitForText("abcdefghI");
  assert.deepEqual(bob.texts, ["abcdefghI"]);
});

terminalTest("a string that never ends stops nobody from typing", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann");
  await seen([bob], "ann");
  await ann.type("before\x1b]11;rgb");
  await ann.waitFor(/^ann: before$/m);
  await ann.type("\r");
  await bob.waitForText("before");
  await ann.type("after\r");
  await bob.waitForText("after");
});

terminalTest("a paste whose end never comes is in the draft, and keys are keys again", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann");
  await seen([bob], "ann");
  await ann.type("\x1b[200~one\rtwo");
  await ann.waitFor(/^ann: one\n {2}two$/m);
  // The rest of it comes late, as over a slow link.
  await ann.type("\rthree\rfour");
  await ann.waitFor(/^ {2}four$/m);
  for (const [key, row] of [["!", "four!"], ["?", "four!?"], ["\x7f", "four!"]]) {
    await ann.type(key ?? "");
    await ann.waitFor((screen) => screen.includes(`  ${row}`));
  }
  assert.deepEqual(bob.texts, [], "nothing of it was sent");
  await ann.type("\r");
  await bob.waitForText("one\ntwo\nthree\nfour!");
  await ann.type("more\r");
  await bob.waitForText("more");
});

terminalTest("a narrower window leaves nothing of the prompt behind", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann", [], { columns: 120 });
  await seen([bob], "ann");
  for (let index = 1; index <= 45; index++) await bob.write(`line ${index}\n`);
  await ann.waitFor("bob: line 45");
  const draft = "the quick brown fox jumps over the lazy dog ".repeat(5).trim();
  await ann.type(draft);
  const isWhole = () =>
    ann.screen().join("").replaceAll(" ", "").endsWith(`ann:${draft}`.replaceAll(" ", ""));
  for (const columns of [100, 80, 50, 25, 60, 120]) {
    await ann.resize(columns, 40);
    await ann.waitFor(isWhole, `the draft at ${columns} columns`);
    // A frame of its own says that the one before is over.
    await bob.write(`at ${columns}\n`);
    await ann.waitFor((screen) => screen.some((row) => row.endsWith(`at ${columns}`)) && isWhole());
    const transcript = ann.transcript();
    assert.equal(transcript.filter((row) => row.startsWith("ann: the")).length, 1);
    assert.equal(transcript.join("").split("quick").length - 1, 5, transcript.join("\n"));
    // Where a terminal leaves something of a prompt all the same, it must not look like a message.
    assert.ok(!ann.transcriptWithBars().some((row) => row.startsWith("\u258cann: the")));
    const lines = transcript.filter((row) => / bob: line \d+$/.test(row));
    assert.equal(lines.length, 45, "a line above the prompt is gone");
  }
});
