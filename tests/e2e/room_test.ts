import assert from "node:assert/strict";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import type { Program } from "../support/programs.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { command, done, newId, Party, refused, seen, who } from "./party.ts";

/** A Cyrillic letter in the middle. */
const LOOKS_LIKE_BOB = "b\u043eb";

/** The place in the room's order of what an event tells, if it has one. */
function seqOf(event: ChatEvent): number {
  return event.event === "message" || event.event === "delivered" ? event.seq : 0;
}

/** The conversation as one of its members has seen it: what others said, and what it said itself. */
function viewOf(program: Program): { seq: number; id: string }[] {
  return [...program.events("message"), ...program.events("delivered")]
    .map(({ seq, id }) => ({ seq, id }))
    .sort((one, other) => one.seq - other.seq);
}

function assertAscending(events: readonly { readonly seq: number }[]): void {
  const places = events.map(({ seq }) => seq);
  assert.deepEqual(places, places.toSorted((one, other) => one - other));
}

Deno.test("room: six guests and the host see one order, nothing lost, nothing twice", async () => {
  await using party = await Party.host();
  const nicks = Array.from({ length: 6 }, (_, index) => `guest${index}`);
  const guests = await party.joinAll(nicks);
  const everybody = [party.server, ...guests];
  const speakers = [party.server, ...guests.slice(0, 5)];
  const [rounds, perRound] = [8, 5];
  const total = speakers.length * rounds * perRound;

  const said = new Map<string, string>();
  await Promise.all(speakers.map(async (speaker, index) => {
    for (let round = 0; round < rounds; round++) {
      for (let line = 0; line < perRound; line++) {
        const id = newId();
        said.set(id, `${index}: ${round}, ${line}`);
        await command(speaker, "say", { id, text: said.get(id) ?? "" });
      }
    }
  }));
  for (const program of everybody) {
    let heard = 0;
    await program.waitForLine("stdout", (line) => {
      if (seqOf(JSON.parse(line)) > 0) heard++;
      return heard === total;
    });
  }

  const view = viewOf(guests[5]);
  assert.deepEqual(view.map(({ seq }) => seq), Array.from({ length: total }, (_, at) => at + 1));
  assert.deepEqual(view.map(({ id }) => id).sort(), [...said.keys()].sort());
  for (const program of everybody) {
    assert.deepEqual(viewOf(program), view);
    assertAscending(program.events("message"));
    assertAscending(program.events("delivered"));
    for (const { id, text } of program.events("message")) assert.equal(text, said.get(id));
  }
  for (const speaker of speakers) {
    assert.equal(speaker.events("delivered").length, rounds * perRound);
    assert.equal(speaker.events("message").length, total - rounds * perRound);
  }
});

Deno.test("room: who comes late gets what was said, marked as history", async () => {
  await using party = await Party.open();
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await done(ann, "say", { text: "first\nof two lines" });
  await done(ann, "me", { text: "waves" });
  const last = await done(ann, "say", { text: "third" });
  await bob.waitForEvent("message", ({ seq }) => seq === last);

  const late = await party.join("late");
  await done(ann, "say", { text: "live" });
  await late.waitForText("live");
  const [live, ...history] = late.events("message").reverse();
  assert.equal(live.history, false);
  const before = bob.events("message").slice(0, 3);
  assert.deepEqual(history.reverse(), before.map((event) => ({ ...event, history: true })));
  assert.deepEqual(before.map(({ seq }) => seq), [1, 2, 3]);
});

Deno.test("room: as much history as the server keeps, also none", async () => {
  await using short = await Party.open(["--history-size", "2"]);
  await using none = await Party.open(["--history-size", "0"]);
  for (const [party, expected] of [[short, ["two", "three"]], [none, []]] as const) {
    const ann = await party.join("ann");
    for (const text of ["one", "two", "three"]) await done(ann, "say", { text });
    const late = await party.join("late");
    await done(ann, "say", { text: "live" });
    await late.waitForText("live");
    assert.deepEqual(late.texts, [...expected, "live"]);
  }
});

Deno.test("room: everybody is told of a new name, and knows its owner by it", async () => {
  await using party = await Party.host();
  const ann = await party.join("ann");
  const bob = await party.join("bob");
  const key = (await bob.waitForEvent("connected")).you.fingerprint;
  await done(bob, "nick", { name: "robert" });
  await seen([party.server, ann, bob], "robert", "renamed");
  for (const program of [party.server, ann, bob]) {
    const [event] = program.events("member").filter(({ change }) => change === "renamed");
    assert.deepEqual([event.previous, event.fingerprint], ["bob", key]);
  }
  await done(bob, "say", { text: "it is still me" });
  const { from } = await ann.waitForEvent("message");
  assert.deepEqual([from.nick, from.fingerprint], ["robert", key]);

  // The name that was given up is free.
  const next = await party.join("bob");
  assert.equal((await next.waitForEvent("connected")).you.nick, "bob");
  await bob.closeStdin();
  await seen([party.server, ann, next], "robert", "left");
});

Deno.test("room: the topic is told, also to those who come later, until it is taken away", async () => {
  await using party = await Party.open();
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await done(ann, "topic", { text: "lunch  at\nnoon" });
  const told = await bob.waitForEvent("topic");
  assert.deepEqual([told.topic, told.by.nick], ["lunch at noon", "ann"]);
  const late = await party.join("late");
  assert.deepEqual(await late.waitForEvent("topic"), told);
  await command(late, "topic");
  await late.waitForEvent("notice", ({ text }) => text === "lunch at noon");
  await done(bob, "topic", { text: "-" });
  await late.waitForEvent("topic", ({ topic, by }) => topic === "" && by.nick === "bob");
  const later = await party.join("later");
  await command(later, "topic");
  await later.waitForEvent("notice", ({ text }) => text === "there is no topic");
  assert.deepEqual(later.events("topic"), []);
});

Deno.test("room: what somebody does is told apart from what somebody says", async () => {
  await using party = await Party.open();
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await done(ann, "me", { text: "waves" });
  await done(ann, "say", { text: "/me waves" });
  await bob.waitForText("/me waves");
  const heard = bob.events("message").map(({ text, action }) => ({ text, action }));
  assert.deepEqual(heard, [{ text: "waves", action: true }, { text: "/me waves", action: false }]);
});

Deno.test("room: who shows everybody, oneself first, and who is an operator", async () => {
  await using party = await Party.host(["--nick", "Hana"]);
  const ann = await party.join("ann");
  const bob = await party.join("bob");
  await seen([ann], "bob");
  for (
    const [program, expected] of [
      [ann, ["ann you", "Hana operator", "bob"]],
      [bob, ["bob you", "Hana operator", "ann"]],
      [party.server, ["Hana operator you", "ann", "bob"]],
    ] as const
  ) {
    const members = await who(program);
    const shown = members.map(({ nick, operator, you }) =>
      nick + (operator ? " operator" : "") + (you ? " you" : "")
    );
    assert.deepEqual(shown, expected);
    assert.equal(new Set(members.map(({ fingerprint }) => fingerprint)).size, 3);
  }
});

Deno.test("room: a name that is taken gets a number, also one that only looks like it", async () => {
  await using party = await Party.open();
  const bob = await party.join("bob");
  const expected = [
    ["bob", "bob-2"],
    [LOOKS_LIKE_BOB, `${LOOKS_LIKE_BOB}-3`],
    ["BOB", "BOB-4"],
    ["b\u00f6b", "b\u00f6b"],
  ] as const;
  for (const [wanted, given] of expected) {
    const guest = await party.join(wanted);
    assert.equal((await guest.waitForEvent("connected")).you.nick, given);
    await guest.waitForEvent("notice", ({ text }) => /^Here (is|are) /.test(text));
    const isTold = guest.events("notice").some(({ text }) => text.endsWith(`you are ${given}.`));
    assert.equal(isTold, wanted !== given, guest.stdout.text);
    await seen([bob], given);
  }
});

Deno.test("room: nobody can take a name that looks like another one", async () => {
  await using party = await Party.host(["--nick", "Hana"]);
  const bob = await party.join("bob");
  const eve = await party.join("eve");
  await seen([bob], "eve");
  for (const name of ["bob", "BOB", LOOKS_LIKE_BOB, "b\uff4fb", "hana", "H\u0430na"]) {
    const reason = await refused(eve, "nick", { name });
    assert.match(reason, /^the name \S+, or one that looks like it, is taken$/);
  }
  assert.match(await refused(party.server, "nick", { name: LOOKS_LIKE_BOB }), /is taken$/);
  // Her own she may change as she likes.
  await done(eve, "nick", { name: "EVE" });
  await seen([bob], "EVE", "renamed");
  assert.equal(bob.events("member").filter(({ change }) => change === "renamed").length, 1);
});

Deno.test("room: one person in two windows is two members with one key", async () => {
  await using party = await Party.open();
  await using home = new Home();
  const key = (await home.run("client", ["id", "--json"])).stdout;
  const { fingerprint } = JSON.parse(key);
  const options = { permissions: PERMISSIONS };
  const open = async () => {
    const window = party.start("ann", ["--home", home.folder], options);
    const { you } = await window.waitForEvent("connected");
    assert.equal(you.fingerprint, fingerprint);
    return { window, nick: you.nick };
  };
  const bob = await party.join("bob");
  const [one, other] = [await open(), await open()];
  assert.deepEqual([one.nick, other.nick], ["ann", "ann-2"]);
  await seen([bob], "ann-2");

  await done(one.window, "say", { text: "from one window" });
  const { from } = await other.window.waitForEvent("message");
  assert.deepEqual([from.nick, from.fingerprint], ["ann", fingerprint]);
  await done(bob, "msg", { to: "ann-2", text: "to the other window" });
  await other.window.waitForText("to the other window");
  await one.window.closeStdin();
  assert.equal(await one.window.status, 0);
  assert.deepEqual(one.window.texts, [], "a private message is for one window");
  await seen([bob, other.window], "ann", "left");
});
