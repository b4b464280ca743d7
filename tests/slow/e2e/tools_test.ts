/**
 * The real programs with keys that `openssl` and `ssh-keygen` have made.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fingerprint } from "../../../lib/identity/mod.ts";
import { Home, onlySentence, shownId } from "../../e2e/home.ts";
import { run, type Tool, toolTest } from "../tools.ts";

/** Nobody listens there. */
const NOWHERE = "127.0.0.1:1";

toolTest("openssl", "identity: openssl's keys are taken, and it reads ours", async (folder) => {
  await using home = new Home();
  const file = `${folder}/key.pem`;
  await run("openssl", "genpkey", "-algorithm", "X25519", "-out", file);
  await Deno.chmod(file, 0o600);
  const described = await run("openssl", "pkey", "-in", file, "-noout", "-text_pub");
  const hex = described.split("pub:")[1].replaceAll(/[^0-9a-f]/g, "");
  const shown = await shownId(home, "--identity", file);
  assert.equal(shown.fingerprint, fingerprint(Uint8Array.fromHex(hex)));
  assert.equal(shown.file, file);

  const locked = `${folder}/locked.pem`;
  await run("openssl", "pkey", "-in", file, "-aes256", "-passout", "pass:sesame", "-out", locked);
  await Deno.chmod(locked, 0o600);
  const passphrase = await home.write("passphrase", "sesame\n");
  const opened = await shownId(home, "--identity", locked, "--passphrase-file", passphrase);
  assert.deepEqual([opened.fingerprint, opened.encrypted], [shown.fingerprint, true]);

  const own = await shownId(home);
  const text = await run("openssl", "pkey", "-in", own.file, "-noout", "-text");
  assert.match(text, /^X25519 Private-Key:/);
  const set = await home.runClient(["id", "--new-passphrase-file", passphrase]);
  assert.equal(set.status, 0, set.stderr);
  const again = await run(
    "openssl",
    ...["pkey", "-in", own.file, "-noout", "-text", "-passin", "pass:sesame"],
  );
  assert.equal(again, text);
});

toolTest(
  "ssh-keygen",
  "identity: an SSH key is taken, with and without passphrase",
  async (folder) => {
    await using home = new Home();
    const file = `${folder}/id_ed25519`;
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
    const plain = await shownId(home, "--identity", file);
    assert.deepEqual([plain.format, plain.encrypted, plain.file], ["openssh", false, file]);
    assert.match(plain.publicKey, /^x25519 /);

    await run("ssh-keygen", "-q", "-p", "-P", "", "-N", "sesame", "-f", file);
    const before = await Deno.readTextFile(file);
    const passphrase = await home.write("passphrase", "sesame\n");
    const locked = await shownId(home, "--identity", file, "--passphrase-file", passphrase);
    assert.deepEqual(locked, { ...plain, encrypted: true });
    await using server = await home.server(["--json"]);
    const flags = ["--accept-new", "--identity", file];
    const joined = await home.runClient([
      server.address,
      ...flags,
      "--passphrase-file",
      passphrase,
    ]);
    assert.equal(joined.status, 0, joined.stderr);
    assert.equal((await server.waitForEvent("connected")).peer.fingerprint, plain.fingerprint);

    const without = await home.runClient([server.address, ...flags]);
    assert.equal(without.status, 2);
    assert.match(onlySentence(without.stderr), /needs a passphrase; .*--passphrase-file/);
    const change = ["id", "--identity", file, "--passphrase-file", passphrase];
    const changed = await home.runClient([...change, "--new-passphrase-file", passphrase]);
    assert.equal(changed.status, 2);
    assert.match(onlySentence(changed.stderr), /run: ssh-keygen -p -f /);
    assert.equal(await Deno.readTextFile(file), before);
  },
);

toolTest("openssl", "identity: keys of other kinds are named", async (folder) => {
  await using home = new Home();
  const rsa = `${folder}/rsa.pem`;
  await run("openssl", "genpkey", "-algorithm", "RSA", "-out", rsa);
  const ed25519 = `${folder}/ed25519.pem`;
  await run("openssl", "genpkey", "-algorithm", "ED25519", "-out", ed25519);
  for (const [file, problem] of [[rsa, /\bRSA\b/], [ed25519, /\bEd25519\b/]] as const) {
    await Deno.chmod(file, 0o600);
    const before = await Deno.readFile(file);
    const { status, stderr } = await home.runClient([NOWHERE, "--identity", file]);
    assert.equal(status, 2);
    const sentence = onlySentence(stderr);
    assert.ok(sentence.startsWith(file), sentence);
    assert.match(sentence, problem);
    assert.deepEqual(await Deno.readFile(file), before);
  }
});

const SSH_KEYGEN: Tool = "ssh-keygen";

/** An Ed25519 key as ssh-keygen makes it, and the line that belongs to it. */
async function sshKey(folder: string, name: string): Promise<{ file: string; line: string }> {
  const file = `${folder}/${name}`;
  await run(SSH_KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", `${name}@laptop`, "-f", file);
  return { file, line: (await Deno.readTextFile(`${file}.pub`)).trimEnd() };
}

toolTest(SSH_KEYGEN, "guest list: a team's authorized_keys is one", async (folder) => {
  await using host = new Home();
  await using guest = new Home();
  const ann = await sshKey(folder, "ann");
  const bob = await sshKey(folder, "bob");
  await run(SSH_KEYGEN, "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", `${folder}/old`);
  const rsa = (await Deno.readTextFile(`${folder}/old.pub`)).trimEnd();
  const list = await host.write(
    "authorized_keys",
    `# the team\n${rsa}\n${ann.line}\n\nrestrict,command="x y" ${bob.line}\n`,
  );
  await using server = await host.server(["--json", "--allow", list]);
  const notices = () => server.events("notice").map(({ text }) => text).join("\n");
  await server.waitForEvent("notice", ({ text }) => text.includes(`${list}, line 5: passed over`));
  await server.waitForEvent("notice", ({ text }) => text.includes("an ssh-rsa key"));
  assert.match(notices(), /, line 2: passed over, an ssh-rsa key cannot be used here/);

  const flags = ["--accept-new", "--identity"];
  const entered = await guest.runClient([server.address, ...flags, ann.file]);
  assert.equal(entered.status, 0, entered.stderr);
  const there = await server.waitForEvent("connected");
  assert.equal(there.listedAs, "ann@laptop");
  const id = await guest.run("client", ["id", "--json", "--identity", ann.file]);
  assert.equal(JSON.parse(id.stdout).fingerprint, there.peer.fingerprint);
  // A line with options may mean less than to let in, so it lets nobody in.
  assert.equal((await guest.runClient([server.address, ...flags, bob.file])).status, 4);

  await Deno.writeTextFile(list, `${bob.line}\n`);
  assert.equal((await guest.runClient([server.address, ...flags, bob.file])).status, 0);
  assert.equal((await guest.runClient([server.address, ...flags, ann.file])).status, 4);
});
