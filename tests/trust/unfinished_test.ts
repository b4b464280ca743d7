import assert from "node:assert/strict";
import { InvitationList } from "../../lib/identity/mod.ts";
import { removeUnfinished, UNFINISHED } from "../../lib/identity/files/write_file.ts";
import { loadIdentity } from "../../lib/trust/own_identity.ts";
import { openStore, StateFolder } from "../../lib/trust/state_folder.ts";
import { fixture, folderTest, ON_WINDOWS, Running } from "../identity/fixtures/support.ts";

const NO_KILL = ON_WINDOWS && "no SIGKILL on Windows";

/** Runs `fixtures/killed_at.ts` to its untimely end. */
async function killedAt(step: string, home: string, work: string): Promise<void> {
  await using program = new Running(fixture("killed_at", [step, home, work], ["--allow-all"]));
  await assert.rejects(program.line(), /ended before it wrote a line/);
}

/** What is in a folder, the locks aside, which are empty. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.endsWith(".lock")).sort();
}

function identity(home: string, file?: string) {
  const flags = { program: "client", identity: file, home, passphraseFile: undefined } as const;
  return loadIdentity(flags, () => Promise.resolve(undefined));
}

folderTest("unfinished: the secret of an invitation is gone at the next start", async (home) => {
  await Deno.chmod(home, 0o700);
  const store = () => new StateFolder(home).store("invitations", { secret: true });
  const kept = await new InvitationList(await store()).create();
  await killedAt("rename", home, "invite");
  assert.deepEqual(filesIn(home), ["invitations", `invitations${UNFINISHED}`]);
  const { mode } = await Deno.stat(`${home}/invitations${UNFINISHED}`);
  assert.equal((mode ?? 0) & 0o777, 0o600);

  const list = new InvitationList(await store());
  assert.deepEqual(filesIn(home), ["invitations"]);
  assert.deepEqual((await list.records()).map(({ id }) => id), [kept.id]);
}, NO_KILL);

folderTest("unfinished: a key that was never used, or is locked now, is gone", async (home) => {
  await killedAt("link", home, "create");
  assert.deepEqual(filesIn(home), [`identity.pem${UNFINISHED}`]);
  const { keyPair } = await identity(home);
  assert.deepEqual(filesIn(home), ["identity.pem"]);

  await killedAt("rename", home, "unlock");
  assert.deepEqual(filesIn(home), ["identity.pem", `identity.pem${UNFINISHED}`]);
  assert.deepEqual((await identity(home, `${home}/identity.pem`)).keyPair, keyPair);
  assert.deepEqual(filesIn(home), ["identity.pem"]);
}, NO_KILL);

folderTest("unfinished: a key under two names is under one at the next start", async (home) => {
  // Before it is written, what may be left there is removed; it is the second time that comes too late.
  await killedAt("remove:2", home, "create");
  assert.deepEqual(filesIn(home), ["identity.pem", `identity.pem${UNFINISHED}`]);
  const { keyPair } = await identity(home);
  assert.deepEqual(filesIn(home), ["identity.pem"]);
  assert.deepEqual((await identity(home)).keyPair, keyPair);
}, NO_KILL);

folderTest("unfinished: what earlier versions left in the home is gone, too", async (home) => {
  for (const name of ["invitations", "identity.pem", "known_hosts"]) {
    await Deno.writeTextFile(`${home}/${name}.tmp`, "secret\n", { mode: 0o600 });
  }
  const folder = new StateFolder(home);
  await folder.store("invitations", { secret: true });
  await folder.store("known_hosts");
  await identity(home);
  assert.deepEqual(filesIn(home), ["identity.pem"]);
});

folderTest("unfinished: beside a file that was named, another's is not touched", async (folder) => {
  const path = `${folder}/hosts`;
  await Deno.writeTextFile(`${path}.tmp`, "mine\n");
  await Deno.writeTextFile(path + UNFINISHED, "left\n");
  await (await openStore(path)).update(() => "new\n");
  assert.deepEqual(filesIn(folder), ["hosts", "hosts.tmp"]);
});

folderTest("unfinished: what is being written stays", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path + UNFINISHED, "half a li");
  await using holder = new Running(fixture("hold_lock", [path]));
  assert.equal(await holder.line(), "locked");
  await removeUnfinished(path, UNFINISHED, 20);
  assert.deepEqual(filesIn(folder), [`file${UNFINISHED}`]);
  await holder.endInput();
  await removeUnfinished(path);
  assert.deepEqual(filesIn(folder), []);
});

folderTest("unfinished: a link by that name is no file of this program", async (folder) => {
  await Deno.symlink("nowhere", `${folder}/file${UNFINISHED}`);
  await removeUnfinished(`${folder}/file`);
  assert.deepEqual(filesIn(folder), [`file${UNFINISHED}`]);
}, ON_WINDOWS && "links take a privilege on Windows");
