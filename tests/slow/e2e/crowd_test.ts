import assert from "node:assert/strict";
import { type Program, startClient } from "../../support/programs.ts";
import { Party, seen } from "../../e2e/party.ts";
import { connectRaw, helloMessage, RawMember } from "../../e2e/raw.ts";

/** So that nobody is held back. */
const FAST = ["--max-rate", "1000000"];

Deno.test("crowd: 100,000 lines from one reach two others whole and in order", async () => {
  await using party = await Party.open(FAST);
  const { address } = party.server;
  await using ann = startClient(address, ["--nick", "ann"]);
  await using bob = startClient(address, ["--nick", "bob"]);
  for (const reader of [ann, bob]) await reader.waitForLine("stderr", "Your fingerprint");
  await using carol = startClient(address, ["--nick", "carol"]);
  const lines = Array.from({ length: 100_000 }, (_, index) => `${index}`);
  await carol.pipe(`${lines.join("\n")}\n`);
  assert.equal(await carol.status, 0, carol.stderr.text);
  for (const reader of [ann, bob]) {
    await reader.waitForLine("stdout", (line) => line === "carol: 99999");
    assert.equal(reader.stdout.lines.length, lines.length);
    assert.ok(reader.stdout.lines.every((line, index) => line === `carol: ${index}`));
  }
});

/** Says 50 things, a few at a time, and waits until they are all delivered. */
async function speak(program: Program, name: string): Promise<void> {
  for (let start = 0; start < 50; start += 10) {
    let block = "";
    for (let index = start; index < start + 10; index++) block += `${name} ${index}\n`;
    await program.write(block);
  }
}

Deno.test("crowd: whatever the hostile ones do, 20 honest ones hear all that they say", async () => {
  await using party = await Party.open(FAST);
  const names = Array.from({ length: 20 }, (_, index) => `honest${index}`);
  const honest = await party.joinAll(names);
  const { server } = party;

  // One that never reads, and one that asks for ever more.
  const deaf = await connectRaw(server);
  await deaf.send(helloMessage("deaf"));
  const loud = await RawMember.join(server, "loud");
  await seen(honest, "loud");
  let isOver = false;
  const hostile = [
    // Rubbish after the handshake: in the place of a hello, and behind one.
    async (count: number) => {
      const channel = await connectRaw(server);
      if (count % 2 === 1) await channel.send(helloMessage("rubbish"));
      await channel.send(crypto.getRandomValues(new Uint8Array(1000)));
      await assert.rejects(async () => {
        while (await channel.receive() !== undefined);
      }, { code: "malformed-message" });
    },
    // Rubbish in the place of a handshake.
    async () => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
      await connection.write(crypto.getRandomValues(new Uint8Array(1000))).catch(() => {});
      await connection.read(new Uint8Array(1)).catch(() => null);
    },
    // Comes and is gone.
    async () => {
      try {
        await using _member = await RawMember.join(server, "fickle");
      } catch (error) {
        // Whoever does so too often is told to come back later.
        assert.match(String(error), /have joined and left at once; try again in \d+ s/);
      }
    },
    // Asks for much that is refused, until it is held back: then until it hangs up itself.
    async () => {
      const nick = names[0];
      const request = async () => void await loud.member.request({ type: "rename", nick });
      for (let index = 0; index < 20; index++) await request().catch(() => {});
    },
  ].map(async (attack) => {
    let count = 0;
    while (!isOver) {
      await attack(count);
      count++;
      // The honest ones, which this program listens to, have their turn as well.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return count;
  });

  await Promise.all(honest.map((program, index) => speak(program, names[index])));
  for (const program of honest) {
    let heard = 0;
    await program.waitForLine("stdout", (line) => {
      const { event } = JSON.parse(line);
      if (event === "message" || event === "delivered") heard++;
      return heard === 20 * 50;
    });
  }
  isOver = true;
  loud.channel.abort();
  const attacks = await Promise.all(hostile);
  assert.ok(attacks.every((count) => count > 0), `${attacks}`);

  const order = new Map<string, number>();
  for (const [index, program] of honest.entries()) {
    const messages = program.events("message");
    assert.equal(program.events("delivered").length, 50);
    for (const { id, seq } of [...messages, ...program.events("delivered")]) {
      assert.equal(order.get(id) ?? seq, seq, "one place for everybody");
      order.set(id, seq);
    }
    const places = messages.map(({ seq }) => seq);
    assert.deepEqual(places, places.toSorted((one, other) => one - other));
    for (const [other, name] of names.entries()) {
      const said = messages.filter(({ from }) => from.nick === name).map(({ text }) => text);
      const expected = Array.from({ length: 50 }, (_, number) => `${name} ${number}`);
      assert.deepEqual(said, other === index ? [] : expected);
    }
    assert.deepEqual(program.events("error"), []);
  }
  assert.equal(order.size, 20 * 50);
  await loud[Symbol.asyncDispose]();
  deaf.abort();
});
