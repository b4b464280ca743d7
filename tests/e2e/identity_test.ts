import assert from "node:assert/strict";
import { fingerprint } from "../../lib/identity/mod.ts";
import { EXECUTABLES, runProgram, startServer } from "../support/programs.ts";
import { ptyAvailable } from "../support/pty.ts";
import { fingerprintsIn, Home, onlySentence, publicKeyOf, shownId } from "./home.ts";

const noTerminal = ptyAvailable ? "" : " (ignored: no util-linux script here)";
const hasModes = Deno.build.os !== "windows";

/** Nobody listens there, so whoever gets as far as to connect ends with 3. */
const NOWHERE = "127.0.0.1:1";

async function fileMode(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("identity: the first start of each program makes one, and it stays the same", async () => {
  await using home = new Home();
  const file = home.path("server.pem");
  await using server = await home.server(["--json"]);
  const first = (await server.waitForEvent("listening")).fingerprint;
  await server.waitForEvent(
    "notice",
    ({ text }) => text.includes(`new identity is saved in ${file}`),
  );
  if (hasModes) {
    assert.equal(await fileMode(file), 0o600);
    assert.equal(await fileMode(home.folder), 0o700);
  }
  const text = await Deno.readTextFile(file);
  assert.match(text, /^Private key of a server[^\n]*\n-----BEGIN PRIVATE KEY-----\n/);

  const { status, stdout, stderr } = await home.run("server", ["id", "--json"]);
  assert.equal(status, 0, stderr);
  const { fingerprint: again, publicKey } = JSON.parse(stdout);
  assert.equal(again, first);
  assert.equal(fingerprint(await publicKeyOf(publicKey)), first);
  const shown = await home.run("server", ["id"]);
  const words = `Fingerprint: ${first}\nPublic key:  ${publicKey}\nFile:        ${file}\n`;
  assert.equal(shown.stdout, words);

  const joined = await home.runClient([server.address, "--accept-new"]);
  assert.equal(joined.status, 0, joined.stderr);
  const person = await shownId(home);
  assert.equal(person.file, home.path("identity.pem"));
  assert.notEqual(person.fingerprint, first);
  assert.ok(joined.stderr.includes(`Your fingerprint is ${person.fingerprint}`), joined.stderr);
  assert.match(await home.read("identity.pem"), /^Private key of a person/);
  assert.equal(await Deno.readTextFile(file), text);
});

Deno.test("identity: id --new makes another, and keeps the old ones", async () => {
  await using home = new Home();
  const file = home.path("identity.pem");
  const shown: string[] = [fingerprint(await home.publicKey())];
  const texts: string[] = [await Deno.readTextFile(file)];
  for (const old of [`${file}.old`, `${file}.old-2`]) {
    const { status, stdout, stderr } = await home.runClient(["id", "--new"]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, `The old key is saved as ${old}\n`);
    shown.push(...fingerprintsIn(stdout));
    texts.push(await Deno.readTextFile(file));
    assert.equal(await Deno.readTextFile(old), texts.at(-2));
    if (hasModes) {
      assert.equal(await fileMode(old), 0o600);
      assert.equal(await fileMode(file), 0o600);
    }
  }
  assert.equal(new Set(shown).size, 3);
  assert.equal(fingerprint(await home.publicKey()), shown[2]);
  assert.equal((await shownId(home, "--identity", `${file}.old`)).fingerprint, shown[0]);
});

Deno.test("identity: a passphrase is set, needed, and removed", async () => {
  await using home = new Home();
  const passphrase = "correct horse battery staple";
  const right = await home.write("right", `${passphrase}\n`);
  const wrong = await home.write("wrong", `${passphrase}!\n`);
  const none = await home.write("none", "");
  const before = fingerprint(await home.publicKey());
  const set = await home.runClient(["id", "--new-passphrase-file", right]);
  assert.equal(set.status, 0, set.stderr);
  assert.match(set.stdout, / \(with a passphrase\)\n$/);
  const text = await home.read("identity.pem");
  assert.match(text, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/m);
  if (hasModes) assert.equal(await fileMode(home.path("identity.pem")), 0o600);

  const opening = ["--passphrase-file", right];
  assert.equal((await shownId(home, ...opening)).fingerprint, before);
  const key = ["--identity", home.path("identity.pem")];
  await using server = await home.server(["--json", ...opening, ...key]);
  assert.equal((await server.waitForEvent("listening")).fingerprint, before);

  for (const flags of [[], ["--passphrase-file", wrong]]) {
    const { status, stdout, stderr } = await home.runClient([NOWHERE, "--verbose", ...flags]);
    assert.equal(status, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: [^\n]*passphrase/);
    assert.ok(stderr.split("\n")[0].includes(home.path("identity.pem")), stderr);
    assert.equal(stderr.includes(passphrase), false);
    assert.equal(await home.read("identity.pem"), text);
  }
  const removed = await home.runClient([
    "id",
    "--passphrase-file",
    right,
    "--new-passphrase-file",
    none,
  ]);
  assert.equal(removed.status, 0, removed.stderr);
  assert.match(
    await home.read("identity.pem"),
    /^Private key of a person.*\n-----BEGIN PRIVATE KEY/,
  );
  assert.equal(fingerprint(await home.publicKey()), before);
});

Deno.test({
  name: `identity: what is typed as a passphrase is never shown${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await using home = new Home();
    const passphrase = "xyzzy plugh";
    const shown = fingerprint(await home.publicKey("server"));
    {
      await using terminal = home.terminal("server", ["id", "--passphrase"]);
      await terminal.waitFor("New passphrase (empty for none):");
      await terminal.type(`${passphrase}\r`);
      await terminal.waitFor("New passphrase again:");
      await terminal.type(`${passphrase}\r`);
      assert.equal(await terminal.status, 0);
      assert.match(terminal.output, /\(with a passphrase\)/);
      assert.doesNotMatch(terminal.output, /xyzzy|plugh/);
    }
    await using terminal = home.terminal("server", ["--listen", "127.0.0.1:0"]);
    await terminal.waitFor("Passphrase for ");
    await terminal.type("plugh xyzzy\r");
    const asked = () => terminal.transcript().filter((row) => row.includes("Passphrase for"));
    await terminal.waitFor(() => asked().length === 2, "the question once more");
    await terminal.type(`${passphrase}\r`);
    await terminal.waitFor("\nhost:", "the prompt");
    assert.ok(terminal.transcript().join("\n").includes(shown));
    // Nor do the arrow keys bring it back.
    await terminal.type("\x1b[A");
    await terminal.type("x");
    await terminal.waitFor((screen) => /^host:.*x$/.test(screen.findLast((row) => row) ?? ""));
    // The first clears what is typed.
    await terminal.type("\x03\x03");
    assert.equal(await terminal.status, 0);
    assert.doesNotMatch(terminal.output, /xyzzy|plugh/);
  },
});

Deno.test({
  name: `identity: after two new passphrases that differ nothing is changed${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await using home = new Home();
    await home.publicKey();
    const unchanged = await home.read("identity.pem");
    await using terminal = home.terminal("client", ["id", "--passphrase"]);
    await terminal.waitFor("New passphrase (empty for none):");
    await terminal.type("one\r");
    await terminal.waitFor("New passphrase again:");
    await terminal.type("two\r");
    assert.equal(await terminal.status, 2);
    assert.match(terminal.output, /the two passphrases differ; nothing was changed/);
    assert.equal(await home.read("identity.pem"), unchanged);
  },
});

const PEM = "-----BEGIN PRIVATE KEY-----\n" +
  "MC4CAQAwBQYDK2VuBCIEIHBtpxEmV2+nTOPEpJTqvaJd3pVpdQ+XJ6Zsk6J3dCxX\n" +
  "-----END PRIVATE KEY-----\n";

Deno.test("identity: a file that is damaged is told of, and stays", async () => {
  await using home = new Home();
  const file = await home.write("identity.pem", PEM.slice(0, 60));
  const before = await Deno.readFile(file);
  for (
    const [program, args] of [
      ["client", ["id", "--passphrase"]],
      ["server", ["--listen", "127.0.0.1:0"]],
    ] as const
  ) {
    const { status, stdout, stderr } = await home.run(program, args);
    assert.equal(status, 2, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: [^\n]+\n$/);
    const sentence = onlySentence(stderr);
    assert.ok(sentence.startsWith(file), sentence);
    assert.match(sentence, /\bline \d/);
    assert.deepEqual(await Deno.readFile(file), before);
    const names = Array.from(Deno.readDirSync(home.folder), ({ name }) => name);
    assert.deepEqual(names, ["identity.pem"]);
  }
});

Deno.test("identity: no file where one is named is told of, and none is made", async () => {
  await using home = new Home();
  const missing = home.path("missing.pem");
  const none = await home.runClient([NOWHERE, "--identity", missing]);
  assert.equal(none.status, 2);
  assert.match(
    onlySentence(none.stderr),
    /^there is no file \S+; to make it, run: (deno run -NRWE )?\S+ id --new /,
  );
  await assert.rejects(Deno.stat(missing), Deno.errors.NotFound);
});

Deno.test({
  name: "identity: a file that others may read is refused, with what mends it" +
    (hasModes ? "" : " (ignored: this system has no modes)"),
  ignore: !hasModes,
  async fn() {
    await using home = new Home();
    const file = await home.write("identity.pem", PEM);
    await Deno.chmod(file, 0o640);
    const { status, stderr } = await home.runClient([NOWHERE]);
    assert.equal(status, 2);
    const command = `chmod 600 ${file}`;
    assert.ok(onlySentence(stderr).endsWith(`; run: ${command}`), stderr);
    assert.equal(await fileMode(file), 0o640);
    await Deno.chmod(file, 0o600);
    assert.equal((await home.runClient([NOWHERE])).status, 3);
  },
});

Deno.test({
  name: "identity: without permission to keep files it lasts for one run, and that is said" +
    (EXECUTABLES === undefined ? "" : " (ignored: an executable has its permissions built in)"),
  ignore: EXECUTABLES !== undefined,
  async fn() {
    const permissions = ["--allow-net"];
    const seen = new Set<string>();
    await using server = await startServer(["--json"], { stdin: "null", permissions });
    seen.add((await server.waitForEvent("listening")).fingerprint);
    await server.waitForEvent("notice", ({ text }) => text.includes("identity is temporary"));
    for (let run = 1; run <= 2; run++) {
      const args = [server.address, "--accept-new"];
      const client = await runProgram("client", args, { permissions });
      assert.equal(client.status, 0, client.stderr);
      assert.match(client.stderr, /^This identity is temporary:\n.*--allow-read/);
    }
    for (const { peer } of server.events("connected")) seen.add(peer.fingerprint);
    assert.equal(seen.size, 3);
    const id = await runProgram("client", ["id"], { permissions });
    assert.equal(id.status, 2);
    assert.match(onlySentence(id.stderr), /^there is no saved identity: /);
  },
});
