import assert from "node:assert/strict";
import { type Program, runProgram } from "../support/programs.ts";
import { Home, onlySentence } from "./home.ts";
import { command, HEADLESS, newId } from "./party.ts";

/** A client of this person that keeps what it sends. */
function start(home: Home, address: string, flags: readonly string[] = []): Program {
  const outbox = ["--outbox", home.beside("outbox")];
  return home.client([address, "--json", "--accept-new", "--nick", "ann", ...outbox, ...flags]);
}

/** Ends a program as a crash would. */
async function kill(program: Program): Promise<void> {
  program.signal("SIGKILL");
  await program.exited;
}

Deno.test("outbox: what was said while the server was away outlives the client", async () => {
  await using owner = new Home();
  await using home = new Home();
  await using first = await owner.server(HEADLESS);
  await using ann = start(home, first.address);
  await ann.waitForEvent("members");
  await kill(first);
  await ann.waitForEvent("reconnecting");
  const ids = [newId(), newId()];
  for (const [index, id] of ids.entries()) await command(ann, "say", { text: `${index}`, id });
  await command(ann, "pending");
  const { messages } = await ann.waitForEvent("pending");
  assert.deepEqual(messages.map(({ id }) => id), ids);
  // Only what is on the disk counts, and that takes a moment: another run finds it.
  await command(ann, "quit");
  await ann.waitForEvent("reconnecting", ({ attempt }) => attempt > 1);
  await kill(ann);

  await using server = await owner.server([...HEADLESS, "--listen", first.address]);
  await using bob = (() => new Home())();
  const listener = bob.client([server.address, "--json", "--accept-new", "--nick", "bob"]);
  await using _listener = listener;
  await listener.waitForEvent("members");
  await using again = start(home, server.address);
  for (const id of ids) await again.waitForEvent("delivered", (event) => event.id === id);
  await listener.waitForText("1");
  assert.deepEqual(listener.texts, ["0", "1"]);
  await command(again, "quit");
  assert.equal(await again.status, 0, again.stderr.text);

  // And the next time there is nothing to send.
  await using last = start(home, server.address);
  await last.waitForEvent("members");
  await command(last, "quit");
  assert.equal(await last.status, 0);
  assert.deepEqual(last.events("delivered"), []);
  assert.deepEqual(listener.texts, ["0", "1"]);
});

Deno.test("outbox: a client that is killed while it sends loses nothing, and says nothing twice", async () => {
  await using owner = new Home();
  await using home = new Home();
  await using other = new Home();
  await using server = await owner.server([...HEADLESS, "--history", owner.beside("history")]);
  await using listener = other.client([server.address, "--json", "--accept-new", "--nick", "bob"]);
  await listener.waitForEvent("members");
  const ids = Array.from({ length: 600 }, () => newId());
  const delivered = new Set<string>();
  for (let run = 0; delivered.size < ids.length; run++) {
    await using ann = start(home, server.address);
    await ann.waitForEvent("members");
    // A robot says again what it knows no receipt for; the id tells that it is the same.
    const open = ids.filter((id) => !delivered.has(id));
    const lines = open.map((id) => JSON.stringify({ command: "say", text: id, id })).join("\n");
    const writing = ann.write(`${lines}\n`).catch(() => {});
    const target = run < 4 ? Math.min(delivered.size + 100, ids.length) : ids.length;
    const count = () =>
      new Set([...delivered, ...ann.events("delivered").map(({ id }) => id)]).size;
    await ann.waitForEvent("delivered", () => count() >= target);
    if (run < 4) await kill(ann);
    else await command(ann, "quit");
    await writing;
    await ann.exited;
    for (const { id } of ann.events("delivered")) delivered.add(id);
  }
  const last = ids.at(-1) ?? "";
  await listener.waitForText(last);
  assert.deepEqual(listener.texts.toSorted(), ids.toSorted());
});

Deno.test("outbox: a file in use, of another server, or without a lasting identity, is a sentence", async () => {
  await using owner = new Home();
  await using home = new Home();
  await using server = await owner.server(HEADLESS);
  await using ann = start(home, server.address);
  await ann.waitForEvent("members");
  const file = home.beside("outbox");
  const second = await home.runClient([server.address, "--outbox", file]);
  assert.deepEqual([second.status, onlySentence(second.stderr)], [
    2,
    `${file} is in use by a running client; end that first`,
  ]);
  await kill(server);
  await ann.waitForEvent("reconnecting");
  await ann.write("for the first server\n");
  await command(ann, "pending");
  await ann.waitForEvent("pending");
  await ann.waitForEvent("reconnecting", ({ attempt }) => attempt > 2);
  await kill(ann);

  await using elsewhere = new Home();
  await using other = await elsewhere.server(HEADLESS);
  const third = await home.runClient([other.address, "--accept-new", "--outbox", file]);
  assert.deepEqual([third.status, onlySentence(third.stderr)], [
    2,
    `${file} keeps messages for another server; name another file with --outbox`,
  ]);

  const fourth = await runProgram("client", [other.address, "--outbox", file]);
  assert.equal(fourth.status, 2);
  assert.match(
    onlySentence(fourth.stderr),
    /^--outbox needs a saved identity, but .* --identity FILE$/,
  );
});
