/**
 * The commands as people type them who know irssi and ssh-chat.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Pty } from "../support/pty.ts";
import { fingerprintsIn, Home } from "./home.ts";
import { command, done, Party, seen } from "./party.ts";
import { joinOnTerminal, onTerminal, terminalTest } from "./terminals.ts";

/** Enters a line, and waits for what is shown below it. */
async function enter(pty: Pty, line: string, expected: RegExp | string): Promise<void> {
  await pty.type(`${line}\r`);
  await pty.waitFor(expected, line);
}

/** A server at which somebody sits. */
async function hostOnTerminal(args: readonly string[] = [], size = {}) {
  const host = onTerminal("server", ["--listen", "127.0.0.1:0", "--nick", "alice", ...args], size);
  await host.waitFor("\nalice:", "the server's prompt");
  const address = host.screen().join("\n").match(/Listening at (\S+)\./)?.[1];
  assert.ok(address !== undefined, host.screen().join("\n"));
  return { host, address };
}

terminalTest(
  "commands: /help fits its screen, for an operator too, at 80 and at 50 columns",
  async () => {
    for (const size of [{ columns: 80, rows: 24 }, { columns: 50, rows: 20 }]) {
      const { host } = await hostOnTerminal([], size);
      await using _host = host;
      await enter(host, "/help", /type two: \/\/\nalice:$/m);
      const rows = host.screen();
      const first = rows.findIndex((row) => row === "/help");
      assert.ok(first >= 0, rows.join("\n"));
      assert.match(rows.join("\n"), /^talk: +\/msg \/reply \/query/m);
      assert.match(rows.join("\n"), /^host: +\/invite/m);
      assert.ok(rows.every((row) => row.length <= size.columns));
      await host.type("/quit\r");
      assert.equal(await host.status, 0);
    }
  },
);

terminalTest(
  "commands: capitals, other names, the nearest name, and what is only at the server",
  async (test) => {
    await using party = await Party.open();
    const bob = await party.join("bob");
    await using ann = await joinOnTerminal(party.server.address, "ann");

    await test.step("a slip is told, and nothing is sent", async () => {
      await enter(ann, "/hlep", "there is no command /hlep; did you mean /help?");
      await enter(ann, "/xyzzy", "there is no command /xyzzy; /help lists them");
      await enter(
        ann,
        "/invite 24h",
        "/invite works only at the server, for the person who sits there",
      );
      await enter(ann, "/join #lobby", /a server has one room/);
      await enter(
        ann,
        "/help msg",
        /^\/msg TO TEXT: send a private message\n.*\n?.*\nfor example: /m,
      );
    });

    await test.step("capitals and other names are the same commands", async () => {
      await ann.type("/W bob one\r/Whisper bob two\r/MSG bob three\r/m bob four\r");
      await bob.waitForText("four");
      assert.deepEqual(bob.texts, ["one", "two", "three", "four"]);
      assert.ok(bob.events("message").every((event) => event.private));
      await enter(ann, "/NAMES", /^bob, ann \(you\)$|^ann \(you\), bob$/m);
    });

    await test.step("/whois shows the fingerprint, and what is known of it", async () => {
      const [print = ""] = bob.events("connected").map(({ you }) => you.fingerprint);
      await enter(ann, "/whois bob", `bob: ${print}`);
      await ann.waitFor("only the server says that this is bob's key; the host can verify it");
    });

    await test.step("/last looks at what was seen here, private messages too", async () => {
      await done(bob, "say", { text: "lunch at noon" });
      await done(bob, "msg", { to: "ann", text: "Noon suits me" });
      await enter(
        ann,
        "/last NOON",
        /bob: lunch at noon\n.*bob \(to you alone\): Noon suits me\nann:$/m,
      );
      await enter(
        ann,
        "/lastlog xyzzy",
        "nothing with “xyzzy” here; /history and /search ask the server",
      );
    });

    await test.step("/clear clears the window, and /history shows it again", async () => {
      await ann.type("/clear\r");
      await ann.waitFor(
        (screen) => /^\s*ann:\s*$/.test(screen.join("\n")),
        "a clear window",
      );
      await enter(ann, "/history 1", /bob \(to you alone\): Noon suits me\n/);
    });

    await test.step("what is said on leaving is read by the others, on one line", async () => {
      await ann.type("/exit see you”. bob joined.\r");
      assert.equal(await ann.status, 0);
      const { farewell, reason } = await bob.waitForEvent(
        "member",
        ({ nick, change }) => nick === "ann" && change === "left",
      );
      assert.deepEqual([farewell, reason], ["see you'. bob joined.", undefined]);
    });
  },
);

terminalTest(
  "commands: a farewell is told from the room's words, and the host's ends the conversation",
  async () => {
    const { host, address } = await hostOnTerminal();
    await using _host = host;
    await using bob = await joinOnTerminal(address, "bob");
    await using eve = await joinOnTerminal(address, "eve");
    await bob.type("/quit kicked by alice\r");
    await host.waitFor(/^bob left: “kicked by alice”$/m);
    await eve.waitFor(/^bob left: “kicked by alice”$/m);
    await using carol = await joinOnTerminal(address, "carol");
    await host.type("/kick eve spam\r");
    await carol.waitFor(/^eve left; the room says: “kicked by alice; reason: spam”$/m);
    await host.type("/quit good night\r");
    await carol.waitFor(/^The conversation is over: the server left: “good night”\.$/m);
    assert.deepEqual([await host.status, await carol.status], [0, 0]);
  },
);

terminalTest("commands: /query sends to one alone, and never to anybody else", async (test) => {
  await using party = await Party.open();
  const [bob, eve] = await party.joinAll(["bob", "eve"]);
  await using ann = await joinOnTerminal(party.server.address, "ann");
  await seen([bob, eve], "ann");
  const toAll = () => eve.texts;

  await test.step("the prompt says to whom lines go", async () => {
    await enter(ann, "/query bob", /^ann \[to bob alone\]:$/m);
    await ann.type("psst\r/me winks\r");
    await bob.waitForText("winks");
    assert.deepEqual(bob.events("message").map((event) => event.private), [true, true]);
  });

  await test.step("a new name of the same key is followed", async () => {
    await done(bob, "nick", { name: "rob" });
    await ann.waitFor(/^ann \[to rob alone\]:$/m);
    await ann.type("rob?\r");
    await bob.waitForText("rob?");
  });

  await test.step("when that key leaves, nothing is sent, whoever takes the name", async () => {
    await command(bob, "quit", { text: "bye" });
    assert.equal(await bob.status, 0);
    await ann.waitFor(/^ann \[to rob alone, who has left\]:$/m);
    await enter(ann, "secret one", "rob has left; nothing was sent; /query ends this");
    await done(eve, "nick", { name: "rob" });
    await ann.waitFor("eve is now rob.");
    await enter(
      ann,
      "secret two",
      "another member has the name rob now; nothing was sent; /query ends",
    );
    await enter(ann, "/reply secret three", "nobody has sent you a private message yet");
  });

  await test.step("/query ends it", async () => {
    await enter(ann, "/query", /^ann:$/m);
    await ann.type("hello all\r");
    await eve.waitForText("hello all");
    assert.deepEqual(toAll(), ["hello all"]);
  });

  await test.step("/reply goes to the key that wrote, whatever it is called by then", async () => {
    await done(eve, "msg", { to: "ann", text: "who are you?" });
    await ann.waitFor("who are you?");
    await done(eve, "nick", { name: "eva" });
    await ann.waitFor("rob is now eva.");
    await ann.type("/r ann\r");
    await eve.waitForText("ann");
    assert.equal(eve.events("message").at(-1)?.private, true);
  });
});

terminalTest(
  "commands: /away is read by all, noted at the prompt, and ended by the next line",
  async () => {
    await using party = await Party.open();
    const bob = await party.join("bob");
    await using ann = await joinOnTerminal(party.server.address, "ann");
    await enter(ann, "/away lunch", /^ann \[away\]:$/m);
    await bob.waitForEvent("message", ({ text, action }) => action && text === "is away: lunch");
    await ann.type("hello again\r");
    await bob.waitForText("hello again");
    assert.deepEqual(bob.texts, ["is away: lunch", "is back", "hello again"]);
    await ann.waitFor(/^ann:$/m);
    await enter(ann, "/back", "you are not away");
  },
);

terminalTest(
  "commands: whom one ignores stays ignored the next time, until /unignore",
  async () => {
    await using home = new Home();
    await using party = await Party.open();
    const [bob, eve] = await party.joinAll(["bob", "eve"]);
    const start = () =>
      home.terminal("client", ["--accept-new", "--nick", "ann", party.server.address]);
    await using first = start();
    await first.waitFor("\nann:");
    await enter(
      first,
      "/ignore eve",
      "eve is ignored, next time as well, until you type /unignore eve",
    );
    await first.type("/quit\r");
    assert.equal(await first.status, 0);
    assert.match(await home.read("ignored_keys"), /^eve x25519 \S+ \d{4}-\d\d-\d\d\n$/);

    await done(eve, "say", { text: "from eve" });
    await done(bob, "say", { text: "from bob" });
    await using second = start();
    await second.waitFor("bob: from bob");
    await done(eve, "say", { text: "eve once more" });
    await done(bob, "say", { text: "bob once more" });
    await second.waitFor("bob: bob once more");
    await enter(second, "/history", /bob: bob once more\nnothing earlier is kept/);
    assert.doesNotMatch(second.transcript().join("\n"), /from eve|eve once more/);
    await enter(second, "/unignore eve", "eve is no longer ignored");
    await enter(second, "/history 5", "eve: from eve");
    assert.equal(await home.read("ignored_keys"), "");
  },
);

terminalTest("verification: what was pasted is told as that, and not as verified", async () => {
  await using owner = new Home();
  await using home = new Home();
  await using server = await owner.server(["--json"]);
  const { fingerprint } = await server.waitForEvent("listening");
  for (const isFirst of [true, false]) {
    await using ann = home.terminal("client", ["--nick", "ann", server.address]);
    if (isFirst) {
      await ann.waitFor("Is it the same (yes/no/[fingerprint])?");
      await ann.type(`${fingerprint}\r`);
    }
    await ann.waitFor(/You compared this fingerprint: if it came from the server's owner/);
    await ann.waitFor("\nann:");
    await enter(ann, "/whois host", "you pasted the fingerprint at the first contact");
    assert.doesNotMatch(ann.transcript().join("\n"), /not verified/);
    await ann.type("/quit\r");
    assert.equal(await ann.status, 0);
  }
  await using robot = await home.client([server.address, "--json", "--nick", "ann"]);
  const { compared, peer, trust } = await robot.waitForEvent("connected");
  assert.deepEqual([compared, peer.verified, trust], [true, false, "known"]);
});

terminalTest(
  "verification: where nobody sits at the server, /verify says what can be compared",
  async () => {
    await using home = new Home();
    await using party = await Party.open();
    const { fingerprint } = await party.server.waitForEvent("listening");
    await using ann = home.terminal("client", [
      "--accept-new",
      "--nick",
      "ann",
      party.server.address,
    ]);
    await ann.waitFor("Nobody sits at the server: /verify says what to compare");
    await enter(ann, "/verified", "First compare the fingerprint: /verify shows it.");
    await enter(ann, "/verify", /If it is the same,\s+enter:\s+\/verified/);
    assert.equal(fingerprintsIn(ann.screen().join("\n")).at(-1), fingerprint);
    await enter(ann, "/verify nobody", "no “nobody” here; nobody sits at the server");
    await enter(
      ann,
      "/verified",
      `The key of the server at ${party.server.address} is now verified.`,
    );
    await ann.waitFor(/^ann \[server verified\]:$/m);
    assert.ok((await home.read("verified_keys")).startsWith(`${party.server.address} x25519 `));
  },
);

terminalTest(
  "first contact: with nobody listening, how to start a server, in one sentence",
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${listener.addr.port}`;
    listener.close();
    await using ann = onTerminal("client", [address]);
    assert.equal(await ann.status, 3);
    // It is one line, however the terminal wraps it: the command at its end is to be copied.
    const shown = ann.output;
    assert.match(shown, /error: no server is listening at \S+; start one there first: /);
    assert.match(shown, new RegExp(`(server\\.ts|x25519-chat-server) --listen ${address}`));
  },
);
