import assert from "node:assert/strict";
import {
  fingerprint,
  formatInvitation,
  invitationPreSharedKey,
  parseInvitation,
} from "../../lib/identity/mod.ts";
import { ptyAvailable } from "../support/pty.ts";
import { Home, onlySentence } from "./home.ts";

const noTerminal = ptyAvailable ? "" : " (ignored: no util-linux script here)";

/** A server that has printed an invitation. */
async function inviting(host: Home, args: readonly string[] = []) {
  const server = await host.server(["--json", "--invite", ...args]);
  const { invite } = await server.waitForEvent("listening");
  assert.ok(invite);
  return Object.assign(server, { invite });
}

/** Every way in which a secret could be written. */
function writtenForms(invite: string): string[] {
  const { secret, serverKey } = parseInvitation(invite);
  return [secret, invitationPreSharedKey({ serverKey, secret })].flatMap((bytes) => {
    const base64 = btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
    const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
    return [base64, base64url, bytes.toHex(), [...bytes].join(", "), [...bytes].join(",")];
  });
}

function assertNoSecret(text: string, invite: string): void {
  for (const form of writtenForms(invite)) assert.equal(text.includes(form), false, form);
  assert.equal(text.includes(invite.split("/").at(-1) ?? ""), false);
}

Deno.test("invitation: who has it enters without a question, and knows the server afterwards", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await inviting(host);
  const event = await server.waitForEvent("invitation");
  assert.equal(event.invite, server.invite);
  assert.equal(event.expires, null);
  assert.equal(event.singleUse, false);

  await using program = client.client([server.invite, "--json", "--strict"]);
  const here = await program.waitForEvent("connected");
  const there = await server.waitForEvent("connected");
  assert.equal(here.trust, "invited");
  assert.equal(there.trust, "invited");
  assert.match(here.protocol, /^Noise_XXhfs\+psk3_25519\+MLKEM768_AESCBC_SHA256$/);
  assert.equal(here.safetyWords, there.safetyWords);
  await program.pipe("thank you\n");
  await server.waitForText("thank you");
  assert.equal(await program.status, 0, program.stderr.text);

  assert.match(await client.read("known_hosts"), new RegExp(`^${server.address} x25519 \\S+ `));
});

Deno.test("invitation: it is printed in one line; who has none is told so, and the host reads the key", async () => {
  await using host = new Home();
  await using client = new Home();
  const key = fingerprint(await client.publicKey());
  await using server = await host.server(["--invite"]);
  const line = await server.waitForLine("stderr", "x25519-chat://");
  const { address, serverKey } = parseInvitation(line);
  assert.equal(address, server.address);
  assert.ok(server.stderr.text.includes(fingerprint(serverKey)), server.stderr.text);
  assert.match(server.stderr.text, /\nInvitation [0-9a-f]{8}, for anyone /);
  assert.equal(server.stdout.text, "");

  await server.waitForLine("stderr", "Only the invited may enter.");
  const { status, stdout, stderr } = await client.runClient([server.address, "--accept-new"]);
  assert.equal(status, 4);
  assert.equal(stdout, "");
  assert.match(onlySentence(stderr), /only the invited may enter; ask for an invitation”$/);
  const log = await server.waitForLine("stderr", "may not enter");
  assert.ok(log.startsWith(`${key} at 127.0.0.1:`), log);
});

Deno.test("invitation: a single-use one belongs to whoever used it first", async () => {
  await using host = new Home();
  await using first = new Home();
  await using second = new Home();
  await using server = await inviting(host, ["--single-use"]);
  assert.equal((await server.waitForEvent("invitation")).singleUse, true);
  const { status, stderr } = await first.runClient([server.invite]);
  assert.equal(status, 0, stderr);
  const other = await second.runClient([server.invite, "--json"]);
  assert.equal(other.status, 4, other.stderr);
  assert.match(
    onlySentence(other.stderr),
    /this invitation was for one person and has been used; ask for a new one”$/,
  );
  const key = fingerprint(await second.publicKey());
  await server.waitForEvent("notice", ({ text }) => text.startsWith(key));
  assert.equal(server.events("connected").length, 1);
});

Deno.test("invitation: one that has expired is refused, and its holder told", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await inviting(host, ["--expires", "1h"]);
  const { expires } = await server.waitForEvent("invitation");
  assert.ok(expires);
  assert.ok(Date.parse(expires) > Date.now(), expires);
  const text = await host.read("invitations");
  const late = text.replace(/expires=\S+/, "expires=2026-01-31T00:00:00Z");
  assert.notEqual(late, text);
  await host.write("invitations", late);
  const { status, stderr } = await client.runClient([server.invite]);
  assert.equal(status, 4);
  assert.match(onlySentence(stderr), /this invitation has expired; ask for a new one”$/);
});

Deno.test("invitation: a revoked one is refused, its holder told, and who is inside stays", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await inviting(host);
  const { id } = await server.waitForEvent("invitation");
  await using inside = client.client([server.invite, "--json"]);
  await inside.waitForEvent("connected");

  const revoked = await host.run("server", ["revoke", id]);
  assert.equal(revoked.status, 0, revoked.stderr);
  assert.equal(
    revoked.stdout,
    `invitation ${id} is revoked; the key that used it may not come back by it\n`,
  );
  const listed = await host.run("server", ["invitations"]);
  assert.match(
    listed.stdout,
    new RegExp(`^${id}  revoked [^\n]* UTC, reusable, made [^\n]* UTC\n$`),
  );
  for (const { stdout } of [revoked, listed]) assertNoSecret(stdout, server.invite);
  const { status, stderr } = await client.runClient([server.invite]);
  assert.equal(status, 4);
  assert.match(onlySentence(stderr), /this invitation was revoked; ask for a new one”$/);

  await inside.pipe("still here\n");
  await server.waitForText("still here");
  assert.equal(await inside.status, 0, inside.stderr.text);
});

Deno.test("invitation: a mistyped one is told apart, and nobody is called", async () => {
  await using client = new Home();
  const right = formatInvitation({
    address: "127.0.0.1:1",
    serverKey: new Uint8Array(32).fill(9),
    secret: crypto.getRandomValues(new Uint8Array(16)),
  });
  const end = right.at(-2) === "A" ? "B" : "A";
  const wrong = right.slice(0, -2) + end + right.slice(-1);
  const { status, stdout, stderr } = await client.runClient([wrong, "--json"]);
  assert.equal(status, 2, stderr);
  assert.equal(JSON.parse(stdout).code, "bad-invitation");
  assert.match(onlySentence(stderr), /^this invitation is mistyped or cut short; /);
  assertNoSecret(stdout + stderr, right);
});

Deno.test("invitation: a secret that the server does not know opens nothing", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await inviting(host);
  const { serverKey } = parseInvitation(server.invite);
  const wrong = formatInvitation({
    address: server.address,
    serverKey,
    secret: crypto.getRandomValues(new Uint8Array(16)),
  });
  const { status, stdout, stderr } = await client.runClient([wrong, "--json"]);
  assert.equal(status, 4, stderr);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).code, "invitation-refused");
  assert.match(onlySentence(stderr), /invitation; .*expired.*revoked/);
  assert.equal(lines.some(({ event }) => event === "connected"), false);
  await server.waitForEvent("notice", ({ text }) => /^a connection from .* failed: /.test(text));
  assert.deepEqual(server.events("connected"), []);
});

Deno.test("invitation: it still holds after the server was started again", async () => {
  await using host = new Home();
  await using client = new Home();
  let listen: string;
  let invite: string;
  {
    await using server = await inviting(host);
    listen = server.address;
    invite = server.invite;
  }
  await using _server = await host.server(["--listen", listen, "--invite-only"]);
  const { status, stderr } = await client.runClient([invite]);
  assert.equal(status, 0, stderr);
});

Deno.test("invitation: its secret is nowhere but in the invitation", async () => {
  await using host = new Home();
  await using client = new Home();
  await using stranger = new Home();
  await using server = await inviting(host, ["--verbose", "--single-use"]);
  const { invite } = server;
  const file = await client.write("invite", `${invite}\n`);
  const outputs: string[] = [];
  const keep = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    outputs.push(stdout, stderr);
  const clientFlags = ["--verbose", "--json", "--invite-file", file];
  const entered = await client.runClient(clientFlags);
  assert.equal(entered.status, 0, entered.stderr);
  keep(entered);
  const refused = await stranger.runClient([invite, "--verbose"]);
  assert.equal(refused.status, 4);
  keep(refused);
  keep(await host.run("server", ["invitations", "--json", "--verbose"]));
  const text = await host.read("invitations");
  await host.write("invitations", text.replace("created=", "made="));
  const failed = await host.run("server", ["invitations", "--verbose"]);
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /\/invitations, line 1: /);
  keep(failed);
  for (const output of outputs) assertNoSecret(output, invite);
  // The server says it twice, where it hands it out.
  assertNoSecret(server.stdout.text.replaceAll(invite, "") + server.stderr.text, invite);
  assert.equal(server.stdout.text.split(invite).length, 3);
  assert.ok(writtenForms(invite).some((form) => text.includes(form)), "the forms are right");
  assert.equal((await Deno.stat(host.path("invitations"))).mode! & 0o777, 0o600);
});

Deno.test({
  name: "invitation: a file that is open to others is refused" +
    (Deno.build.os === "windows" ? " (ignored: this system has no modes)" : ""),
  ignore: Deno.build.os === "windows",
  async fn() {
    await using client = new Home();
    const file = await client.write("invite", "nonsense\n");
    await Deno.chmod(file, 0o644);
    const open = await client.runClient(["--invite-file", file]);
    assert.equal(open.status, 2);
    assert.match(onlySentence(open.stderr), /; run: chmod 600 /);
  },
});

Deno.test({
  name: `invitation: /invite prints it in one unbroken line, and /revoke ends it${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await using host = new Home();
    await using client = new Home();
    // Narrower than an invitation is long, so that whoever wraps lines would break it.
    const listen = ["--listen", "127.0.0.1:0", "--invite-only"];
    await using terminal = host.terminal("server", listen, 50);
    await terminal.waitFor("\nhost:", "the server's prompt");
    await terminal.type("/invite 1h single-use\r");
    await terminal.waitFor("Send it privately:");
    await terminal.waitFor((screen) => screen.at(-1) === "" && /^host:/.test(lastRow(screen)));
    const invite = /x25519-chat:\/\/[^\s\x1b]+/.exec(terminal.output)?.[0] ?? "";
    // It can be read: so it is all there, in what was written and on the screen.
    const { address } = parseInvitation(invite);
    assert.ok(terminal.transcript().join("").includes(invite));

    const { status, stderr } = await client.runClient([invite]);
    assert.equal(status, 0, stderr);
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    await terminal.type("/invitations\r");
    await terminal.waitFor("used, single-use");
    const [, id] = /Invitation ([0-9a-f]{8}),/.exec(terminal.output) ?? [];
    await terminal.type(`/revoke ${id}\r`);
    await terminal.waitFor(`invitation ${id} is revoked`);
    assert.equal((await client.runClient([invite])).status, 4);
    await terminal.type("/invite tomorrow\r");
    await terminal.waitFor("a span of time is written like");
    await terminal.type("/quit\r");
    assert.equal(await terminal.status, 0);
  },
});

function lastRow(screen: readonly string[]): string {
  return screen.findLast((row) => row !== "") ?? "";
}

Deno.test("invitation: one can be made for a server that runs, from outside it", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server(["--headless", "--json", "--invite-only"]);
  const made = await host.run("server", ["invite", "--public", server.address, "--json"]);
  assert.equal(made.status, 0, made.stderr);
  const { event, invite } = JSON.parse(made.stdout);
  assert.equal(event, "invitation");
  const { status, stderr } = await client.runClient([invite]);
  assert.equal(status, 0, stderr);
});
