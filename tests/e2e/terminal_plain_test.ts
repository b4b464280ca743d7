import assert from "node:assert/strict";
import { Party, seen } from "./party.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

terminalTest("plain: no escape sequence is ever written, and commands work", async () => {
  await using party = await Party.open();
  const [bob] = await party.joinAll(["bob"]);
  await using ann = await joinOnTerminal(party.server.address, "ann", ["--plain"], {
    colours: true,
  });
  await seen([bob], "ann");
  await ann.type("/who\r");
  await ann.waitFor("2 people are here:");
  await ann.waitFor(/^ann, you, SHA256:/m);
  await ann.type("/msg bob between us\r");
  await bob.waitForText("between us");
  await ann.type("/nick anna\r");
  await seen([bob], "anna", "renamed");
  await ann.type("hello\r");
  await bob.waitForText("hello");
  await bob.write("hello anna\n");
  await ann.waitFor(/^\d\d:\d\d bob: hello anna$/m);
  await ann.type("/help all\r");
  await ann.waitFor(/^\/quit \[TEXT\] +leave /m);
  await ann.type("/quit\r");
  assert.equal(await ann.status, 0);
  await seen([bob], "anna", "left");
  // Before the program the shell tells the terminal's name, in a sequence of its own.
  const [, written] = ann.output.split(/\x1b\]7077;[^\x07]*\x07/);
  assert.match(written, /The conversation is over: you left\./);
  assert.doesNotMatch(written, /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
});
