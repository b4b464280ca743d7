import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import type { Server } from "../support/programs.ts";
import { type Pty, ptyAvailable } from "../support/pty.ts";
import { fingerprintsIn, Home, onlySentence } from "./home.ts";

const CTRL_C = "\x03";
const QUESTION = "Is it the same (yes/no/[fingerprint])?";

/** A test with a person at a terminal, in front of the question whether a server is the right one. */
function questionTest(
  name: string,
  test: (scene: {
    client: Home;
    server: Server;
    address: string;
    serverKey: Uint8Array;
    terminal: Pty;
  }) => Promise<void>,
): void {
  Deno.test({
    name: `first contact: ${name}${ptyAvailable ? "" : " (ignored: no util-linux script here)"}`,
    ignore: !ptyAvailable,
    async fn() {
      await using host = new Home();
      await using client = new Home();
      const serverKey = await host.publicKey("server");
      await using server = await host.server(["--json"]);
      const { address } = server;
      await using terminal = client.terminal("client", [address]);
      await terminal.waitFor(QUESTION);
      await test({ client, server, address, serverKey, terminal });
    },
  });
}

/** All that was shown, however the lines were broken. */
function shownBy(terminal: Pty): string {
  return terminal.transcript().join(" ").replaceAll(/\s+/g, " ");
}

/** A line of `known_hosts`. */
function hostLine(address: string, key: Uint8Array): string {
  return `${address} x25519 ${btoa(String.fromCharCode(...key))}`;
}

async function assertUnknownStill(client: Home): Promise<void> {
  await assert.rejects(client.read("known_hosts"), Deno.errors.NotFound);
}

questionTest("it is asked until the answer is clear; a yes is remembered", async (scene) => {
  const { client, server, address, serverKey, terminal } = scene;
  const screen = terminal.screen().join("\n");
  assert.ok(screen.includes(`The server at ${address} is not known here.`), screen);
  assert.deepEqual(fingerprintsIn(screen), [fingerprint(serverKey)]);
  for (const answer of ["maybe", "/quit"]) {
    const asked = () => terminal.transcript().filter((row) => row.includes("Please answer")).length;
    const before = asked();
    await terminal.type(`${answer}\r`);
    await terminal.waitFor(() => asked() > before, `the question once more after "${answer}"`);
  }
  await assertUnknownStill(client);
  await terminal.type("yes\r");
  await terminal.waitFor("\nguest:", "the prompt");
  await terminal.waitFor("You have not verified this key.");
  await terminal.type("hello\r");
  await server.waitForText("hello");
  assert.deepEqual(server.texts, ["hello"], "no answer is sent as a message");
  await terminal.type("/quit\r");
  assert.equal(await terminal.status, 0);
  const known = await client.read("known_hosts");
  assert.match(known, /^\S+ x25519 \S+ \d{4}-\d\d-\d\d\n$/);
  assert.ok(known.startsWith(`${hostLine(address, serverKey)} `), known);

  await using second = client.terminal("client", [address]);
  await second.waitFor("\nguest:", "the prompt");
  await second.waitFor("This key is known.");
  assert.equal(second.output.includes(QUESTION), false);
  await second.type("/quit\r");
  assert.equal(await second.status, 0);
  assert.equal(await client.read("known_hosts"), known);
});

questionTest("no is an end", async ({ client, terminal, serverKey }) => {
  await terminal.type("no\r");
  assert.equal(await terminal.status, 4);
  const end = shownBy(terminal);
  assert.match(end, /error: the key of \S+ is not known here/);
  assert.match(end, /you did not accept it/);
  assert.ok(end.includes(fingerprint(serverKey)), end);
  await assertUnknownStill(client);
});

questionTest("Ctrl-C in the place of an answer is an interruption", async (scene) => {
  await scene.terminal.type(CTRL_C);
  assert.equal(await scene.terminal.status, 130);
  await assertUnknownStill(scene.client);
});

Deno.test("first contact: --strict accepts a key of the file that --known-hosts names, and no other", async () => {
  await using host = new Home();
  await using client = new Home();
  const serverKey = await host.publicKey("server");
  await using server = await host.server();
  const file = client.beside("hosts");
  const flags = ["--known-hosts", file];
  const first = await client.runClient([server.address, "--accept-new", ...flags]);
  assert.equal(first.status, 0, first.stderr);
  assert.ok((await Deno.readTextFile(file)).startsWith(hostLine(server.address, serverKey)));
  const known = await client.runClient([server.address, "--strict", ...flags]);
  assert.equal(known.status, 0, known.stderr);
  const unknown = await client.runClient([server.address, "--strict"]);
  assert.equal(unknown.status, 4);
  const sentence = onlySentence(unknown.stderr);
  assert.ok(sentence.includes(fingerprint(serverKey)), sentence);
  assert.match(sentence, /--strict refuses it$/);
  await assertUnknownStill(client);
});

Deno.test("first contact: a changed key is refused until it is forgotten", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server();
  const { address } = server;
  const keys = [new Uint8Array(32).fill(9), await host.publicKey("server")];
  const others = `# my servers\n${hostLine("other.example:2", keys[0])} a note of mine\n`;
  await client.write("known_hosts", `${others}${hostLine(address, keys[0])}\n`);

  const refused = await client.runClient([address, "--accept-new", "--json"]);
  assert.equal(refused.status, 4);
  assert.equal(JSON.parse(refused.stdout.trimEnd().split("\n").at(-1) ?? "").code, "key-changed");
  const sentence = onlySentence(refused.stderr);
  assert.deepEqual(fingerprintsIn(sentence), keys.map(fingerprint));
  const command = / run: (?:deno run -NRWE )?\S+ (forget .+)$/.exec(sentence)?.[1] ?? "";
  assert.equal(command, `forget ${address} --home ${client.folder}`);

  const forgotten = await client.runClient(command.split(" "));
  assert.equal(forgotten.status, 0, forgotten.stderr);
  assert.equal(forgotten.stdout, `Forgot ${address}, ${fingerprint(keys[0])}\n`);
  const accepted = await client.runClient([address, "--accept-new"]);
  assert.equal(accepted.status, 0, accepted.stderr);
  // What people have written stays.
  const known = await client.read("known_hosts");
  assert.ok(known.startsWith(`${others}${hostLine(address, keys[1])} `), known);
});

Deno.test("first contact: a line of known_hosts that cannot be read is named, and stays", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server();
  const text = `# comment\n127.0.0.1:1 x25519 AAAA\n# another\n`;
  const file = await client.write("known_hosts", text);
  const { status, stdout, stderr } = await client.runClient([server.address, "--accept-new"]);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, "");
  const sentence = onlySentence(stderr);
  assert.ok(sentence.startsWith(`${file}, line 2`), sentence);
  assert.match(sentence, /the key has 3 bytes instead of 32/);
  assert.equal(await client.read("known_hosts"), text);
});

questionTest("in a narrow window no word of the question is cut", async ({ client, address }) => {
  await using terminal = client.terminal("client", [address], 50);
  await terminal.waitFor((screen) => screen.some((row) => row.trimEnd() === QUESTION));
  await terminal.type("no\r");
  assert.equal(await terminal.status, 4);
});
