import assert from "node:assert/strict";
import { type Program, type Server, startClient } from "../../support/programs.ts";
import { Home } from "../../e2e/home.ts";
import { HEADLESS } from "../../e2e/party.ts";
import { assertLines } from "../../e2e/piped.ts";
import { Network } from "../../e2e/network.ts";

/** How many people talk, how much each says, and what happens meanwhile. */
const PEOPLE = 3;
const MESSAGES = 600;
const CUTS = 20;
const KILLS = 4;

/** What a program has been shown of a conversation, and said itself, in the order of the room. */
function transcript(program: Program, said: ReadonlyMap<string, string>): string[] {
  const heard = program.events("message").map(({ seq, text }) => ({ seq, text }));
  const own = program.events("delivered").map(({ id, seq }) => ({ seq, text: said.get(id) ?? id }));
  return [...heard, ...own].sort((a, b) => a.seq - b.seq).map(({ seq, text }) => `${seq} ${text}`);
}

Deno.test("nothing lost: cuts at random and a server that is killed, and all transcripts are the same", async () => {
  await using home = new Home();
  const history = ["--history", home.beside("history"), "--max-rate", "1000000"];
  const servers: Server[] = [await home.server([...HEADLESS, ...history])];
  const [first] = servers;
  assert.ok(first !== undefined);
  await using network = new Network(first.port);
  const people: Program[] = [];
  const said = new Map<string, string>();
  try {
    for (let index = 0; index < PEOPLE; index++) {
      people.push(startClient(network.address, ["--json", "--nick", `person${index}`]));
    }
    await Promise.all(people.map((person) => person.waitForEvent("members")));
    const talking = people.map(async (person, index) => {
      for (let block = 0; block < MESSAGES / 20; block++) {
        let lines = "";
        for (let line = 0; line < 20; line++) {
          const number = 20 * block + line;
          const id = `${index}`.repeat(8) + number.toString(16).padStart(24, "0");
          said.set(id, `${index}: ${number}`);
          lines += `${JSON.stringify({ command: "say", text: said.get(id), id })}\n`;
        }
        await person.write(lines);
        // So that the cuts meet messages on their way.
        await person.waitForEvent(
          "delivered",
          () => person.events("delivered").length >= 20 * block,
        );
      }
    });
    let isOver = false;
    const done = Promise.all(talking).finally(() => isOver = true);
    for (let cut = 1; cut <= CUTS && !isOver; cut++) {
      const [someone] = people;
      const before = someone?.events("reconnected").length ?? 0;
      network.cut();
      if (cut % (CUTS / KILLS) === 0) {
        const last = servers.at(-1);
        last?.signal("SIGKILL");
        await last?.exited;
        servers.push(await home.server([...HEADLESS, ...history, "--listen", first.address]));
      }
      await someone?.waitForEvent(
        "reconnected",
        () => someone.events("reconnected").length > before,
      );
    }
    await done;
    for (const person of people) {
      await person.closeStdin();
      assert.equal(await person.status, 0, person.stderr.text);
    }
    const [one, ...others] = people.map((person) => transcript(person, said));
    assert.ok(one !== undefined);
    assert.equal(one.length, PEOPLE * MESSAGES);
    for (const other of others) assertLines(other, one);
    for (let index = 0; index < PEOPLE; index++) {
      const own = one.filter((line) => line.includes(` ${index}: `));
      assertLines(
        own.map((line) => line.replace(/^\d+ /, "")),
        Array.from({ length: MESSAGES }, (_, number) => `${index}: ${number}`),
      );
    }
  } finally {
    for (const program of [...people, ...servers]) await program[Symbol.asyncDispose]();
  }
});
