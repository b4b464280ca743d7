import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import { startClient } from "../../support/programs.ts";
import { Party, seen } from "../../e2e/party.ts";
import { connectRaw, helloMessage } from "../../e2e/raw.ts";

/** So that no limit but the one in question counts. */
const FAST = ["--max-rate", "1000000"];

Deno.test("headless: a client that never reads does not keep it from ending", async () => {
  await using party = await Party.open(["--max-rate", "1000000"]);
  const [ann] = await party.joinAll(["ann"]);
  // It has said hello, and does not read one byte more.
  const deaf = startClient(party.server.address, ["--json", "--nick", "deaf"]);
  await using _deaf = deaf;
  await seen([ann], "deaf");
  deaf.signal("SIGSTOP");
  const flood = ann.write(`${"x".repeat(50_000)}\n`.repeat(100)).catch(() => {});
  await ann.waitForEvent("delivered", ({ seq }) => seq === 50);
  party.server.signal("SIGTERM");
  assert.equal(await party.server.status, 0);
  assert.match(party.server.stderr.text, /server: Closed\n$/);
  await flood;
  deaf.signal("SIGKILL");
});

Deno.test("limits: --max-queue puts out one who never reads, and the others lose nothing", async () => {
  await using party = await Party.open(["--max-queue", "1000000", ...FAST]);
  const [ann, bob] = await party.joinAll(["ann", "bob"]);
  const deaf = await connectRaw(party.server);
  await deaf.send(helloMessage("deaf"));
  await seen([ann], "deaf");
  let isOut = false;
  const out = seen([ann], "deaf", "away").then(() => isOut = true);
  let count = 0;
  const line = "x".repeat(50_000);
  while (!isOut) {
    let block = "";
    for (let index = 0; index < 10; index++) block += `${count++} ${line}\n`;
    await ann.write(block);
    // So bob, who reads, never has more than a block to read, which fits into his queue.
    await bob.waitForEvent("message", ({ seq }) => seq === count);
  }
  await out;
  const away = ann.events("member").find(({ change }) => change === "away");
  assert.deepEqual([away?.nick, away?.reason], ["deaf", "did not keep up with the conversation"]);
  const readOn = async () => {
    while (await deaf.receive() !== undefined);
  };
  await assert.rejects(readOn, {
    code: "too-slow",
    message: "the other side says: “you did not keep up with the conversation”",
  });
  assert.equal(deaf.remoteClose?.code, CloseCode.tooSlow);

  await ann.pipe("the end\n");
  assert.equal(await ann.status, 0, ann.stderr.text);
  await bob.waitForText("the end");
  const expected = Array.from({ length: count }, (_, index) => `${index} ${line}`);
  assert.ok(bob.texts.join("\n") === [...expected, "the end"].join("\n"), "all, in order");
  assert.equal(ann.events("delivered").length, count + 1);
});
