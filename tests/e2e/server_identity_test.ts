import assert from "node:assert/strict";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { encodeKeyFile, fingerprint } from "../../lib/identity/mod.ts";
import { ptyAvailable } from "../support/pty.ts";
import { Home } from "./home.ts";
import { done, seen, who } from "./party.ts";

/** Puts the one key of an earlier version into a home; its fingerprint. */
async function writeEarlierKey(home: Home): Promise<string> {
  const keyPair = await generateX25519KeyPair();
  await home.write("identity.pem", await encodeKeyFile(keyPair));
  return fingerprint(keyPair.publicKey);
}

const UPGRADED = /keeps the key that it had: .*identity\.pem was copied to .*server\.pem/;

Deno.test("server identity: an upgraded server is the one that its guests know", async () => {
  await using home = new Home();
  await using guest = new Home();
  const before = await writeEarlierKey(home);
  let listen: string;
  {
    await using server = await home.server(["--json", "--quiet"]);
    listen = server.address;
    const first = await server.waitForEvent("listening");
    assert.equal(first.fingerprint, before);
    const told = await server.waitForEvent("notice", ({ text }) => UPGRADED.test(text));
    assert.match(told.text, /\n.*operator here; .*run: (deno run -NRWE )?\S+ id --new --home /);
    assert.equal((await guest.runClient([listen, "--accept-new"])).status, 0);
    // The client still has the same key, and is told so in one sentence.
    const own = await home.runClient([listen, "--accept-new", "--quiet"]);
    assert.equal(own.status, 0, own.stderr);
    assert.match(own.stderr, /^You have the same key as the server[^]*id --new --home /);
    const made = await home.runClient(["id", "--new"]);
    assert.equal(made.stderr, `The old key is saved as ${home.path("identity.pem")}.old\n`);
    const other = await home.runClient([listen, "--quiet"]);
    assert.deepEqual([other.status, other.stderr], [0, ""]);
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
  }
  await using again = await home.server(["--json", "--listen", listen]);
  assert.equal((await again.waitForEvent("listening")).fingerprint, before);
  const known = await guest.runClient([listen, "--strict"]);
  assert.equal(known.status, 0, known.stderr);
  assert.doesNotMatch(again.stdout.text, /keeps the key|new identity/);
});

Deno.test("server identity: a client that was there first does not give the server its key", async () => {
  await using home = new Home();
  // Nobody listens there.
  assert.equal((await home.runClient(["127.0.0.1:1"])).status, 3);
  const person = fingerprint(await home.publicKey());
  await using server = await home.server(["--json"]);
  assert.notEqual((await server.waitForEvent("listening")).fingerprint, person);
  await server.waitForEvent("notice", ({ text }) => /new identity is saved in/.test(text));
  assert.doesNotMatch(server.stdout.text, /keeps the key/);
});

Deno.test("server identity: a person's new key does not take the server's from it", async () => {
  await using home = new Home();
  const before = await writeEarlierKey(home);
  const made = await home.runClient(["id", "--new"]);
  assert.match(
    made.stderr,
    /^A server with this folder keeps the old key: .*server\.pem\nThe old key/,
  );
  assert.equal(fingerprint(await home.publicKey("server")), before);
  assert.notEqual(fingerprint(await home.publicKey()), before);
});

Deno.test("server identity: a new passphrase leaves an earlier key what it is", async () => {
  await using home = new Home();
  const before = await writeEarlierKey(home);
  const file = await home.write("passphrase", "correct horse\n");
  const locked = await home.runClient(["id", "--new-passphrase-file", file]);
  assert.equal(locked.status, 0, locked.stderr);
  assert.match(await home.read("identity.pem"), /^-----BEGIN ENCRYPTED/);
  const shown = await home.run("server", ["id", "--passphrase-file", file]);
  assert.equal(shown.status, 0, shown.stderr);
  assert.ok(shown.stdout.includes(before));
  assert.match(shown.stderr, UPGRADED, "a task tells it as well, because it is told only once");
});

Deno.test("server identity: an upgraded server opens the history of before", async () => {
  await using home = new Home();
  await using guest = new Home();
  const before = await writeEarlierKey(home);
  const file = home.path("identity.pem");
  const room = home.beside("room.db");
  {
    // As an earlier version did: with the one key.
    await using server = await home.server(["--headless", "--history", room, "--identity", file]);
    const said = guest.client([server.address, "--accept-new"]);
    await said.pipe("before the upgrade\n");
    assert.equal(await said.status, 0, said.stderr.text);
    await said[Symbol.asyncDispose]();
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
  }
  const shown = await home.run("server", ["history", "export", room]);
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /before the upgrade/);
  await using server = await home.server(["--headless", "--json", "--history", room]);
  assert.equal((await server.waitForEvent("listening")).fingerprint, before);
});

Deno.test("server identity: the server's key makes an operator, the machine does not", async () => {
  await using home = new Home();
  await using server = await home.server(["--headless", "--json"]);
  const visit = async (nick: string, flags: readonly string[]) => {
    const client = home.client([
      server.address,
      "--json",
      "--accept-new",
      "--nick",
      nick,
      ...flags,
    ]);
    await client.waitForEvent("members");
    return client;
  };
  await using person = await visit("ann", []);
  await using owner = await visit("olga", ["--identity", home.path("server.pem")]);
  await seen([person], "olga");
  const members = await who(person);
  assert.deepEqual(
    members.map(({ nick, operator }) => [nick, operator]).toSorted(),
    [["ann", false], ["olga", true]],
  );
  await owner.waitForEvent("notice", ({ text }) => /with the server's own key/.test(text));
  await done(owner, "kick", { who: "ann" });
  assert.equal(await person.status, 3);
});

Deno.test({
  name:
    "server identity: on a terminal an upgrade is told once, and both sides have keys of their own" +
    (ptyAvailable ? "" : " (ignored: no util-linux script here)"),
  ignore: !ptyAvailable,
  async fn() {
    await using home = new Home();
    await writeEarlierKey(home);
    const flags = ["--listen", "127.0.0.1:0"];
    {
      await using terminal = home.terminal("server", flags);
      await terminal.waitFor(/^host:/m, "the prompt");
      await terminal.waitFor("The server keeps the key that it had");
      await terminal.type("/quit\r");
      assert.equal(await terminal.status, 0);
    }
    await using terminal = home.terminal("server", flags);
    await terminal.waitFor(/^host:/m, "the prompt");
    assert.doesNotMatch(terminal.output, /keeps the key/);
    const [, address = ""] = /\b(127\.0\.0\.1:\d+)\b/.exec(terminal.output) ?? [];
    assert.equal((await home.runClient(["id", "--new"])).status, 0);
    await using client = home.terminal("client", [address]);
    await client.waitFor(/yes\/no/);
    await client.type("yes\r");
    await client.waitFor("Here is host.");
    await client.type("/who\r");
    const keys = () => new Set(client.transcript().join("\n").match(/SHA256:[A-Za-z0-9+/]{43}/g));
    await client.waitFor(() => keys().size === 2, "two keys");
    assert.doesNotMatch(client.output, /the same key as the server/);
  },
});
