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

/**
 * A program that was removed: with status 3, in the words of the one who did it.
 *
 * @param missing What of its input was not confirmed.
 */
async function assertRemoved(program: Program, words: string, missing = ""): Promise<void> {
  assert.equal(await program.status, 3, program.stderr.text);
  assert.deepEqual(program.events("error").map(({ code }) => code), ["removed"]);
  assert.equal(onlySentence(program.stderr.text), `the other side says: “${words}”${missing}`);
}

Deno.test("operators: the host mutes, slows and kicks somebody, who is told why", async (test) => {
  await using party = await Party.host();
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await seen([party.server, ann], "bob");

  await test.step("nobody gets what somebody says who is muted", async () => {
    await done(party.server, "mute", { who: "bob", reason: "calm down" });
    const told = await bob.waitForEvent("notice", ({ text }) => text.includes("muted you"));
    assert.match(told.text, /^The room says: “host muted you: .* reason: calm down”$/);
    const sentence = "an operator has muted you; reason: calm down";
    assert.equal(await refused(bob, "say", { text: "unheard" }), sentence);
    assert.equal(await refused(bob, "msg", { to: "ann", text: "unheard" }), sentence);
    assert.equal(await refused(bob, "nick", { name: "unheard" }), sentence);
    await done(party.server, "unmute", { who: "bob" });
    await bob.waitForEvent("notice", ({ text }) => text.endsWith("host unmuted you”"));
    await done(bob, "say", { text: "heard" });
    await ann.waitForText("heard");
    for (const program of [ann, party.server]) {
      assert.doesNotMatch(program.stdout.text, /unheard/);
    }
  });

  await test.step("somebody who is slowed is told so, and loses nothing", async () => {
    await done(party.server, "slow", { who: "bob", seconds: 1, reason: "one at a time" });
    const expected = "for you: one message every 1 s; reason: one at a time";
    await bob.waitForEvent(
      "notice",
      ({ text }) => text.endsWith(`host set slow mode ${expected}”`),
    );
    await bob.write("one\ntwo\nthree\n");
    await bob.waitForEvent("notice", ({ text }) => text.endsWith(`“slow mode is on ${expected}”`));
    await ann.waitForText("three");
    assert.deepEqual(ann.texts, ["heard", "one", "two", "three"]);
    await done(party.server, "slow", { who: "bob", seconds: 0 });
    await bob.waitForEvent("notice", ({ text }) => text.includes("turned slow mode off"));
  });

  await test.step("somebody who is kicked has to go, and all hear why", async () => {
    await done(party.server, "kick", { who: "bob", reason: "too  loud" });
    // Two of its lines were refused while it was muted.
    const missing = "; line 1 of the input was not confirmed, nor 1 after it";
    await assertRemoved(bob, "host kicked you; reason: too loud", missing);
    for (const program of [party.server, ann]) {
      const left = await program.waitForEvent("member", ({ change }) => change === "left");
      assert.deepEqual([left.nick, left.reason], ["bob", "kicked by host; reason: too loud"]);
    }
  });

  await test.step("a pipe whose lines the room does not take ends with 3", async () => {
    await using carol = startClient(party.server.address, ["--nick", "carol"]);
    await seen([party.server], "carol");
    await done(party.server, "mute", { who: "carol" });
    await carol.pipe("unheard\nunheard too\n");
    assert.equal(await carol.status, 3);
    const sentence = "line 1 of the input was not confirmed, nor 1 after it";
    assert.equal(onlySentence(carol.stderr.text), sentence);
    assert.match(carol.stderr.text, /^The room refused: “an operator has muted you”$/m);
    assert.doesNotMatch(party.server.stdout.text, /unheard/);
  });
});

Deno.test("operators: a ban holds for the key, over a restart, until it is ended", async () => {
  await using host = new Home();
  await using bob = new Home();
  {
    await using server = await host.server(["--json"], { stdin: "piped" });
    await using guest = await visit(bob, server, "bob");
    await server.waitForEvent("connected");
    await done(server, "ban", { who: "bob", reason: "spam" });
    await assertRemoved(guest, "host banned you; reason: spam");
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
  }
  await using server = await host.server(["--headless", "--json"]);
  const refusal = await bob.runClient([server.address, "--accept-new", "--nick", "another"]);
  assert.equal(refusal.status, 4, refusal.stderr);
  assert.equal(
    onlySentence(refusal.stderr),
    "the other side says: “you are banned; reason: spam”",
  );
  const unban = await host.run("server", ["unban", "bob"]);
  assert.deepEqual([unban.status, unban.stdout], [0, "bob is no longer banned\n"]);
  await using free = await visit(bob, server, "bob");
  await free.closeStdin();
  assert.equal(await free.status, 0);
});

Deno.test("operators: one whom the guest list marks can do it from afar, others cannot", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const lines = [`operator ${await ann.publicKeyLine()} Ann`, await bob.publicKeyLine()];
  const list = await host.write("guests", `${lines.join("\n")}\n`);
  await using server = await host.server(["--json", "--allow", list], { stdin: "piped" });
  await using operator = await visit(ann, server, "ann");
  await using guest = await visit(bob, server, "bob");
  await using window = await visit(bob, server, "robert");
  await seen([operator], "robert");
  const members = await who(operator);
  assert.deepEqual(members.map(({ operator }) => operator), [true, true, false, false]);

  for (const name of ["kick", "ban", "unban", "mute", "unmute"]) {
    assert.equal(await refused(guest, name, { who: "ann" }), "only operators may do that");
  }
  assert.match(await refused(guest, "slow", { who: "ann", seconds: 9 }), /^only operators/);
  const self = fingerprint(await ann.publicKey());
  assert.match(await refused(operator, "kick", { who: self }), /to yourself$/);
  // Nobody can put out whoever runs the room.
  for (const name of ["kick", "ban", "mute"]) {
    assert.match(await refused(operator, name, { who: "host" }), /owner of the room$/);
  }
  await command(operator, "kick", { who: "carol" });
  await operator.waitForEvent("error", ({ message }) => message.startsWith("no “carol” here"));

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
