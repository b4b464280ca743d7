import assert from "node:assert/strict";
import { type Program, startClient } from "../support/programs.ts";
import { watch } from "../support/wire.ts";
import { done, Party, seen } from "./party.ts";
import { Proxy } from "./proxy.ts";

/** A ping in a record of its own, with the length in front of it: the only thing that may come. */
const PING_FRAME_SIZE = 68;

/** A room with a host and three guests, the last of whom is reached by way of a proxy. */
async function partyOfFour() {
  const party = await Party.host();
  const proxy = new Proxy(party.server.port);
  const sizes: number[] = [];
  proxy.attack = (frame, wire) => {
    if (frame.from === "server") sizes.push(frame.bytes.length);
    return watch(frame, wire);
  };
  const ann = await party.join("ann");
  const bob = await party.join("bob");
  const eve = startClient(proxy.address, ["--json", "--nick", "eve"]);
  return {
    party,
    ann,
    bob,
    eve,
    /** The sizes of the frames that the server has sent to eve so far. */
    sizes,
    async [Symbol.asyncDispose]() {
      await eve[Symbol.asyncDispose]();
      await party[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Begins whatever is said in private here: the comma keeps it out of safety words and Base64. */
const PRIVATE = "psst, ";

function assertNoTrace(program: Program): void {
  assert.ok(!(program.stdout.text + program.stderr.text).includes(PRIVATE), program.stdout.text);
}

Deno.test("private: not one byte of it goes to anybody else", async () => {
  await using four = await partyOfFour();
  const { party, ann, bob, eve, sizes } = four;
  await seen([ann, bob], "eve");
  // When she has this, she has all that came with her arrival.
  await done(ann, "say", { text: "all here" });
  await eve.waitForText("all here");
  const texts = Array.from({ length: 20 }, (_, index) => `${PRIVATE}${index} ${"x".repeat(1000)}`);
  const start = sizes.length;
  for (const [index, text] of texts.entries()) {
    if (index % 2 === 0) assert.equal(await done(ann, "msg", { to: "bob", text }), 0);
    else assert.equal(await done(bob, "msg", { to: "ann", text }), 0);
  }
  await bob.waitForText(texts[18]);
  await ann.waitForText(texts[19]);
  const between = sizes.slice(start);
  assert.ok(between.every((size) => size === PING_FRAME_SIZE), `eve was sent ${between}`);

  const behind = sizes.length;
  assert.equal(await done(ann, "say", { text: "for all" }), 2, "the others have no place in it");
  await eve.waitForText("for all");
  const after = sizes.slice(behind).filter((size) => size !== PING_FRAME_SIZE);
  assert.equal(after.length, 1, "a message to all is a frame");

  const heard = [...ann.events("message"), ...bob.events("message")]
    .filter((event) => event.private);
  assert.deepEqual(heard.map(({ text }) => text).sort(), texts.toSorted());
  assert.ok(heard.every(({ seq, history, action }) => seq === 0 && !history && !action));
  await done(party.server, "msg", { to: "eve", text: "from the host" });
  await eve.waitForEvent("message", (event) => event.private && event.from.nick === "host");
  await done(eve, "msg", { to: "host", text: "to the host" });
  await party.server.waitForText("to the host");

  const late = await party.join("late");
  await late.waitForText("for all");
  for (const program of [eve, late, party.server]) assertNoTrace(program);
});
