import assert from "node:assert/strict";
import type { Program } from "../support/programs.ts";
import { startClient, startServer } from "../support/programs.ts";
import { Home, onlySentence } from "./home.ts";
import { Network } from "./network.ts";
import { command, done, newId, Party, seen, who } from "./party.ts";
import { asLines, assertLines, numbered } from "./piped.ts";
import { RawMember } from "./raw.ts";

/** What a program was told of a member, in order. */
function changesOf(program: Program, nick: string): string[] {
  return program.events("member").filter((event) => event.nick === nick)
    .map(({ change }) => change);
}

/** Waits until a program was told of a change. */
async function told(program: Program, nick: string, change: string): Promise<void> {
  await program.waitForEvent("member", (event) => event.nick === nick && event.change === change);
}

/** Waits until a program was told so often of a member. */
async function toldSoOften(program: Program, nick: string, count: number): Promise<void> {
  await program.waitForEvent("member", () => changesOf(program, nick).length >= count);
}

/** Clients that come one after the other; the first is told of all others. */
async function joinInTurn(party: Party, nicks: readonly string[]): Promise<Program[]> {
  const programs: Program[] = [];
  for (const nick of nicks) {
    programs.push(await party.join(nick));
    await seen(programs.slice(0, 1), nick);
  }
  return programs;
}

/** A client that has its place, and is reached by way of a network. */
async function joinBy(network: Network, nick: string): Promise<Program> {
  const program = startClient(network.address, ["--json", "--nick", nick]);
  await program.waitForEvent("members");
  return program;
}

/** A person's client that has its place, and the name that it was given. */
async function joinAs(home: Home, address: string, nick: string) {
  const program = home.client([address, "--json", "--accept-new", "--nick", nick]);
  const { you } = await program.waitForEvent("connected");
  await program.waitForEvent("members");
  return { program, nick: you.nick };
}

/** Asks for a private message to be sent, and waits until the program has taken the command. */
async function whisper(program: Program, to: string, text: string): Promise<string> {
  const id = newId();
  await command(program, "msg", { to, text, id });
  return id;
}

Deno.test("grace: a member that is cut off keeps its place, and nobody is told that it left", async () => {
  await using party = await Party.host();
  await using network = new Network(party.server.port);
  const ann = await party.join("ann");
  await using plain = startClient(party.server.address, ["--nick", "plain"]);
  await seen([ann], "plain");
  await using bob = await joinBy(network, "bob");
  await seen([ann, party.server], "bob");

  network.fail();
  await Promise.all([ann, party.server].map((program) => told(program, "bob", "away")));
  const shown = (await who(ann)).map(({ nick, away }) => `${nick}${away ? " (away)" : ""}`);
  assert.deepEqual(shown, ["ann", "host", "plain", "bob (away)"]);
  // A member that comes meanwhile sees it as well, and cannot take the name.
  await using late = await RawMember.join(party.server, "bob");
  assert.equal(late.member.self.nick, "bob-2");
  const away = late.member.others.filter(({ away }) => away);
  assert.deepEqual(away.map(({ nick }) => nick), ["bob"]);

  network.mend();
  await Promise.all([ann, party.server].map((program) => told(program, "bob", "back")));
  await bob.waitForEvent("reconnected");
  assert.ok((await who(party.server)).every(({ away }) => !away));
  for (const program of [ann, party.server]) {
    assert.deepEqual(changesOf(program, "bob"), ["joined", "away", "back"]);
  }
  // How it is connected is told once.
  const met = party.server.events("connected").filter(({ peer }) => peer.nick === "bob");
  assert.equal(met.length, 1);
  await done(bob, "say", { text: "here I am" });
  await plain.waitForLine("stdout", "bob: here I am");
  const lines = plain.stderr.lines.filter((line) => /^bob\b/.test(line));
  assert.deepEqual(lines.filter((line) => !line.startsWith("bob-2 ")), ["bob joined."]);
});

Deno.test("grace: with --grace 0 a member that is cut off has left", async () => {
  await using party = await Party.open(["--grace", "0"]);
  const [ann, bob] = await joinInTurn(party, ["ann", "bob"]);
  bob.signal("SIGKILL");
  const left = await ann.waitForEvent("member", ({ change }) => change !== "joined");
  assert.deepEqual([left.change, left.reason], ["left", "the connection was cut"]);
  assert.deepEqual((await who(ann)).map(({ nick }) => nick), ["ann"]);
});

Deno.test("grace: a member that does not come back in time has left", async () => {
  await using party = await Party.open(["--grace", "1s"]);
  const [ann, bob] = await joinInTurn(party, ["ann", "bob"]);
  bob.signal("SIGKILL");
  await seen([ann], "bob", "left");
  assert.deepEqual(changesOf(ann, "bob"), ["joined", "left"]);
  const { reason } = ann.events("member").at(-1) ?? {};
  assert.equal(reason, "the connection was cut");
});

Deno.test("grace: one who ends the conversation has left at once, however it does", async () => {
  await using party = await Party.open();
  const [ann, bob, carol] = await joinInTurn(party, ["ann", "bob", "carol"]);
  await bob.closeStdin();
  carol.signal("SIGINT");
  assert.deepEqual(await Promise.all([bob.status, carol.status]), [0, 130]);
  for (const nick of ["bob", "carol"]) {
    await seen([ann], nick, "left");
    assert.deepEqual(changesOf(ann, nick), ["joined", "left"]);
  }
});

Deno.test("grace: a new process with the same key takes the place and the name of its ghost", async () => {
  await using party = await Party.open();
  await using home = new Home();
  const ann = await party.join("ann");
  const first = (await joinAs(home, party.server.address, "bob")).program;
  await using _first = first;
  await seen([ann], "bob");
  first.signal("SIGKILL");
  await told(ann, "bob", "away");
  const second = await joinAs(home, party.server.address, "bob");
  await using _second = second.program;
  assert.equal(second.nick, "bob");
  await told(ann, "bob", "back");
  await done(second.program, "say", { text: "it is me" });
  await ann.waitForText("it is me");

  // One that has stopped, and still holds its connection, is a ghost as well.
  second.program.signal("SIGSTOP");
  const third = await joinAs(home, party.server.address, "bob");
  await using _third = third.program;
  assert.equal(third.nick, "bob");
  assert.deepEqual(changesOf(ann, "bob"), ["joined", "away", "back"]);
  assert.deepEqual((await who(ann)).map(({ nick }) => nick), ["ann", "bob"]);

  // By another name it is the same member, renamed.
  third.program.signal("SIGKILL");
  await toldSoOften(ann, "bob", 4);
  const fourth = await joinAs(home, party.server.address, "robert");
  await using _fourth = fourth.program;
  assert.equal(fourth.nick, "robert");
  const { previous } = await ann.waitForEvent("member", ({ change }) => change === "renamed");
  assert.equal(previous, "bob");
  assert.deepEqual((await who(ann)).map(({ nick }) => nick), ["ann", "robert"]);
});

Deno.test("grace: two live clients with one key are two members, and each comes back as itself", async () => {
  await using party = await Party.open();
  await using network = new Network(party.server.port);
  await using home = new Home();
  const ann = await party.join("ann");
  const one = await joinAs(home, party.server.address, "bob");
  await using _one = one.program;
  const other = await joinAs(home, network.address, "bob");
  await using _other = other.program;
  assert.deepEqual([one.nick, other.nick], ["bob", "bob-2"]);
  await seen([ann], "bob-2");
  network.cut();
  await other.program.waitForEvent("reconnected");
  await done(other.program, "say", { text: "the second one" });
  const { from } = await ann.waitForEvent("message");
  assert.equal(from.nick, "bob-2");
  assert.deepEqual(changesOf(ann, "bob"), ["joined"]);
  assert.deepEqual((await who(ann)).map(({ nick }) => nick), ["ann", "bob", "bob-2"]);
});

Deno.test("grace: a private message to one who is away is kept, and delivered once it is back", async () => {
  await using party = await Party.open();
  await using network = new Network(party.server.port);
  const ann = await party.join("ann");
  await using bob = await joinBy(network, "bob");
  await seen([ann], "bob");
  network.fail();
  await told(ann, "bob", "away");
  const ids = [
    await whisper(ann, "bob", "first"),
    await whisper(ann, "bob", "second"),
  ];
  // What is said to all meanwhile does not wait for it.
  await done(ann, "say", { text: "for all" });
  await command(ann, "pending");
  const { messages } = await ann.waitForEvent("pending");
  assert.deepEqual(messages.map(({ id, to }) => [id, to?.nick]), ids.map((id) => [id, "bob"]));

  network.mend();
  for (const id of ids) await ann.waitForEvent("delivered", (event) => event.id === id);
  await bob.waitForEvent("reconnected");
  const heard = bob.events("message").map((event) => `${event.text} ${event.private}`);
  assert.deepEqual(heard.toSorted(), ["first true", "for all false", "second true"]);
  assert.ok(heard.indexOf("first true") < heard.indexOf("second true"));
  assert.deepEqual(ann.events("refused"), []);
});

Deno.test({
  name: "grace: a private message to one who does not come back is refused, and says why",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using party = await Party.open(["--grace", "1s"]);
    const [ann, bob] = await joinInTurn(party, ["ann", "bob"]);
    // It still holds its connection, but does not read what comes.
    bob.signal("SIGSTOP");
    const id = await whisper(ann, "bob", "are you there?");
    await done(ann, "say", { text: "for all" });
    assert.deepEqual(ann.events("delivered").filter((event) => event.id === id), []);
    bob.signal("SIGKILL");
    const { reason } = await ann.waitForEvent("refused", (event) => event.id === id);
    assert.equal(reason, "bob has left, and may not have read the message");
    assert.deepEqual(bob.texts, []);
    await told(ann, "bob", "left");
    assert.deepEqual(changesOf(ann, "bob"), ["joined", "left"]);
  },
});

Deno.test("grace: whoever is away gives way to one who wants to come into a full room", async () => {
  await using party = await Party.open(["--max-members", "2"]);
  const [ann, bob] = await joinInTurn(party, ["ann", "bob"]);
  bob.signal("SIGKILL");
  await told(ann, "bob", "away");
  await using carol = await RawMember.join(party.server, "carol");
  assert.deepEqual(carol.member.others.map(({ nick }) => nick), ["ann"]);
  await seen([ann], "carol");
  assert.deepEqual(changesOf(ann, "bob"), ["joined", "away", "left"]);
});

Deno.test("grace: a guest comes back by its invitation, although that is for one guest alone", async () => {
  await using owner = new Home();
  await using home = new Home();
  await using server = await owner.server(["--headless", "--json", "--invite-only"]);
  await using network = new Network(server.port);
  const task = ["invite", "--public", network.address, "--single-use", "--json"];
  const { status, stdout, stderr } = await owner.run("server", task);
  assert.equal(status, 0, stderr);
  const { invite } = JSON.parse(stdout);
  await using bob = home.client([invite, "--json", "--nick", "bob"]);
  await bob.waitForEvent("members");
  await done(bob, "say", { text: "before" });
  network.fail();
  await bob.waitForEvent("reconnecting");
  const id = newId();
  await command(bob, "say", { text: "meanwhile", id });
  network.mend();
  await bob.waitForEvent("reconnected");
  assert.equal((await bob.waitForEvent("delivered", (event) => event.id === id)).seq, 2);
});

Deno.test("grace: one who is banned while it is away does not come back", async () => {
  await using party = await Party.host();
  await using network = new Network(party.server.port);
  const ann = await party.join("ann");
  await using bob = await joinBy(network, "bob");
  await seen([ann, party.server], "bob");
  network.fail();
  await told(party.server, "bob", "away");
  await done(party.server, "ban", { who: "bob", reason: "spam" });
  await seen([ann], "bob", "left");
  network.mend();
  assert.equal(await bob.status, 4, bob.stderr.text);
  assert.equal(
    onlySentence(bob.stderr.text),
    "the other side says: “you are banned; reason: spam”",
  );
  assert.deepEqual(changesOf(ann, "bob"), ["joined", "away", "left"]);
});

Deno.test("grace: what is piped into a server waits for one who is cut off, and nothing of it is missing", async () => {
  await using server = await startServer(["--json"]);
  await using network = new Network(server.port);
  await using bob = await joinBy(network, "bob");
  // More than the room remembers.
  const lines = numbered("line ", 30_000);
  const piping = server.pipe(asLines(lines));
  for (const text of ["line 1", "line 9000", "line 18000"]) {
    await bob.waitForText(text);
    network.cut();
  }
  await piping;
  assert.equal(await server.status, 0, server.stderr.text);
  assert.equal(await bob.status, 0, bob.stderr.text);
  assertLines(bob.texts, lines);
  assert.ok(bob.events("reconnected").every(({ gone }) => gone === undefined));
  assert.equal(bob.events("closed")[0].reason, "the server left");
});

Deno.test("grace: a server that has said all waits for one who is cut off, until it is gone for good", async () => {
  for (const comesBack of [true, false]) {
    await using server = await startServer(["--json", "--grace", comesBack ? "1m" : "2s"]);
    await using network = new Network(server.port);
    const ann = startClient(server.address, ["--json", "--nick", "ann"]);
    await using _ann = ann;
    await ann.waitForEvent("members");
    await using bob = await joinBy(network, "bob");
    await server.write("first\n");
    await bob.waitForText("first");
    network.fail();
    await told(server, "bob", "away");
    // There is somebody to hear it, so it is said at once.
    await server.pipe("last\n");
    await ann.waitForText("last");
    if (comesBack) network.mend();
    else bob.signal("SIGKILL");
    assert.equal(await server.status, comesBack ? 0 : 3, server.stderr.text);
    assert.equal(await ann.status, 0);
    if (comesBack) assert.equal(await bob.status, 0);
    else assert.match(server.stderr.text, /^error: the connection was cut/);
    assert.deepEqual(bob.texts, comesBack ? ["first", "last"] : ["first"]);
  }
});
