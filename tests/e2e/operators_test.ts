import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import { type Program, type Server, startClient } from "../support/programs.ts";
import { Home, onlySentence } from "./home.ts";
import { command, done, Party, refused, seen, who } from "./party.ts";

/** Comes as the person who has this home, and waits for a place. */
async function visit(home: Home, server: Server, nick: string): Promise<Program> {
  const guest = home.client([server.address, "--json", "--accept-new", "--nick", nick]);
  await guest.waitForEvent("members");
  return guest;
}

/** A program that was removed: with status 3, in the words of the one who did it. */
async function assertRemoved(program: Program, words: string): Promise<void> {
  assert.equal(await program.status, 3, program.stderr.text);
  assert.deepEqual(program.events("error").map(({ code }) => code), ["removed"]);
  assert.equal(onlySentence(program.stderr.text), `the other side says: ${words}`);
}

Deno.test("operators: the host kicks somebody, who is told why, and may come back", async () => {
  await using party = await Party.host();
  const [ann, bob] = [await party.join("ann"), await party.join("bob")];
  await seen([party.server, ann], "bob");
  await done(party.server, "kick", { who: "bob", reason: "too  loud" });
  await assertRemoved(bob, "host kicked you; reason: too loud");
  for (const program of [party.server, ann]) {
    const left = await program.waitForEvent("member", ({ change }) => change === "left");
    assert.deepEqual([left.nick, left.reason], ["bob", "kicked by host; reason: too loud"]);
  }
  const again = await party.join("bob");
  await done(again, "say", { text: "back" });
  await ann.waitForText("back");
  await done(party.server, "kick", { who: "bob" });
  await assertRemoved(again, "host kicked you");
});

Deno.test("operators: a ban holds for the key, over a restart, until it is ended", async () => {
  await using host = new Home();
  await using bob = new Home();
  const key = fingerprint(await bob.publicKey());
  const refusal = "you are banned; reason: spam";
  const assertRefused = async (server: Server, nick: string) => {
    const args = [server.address, "--json", "--accept-new", "--nick", nick];
    const { status, stderr } = await bob.runClient(args);
    assert.equal(status, 4, stderr);
    assert.equal(onlySentence(stderr), `the other side says: ${refusal}`);
  };
  {
    await using server = await host.server(["--json"], { stdin: "piped" });
    await using guest = await visit(bob, server, "bob");
    await server.waitForEvent("connected");
    await done(server, "ban", { who: "bob", reason: "spam" });
    await assertRemoved(guest, "host banned you; reason: spam");
    await assertRefused(server, "another");
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
  }
  await using server = await host.server(["--headless", "--json"]);
  await assertRefused(server, "bob");
  const list = await host.run("server", ["bans"]);
  assert.match(list.stdout, /^SHA256:\S{43} {2}\d{4}-\d\d-\d\d {2}bob {2}spam\n$/);
  assert.ok(list.stdout.startsWith(key), list.stdout);

  const nobody = await host.run("server", ["unban", "carol"]);
  assert.equal(nobody.status, 2);
  assert.equal(onlySentence(nobody.stderr), "there is no ban on carol");
  const unban = await host.run("server", ["unban", "bob"]);
  assert.deepEqual([unban.status, unban.stdout], [0, "bob is no longer banned\n"]);
  await using free = await visit(bob, server, "bob");
  await free.closeStdin();
  assert.equal(await free.status, 0);
});

Deno.test("operators: a ban by fingerprint needs nobody to be there, and is ended by it", async () => {
  await using host = new Home();
  await using bob = new Home();
  const who = fingerprint(await bob.publicKey());
  await using server = await host.server(["--json"], { stdin: "piped" });
  const status = async () => (await bob.runClient([server.address, "--accept-new"])).status;
  assert.equal(await status(), 0);
  await done(server, "ban", { who });
  assert.equal(await status(), 4);
  await command(server, "unban", { who });
  await server.waitForEvent("notice", ({ text }) => text === `${who} is no longer banned`);
  assert.equal(await status(), 0);
  await command(server, "unban", { who });
  await server.waitForEvent("error", ({ message }) => /^there is no ban on /.test(message));
});

Deno.test("operators: nobody gets what somebody says who is muted, whatever their name", async () => {
  await using party = await Party.host();
  const [ann, bob] = [await party.join("ann"), await party.join("bob")];
  await seen([party.server, ann], "bob");
  await done(party.server, "mute", { who: "bob", reason: "calm down" });
  const told = await bob.waitForEvent("notice", ({ text }) => text.includes("muted you"));
  assert.match(told.text, /^The room says: host muted you: .* reason: calm down$/);
  const sentence = "an operator has muted you; reason: calm down";
  assert.equal(await refused(bob, "say", { text: "unheard" }), sentence);
  assert.equal(await refused(bob, "me", { text: "unheard" }), sentence);
  assert.equal(await refused(bob, "msg", { to: "ann", text: "unheard" }), sentence);
  assert.equal(await refused(bob, "nick", { name: "unheard" }), sentence);
  assert.equal(await refused(bob, "topic", { text: "unheard" }), sentence);
  await done(party.server, "unmute", { who: "bob" });
  await bob.waitForEvent("notice", ({ text }) => text.endsWith("host unmuted you"));
  await done(bob, "say", { text: "heard" });
  await ann.waitForText("heard");
  for (const program of [ann, party.server]) {
    assert.doesNotMatch(program.stdout.text, /unheard/);
  }
});

Deno.test("operators: a pipe whose lines the room does not take ends with 3", async () => {
  await using party = await Party.host();
  await using bob = startClient(party.server.address, ["--nick", "bob"]);
  await seen([party.server], "bob");
  await done(party.server, "mute", { who: "bob" });
  await bob.pipe("one\ntwo\n");
  assert.equal(await bob.status, 3);
  assert.equal(onlySentence(bob.stderr.text), "the room refused 2 messages");
  assert.match(bob.stderr.text, /^Refused: an operator has muted you$/m);
  assert.deepEqual(party.server.texts, []);
});

Deno.test("operators: somebody who is slowed is told so, and loses nothing", async () => {
  await using party = await Party.host();
  const [ann, bob] = [await party.join("ann"), await party.join("bob")];
  await seen([party.server], "bob");
  await done(party.server, "slow", { who: "bob", seconds: 1, reason: "one at a time" });
  const expected = "for you: one message every 1 s; reason: one at a time";
  await bob.waitForEvent("notice", ({ text }) => text.endsWith(`: host set slow mode ${expected}`));
  await bob.write("one\ntwo\nthree\n");
  await bob.waitForEvent("notice", ({ text }) => text.endsWith(`: slow mode is on ${expected}`));
  await ann.waitForText("three");
  assert.deepEqual(ann.texts, ["one", "two", "three"]);
  await done(party.server, "slow", { who: "bob", seconds: 0 });
  await bob.waitForEvent("notice", ({ text }) => text.includes("turned slow mode off"));
});

Deno.test("operators: one whom the guest list marks can do it from afar, others cannot", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const lines = [`operator ${await ann.publicKeyLine()} Ann`, await bob.publicKeyLine()];
  const list = await host.write("guests", `${lines.join("\n")}\n`);
  await using server = await host.server(["--headless", "--json", "--allow", list]);
  await using operator = await visit(ann, server, "ann");
  await using guest = await visit(bob, server, "bob");
  await using window = await visit(bob, server, "robert");
  await seen([operator], "robert");
  const members = await who(operator);
  assert.deepEqual(members.map(({ operator }) => operator), [true, false, false]);

  for (const name of ["kick", "ban", "unban", "mute", "unmute"]) {
    assert.equal(await refused(guest, name, { who: "ann" }), "only operators may do that");
  }
  assert.match(await refused(guest, "slow", { who: "ann", seconds: 9 }), /^only operators/);
  const self = fingerprint(await ann.publicKey());
  assert.match(await refused(operator, "kick", { who: self }), /to yourself$/);
  await command(operator, "kick", { who: "carol" });
  await operator.waitForEvent("error", ({ message }) => message.startsWith("no carol here"));

  const absent = fingerprint(new Uint8Array(32).fill(9));
  await done(operator, "ban", { who: absent });
  await done(operator, "unban", { who: absent });
  const reason = await refused(operator, "unban", { who: absent });
  assert.equal(reason, "that key is not banned");

  // It is the key that counts: all its windows go.
  await done(operator, "kick", { who: "bob", reason: "enough" });
  for (const program of [guest, window]) {
    await assertRemoved(program, "ann kicked you; reason: enough");
  }
  await seen([operator], "bob", "left");
  await seen([operator], "robert", "left");
});

Deno.test("operators: nobody can put out whoever runs the room", async () => {
  await using host = new Home();
  await using ann = new Home();
  const list = await host.write("guests", `operator ${await ann.publicKeyLine()}\n`);
  await using server = await host.server(["--json", "--allow", list], { stdin: "piped" });
  await using operator = await visit(ann, server, "ann");
  for (const name of ["kick", "ban", "mute"]) {
    const reason = await refused(operator, name, { who: "host" });
    assert.match(reason, /owner of the room$/);
  }
  await server.write("still here\n");
  await operator.waitForText("still here");
});
