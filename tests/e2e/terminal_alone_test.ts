/** To whom lines go, on a terminal: to one alone, or to nobody. */
import assert from "node:assert/strict";
import { Party, seen } from "./party.ts";
import { joinOnTerminal, onTerminal, terminalTest } from "./terminals.ts";

terminalTest(
  "plain: each line that goes to one alone says so; a blank hides no command",
  async () => {
    await using party = await Party.open();
    const [bob, eve] = await party.joinAll(["bob", "eve"]);
    await using ann = await joinOnTerminal(party.server.address, "ann", ["--plain"]);
    await seen([bob, eve], "ann");
    await ann.type("/query bob\rpsst\r");
    await ann.waitFor(/^to bob alone$/m);
    await bob.waitForText("psst");
    await ann.type("/query\r /msg bob secret\rhello\r");
    await eve.waitForText("hello");
    await bob.waitForText("hello");
    assert.deepEqual(eve.texts, ["hello"]);
    assert.deepEqual(bob.texts, ["psst", "secret", "hello"]);
  },
);

terminalTest(
  "prompt: alone in a room a line does not look sent, and Up brings it back",
  async () => {
    await using host = onTerminal("server", ["--listen", "127.0.0.1:0", "--nick", "alice"]);
    await host.waitFor("\nalice:", "the server's prompt");
    await host.type("hello\r");
    await host.waitFor("nobody else is here; the message was not sent");
    assert.ok(!host.screen().some((row) => row.includes("alice: hello")), host.screen().join("\n"));
    await host.type("\x1b[A");
    await host.waitFor(/^alice: hello$/m);
  },
);
