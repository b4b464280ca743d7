import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import { fingerprintsIn, Home, onlySentence } from "./home.ts";

Deno.test("guest list: who is on it enters, others are told why not, and an edit counts at once", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const annsLine = `${await ann.publicKeyLine()} Ann of Ayr`;
  const bobsLine = await bob.publicKeyLine();
  const list = await host.write("guests", `# friends\n\n${annsLine}\n`);
  await using server = await host.server(["--json", "--allow", list]);
  const closed = `Only those listed in ${list}, and the invited, may enter.`;
  await server.waitForEvent("notice", ({ text }) => text.includes(closed));
  await using program = ann.client([server.address, "--json", "--accept-new"]);
  const there = await server.waitForEvent("connected");
  assert.equal(there.trust, "known");
  assert.equal(there.listedAs, "Ann of Ayr");
  assert.equal(there.peer.fingerprint, fingerprint(await ann.publicKey()));
  await program.pipe("here I am\n");
  await server.waitForText("here I am");
  assert.equal(await program.status, 0, program.stderr.text);

  const refused = await bob.runClient([server.address, "--accept-new"]);
  assert.equal(refused.status, 4);
  assert.equal(refused.stdout, "");
  assert.match(onlySentence(refused.stderr), /your key is not on the guest list; /);
  const { text } = await server.waitForEvent(
    "notice",
    ({ text }) => text.includes("may not enter"),
  );
  assert.deepEqual(fingerprintsIn(text), [fingerprint(await bob.publicKey())]);

  // As editors do it: a new file in the place of the old one.
  await host.write("guests.new", `# ${annsLine}\n${bobsLine}\n`);
  await Deno.rename(host.path("guests.new"), list);
  assert.equal((await ann.runClient([server.address, "--accept-new"])).status, 4);
  // While it is broken the last good one holds.
  await host.write("guests", `${annsLine}\nx25519 cut-short\n`);
  const { status, stderr } = await bob.runClient([server.address, "--accept-new"]);
  assert.equal(status, 0, stderr);
  await server.waitForEvent("notice", ({ text }) => text.includes(`${list}, line 2: `));
});

Deno.test("guest list: a line that cannot be read ends the start", async () => {
  await using host = new Home();
  await using ann = new Home();
  const text = `${await ann.publicKeyLine()}\n\nx25519 ${"A".repeat(43)}=\n`;
  const list = await host.write("guests", text);
  const args = ["--listen", "127.0.0.1:0", "--allow", list];
  const { status, stdout, stderr } = await host.run("server", args);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, "");
  const sentence = onlySentence(stderr);
  assert.ok(sentence.startsWith(`${list}, line 3`), sentence);
  assert.match(sentence, /the key is of low order/);
  assert.equal(await host.read("guests"), text);
});
