import assert from "node:assert/strict";
import { pause } from "../../lib/pause.ts";
import { fingerprint } from "../../lib/identity/mod.ts";
import { ptyAvailable } from "../support/pty.ts";
import { Home, onlySentence } from "./home.ts";

/** Waits until a server has written down a key that came by invitation. */
async function remembered(host: Home, nick: string): Promise<string> {
  const patience = AbortSignal.timeout(60_000);
  for (;;) {
    const text = await host.read("invited_keys").catch(() => "");
    if (text.includes(` ${nick}\n`)) return text;
    await pause(10, patience);
  }
}

/** A line on which an invitation stands, and its id. */
async function invitationOf(server: Awaited<ReturnType<Home["server"]>>) {
  const { invite, id } = await server.waitForEvent("invitation");
  return { invite, id };
}

Deno.test("remembered guest: the line is needed once, until it is revoked", async () => {
  await using host = new Home();
  await using guest = new Home();
  await using stranger = new Home();
  const flags = ["--headless", "--json", "--listen"];
  let address: string;
  let id: string;
  let invite: string;
  {
    await using server = await host.server([...flags.slice(0, -1), "--invite", "--single-use"]);
    address = server.address;
    ({ id, invite } = await invitationOf(server));
    const first = await guest.runClient([invite, "--nick", "ann"]);
    assert.equal(first.status, 0, first.stderr);
    await remembered(host, "ann");
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
  }
  // It has a file of its own, so a server that is started again knows the guest.
  await using _server = await host.server([...flags, address, "--invite-only"]);
  const plain = await guest.runClient([address, "--strict", "--json"]);
  assert.equal(plain.status, 0, plain.stderr);
  assert.equal((await guest.runClient([invite])).status, 0, "the line in hand is no harm");
  const refused = await stranger.runClient([address, "--accept-new"]);
  assert.equal(refused.status, 4);

  const listed = await host.run("server", ["invitations"]);
  const key = fingerprint(await guest.publicKey());
  assert.match(listed.stdout, new RegExp(`^${id}  used, single-use, `));
  assert.ok(listed.stdout.split("\n")[1]?.startsWith(`  ${key}  20`), listed.stdout);
  assert.match(listed.stdout, /^ {2}SHA256:\S+ {2}\d{4}-\d\d-\d\d {2}ann$/m);

  const revoked = await host.run("server", ["revoke", id]);
  const sentence = `invitation ${id} is revoked; the key that used it may not come back by it`;
  assert.equal(revoked.stdout, `${sentence}\n`);
  for (const where of [address, invite]) {
    const { status, stderr } = await guest.runClient([where]);
    assert.equal(status, 4);
    assert.match(onlySentence(stderr), /ask for a(n|\snew)/);
  }
  assert.equal(await host.read("invited_keys"), "");
});

Deno.test("remembered guest: a program at the server sees that it was invited", async () => {
  await using host = new Home();
  await using guest = new Home();
  await using server = await host.server(["--json", "--invite"], { stdin: "piped" });
  const { invite } = await invitationOf(server);
  assert.equal((await guest.runClient([invite, "--nick", "ann"])).status, 0);
  await remembered(host, "ann");
  assert.equal((await guest.runClient([server.address, "--nick", "annie"])).status, 0);
  const second = await server.waitForEvent("connected", ({ peer }) => peer.nick === "annie");
  assert.equal(second.trust, "invited");
});

Deno.test({
  name: "remembered guest: on terminals, a guest comes back by the plain address" +
    (ptyAvailable ? "" : " (ignored: no util-linux script here)"),
  ignore: !ptyAvailable,
  async fn() {
    await using host = new Home();
    await using guest = new Home();
    await using server = host.terminal("server", ["--listen", "127.0.0.1:0", "--invite"]);
    await server.waitFor(/^host:/m, "the prompt");
    const [, invite = "", address = ""] =
      /(x25519-chat:\/\/([^/\s]+)\/[\w-]+)/.exec(server.output) ??
        [];
    for (const where of [invite, address]) {
      await using client = guest.terminal("client", [where, "--nick", "ann"]);
      await client.waitFor("Here is host.");
      await client.type("/quit\r");
      assert.equal(await client.status, 0);
      await remembered(host, "ann");
    }
    await server.type("/invitations\r");
    await server.waitFor(/SHA256:\S+ {2}\d{4}-\d\d-\d\d {2}ann/);
    const [, id = ""] = /Invitation ([0-9a-f]{8}),/.exec(server.output) ?? [];
    await server.type(`/revoke ${id}\r`);
    await server.waitFor("the key that used it may not come back by it");
    await using refused = guest.terminal("client", [address, "--nick", "ann"]);
    await refused.waitFor("only the invited may enter");
    assert.equal(await refused.status, 4);
  },
});
