import assert from "node:assert/strict";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { encodeKeyFile, parseKeyFile } from "../../lib/identity/mod.ts";
import { explanationOf, isMarked, withMark } from "../../lib/trust/key_mark.ts";
import { loadIdentity } from "../../lib/trust/own_identity.ts";
import { pem } from "../identity/keys/key_file_support.ts";
import { OPENSSH_LABEL, openSshKey } from "../identity/keys/openssh_writer.ts";
import { temporaryFolder } from "../support/doubles.ts";

function nobodyAsks(): Promise<string | undefined> {
  return assert.fail("nobody should be asked");
}

/** The identity of one of the programs in a home. */
function load(program: "server" | "client", home: string, passphraseFile?: string) {
  return loadIdentity({ program, identity: undefined, home, passphraseFile }, nobodyAsks);
}

/** A home as an earlier version has left it, with one key for both programs. */
async function earlierHome(passphrase?: string) {
  const folder = temporaryFolder();
  const keyPair = await generateX25519KeyPair();
  const text = await encodeKeyFile(keyPair, passphrase);
  await Deno.writeTextFile(`${folder.path}/identity.pem`, text, { mode: 0o600 });
  const read = (name: string) => Deno.readTextFile(`${folder.path}/${name}`);
  return { ...folder, path: folder.path, keyPair, text, read };
}

Deno.test("server identity: server and client have a key each, whichever comes first", async () => {
  for (const order of [["server", "client"], ["client", "server"]] as const) {
    using folder = temporaryFolder();
    const [first, second] = [
      await load(order[0], folder.path),
      await load(order[1], folder.path),
    ];
    assert.notDeepEqual(first.keyPair, second.keyPair);
    for (const [index, { notice, file = "" }] of [first, second].entries()) {
      const isServer = order[index] === "server";
      assert.equal(file, `${folder.path}/${isServer ? "server" : "identity"}.pem`);
      const whose = isServer ? "The server's" : "Your";
      assert.deepEqual(notice, { text: `${whose} new identity is saved in ${file}` });
    }
    const again = await load("server", folder.path);
    assert.equal(again.notice, undefined);
    assert.deepEqual(again.keyPair, (order[0] === "server" ? first : second).keyPair);
  }
});

Deno.test("server identity: after an upgrade the server keeps its key, and says so once", async () => {
  const home = await earlierHome();
  const { keyPair, notice, file } = await load("server", home.path);
  assert.deepEqual(keyPair, home.keyPair);
  assert.equal(file, `${home.path}/server.pem`);
  assert.deepEqual(notice, {
    text: `The server keeps the key that it had: ${home.path}/identity.pem was copied to ` +
      `${home.path}/server.pem.\nThe client with the same key is an operator here; for a key of its ` +
      `own, run: deno run -NRWE client.ts id --new --home ${home.path}`,
    important: true,
  });
  assert.equal(await home.read("server.pem"), home.text);
  assert.equal(await home.read("identity.pem"), home.text, "it is copied, not moved");
  assert.deepEqual((await load("client", home.path)).keyPair, home.keyPair);
  assert.equal((await load("server", home.path)).notice, undefined);
  await Deno.remove(home.path, { recursive: true });
});

Deno.test("server identity: servers that upgrade at once have one key, and one says so", async () => {
  const home = await earlierHome();
  const all = await Promise.all(Array.from({ length: 8 }, () => load("server", home.path)));
  for (const { keyPair, file } of all) {
    assert.deepEqual(keyPair, home.keyPair);
    assert.equal(file, `${home.path}/server.pem`);
  }
  assert.equal(all.filter(({ notice }) => notice !== undefined).length, 1);
  await Deno.remove(home.path, { recursive: true });
});

Deno.test("server identity: an encrypted key is copied as it is, once it has been opened", async () => {
  const home = await earlierHome("correct horse");
  const passphraseFile = `${home.path}/passphrase`;
  await Deno.writeTextFile(passphraseFile, "wrong\n", { mode: 0o600 });
  await assert.rejects(load("server", home.path, passphraseFile), { code: "wrong-passphrase" });
  await assert.rejects(Deno.stat(`${home.path}/server.pem`), Deno.errors.NotFound);
  await Deno.writeTextFile(passphraseFile, "correct horse\n");
  const { keyPair, isEncrypted } = await load("server", home.path, passphraseFile);
  assert.deepEqual(keyPair, home.keyPair);
  assert.ok(isEncrypted);
  assert.equal(await home.read("server.pem"), home.text);
  await Deno.remove(home.path, { recursive: true });
});

Deno.test({
  name: "server identity: a link is followed, and one that leads nowhere makes no new key",
  ignore: Deno.build.os === "windows",
  async fn() {
    const home = await earlierHome();
    await Deno.rename(`${home.path}/identity.pem`, `${home.path}/elsewhere`);
    await Deno.symlink("elsewhere", `${home.path}/identity.pem`);
    await Deno.rename(`${home.path}/elsewhere`, `${home.path}/away`);
    await assert.rejects(load("server", home.path), {
      code: "bad-file",
      message: `${home.path}/identity.pem is a symbolic link to a file that is not there`,
    });
    await assert.rejects(Deno.stat(`${home.path}/server.pem`), Deno.errors.NotFound);
    await Deno.rename(`${home.path}/away`, `${home.path}/elsewhere`);
    assert.deepEqual((await load("server", home.path)).keyPair, home.keyPair);
    assert.ok((await Deno.lstat(`${home.path}/server.pem`)).isFile);
    await Deno.remove(home.path, { recursive: true });
  },
});

Deno.test("server identity: a damaged key is an error, and no reason to make a new one", async () => {
  const home = await earlierHome();
  await Deno.writeTextFile(`${home.path}/identity.pem`, home.text.slice(0, 60));
  await assert.rejects(load("server", home.path), { code: "bad-file" });
  await assert.rejects(Deno.stat(`${home.path}/server.pem`), Deno.errors.NotFound);
  await Deno.remove(home.path, { recursive: true });
});

Deno.test("server identity: where it cannot be copied, the key is used where it is", async () => {
  const home = await earlierHome();
  // No program gets the lock.
  await Deno.mkdir(`${home.path}/server.pem.lock`);
  for (let start = 1; start <= 2; start++) {
    const { keyPair, file, notice } = await load("server", home.path);
    assert.deepEqual(keyPair, home.keyPair);
    assert.equal(file, `${home.path}/identity.pem`);
    assert.match(notice?.text ?? "", /could not be copied to \S+server\.pem: /);
  }
  await Deno.remove(home.path, { recursive: true });
});

Deno.test("server identity: the mark is text in front of a key, which stays readable", async () => {
  const keyPair = await generateX25519KeyPair();
  for (const program of ["client", "server"] as const) {
    for (const passphrase of ["", "correct horse"]) {
      const pem = await encodeKeyFile(keyPair, passphrase);
      const text = withMark(pem, program);
      assert.deepEqual([isMarked(text), isMarked(pem)], [true, false]);
      assert.equal(explanationOf(text) + pem, text);
      // As an editor may leave it.
      assert.ok(isMarked(`\r\n${text.replaceAll("\n", "\r\n")}`));
      const file = await parseKeyFile(text, "key");
      assert.deepEqual(await file.open(passphrase), keyPair);
    }
  }
  assert.equal(isMarked(`${await encodeKeyFile(keyPair)}Private key of a person\n`), false);
});

Deno.test("server identity: of an SSH key it says that it is the server's from now on", async () => {
  using folder = temporaryFolder();
  const text = pem(OPENSSH_LABEL, openSshKey());
  await Deno.writeTextFile(`${folder.path}/identity.pem`, text, { mode: 0o600 });
  const { notice } = await load("server", folder.path);
  assert.match(notice?.text ?? "", /server\.pem\. It is an SSH key, now the server's too\.\n/);
  const away = `for a key of its own, move ${folder.path}/identity.pem away`;
  assert.ok(notice?.text.endsWith(away), notice?.text);
});
