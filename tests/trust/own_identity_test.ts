import assert from "node:assert/strict";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { encodeKeyFile } from "../../lib/identity/mod.ts";
import {
  createIdentity,
  identityPath,
  loadIdentity,
  readPassphrase,
} from "../../lib/trust/own_identity.ts";
import { StateFolder } from "../../lib/trust/state_folder.ts";
import { temporaryFolder } from "../support/doubles.ts";

const NO_FLAGS = {
  program: "client",
  identity: undefined,
  home: undefined,
  passphraseFile: undefined,
} as const;
const PASSPHRASE = "correct horse";

function nobodyAsks(): Promise<string | undefined> {
  return assert.fail("nobody should be asked");
}

/** Answers one after the other, and remembers the questions. */
function answering(...answers: (string | undefined)[]) {
  const questions: string[] = [];
  return {
    questions,
    ask(question: string) {
      questions.push(question);
      return Promise.resolve(answers.shift());
    },
  };
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { mode: 0o600 });
}

Deno.test("identity: the first time one is made, and from then on it is the same", async () => {
  using folder = temporaryFolder();
  const flags = { ...NO_FLAGS, home: `${folder.path}/home` };
  const path = `${flags.home}/identity.pem`;
  const first = await loadIdentity(flags, nobodyAsks);
  assert.deepEqual([first.file, first.format, first.isEncrypted], [path, "pkcs8", false]);
  assert.equal(first.notice?.text, `Your new identity is saved in ${path}`);
  if (Deno.build.os !== "windows") {
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
  const second = await loadIdentity(flags, nobodyAsks);
  assert.deepEqual(second.keyPair, first.keyPair);
  assert.deepEqual([second.file, second.notice], [path, undefined]);
  const named = await loadIdentity({ ...NO_FLAGS, identity: path }, nobodyAsks);
  assert.deepEqual(named.keyPair, first.keyPair);
});

Deno.test("identity: of several programs that start for the first time all are the same person", async () => {
  using folder = temporaryFolder();
  const flags = { ...NO_FLAGS, home: folder.path };
  const all = await Promise.all(
    Array.from({ length: 8 }, () => loadIdentity(flags, nobodyAsks)),
  );
  for (const { keyPair } of all) assert.deepEqual(keyPair, all[0].keyPair);
  assert.equal(all.filter(({ notice }) => notice !== undefined).length, 1);
});

Deno.test("identity: one that is there is not overwritten", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/identity.pem`;
  const keyPair = await generateX25519KeyPair();
  await write(path, await encodeKeyFile(keyPair));
  const identity = await createIdentity(path, NO_FLAGS, nobodyAsks);
  assert.deepEqual(identity.keyPair, keyPair);

  // What cannot be used stays as it is as well.
  await write(path, "nonsense\n");
  const flags = { ...NO_FLAGS, home: folder.path };
  await assert.rejects(loadIdentity(flags, nobodyAsks), { code: "bad-file" });
  assert.equal(await Deno.readTextFile(path), "nonsense\n");
});

Deno.test("identity: a named file that is not there is not made", async () => {
  using folder = temporaryFolder();
  const identity = `${folder.path}/mis typed.pem`;
  await assert.rejects(loadIdentity({ ...NO_FLAGS, identity }, nobodyAsks), {
    code: "bad-file",
    message: `there is no file ${identity}; to make it, run: deno run -NRWE client.ts id --new ` +
      `--identity '${identity}'`,
  });
  await assert.rejects(Deno.stat(identity), Deno.errors.NotFound);
});

Deno.test({
  name: "identity: a file that others may read is refused with the command that mends it",
  ignore: Deno.build.os === "windows",
  async fn() {
    using folder = temporaryFolder();
    const identity = `${folder.path}/identity.pem`;
    await write(identity, await encodeKeyFile(await generateX25519KeyPair()));
    await Deno.chmod(identity, 0o640);
    await assert.rejects(loadIdentity({ ...NO_FLAGS, identity }, nobodyAsks), {
      code: "bad-file",
      message: new RegExp(`chmod 600 '?${identity}`),
    });
  },
});

Deno.test("identity: a passphrase is asked for, three times at most", async () => {
  using folder = temporaryFolder();
  const identity = `${folder.path}/identity.pem`;
  const flags = { ...NO_FLAGS, identity };
  const keyPair = await generateX25519KeyPair();
  await write(identity, await encodeKeyFile(keyPair, PASSPHRASE));

  const third = answering("wrong", "", PASSPHRASE);
  const opened = await loadIdentity(flags, third.ask);
  assert.deepEqual(opened.keyPair, keyPair);
  assert.equal(opened.isEncrypted, true);
  const question = `Passphrase for ${identity}:`;
  const again = `Wrong passphrase. ${question}`;
  assert.deepEqual(third.questions, [question, again, again]);

  const never = answering("a secret", "b secret", "c secret", PASSPHRASE);
  await assert.rejects(loadIdentity(flags, never.ask), (error: Error) => {
    assert.equal(Reflect.get(error, "code"), "wrong-passphrase");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  assert.equal(never.questions.length, 3);

  await assert.rejects(loadIdentity(flags, answering(undefined).ask), {
    code: "wrong-passphrase",
    message: `${identity} needs a passphrase; without a terminal, use --passphrase-file FILE`,
  });
});

Deno.test("identity: a passphrase comes from a file, and then nobody is asked", async () => {
  using folder = temporaryFolder();
  const passphraseFile = `${folder.path}/passphrase`;
  const flags = { ...NO_FLAGS, home: folder.path, passphraseFile };
  await write(passphraseFile, `${PASSPHRASE}\nand nothing of this\n`);
  assert.equal(await readPassphrase(passphraseFile), PASSPHRASE);
  assert.equal(await readPassphrase(undefined), undefined);

  const made = await loadIdentity(flags, nobodyAsks);
  assert.equal(made.isEncrypted, true);
  assert.match(await Deno.readTextFile(made.file ?? ""), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/m);
  assert.deepEqual((await loadIdentity(flags, nobodyAsks)).keyPair, made.keyPair);

  await write(passphraseFile, "wrong\n");
  await assert.rejects(loadIdentity(flags, nobodyAsks), { code: "wrong-passphrase" });
  await assert.rejects(readPassphrase(`${folder.path}/none`), { code: "bad-file" });
});

Deno.test({
  name: "identity: without permissions there is one for this run, and another the next time",
  permissions: { read: false, write: false, env: false },
  async fn() {
    const one = await loadIdentity(NO_FLAGS, nobodyAsks);
    const other = await loadIdentity(NO_FLAGS, nobodyAsks);
    assert.notDeepEqual(one.keyPair, other.keyPair);
    assert.deepEqual([one.file, one.isEncrypted], [undefined, false]);
    assert.match(
      one.notice?.text ?? "",
      /^This identity is temporary:\nsaving is off; /,
    );
  },
});

Deno.test({
  name: "identity: one that was named is not silently another where it may not be read",
  permissions: { read: false, write: false, env: false },
  async fn() {
    for (const flags of [{ identity: "/somewhere/key.pem" }, { home: "/somewhere" }]) {
      await assert.rejects(loadIdentity({ ...NO_FLAGS, ...flags }, nobodyAsks), {
        code: "permission",
      });
    }
  },
});

Deno.test("identity: where it is, or would be", () => {
  const folder = new StateFolder("/home/ada");
  assert.equal(identityPath(NO_FLAGS, folder), "/home/ada/identity.pem");
  assert.equal(identityPath({ ...NO_FLAGS, identity: "key.pem" }, folder), "key.pem");
});
