import assert from "node:assert/strict";
import { formatAddress } from "../../lib/channel/mod.ts";
import { type Program, startClient, startServer } from "../support/programs.ts";
import { Home } from "./home.ts";
import { Network, restart } from "./network.ts";
import { command, HEADLESS, Party, who } from "./party.ts";
import { asLines, assertLines, numbered } from "./piped.ts";

/** What was said to a program, once each. */
function idsOf(program: Program): string[] {
  const ids = program.events("message").map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "nothing is shown twice");
  return ids;
}

Deno.test("reconnect: a cut is healed, nothing is lost by it, and the others do not notice", async () => {
  await using party = await Party.open();
  const ann = await party.join("ann");
  await using network = new Network(party.server.port);
  await using bob = startClient(network.address, ["--json", "--nick", "bob"]);
  await bob.waitForEvent("members");
  await ann.write("before\n");
  await bob.waitForText("before");
  network.cut();
  const { attempt } = await bob.waitForEvent("reconnecting");
  assert.equal(attempt, 1);
  await ann.write("meanwhile\n");
  await bob.write("from bob\n");
  await bob.waitForEvent("reconnected");
  await bob.waitForText("meanwhile");
  await ann.waitForText("from bob");
  await bob.waitForEvent("delivered");
  assert.deepEqual(bob.texts, ["before", "meanwhile"]);
  assert.deepEqual((await who(ann)).map(({ nick, away }) => [nick, away]), [
    ["ann", false],
    ["bob", false],
  ]);
  // On a slow machine it may have been away.
  const changes = new Set(ann.events("member").map(({ nick, change }) => `${nick} ${change}`));
  for (const change of ["bob away", "bob back"]) changes.delete(change);
  assert.deepEqual([...changes], ["bob joined"]);
  await command(bob, "quit");
  assert.equal(await bob.status, 0, bob.stderr.text);
});

Deno.test("reconnect: a server that is killed and started again has its clients back, and what was said", async () => {
  await using home = new Home();
  const history = ["--history", home.beside("history")];
  await using first = await home.server([...HEADLESS, ...history]);
  const start = (nick: string) =>
    startClient(first.address, ["--json", "--nick", nick], { acceptNew: true });
  await using ann = start("ann");
  await ann.waitForEvent("members");
  await using bob = start("bob");
  await bob.waitForEvent("members");
  await ann.write("one\n");
  await bob.waitForText("one");
  await using _second = await restart(home, first, first.address, history);
  await Promise.all([ann, bob].map((program) => program.waitForEvent("reconnected")));
  await ann.write("two\n");
  await bob.waitForText("two");
  await bob.write("three\n");
  await ann.waitForText("three");
  assert.deepEqual([ann.texts, bob.texts], [["three"], ["one", "two"]]);
  // Whoever was there before is at most away in between.
  for (const program of [ann, bob]) {
    const changes = new Set(program.events("member").map(({ change }) => change));
    assert.ok(!changes.has("left"), "nobody has left");
  }
  assert.equal(ann.events("member").filter(({ change }) => change === "joined").length, 1);
});

Deno.test("reconnect: a pipe survives kills of the server, and ends with 0 when all has arrived", async () => {
  await using home = new Home();
  const history = ["--history", home.beside("history")];
  let server = await home.server([...HEADLESS, ...history]);
  const { address } = server;
  const servers = [server];
  try {
    await using ann = startClient(server.address, ["--json", "--nick", "ann"]);
    await ann.waitForEvent("members");
    const lines = numbered("line ", 3_000);
    await using pipe = startClient(address, ["--nick", "pipe"]);
    const piping = pipe.pipe(asLines(lines));
    for (const text of ["line 500", "line 1500"]) {
      await ann.waitForText(text);
      server = await restart(home, server, address, history);
      servers.push(server);
    }
    await piping;
    assert.equal(await pipe.status, 0, pipe.stderr.text);
    await ann.waitForText("line 3000");
    idsOf(ann);
    assertLines(ann.texts, lines);
  } finally {
    for (const one of servers) await one[Symbol.asyncDispose]();
  }
});

Deno.test("reconnect: a pipe that gives up exits with 3, and names the first line that did not arrive", async () => {
  await using server = await startServer(HEADLESS);
  await using ann = startClient(server.address, ["--json", "--nick", "ann"]);
  await ann.waitForEvent("members");
  await using pipe = startClient(server.address, ["--nick", "pipe", "--reconnect-for", "1s"]);
  await pipe.write("one\ntwo\n");
  await ann.waitForText("two");
  server.signal("SIGKILL");
  await pipe.waitForLine("stderr", "Connection lost");
  await pipe.pipe("three\nfour\n");
  assert.equal(await pipe.status, 3);
  const error = pipe.stderr.text.replaceAll("\n  ", " ").trimEnd().split("\n").at(-1) ?? "";
  assert.match(error, /^error: the connection was lost, and connecting again failed: /);
  // The receipts of the first two may have been lost as well.
  assert.match(error, /; line ([123]) of the input was not confirmed, nor [123] after it$/);
});

Deno.test("reconnect: a program is told of each line that did not arrive", async () => {
  await using server = await startServer(HEADLESS);
  await using robot = startClient(server.address, ["--json", "--reconnect-for", "1s"]);
  await robot.waitForEvent("members");
  server.signal("SIGKILL");
  await robot.waitForEvent("reconnecting");
  const id = "00112233445566778899aabbccddeeff";
  await robot.write(`one\n{"command":"say","text":"two","id":"${id}"}\n`);
  assert.equal(await robot.status, 3);
  const undelivered = robot.events("undelivered");
  assert.deepEqual(undelivered.map(({ text, line }) => [text, line]), [["one", 1], ["two", 2]]);
  assert.equal(undelivered[1]?.id, id);
  assert.equal(robot.events("error").length, 1);
});

Deno.test("reconnect: never 0 with a line missing, whenever the server is ended", async () => {
  for (const after of ["line 1", "line 40", "line 400"]) {
    await using server = await startServer(HEADLESS);
    await using ann = startClient(server.address, ["--json", "--nick", "ann"]);
    await ann.waitForEvent("members");
    const count = 2_000;
    await using pipe = startClient(server.address, ["--nick", "pipe", "--reconnect-for", "1s"]);
    const piping = pipe.pipe(asLines(numbered("line ", count))).catch(() => {});
    await ann.waitForText(after);
    server.signal("SIGTERM");
    const status = await pipe.status;
    await piping;
    if (status === 0) {
      await ann.waitForText(`line ${count}`);
    } else {
      assert.equal(status, 3);
      assert.match(pipe.stderr.text.replaceAll(/\s+/g, " "), /\bline \d+ of the input\b/);
    }
  }
});

Deno.test("reconnect: a server with another key is not taken for the one from before", async () => {
  await using home = new Home();
  await using server = await home.server(HEADLESS);
  await using ann = startClient(server.address, ["--json", "--nick", "ann"]);
  await ann.waitForEvent("members");
  await ann.write("for the first server\n");
  await ann.waitForEvent("delivered");
  server.signal("SIGKILL");
  await server.exited;
  await ann.waitForEvent("reconnecting");
  await ann.write("for the first server, too\n");
  await using other = new Home();
  await using impostor = await other.server([...HEADLESS, "--listen", server.address]);
  assert.equal(await ann.status, 4, ann.stderr.text);
  assert.deepEqual(ann.events("error").map(({ code }) => code), ["key-changed"]);
  assert.equal(impostor.events("message").length, 0);
});

Deno.test("reconnect: one that is removed does not come back, and --no-reconnect never does", async () => {
  await using party = await Party.host();
  const bob = await party.join("bob");
  await command(party.server, "kick", { who: "bob" });
  assert.equal(await bob.status, 3);
  assert.deepEqual(bob.events("reconnecting"), []);

  const { server } = party;
  await using network = new Network(server.port);
  await using once = startClient(network.address, ["--json", "--no-reconnect"]);
  await once.waitForEvent("members");
  network.cut();
  assert.equal(await once.status, 3);
  assert.deepEqual(once.events("error").map(({ code }) => code), ["cut"]);
  assert.deepEqual(once.events("reconnecting"), []);
});

Deno.test("reconnect: a client that waits is ended by its input, /quit or a signal", async () => {
  await using server = await startServer(HEADLESS);
  const start = () => startClient(server.address, ["--json"]);
  await using quitter = start();
  await using interrupted = start();
  await Promise.all([quitter, interrupted].map((program) => program.waitForEvent("members")));
  server.signal("SIGKILL");
  await Promise.all([quitter, interrupted].map((program) => program.waitForEvent("reconnecting")));
  await interrupted.write("unheard\n");
  interrupted.signal("SIGINT");
  // A line that is still in the pipe was never read.
  assert.equal(await interrupted.status, 130);
  quitter.signal("SIGTERM");
  assert.equal(await quitter.status, 130);
});

Deno.test("reconnect: where nobody listens at first, there is nothing to come back to", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = formatAddress({ hostname: "127.0.0.1", port: listener.addr.port });
  listener.close();
  await using client = startClient(address, ["--json"]);
  assert.equal(await client.status, 3);
  assert.deepEqual(client.events("error").map(({ code }) => code), ["connection-refused"]);
});
