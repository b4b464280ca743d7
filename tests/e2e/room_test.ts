import assert from "node:assert/strict";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import type { Program } from "../support/programs.ts";
import { fingerprint } from "../../lib/identity/mod.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { command, done, newId, Party, refused, seen, who } from "./party.ts";

/** A digit in the middle. */
const LOOKS_LIKE_BOB = "b0b";

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

Deno.test("room: three guests and the host see one order, nothing lost, nothing twice", async () => {
  await using party = await Party.host();
  const nicks = Array.from({ length: 3 }, (_, index) => `guest${index}`);
  const guests = await party.joinAll(nicks);
  const everybody = [party.server, ...guests];
  const speakers = [party.server, ...guests.slice(0, 2)];
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

  const view = viewOf(guests[2]);
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

Deno.test("room: who comes late gets what was said, marked as history, and the topic", async () => {
  await using party = await Party.open(["--history-size", "2"]);
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await done(ann, "say", { text: "too long ago" });
  await done(ann, "me", { text: "waves" });
  const last = await done(ann, "say", { text: "first\nof two lines" });
  await done(ann, "topic", { text: "lunch  at\nnoon" });
  const told = await bob.waitForEvent("topic");
  assert.deepEqual([told.topic, told.by.nick], ["lunch at noon", "ann"]);
  await bob.waitForEvent("message", ({ seq }) => seq === last);

  const late = await party.join("late");
  assert.deepEqual(await late.waitForEvent("topic"), told);
  await done(ann, "say", { text: "live" });
  await late.waitForText("live");
  const [live, ...history] = late.events("message").reverse();
  assert.equal(live.history, false);
  const before = bob.events("message").slice(1, 3);
  assert.deepEqual(before.map(({ action }) => action), [true, false]);
  assert.deepEqual(history.reverse(), before.map((event) => ({ ...event, history: true })));
  assert.deepEqual(before.map(({ seq }) => seq), [2, 3]);
  await done(bob, "topic", { text: "-" });
  await late.waitForEvent("topic", ({ topic, by }) => topic === "" && by.nick === "bob");
});

Deno.test("room: a name is one person's, told to all, and nobody takes one that looks like it", async () => {
  await using party = await Party.host(["--nick", "Hana"]);
  const bob = await party.join("bob");
  const key = (await bob.waitForEvent("connected")).you.fingerprint;
  const eve = await party.join(LOOKS_LIKE_BOB);
  const given = `${LOOKS_LIKE_BOB}-2`;
  assert.equal((await eve.waitForEvent("connected")).you.nick, given);
  await eve.waitForEvent("notice", ({ text }) => text.endsWith(`you are ${given}.`));
  await seen([bob], given);
  for (const name of ["bob", "BOB", LOOKS_LIKE_BOB, "bob~", "hana", "HAna"]) {
    const reason = await refused(eve, "nick", { name });
    assert.match(reason, /^the name \S+, or one that looks like it, is taken$/);
  }
  assert.match(await refused(party.server, "nick", { name: LOOKS_LIKE_BOB }), /is taken$/);

  await done(bob, "nick", { name: "robert" });
  await seen([party.server, eve, bob], "robert", "renamed");
  for (const program of [party.server, eve, bob]) {
    const [event] = program.events("member").filter(({ change }) => change === "renamed");
    assert.deepEqual([event.previous, event.fingerprint], ["bob", key]);
  }
  await done(bob, "say", { text: "it is still me" });
  const { from } = await eve.waitForEvent("message");
  assert.deepEqual([from.nick, from.fingerprint], ["robert", key]);
  // The name that was given up is free.
  await done(eve, "nick", { name: "bob" });

  for (
    const [program, expected] of [
      [eve, ["bob you", "Hana operator", "robert"]],
      [party.server, ["Hana operator you", "robert", "bob"]],
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

Deno.test("room: one person in two windows is two members with one key", async () => {
  await using party = await Party.open();
  await using home = new Home();
  const own = fingerprint(await home.publicKey());
  const options = { permissions: PERMISSIONS };
  const open = async () => {
    const window = party.start("ann", ["--home", home.folder], options);
    const { you } = await window.waitForEvent("connected");
    assert.equal(you.fingerprint, own);
    return { window, nick: you.nick };
  };
  const bob = await party.join("bob");
  const [one, other] = [await open(), await open()];
  assert.deepEqual([one.nick, other.nick], ["ann", "ann-2"]);
  await seen([bob], "ann-2");

  await done(one.window, "say", { text: "from one window" });
  const { from } = await other.window.waitForEvent("message");
  assert.deepEqual([from.nick, from.fingerprint], ["ann", own]);
  await done(bob, "msg", { to: "ann-2", text: "to the other window" });
  await other.window.waitForText("to the other window");
  await one.window.closeStdin();
  assert.equal(await one.window.status, 0);
  assert.deepEqual(one.window.texts, [], "a private message is for one window");
  await seen([bob, other.window], "ann", "left");
});
