import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import type { Server } from "../support/programs.ts";
import { type Pty, ptyAvailable } from "../support/pty.ts";
import { fingerprintsIn, Home, onlySentence } from "./home.ts";
import { Road } from "./mallory.ts";

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const QUESTION = "Is it the same (yes, no, or paste the fingerprint)?";

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
      const serverKey = await host.publicKey();
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

questionTest("yes is remembered, and nothing is asked again", async (scene) => {
  const { client, address, serverKey, terminal } = scene;
  const screen = terminal.screen().join("\n");
  assert.ok(screen.includes(`The server at ${address} is not known here.`), screen);
  assert.deepEqual(fingerprintsIn(screen), [fingerprint(serverKey)]);
  await assertUnknownStill(client);
  await terminal.type("yes\r");
  await terminal.waitFor("\nguest:", "the prompt");
  await terminal.waitFor("You have not verified this key.");
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

questionTest("the right fingerprint, pasted, is a yes", async (scene) => {
  const { client, address, serverKey, terminal } = scene;
  await terminal.type(` ${fingerprint(serverKey)} \r`);
  await terminal.waitFor("\nguest:", "the prompt");
  await terminal.type(CTRL_D);
  assert.equal(await terminal.status, 0);
  assert.ok((await client.read("known_hosts")).startsWith(hostLine(address, serverKey)));
});

questionTest("a wrong fingerprint is an end", async ({ client, serverKey, terminal }) => {
  const right = fingerprint(serverKey);
  await terminal.type(`${right.slice(0, -1)}${right.endsWith("A") ? "E" : "A"}\r`);
  assert.equal(await terminal.status, 4);
  assert.match(shownBy(terminal), /not the fingerprint that you pasted/);
  await assertUnknownStill(client);
});

questionTest("anything else is asked again, and a cut fingerprint is no yes", async (scene) => {
  const { client, terminal } = scene;
  for (const answer of ["", "maybe", "yes please", "/quit"]) {
    const asked = () => terminal.transcript().filter((row) => row.includes("Please answer")).length;
    const before = asked();
    await terminal.type(`${answer}\r`);
    await terminal.waitFor(() => asked() > before, `the question once more after "${answer}"`);
    await terminal.waitFor((screen) =>
      (screen.findLast((row) => row !== "") ?? "").startsWith(QUESTION)
    );
  }
  await assertUnknownStill(client);
  await terminal.type("NO\r");
  assert.equal(await terminal.status, 4);
  await assertUnknownStill(client);
});

for (const [name, key] of [["Ctrl-C", CTRL_C], ["Ctrl-D", CTRL_D]] as const) {
  questionTest(`${name} in the place of an answer is an interruption`, async (scene) => {
    await scene.terminal.type(key);
    assert.equal(await scene.terminal.status, 130);
    await assertUnknownStill(scene.client);
  });
}

questionTest("what was typed is never sent as a message", async ({ server, terminal }) => {
  await terminal.type("maybe\r");
  await terminal.waitFor("Please answer");
  await terminal.type("yes\r");
  await terminal.waitFor("\nguest:", "the prompt");
  await terminal.type("hello\r");
  await server.waitForText("hello");
  await terminal.type("/quit\r");
  assert.equal(await terminal.status, 0);
  assert.deepEqual(server.texts, ["hello"]);
});

Deno.test("first contact: --strict accepts no unknown key, and a known one", async () => {
  await using host = new Home();
  await using client = new Home();
  const serverKey = await host.publicKey();
  await using server = await host.server();
  const unknown = await client.runClient([server.address, "--strict"]);
  assert.equal(unknown.status, 4);
  const sentence = onlySentence(unknown.stderr);
  assert.ok(sentence.includes(fingerprint(serverKey)), sentence);
  assert.match(sentence, /--strict refuses it$/);
  await assertUnknownStill(client);
  const both = await client.runClient([server.address, "--strict", "--accept-new"]);
  assert.equal(both.status, 2);
  assert.match(onlySentence(both.stderr), /--accept-new and --strict /);
  await client.write("known_hosts", `${hostLine(server.address, serverKey)}\n`);
  const known = await client.runClient([server.address, "--strict"]);
  assert.equal(known.status, 0, known.stderr);
});

Deno.test("first contact: a changed key is refused until it is forgotten", async () => {
  await using host = new Home();
  await using client = new Home();
  await using road = new Road();
  const { address } = road;
  const keys: Uint8Array[] = [];
  {
    await using server = await host.server();
    road.leadsTo = server.port;
    keys.push(await host.publicKey());
    const { status, stderr } = await client.runClient([address, "--accept-new"]);
    assert.equal(status, 0, stderr);
  }
  const isNew = await host.run("server", ["id", "--new"]);
  assert.equal(isNew.status, 0, isNew.stderr);
  keys.push(await host.publicKey());
  await using server = await host.server();
  road.leadsTo = server.port;

  const refused = await client.runClient([address, "--accept-new", "--json"]);
  assert.equal(refused.status, 4);
  assert.equal(JSON.parse(refused.stdout.trimEnd().split("\n").at(-1) ?? "").code, "key-changed");
  const sentence = onlySentence(refused.stderr);
  assert.deepEqual(fingerprintsIn(sentence), keys.map(fingerprint));
  const command = / run: \S+ (forget \S+)$/.exec(sentence)?.[1] ?? "";
  assert.equal(command, `forget ${address}`);

  const stranger = await client.runClient(["forget", "127.0.0.1:1"]);
  assert.equal(stranger.status, 2);
  assert.match(onlySentence(stranger.stderr), /^127\.0\.0\.1:1 is not known here; /);
  const forgotten = await client.runClient(command.split(" "));
  assert.equal(forgotten.status, 0, forgotten.stderr);
  assert.equal(forgotten.stdout, `Forgot ${address}, ${fingerprint(keys[0])}\n`);
  assert.equal(await client.read("known_hosts"), "");
  const accepted = await client.runClient([address, "--accept-new"]);
  assert.equal(accepted.status, 0, accepted.stderr);
  assert.ok((await client.read("known_hosts")).startsWith(hostLine(address, keys[1])));
  const known = await client.runClient([address, "--strict"]);
  assert.equal(known.status, 0, known.stderr);
});

Deno.test("first contact: --known-hosts names another file", async () => {
  await using host = new Home();
  await using client = new Home();
  const serverKey = await host.publicKey();
  await using server = await host.server();
  const file = client.beside("hosts");
  const flags = ["--known-hosts", file];
  const first = await client.runClient([server.address, "--accept-new", ...flags]);
  assert.equal(first.status, 0, first.stderr);
  assert.ok((await Deno.readTextFile(file)).startsWith(hostLine(server.address, serverKey)));
  await assertUnknownStill(client);
  const second = await client.runClient([server.address, "--strict", ...flags]);
  assert.equal(second.status, 0, second.stderr);
  assert.equal((await client.runClient([server.address, "--strict"])).status, 4);
  const forgotten = await client.runClient(["forget", server.address, ...flags]);
  assert.equal(forgotten.status, 0, forgotten.stderr);
  assert.equal((await client.runClient([server.address, "--strict", ...flags])).status, 4);
});

Deno.test("first contact: what people write into known_hosts stays", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server();
  const before = "# my servers\n\n  # indented\nold.example:1 ssh-rsa AAAA from another program\n" +
    `${hostLine("other.example:2", new Uint8Array(32).fill(9))} a note of mine`;
  const file = await client.write("known_hosts", before);
  await Deno.chmod(file, 0o644);
  const { status, stderr } = await client.runClient([server.address, "--accept-new"]);
  assert.equal(status, 0, stderr);
  const after = await client.read("known_hosts");
  assert.ok(after.startsWith(`${before}\n${server.address} x25519 `), after);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(file)).mode! & 0o777, 0o644);
  const forgotten = await client.runClient(["forget", server.address]);
  assert.equal(forgotten.status, 0, forgotten.stderr);
  assert.equal(await client.read("known_hosts"), `${before}\n`);
});

Deno.test("first contact: a line of known_hosts that cannot be read is named, and stays", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server();
  const text = `# comment\n127.0.0.1:1 x25519 AAAA\n# another\n`;
  const file = await client.write("known_hosts", text);
  for (const args of [[server.address, "--accept-new"], ["forget", server.address]]) {
    const { status, stdout, stderr } = await client.runClient(args);
    assert.equal(status, 2, stderr);
    assert.equal(stdout, "");
    const sentence = onlySentence(stderr);
    assert.ok(sentence.startsWith(`${file}, line 2`), sentence);
    assert.match(sentence, /the key has 3 bytes instead of 32/);
    assert.equal(await client.read("known_hosts"), text);
  }
});

Deno.test("first contact: clients that remember servers at the same time lose nothing", async () => {
  await using client = new Home();
  await client.publicKey();
  await using one = new Home();
  await using two = new Home();
  await using three = new Home();
  await using serverOne = await one.server();
  await using serverTwo = await two.server();
  await using serverThree = await three.server();
  const addresses = [serverOne, serverTwo, serverThree].map(({ address }) => address);
  const ends = await Promise.all(
    addresses.map((address) => client.runClient([address, "--accept-new"])),
  );
  for (const { status, stderr } of ends) assert.equal(status, 0, stderr);
  const lines = (await client.read("known_hosts")).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ")[0]).sort(), addresses.sort());
});

Deno.test("first contact: a host is the same in any spelling", async () => {
  await using host = new Home();
  await using client = new Home();
  await using server = await host.server();
  const { port } = server;
  const first = await client.runClient([`LocalHost:${port}`, "--accept-new"]);
  assert.equal(first.status, 0, first.stderr);
  const second = await client.runClient([`localhost:${port}`, "--strict"]);
  assert.equal(second.status, 0, second.stderr);
  const forgotten = await client.runClient(["forget", `LOCALHOST:${port}`]);
  assert.equal(forgotten.status, 0, forgotten.stderr);
});
