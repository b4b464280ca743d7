import assert from "node:assert/strict";
import { parseInvitation } from "../../lib/identity/mod.ts";
import { runProgram, type Server, startClient, startServer } from "../support/programs.ts";
import { ptyAvailable } from "../support/pty.ts";
import { Home } from "./home.ts";
import { command, done, HEADLESS, seen } from "./party.ts";
import { connectRaw, RawMember } from "./raw.ts";

/** A line of the log, as text. */
const TEXT_LINE = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z (TRACE|DEBUG|INFO |WARN |ERROR|FATAL) [\w.]+: \S/;

/** A line of the log, in JSON. */
interface Entry {
  readonly time: string;
  readonly level: string;
  readonly category: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

function entriesOf(server: Server): Entry[] {
  return server.stderr.lines.map((line) => JSON.parse(line));
}

/** Somebody comes, speaks, changes names, and goes. */
async function visit(server: Server): Promise<void> {
  await using guest = startClient(server.address, ["--json", "--nick", "ann"]);
  await done(guest, "nick", { name: "anna" });
  await done(guest, "say", { text: "hello" });
  await guest.closeStdin();
  assert.equal(await guest.status, 0, guest.stderr.text);
}

Deno.test("headless: the log tells in text who comes and goes, and --json events are the server's alone", async () => {
  await using server = await startServer(HEADLESS, { stdin: "null" });
  await visit(server);
  await server.waitForLine("stderr", "anna left");
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
  for (const line of server.stderr.lines) assert.match(line, TEXT_LINE);
  const log = server.stderr.text;
  assert.match(log, /server: Listening at 127\.0\.0\.1:\d+\. fingerprint=SHA256:\S{43}\n/);
  assert.match(log, /room: ann joined fingerprint=SHA256:\S{43} members=1\n/);
  assert.match(log, /room: ann is now anna /);
  assert.match(log, /room: anna left fingerprint=SHA256:\S{43} members=0 reason=left\n/);
  assert.match(log, /server: Closing reason=interrupted\n/);
  assert.match(log, /server: Closed\n$/);
  const kinds = server.stdout.lines.map((line) => JSON.parse(line).event);
  assert.deepEqual([kinds[0], kinds.at(-1)], ["listening", "closed"]);
  assert.deepEqual(new Set(kinds), new Set(["listening", "notice", "closed"]));
});

Deno.test("headless: in JSON, even at level trace, the log holds a word of what is said, a key, or an invitation", async () => {
  await using host = new Home();
  const flags = ["--headless", "--json", "--invite", "--log-level", "trace"];
  await using server = await host.server([...flags, "--log-format", "json"]);
  const { invite = "" } = await server.waitForEvent("listening");
  const start = (nick: string) => startClient(invite, ["--json", "--nick", nick]);
  await using ann = start("ann");
  await ann.waitForEvent("members");
  await using bob = start("bob");
  await seen([ann], "bob");
  await done(ann, "say", { text: "sentinel-said" });
  await done(ann, "me", { text: "sentinel-done" });
  await done(ann, "topic", { text: "sentinel-topic" });
  await done(ann, "msg", { to: "bob", text: "sentinel-whispered" });
  await command(bob, "nick", { name: "ann" });
  await bob.waitForEvent("refused");
  await done(bob, "nick", { name: "robert" });
  await ann.closeStdin();
  assert.equal(await ann.status, 0);
  // Somebody who comes without the invitation, one with a wrong one, and one with neither.
  const wrong = invite.replace(/.{30}$/, "A".repeat(30));
  const channel = await connectRaw(server);
  await assert.rejects(channel.receive(), /only the invited/);
  await runProgram("client", [wrong]);
  await (await Deno.connect({ hostname: "127.0.0.1", port: server.port })).close();
  server.signal("SIGINT");
  assert.equal(await server.status, 0);

  const log = server.stderr.text;
  const entries = entriesOf(server);
  for (const { time, level, category, message } of entries) {
    assert.equal(new Date(time).toISOString(), time);
    assert.match(`${level} ${category}: ${message}`, /^\w+ (server|handshake|room): \S/);
  }
  const find = (start: string) => entries.find(({ message }) => message.startsWith(start));
  assert.equal(find("Listening at")?.properties.address, server.address);
  assert.equal(find("Handshake accepted")?.properties.result, "accepted");
  assert.equal(find("ann joined")?.properties.members, 1);
  assert.equal(find("bob is now robert")?.properties.previous, "bob");
  assert.equal(find("ann left")?.properties.reason, "left");
  assert.equal(find("Message")?.properties.kind, "room");
  assert.match(log, /trace/i, "it is the most detailed one");
  assert.doesNotMatch(log, /sentinel|x25519-chat:\/\//);
  const { secret } = parseInvitation(invite);
  const payload = invite.split("/").at(-1) ?? "";
  const pem = await host.read("server.pem");
  const privateKey = pem.split("\n")[2];
  for (const form of [payload, payload.slice(-20), secret.toHex(), privateKey]) {
    assert.ok(form.length >= 20, form);
    assert.equal(log.includes(form), false, form);
  }
});

Deno.test("headless: the invitation stands on standard output, alone", async () => {
  await using host = new Home();
  await using server = await host.server(["--headless", "--invite", "--single-use"]);
  const line = await server.waitForLine("stdout", "x25519-chat://");
  assert.equal(parseInvitation(line).address, server.address);
  await using guest = startClient(line, ["--json"], { acceptNew: false });
  await guest.waitForEvent("connected");
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
  assert.match(server.stdout.text, /^Invitation [0-9a-f]{8}, [^\n]*:\nx25519-chat:[^\n]*\n$/);
  assert.doesNotMatch(server.stderr.text, /x25519-chat:/);
});

Deno.test("headless: a host that pipes can have a log as well", async () => {
  await using server = await startServer(["--json", "--log-format", "text"]);
  await using eve = await RawMember.join(server, "eve");
  await server.waitForLine("stderr", "room: eve joined");
  await eve.leave();
  await server.waitForLine("stderr", "room: eve left");
  await server.waitForEvent("member", ({ change }) => change === "left");
});

Deno.test({
  name: "headless: on a terminal a log in the middle of the conversation is refused",
  ignore: !ptyAvailable,
  async fn() {
    await using host = new Home();
    const flags = ["--listen", "127.0.0.1:0", "--log-format", "text"];
    await using pty = host.terminal("server", flags);
    await pty.waitFor("error: the log would be written over the conversation");
    assert.equal(await pty.status, 2);
  },
});
