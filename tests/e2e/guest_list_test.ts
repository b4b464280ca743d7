import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import { fingerprintsIn, Home, onlySentence } from "./home.ts";

Deno.test("guest list: who is on it enters, and is known by the name there", async () => {
  await using host = new Home();
  await using ann = new Home();
  const list = await host.write("guests", `# friends\n\n${await ann.publicKeyLine()} Ann of Ayr\n`);
  await using server = await host.server(["--json", "--allow", list]);
  await using program = ann.client([server.address, "--json", "--accept-new"]);
  const there = await server.waitForEvent("connected");
  assert.equal(there.trust, "known");
  assert.equal(there.listedAs, "Ann of Ayr");
  assert.equal(there.peer.fingerprint, fingerprint(await ann.publicKey()));
  await program.pipe("here I am\n");
  await server.waitForText("here I am");
  assert.equal(await program.status, 0, program.stderr.text);
});

Deno.test("guest list: who is not on it is told, and the server's log names the key", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const list = await host.write("guests", `${await ann.publicKeyLine()} Ann\n`);
  await using server = await host.server(["--allow", list]);
  await server.waitForLine("stderr", `Only those listed in ${list}, and the invited, may enter.`);
  const { status, stdout, stderr } = await bob.runClient([server.address, "--accept-new"]);
  assert.equal(status, 4);
  assert.equal(stdout, "");
  assert.match(
    onlySentence(stderr),
    /your key is not on the guest list; /,
  );
  const line = await server.waitForLine("stderr", "may not enter");
  assert.deepEqual(fingerprintsIn(line), [fingerprint(await bob.publicKey())]);
});

Deno.test("guest list: a line that is added or removed counts at once", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const annsLine = await ann.publicKeyLine();
  const bobsLine = await bob.publicKeyLine();
  const list = await host.write("guests", "# nobody yet\n");
  await using server = await host.server(["--allow", list]);
  const visit = async (guest: Home) => {
    const { status, stderr } = await guest.runClient([server.address, "--accept-new"]);
    return { status, stderr };
  };
  const expectStatus = async (guest: Home, expected: number) => {
    const { status, stderr } = await visit(guest);
    assert.equal(status, expected, stderr);
  };
  await expectStatus(ann, 4);
  await host.write("guests", `${annsLine}\n${bobsLine}\n`);
  await expectStatus(ann, 0);
  await expectStatus(bob, 0);
  await host.write("guests", `${bobsLine}\n`);
  await expectStatus(ann, 4);
  await expectStatus(bob, 0);
  await host.write("guests", `# ${bobsLine}\n${annsLine}\n`);
  await expectStatus(bob, 4);
  await expectStatus(ann, 0);

  // As editors do it: a new file in the place of the old one.
  await host.write("guests.new", `${bobsLine}\n`);
  await Deno.rename(host.path("guests.new"), list);
  await expectStatus(ann, 4);
  await expectStatus(bob, 0);
});

Deno.test("guest list: while it is broken the last good one holds, and the server says so", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const annsLine = await ann.publicKeyLine();
  const list = await host.write("guests", `${annsLine}\n`);
  await using server = await host.server(["--json", "--allow", list]);
  await host.write("guests", `${await bob.publicKeyLine()}\nx25519 cut-short\n`);
  assert.equal((await bob.runClient([server.address, "--accept-new"])).status, 4);
  await server.waitForEvent("notice", ({ text }) => text.includes(`${list}, line 2: `));
  const { status, stderr } = await ann.runClient([server.address, "--accept-new"]);
  assert.equal(status, 0, stderr);
});

Deno.test("guest list: an invitation opens the door as well", async () => {
  await using host = new Home();
  await using ann = new Home();
  await using bob = new Home();
  const list = await host.write("guests", `${await ann.publicKeyLine()} Ann\n`);
  await using server = await host.server(["--json", "--invite", "--allow", list]);
  const { invite } = await server.waitForEvent("invitation");
  for (const [guest, where] of [[bob, invite], [ann, server.address], [ann, invite]] as const) {
    const { status, stderr } = await guest.runClient([where, "--accept-new"]);
    assert.equal(status, 0, stderr);
  }
  const entries = server.events("connected").map(({ trust, listedAs }) => `${trust} ${listedAs}`);
  assert.deepEqual(entries, ["invited undefined", "known Ann", "invited undefined"]);
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

Deno.test("guest list: a file that is not there, or a folder, ends the start", async () => {
  await using host = new Home();
  await host.publicKey();
  const cases = [
    [host.path("nobody"), /^there is no file \S+; .* public keys/],
    [host.folder, /is a folder, not a file$/],
  ] as const;
  for (const [path, problem] of cases) {
    const args = ["--listen", "127.0.0.1:0", "--allow", path];
    const { status, stderr } = await host.run("server", args);
    assert.equal(status, 2);
    const sentence = onlySentence(stderr);
    assert.ok(sentence.includes(path), sentence);
    assert.match(sentence, problem);
  }
});
