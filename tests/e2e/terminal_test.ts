import assert from "node:assert/strict";
import { acceptAnyone, listenSecure } from "../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { programCommand, type ProgramName, startClient, startServer } from "../support/programs.ts";
import { Pty, ptyAvailable } from "../support/pty.ts";
import { RawMember, welcomeMessage } from "./raw.ts";

const CTRL_C = "\x03";
const CTRL_D = "\x04";

/** Starts a program on a terminal; after its end the terminal shows its settings. */
function onTerminal(name: ProgramName, args: readonly string[]): Pty {
  const { command, env } = programCommand(name);
  const wrapper = ["sh", "-c", '"$@"; status=$?; stty -a; exit $status', "sh"];
  return new Pty([...wrapper, ...command, ...args], {
    env: { ...env, NO_COLOR: "1" },
    columns: 100,
    rows: 30,
    timeout: 60_000,
  });
}

async function serverOnTerminal(): Promise<{ server: Pty; address: string }> {
  const server = onTerminal("server", ["--listen", "127.0.0.1:0"]);
  await server.waitFor("\nhost:", "the server's prompt");
  const address = server.screen().join("\n").match(/Listening at (\S+)\.\n/)?.[1];
  assert.ok(address !== undefined, server.screen().join("\n"));
  return { server, address };
}

/** The program has ended with this status, and has left the terminal as it found it. */
async function assertEnds(pty: Pty, status: number): Promise<void> {
  assert.equal(await pty.status, status, pty.screen().join("\n"));
  await pty.waitFor((screen) => /\bicanon\b/.test(screen.join(" ")), "the terminal's settings");
  const settings = pty.transcript().join(" ");
  for (const setting of ["icanon", "echo", "isig", "icrnl", "opost"]) {
    assert.match(settings, new RegExp(`(?<!-)\\b${setting}\\b`), `${setting} is on again`);
  }
}

function terminalTest(name: string, run: () => Promise<void>) {
  Deno.test({
    name: `terminal: ${name}` + (ptyAvailable ? "" : " (ignored: there is no util-linux script)"),
    ignore: !ptyAvailable,
    fn: run,
  });
}

terminalTest("two people talk, and the server stays when the client leaves", async () => {
  const { server, address } = await serverOnTerminal();
  await using _server = server;
  await using client = onTerminal("client", ["--accept-new", address]);
  await client.waitFor("\nguest:");
  await server.waitFor("guest joined.");

  await client.type("hello from the client\r");
  await server.waitFor(/^\d\d:\d\d guest: hello from the client$/m);
  await server.type("hello from the server\r");
  await client.waitFor(/^\d\d:\d\d host: hello from the server$/m);
  await client.waitFor(/^\d\d:\d\d guest: hello from the client$/m);
  await server.waitFor(/^\d\d:\d\d host: hello from the server$/m);

  await client.type(CTRL_D);
  await assertEnds(client, 0);
  await client.waitFor("The conversation is over: you left.");
  await server.waitFor("guest left.");

  await server.type("is anybody there?\r");
  await server.waitFor("nobody else is here; the message was not sent");
  await using next = startClient(address, ["--json"]);
  await next.waitForEvent("connected");
  await server.type("welcome\r");
  await next.waitForText("welcome");
  const said = next.events("message").map(({ text, history }) => `${text}${history ? "…" : ""}`);
  assert.deepEqual(
    said,
    ["hello from the client…", "hello from the server…", "welcome"],
    "what was said to nobody does not arrive later",
  );

  await server.type(CTRL_D + CTRL_D);
  await assertEnds(server, 0);
  assert.equal(await next.status, 0);
  assert.equal(next.events("closed")[0].reason, "the server left");
});

terminalTest("a half-typed line is undisturbed by what arrives", async () => {
  await using server = await startServer(["--json"]);
  await using client = onTerminal("client", ["--accept-new", server.address]);
  await client.waitFor("\nguest:");
  await client.type("half a line");
  await client.waitFor("\nguest: half a line");
  await server.write("one\ntwo\nthree\n");
  const lines = ["one", "two", "three"].map((text) => `\n\\d\\d:\\d\\d host: ${text}`).join("");
  await client.waitFor(new RegExp(`${lines}\nguest: half a line\n`));

  // While more arrives, the typing goes on.
  const flood = server.write(Array.from({ length: 300 }, (_, index) => `line ${index}\n`).join(""));
  for (const key of " and the rest") await client.type(key);
  await flood;
  await client.waitFor(/ host: line 299\nguest: half a line and the rest$/);
  await client.type("\r");
  await server.waitForText("half a line and the rest");
  const said = client.transcript().flatMap((row) =>
    row.match(/^\d\d:\d\d host: (line .*)/)?.[1] ?? []
  );
  assert.deepEqual(said, Array.from({ length: 300 }, (_, index) => `line ${index}`));
  await client.type(CTRL_C);
  await assertEnds(client, 130);
  await server.waitForEvent("member", ({ change }) => change === "left");
});

terminalTest("commands", async () => {
  await using server = await startServer(["--json"]);
  await using client = onTerminal("client", ["--accept-new", server.address, "--nick", "Zoë"]);
  await client.waitFor("\nZoë:");
  await client.type("/help all\r");
  await client.waitFor(/\/quit \[TEXT\] +leave \(or press Ctrl-D\)/);
  await client.type("/nonsense\r");
  await client.waitFor("there is no command /nonsense; /help lists them");
  await client.type("\r   \r");
  await client.type("//slash\r");
  await server.waitForText("/slash");
  await client.type("/quit\r");
  await assertEnds(client, 0);
  await server.waitForEvent("member", ({ change }) => change === "left");
  assert.deepEqual(server.texts, ["/slash"], "neither commands nor empty lines are sent");
  assert.equal(server.events("connected")[0].peer.nick, "Zoë");
});

terminalTest("Ctrl-C ends a server with 0, and the client is told", async () => {
  const { server, address } = await serverOnTerminal();
  await using _server = server;
  await using client = startClient(address, ["--json"]);
  await client.waitForEvent("connected");
  await server.type("half a line");
  await server.waitFor("host: half a line");
  // The first clears the line, and the second is asked about.
  await server.type(CTRL_C + CTRL_C);
  await server.waitFor("1 is here; end the room? Ctrl-C again ends it");
  await server.type(CTRL_C);
  await assertEnds(server, 0);
  assert.equal(await client.status, 0);
  assert.deepEqual(client.texts, []);
});

terminalTest("/quit ends a server with 0 that nobody has joined", async () => {
  const { server } = await serverOnTerminal();
  await using _server = server;
  await server.type("/quit\r");
  await assertEnds(server, 0);
});

terminalTest("Ctrl-D leaves at once, however much the server still has to say", async () => {
  await using server = await startServer(["--json"]);
  await using client = onTerminal("client", ["--accept-new", server.address]);
  await client.waitFor("\nguest:");
  let isFlowing = true;
  const flow = (async () => {
    while (isFlowing) await server.write("still speaking\n".repeat(20));
  })().catch(() => {});
  await client.waitFor("host: still speaking");
  await client.type(CTRL_D);
  await assertEnds(client, 0);
  await server.waitForEvent("member", ({ change }) => change === "left");
  for (const { text } of server.events("notice")) assert.doesNotMatch(text, /cut|fail|nothing/);
  isFlowing = false;
  server.signal("SIGINT");
  assert.equal(await server.status, 0);
  await flow;
});

terminalTest(
  "an error leaves the terminal as it was, and stands below the conversation",
  async () => {
    await using server = await startServer(["--json"]);
    const flags = ["--accept-new", "--no-reconnect"];
    await using client = onTerminal("client", [...flags, server.address]);
    await client.waitFor("\nguest:");
    await client.type("unsent");
    await client.waitFor("guest: unsent");
    server.signal("SIGKILL");
    await client.waitFor("error: the connection was cut");
    await assertEnds(client, 3);
  },
);

terminalTest("a second Ctrl-C ends at once, and leaves the terminal as it was", async () => {
  await using server = await startServer(["--json"]);
  await using client = onTerminal("client", ["--accept-new", server.address]);
  await client.waitFor("\nguest:");
  // A server that is stopped answers no goodbye.
  server.signal("SIGSTOP");
  await client.type(CTRL_C);
  await client.type(CTRL_C);
  await assertEnds(client, 130);
});

terminalTest("what others write has no power over it", async () => {
  const { server, address } = await serverOnTerminal();
  await using _server = server;
  await using eve = await RawMember.join({ port: Number(address.split(":")[1]) });
  await server.type("half");
  await server.waitFor("host: half");
  await eve.say("\x1b[2J\x1b[H\x1b[?1049h\x1b]0;title\x07\x9b2J");
  await eve.say("\rhost: I say that\nhost: and that");
  await eve.say("e\u0301".repeat(20) + "\u0301".repeat(10_000));
  await eve.say("the end");
  await server.waitFor(/^\d\d:\d\d eve: the end\nhost: half$/m);
  const screen = server.screen();
  assert.match(screen.join("\n"), /^Listening at /m, "the screen was not cleared");
  const texts = screen.map((row) => row.replace(/^\d\d:\d\d (?=eve: )/, ""));
  assert.ok(texts.includes("eve: ␛[2J␛[H␛[?1049h␛]0;title␇<U+009B>2J"), screen.join("\n"));
  assert.ok(texts.includes("eve: ␍host: I say that"));
  assert.ok(texts.includes("           host: and that"));
  assert.deepEqual(screen.filter((row) => row.startsWith("host:")), ["host: half"]);
  await eve.leave();
});

terminalTest("neither has the name that a server gives", async () => {
  const keys = await generateX25519KeyPair();
  using listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: keys,
    acceptPeer: acceptAnyone,
  });
  await using client = onTerminal("client", ["--accept-new", `127.0.0.1:${listener.address.port}`]);
  await using channel = await listener.accept();
  assert.ok(channel !== undefined);
  await channel.receive();
  await channel.send(welcomeMessage("\x1b[2J\nbob"));
  await assert.rejects(channel.receive(), { code: "malformed-message" });
  await client.waitFor('error: received a message of type "welcome" whose "you.nick"');
  await assertEnds(client, 4);
  assert.doesNotMatch(client.transcript().join("\n"), /bob|ada/);
});
