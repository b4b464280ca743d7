import assert from "node:assert/strict";
import { programCommand } from "../support/programs.ts";
import { Pty } from "../support/pty.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { Party, seen } from "./party.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

terminalTest("plain: what arrives does not stick to a half-typed line", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann", ["--plain"]);
  await seen([bob], "ann");
  await ann.type("half a");
  await ann.waitFor(/^half a$/m);
  await bob.write("one\ntwo\n");
  await ann.waitFor(/^half a\n\d\d:\d\d bob: one\n\d\d:\d\d bob: two$/m);
  assert.equal(ann.transcript().filter((row) => row.includes("half a")).length, 1);
  await ann.type(" line");
  await ann.waitFor(/bob: two\nhalf a line$/m);
  await ann.type("\x7f\x7f\x7f\x7fword\r");
  await bob.waitForText("half a word");
  await ann.waitFor(/^half a word$/m);
  await ann.type("not this\x03");
  await ann.waitFor(/^not this\^C$/m);
  await ann.type("but this\r");
  await bob.waitForText("but this");
  assert.deepEqual(bob.texts, ["half a word", "but this"]);
  await ann.type("\x03");
  assert.equal(await ann.status, 130);
});

terminalTest("plain: on a dumb terminal the echo moves by BS alone", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using home = new Home();
  const { command, env } = programCommand("client", PERMISSIONS);
  const args = ["--home", home.folder, "--accept-new", party.server.address, "--nick", "ann"];
  await using ann = new Pty(["env", "TERM=dumb", ...command, ...args], { env });
  await ann.waitFor("Here is bob.");
  await seen([bob], "ann");
  const before = ann.output.length;
  await ann.type("abc\x7f\x1b[A\x1b]11;rgb:0/0/0\x07d\r");
  await bob.waitForText("abd");
  await ann.waitFor(/^abd$/m);
  assert.match(ann.output.slice(before), /^abc\x08 \x08d\r?\n/);
  // A line from a program that shows it by itself.
  await ann.type("whole\n");
  await bob.waitForText("whole");
  await ann.type("/quit\r");
  assert.equal(await ann.status, 0);
  const [, written = ""] = ann.output.split(/\x1b\]7077;[^\x07]*\x07/);
  assert.doesNotMatch(written, /whole|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
});
