import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import { memoryStore, safetyWords } from "../../../lib/identity/mod.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import {
  verificationCommands,
  verifiedNote,
} from "../../../lib/conversation/commands/verification_commands.ts";
import { VerifiedPeople } from "../../../lib/trust/verified_people.ts";
import { commandContext, key, print, recordingScreen } from "../../support/doubles.ts";

const OWN_KEY = key(100);
const ADA = { nick: "ada", key: key(1) };
const BOB = { nick: "bob", key: key(2) };

async function setUp(
  others: readonly Participant[],
  { isUnsaved = false, isInteractive = true, hearsay = [] }: {
    readonly isUnsaved?: boolean;
    readonly isInteractive?: boolean;
    /** All who are there, where some are known only from the server. */
    readonly hearsay?: readonly Participant[];
  } = {},
) {
  const people = await VerifiedPeople.open({ ...memoryStore("verified_keys"), isUnsaved });
  const screen = recordingScreen({ isInteractive });
  const counter = { changes: 0 };
  const commands = verificationCommands({
    screen,
    room: { self: { nick: "me", key: OWN_KEY }, others: hearsay.length > 0 ? hearsay : others },
    people,
    verifiable: () => others,
    onChange: () => void counter.changes++,
  });
  const run = async (line: string) => {
    const context = commandContext();
    assert.equal(await runTyped(line, commands, context), undefined);
    return context.told;
  };
  const runObject = async (name: string, given = {}) => {
    const context = commandContext();
    await runNamed(name, given, commands, context);
    return context.told;
  };
  return { people, screen, counter, run, runObject };
}

Deno.test("/verify: shows the words for the only one who is there, or the one who is named", async () => {
  const { screen, run } = await setUp([ADA]);
  for (const line of ["/verify", "/verify ada"]) {
    assert.deepEqual(await run(line), []);
    assert.deepEqual(screen.events.pop(), {
      event: "verification",
      peer: { nick: "ada", fingerprint: print(1), verified: false },
      safetyWords: await safetyWords(ADA.key, OWN_KEY),
    });
  }
  const both = await setUp([ADA, BOB]);
  assert.deepEqual(await both.run("/verify bob"), []);
  const [event] = both.screen.events;
  assert.ok(event.event === "verification" && event.peer.nick === "bob");
  assert.equal(event.safetyWords, await safetyWords(OWN_KEY, BOB.key));
});

Deno.test("/verified: says how long it holds where it cannot be saved", async () => {
  const { people, run } = await setUp([BOB], { isUnsaved: true });
  await run("/verify");
  assert.deepEqual(await run("/verified"), [
    "bob's key is verified until this program ends: saving is off.",
  ]);
  assert.equal(people.has(BOB.key), true);
});

Deno.test("/verified: remembers the key, and says so", async () => {
  const { people, screen, counter, run } = await setUp([ADA, BOB]);
  await run("/verify bob");
  screen.events.length = 0;
  assert.deepEqual(await run("/verified bob"), ["bob's key is now verified."]);
  assert.deepEqual([people.has(ADA.key), people.has(BOB.key)], [false, true]);
  assert.equal(counter.changes, 1);
  await run("/verify bob");
  const [event] = screen.events;
  assert.ok(event.event === "verification" && event.peer.verified);
});

Deno.test("/verified: takes only the key whose words were shown last", async () => {
  const others = [ADA, BOB];
  const { people, counter, run } = await setUp(others);
  const refused = async (nick: string) => {
    const told = await run(`/verified ${nick}`);
    assert.match(told.join(), new RegExp(`^These words were not compared yet: /verify ${nick} `));
  };
  assert.deepEqual(await run("/verified ada"), [
    "First compare the words: /verify ada shows them.",
  ]);
  await run("/verify bob");
  await refused("ada");
  // Somebody else has come under the name between the two commands.
  await run("/verify ada");
  others[0] = { nick: "ada", key: key(3) };
  await refused("ada");
  assert.equal(counter.changes, 0);
  for (const number of [1, 2, 3]) assert.equal(people.has(key(number)), false);
});

Deno.test("/verify and /verified: whom they mean must be clear", async () => {
  const cases: [others: Participant[], argument: string, told: string][] = [
    [[], "", "nobody else is here"],
    [[], " ada", "nobody else is here"],
    [[ADA, BOB], "", "whom? present: ada, bob"],
    [[ADA], " bob", "no “bob” here; present: ada"],
    [[ADA, BOB], " adah", "no “adah” here; present: ada, bob"],
  ];
  for (const [others, argument, told] of cases) {
    const { people, screen, counter, run } = await setUp(others);
    for (const command of ["/verify", "/verified"]) {
      assert.deepEqual(await run(command + argument), [told]);
    }
    assert.deepEqual(screen.events, []);
    assert.equal(counter.changes, 0);
    assert.equal(people.has(ADA.key) || people.has(BOB.key), false);
  }
});

Deno.test("/verify and /verified: a program names them, and whom they mean", async () => {
  const { people, screen, counter, runObject } = await setUp([ADA, BOB]);
  assert.deepEqual(await runObject("verify", { name: "bob" }), []);
  const [event] = screen.events;
  assert.ok(event.event === "verification" && event.peer.fingerprint === print(2));
  assert.deepEqual(await runObject("verified", { name: "BOB" }), [
    "bob's key is now verified.",
  ]);
  assert.deepEqual([people.has(ADA.key), people.has(BOB.key), counter.changes], [false, true, 1]);
  await assert.rejects(runObject("verify", { who: "bob" }), { code: "usage" });
});

Deno.test("/verify and /verified: more than a name does nothing", async () => {
  const { people, screen, run } = await setUp([BOB]);
  assert.deepEqual(await run("/verify bob now"), ["write /verify [NAME]"]);
  assert.deepEqual(screen.events, []);
  await run("/verify bob");
  assert.deepEqual(await run("/verified bob now"), ["write /verified [NAME]"]);
  assert.equal(people.has(BOB.key), false);
});

const EVE = { nick: "eve", key: key(3) };

Deno.test("/verify: of whom only the server tells, nothing can be compared, and that is said", async () => {
  const { screen, run } = await setUp([ADA], { hearsay: [ADA, EVE] });
  for (const command of ["/verify", "/verified"]) {
    for (const whom of ["eve", "EVE", print(3)]) {
      assert.deepEqual(await run(`${command} ${whom}`), [
        "you know eve only from the server; from here you can verify only ada, to whom you are " +
        "connected; the host can verify every member",
      ]);
    }
    assert.deepEqual(await run(`${command} nobody`), [
      "no “nobody” here; you can verify ada; the host can verify the others: eve",
    ]);
  }
  assert.deepEqual(screen.events, []);
});

/** A server at which nobody sits: its address stands in for a name. */
const SERVER = { nick: "127.0.0.1:12345", key: key(7) };

Deno.test("/verify: where nobody sits at the server, it says what can be compared with its owner", async () => {
  const { people, screen, counter, run } = await setUp([SERVER], { hearsay: [EVE] });
  assert.deepEqual(await run("/verified"), [
    "First compare the fingerprint: /verify shows it.",
  ]);
  for (
    const line of ["/verify", "/verify server", "/verify 127.0.0.1:12345", `/verify ${print(7)}`]
  ) {
    const [told] = await run(line);
    assert.ok(told.startsWith("Nobody sits at the server to compare words with."), told);
    assert.ok(told.includes(`\n  ${print(7)}\n`));
    assert.match(told, /the one that "(server\.ts|x25519-chat-server) id" prints there\./);
    assert.match(told, /enter: \/verified$/);
  }
  assert.deepEqual(screen.events, [], "there are no words to read to anybody");
  assert.deepEqual(await run("/verify nobody"), [
    "no “nobody” here; nobody sits at the server, whose key you can verify: /verify; " +
    "you know only from the server: eve",
  ]);
  assert.deepEqual(await run("/verify eve"), [
    "you know eve only from the server; from here you can verify only the server " +
    "(127.0.0.1:12345), to which you are connected",
  ]);
  await run("/verify");
  assert.deepEqual(await run("/verified"), [
    "The key of the server at 127.0.0.1:12345 is now verified.",
  ]);
  assert.deepEqual([people.nameOf(SERVER.key), counter.changes], ["127.0.0.1:12345", 1]);
  assert.equal(verifiedNote([SERVER], people), "server verified");
  // Whoever sits there later has the key of a server that is verified, and no second name.
  assert.equal(verifiedNote([{ ...SERVER, nick: "ada" }], people), "ada verified");
  assert.equal(people.warning({ ...SERVER, nick: "ada" }, true), undefined);
});

Deno.test("/verify: a program gets the words of such a server all the same", async () => {
  const { screen, runObject } = await setUp([SERVER], { hearsay: [EVE], isInteractive: false });
  assert.deepEqual(await runObject("verify"), []);
  const [event] = screen.events;
  assert.ok(event.event === "verification");
  assert.equal(event.safetyWords, await safetyWords(OWN_KEY, SERVER.key));
});

Deno.test("/verify and /verified: one's own key is refused, at whichever end it is", async () => {
  const twin = { nick: "host", key: OWN_KEY };
  const { people, screen, counter, run } = await setUp([twin]);
  for (const command of ["/verify", "/verified", "/verify host", `/verified ${print(100)}`]) {
    assert.deepEqual(await run(command), ["that is your own key: there is nothing to compare"]);
  }
  const { run: runAlone } = await setUp([ADA]);
  assert.deepEqual(await runAlone("/verify me"), ["that is you"]);
  assert.deepEqual(await runAlone(`/verified ${print(100)}`), ["that is you"]);
  assert.deepEqual([people.has(OWN_KEY), screen.events, counter.changes], [false, [], 0]);
});

Deno.test("/verify: one of two whose names look alike is meant by fingerprint", async () => {
  const { people, run } = await setUp([BOB, { nick: "b0b", key: key(5) }]);
  await run(`/verify ${print(5)}`);
  assert.deepEqual(await run(`/verified ${print(5)}`), ["b0b's key is now verified."]);
  assert.deepEqual([people.has(BOB.key), people.has(key(5))], [false, true]);
});

Deno.test("/verify and /verified: in a crowd the answer names eight", async () => {
  const crowd = Array.from({ length: 2000 }, (_, index) => ({ nick: `p${index}`, key: key(1) }));
  const { run } = await setUp(crowd);
  const names = "p0, p1, p2, p3, p4, p5, p6, p7, …";
  for (const command of ["/verify", "/verified"]) {
    assert.deepEqual(await run(command), [`whom? present: ${names}`]);
    assert.deepEqual(await run(`${command} x`), [`no “x” here; present: ${names}`]);
  }
});

Deno.test("/verify: a name is found in capitals or small letters", async () => {
  const { screen, run } = await setUp([ADA, BOB]);
  assert.deepEqual(await run("/verify BOB"), []);
  assert.equal(screen.events.length, 1);
});

Deno.test("the prompt's note says verified only if everybody who is there is", async () => {
  const { people } = await setUp([]);
  assert.equal(verifiedNote([], people), "");
  assert.equal(verifiedNote([ADA], people), "");
  await people.add(ADA);
  assert.equal(verifiedNote([ADA], people), "ada verified");
  assert.equal(verifiedNote([ADA, BOB], people), "");
  assert.equal(verifiedNote([{ ...ADA, key: BOB.key }], people), "", "a name is not enough");
  assert.equal(verifiedNote([{ ...ADA, nick: "eve" }], people), "eve is ada, verified");
  await people.add(BOB);
  assert.equal(verifiedNote([ADA, BOB], people), "all verified");
});
