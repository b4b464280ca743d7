import assert from "node:assert/strict";
import { startServer } from "../support/programs.ts";
import { Home } from "./home.ts";
import { HEADLESS } from "./party.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

terminalTest(
  "terminal: a draft survives a restart of the server, and what was entered is sent",
  async () => {
    await using home = new Home();
    await using first = await home.server(HEADLESS);
    const ann = await joinOnTerminal(first.address, "ann");
    try {
      await ann.waitFor("\nann:", "the prompt");
      await ann.type("half a thou");
      first.signal("SIGKILL");
      await first.exited;
      await ann.waitFor(
        "\nann [offline]: half a thou",
        "the draft, and that there is no connection",
      );
      await ann.waitFor(/^Connection lost \(.*\); reconnecting …$/m, "the news");
      await ann.type("ght\r");
      await ann.waitFor(/^ann \[offline, 1 not confirmed\]:$/m, "what waits");
      await ann.type("/pending\r");
      await ann.waitFor("“half a thought”", "which one it is");
      await ann.type("another dra");

      await using _server = await home.server([...HEADLESS, "--listen", first.address]);
      // A key has it tried at once.
      await ann.type("ft");
      await ann.waitFor(/^Connected again: .*1 of yours sent again/m, "the end of it");
      await ann.waitFor("\nann: another draft", "the draft");
      const lost = ann.transcript().filter((line) => line.startsWith("Connection lost"));
      assert.equal(lost.length, 1, "one line, however many attempts there were");
      // Only if everything is confirmed.
      await ann.type("\r/quit\r");
      assert.equal(await ann.status, 0);
    } finally {
      await ann.close();
    }
  },
);

terminalTest(
  "terminal: whoever leaves without a connection is told what may not have arrived",
  async () => {
    await using server = await startServer(HEADLESS);
    const [ann, bob] = await Promise.all(
      ["ann", "bob"].map((nick) => joinOnTerminal(server.address, nick)),
    );
    assert.ok(ann !== undefined && bob !== undefined);
    try {
      server.signal("SIGKILL");
      for (const person of [ann, bob]) await person.waitFor("[offline]:", "that it is lost");
      await ann.type("one\rtwo\r");
      await ann.waitFor("2 not confirmed]:", "what waits");
      await ann.type("\x03");
      assert.equal(await ann.status, 130);
      await ann.waitFor("2 messages may not have arrived.", "how many");
      await bob.type("/quit\r");
      assert.equal(await bob.status, 0);
    } finally {
      await ann.close();
      await bob.close();
    }
  },
);
