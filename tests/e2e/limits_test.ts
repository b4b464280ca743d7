import assert from "node:assert/strict";
import { type Program, runProgram } from "../support/programs.ts";
import { onlySentence } from "./home.ts";
import { command, Party, seen } from "./party.ts";
import { RawMember } from "./raw.ts";

/** A program that was not let in, with the reason that it gives. */
async function assertNoRoom(guest: Program, reason: string): Promise<void> {
  assert.equal(await guest.status, 3, guest.stderr.text);
  assert.equal(onlySentence(guest.stderr.text), `the other side says: “${reason}”`);
  assert.deepEqual(guest.events("connected"), []);
}

/** Comes again and again until there is a place. */
async function getIn(party: Party, nick: string): Promise<RawMember> {
  while (true) {
    const guest = await RawMember.join(party.server, nick).catch(() => undefined);
    if (guest !== undefined) return guest;
  }
}

Deno.test("limits: --max-members turns away the next one, until somebody has left", async () => {
  await using party = await Party.open(["--max-members", "2"]);
  await using _ann = await RawMember.join(party.server, "ann");
  await using bob = await RawMember.join(party.server, "bob");
  const reason = "the room is full (2 members); try again when a member has left";
  const carol = party.start("carol");
  await assertNoRoom(carol, reason);
  const message = `the other side says: “${reason}”`;
  assert.deepEqual(carol.events("error"), [{ event: "error", code: "room-full", message }]);
  await party.server.waitForLine("stderr", "room-full");
  await bob.leave();
  await using dave = await RawMember.join(party.server, "dave");
  assert.deepEqual(dave.member.others.map(({ nick }) => nick), ["ann"]);
});

Deno.test("limits: --max-per-address turns away the next one, until a connection has ended", async () => {
  await using party = await Party.open(["--max-per-address", "2"]);
  await using _ann = await RawMember.join(party.server, "ann");
  await using bob = await RawMember.join(party.server, "bob");
  await assertNoRoom(party.start("carol"), "too many connections from this address (2 at most)");
  await bob.leave();
  await using dave = await getIn(party, "dave");
  await dave.say("in");
});

Deno.test("limits: --max-handshakes gives up the oldest one that does not go on", async () => {
  await using party = await Party.open(["--max-handshakes", "2"]);
  const { port } = party.server;
  const connections: Deno.TcpConn[] = [];
  const isGivenUp = async (connection: Deno.TcpConn) => {
    // The time that a handshake may take is not what ends it.
    const address = `address=127.0.0.1:${connection.localAddr.port} `;
    const line = await party.server.waitForLine("stderr", address);
    assert.match(line, /reason="too many handshakes were in progress"$/);
    assert.equal(await connection.read(new Uint8Array(1)).catch(() => null), null);
  };
  try {
    for (let index = 0; index < 3; index++) {
      connections.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    }
    await isGivenUp(connections[0]);
    await using ann = await RawMember.join(party.server, "ann");
    await isGivenUp(connections[1]);
    await ann.say("in");
  } finally {
    for (const connection of connections) connection.close();
  }
});

Deno.test("limits: --max-rate holds back a pipe that is too fast, and nothing is lost", async () => {
  await using party = await Party.open(["--max-rate", "10"]);
  const ann = await party.join("ann");
  const bob = party.start("bob");
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  await bob.pipe(lines.map((line) => `${line}\n`).join(""));
  assert.equal(await bob.status, 0, bob.stderr.text);
  await ann.waitForText("line 39");
  assert.deepEqual(ann.texts, lines);
  assert.equal(bob.events("delivered").length, 40);
  const told = bob.events("notice").filter(({ text }) => text.includes("throttled"));
  assert.deepEqual(told.map(({ text }) => text), [
    "The room says: “you are throttled: at most 10 messages a second”",
  ]);
  await party.server.waitForLine("stderr", "bob is throttled");
});

Deno.test("limits: --max-message splits long lines, and refuses what cannot be split", async () => {
  await using party = await Party.open(["--max-message", "256"]);
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  await seen([ann], "bob");
  const long = "\u{1f600}0123456789".repeat(100);
  await ann.write(`${long}\nthe end\n`);
  await bob.waitForText("the end");
  const pieces = bob.texts.slice(0, -1);
  assert.ok(pieces.length > 5, `${pieces.length} pieces`);
  assert.equal(pieces.join(""), long);
  await ann.waitForEvent(
    "notice",
    ({ text }) => text === `a long line was sent as ${pieces.length} messages`,
  );
  for (const [name, given] of [["msg", { to: "bob" }], ["me", {}], ["say", {}]] as const) {
    const before = ann.events("error").length;
    let passedOver = before;
    await command(ann, name, { ...given, text: long });
    const { message } = await ann.waitForEvent("error", () => passedOver-- === 0);
    assert.match(message, /^the message is too long: at most \d+ bytes here$/);
  }
  await using eve = await RawMember.join(party.server);
  assert.equal(eve.member.maxBody, 256);
  await eve.member.request({ type: "send", body: new Uint8Array(257) });
  await eve.leave();
  const event = eve.events.at(-1);
  assert.ok(event?.type === "refused");
  assert.match(event.reason, /at most 256 bytes$/);
  assert.equal(bob.texts.length, pieces.length + 1);
});

Deno.test("limits: a value that a limit cannot have ends the start with one sentence", async () => {
  const cases = [
    ["--max-rate", "1.5"],
  ] as const;
  await Promise.all(cases.map(async ([flag, value]) => {
    const { status, stdout, stderr } = await runProgram("server", [flag, value]);
    assert.equal(status, 2, `${flag} ${value}`);
    assert.equal(stdout, "");
    assert.match(
      onlySentence(stderr),
      new RegExp(`'${flag} <\\w+>' .*it must be a whole number from \\d+ to \\d+; see --help`),
    );
  }));
});
