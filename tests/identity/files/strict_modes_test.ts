import assert from "node:assert/strict";
import { createTextFile, fileStore, readTextFile } from "../../../lib/identity/mod.ts";
import { refuseForeignFolders } from "../../../lib/identity/files/strict_modes.ts";
import {
  fixture,
  folderTest,
  ON_WINDOWS,
  Running,
  runToEnd,
  usageError,
} from "../fixtures/support.ts";

const NO_MODES = ON_WINDOWS && "no modes on Windows";
const NO_CHOWN = NO_MODES || (Deno.uid() !== 0 && "only root can give files away");

const OTHERS = "is writable by other users of this computer; run:";

/** Some user, and a group that is nobody's own. */
const MALLORY = 12345;
const STAFF = 54321;

/** What `root` is told, by whom alone it can be tried. */
const ANOTHERS = "belongs to another user of this computer; " +
  `run this program as that user: sudo -u '#${MALLORY}', or docker run -u ${MALLORY}`;

/** What is done to a file, and so has to refuse. */
function attempts(path: string): (() => Promise<unknown>)[] {
  return [
    () => readTextFile(path),
    () => fileStore(path).read(),
    () => fileStore(path).update(() => "new\n"),
  ];
}

async function refused(path: string, sentence: string): Promise<void> {
  for (const attempt of attempts(path)) {
    await assert.rejects(attempt(), usageError("bad-file", sentence));
  }
}

async function newFile(folder: string): Promise<string> {
  const path = `${folder}/known_hosts`;
  await Deno.writeTextFile(path, "text\n", { mode: 0o600 });
  return path;
}

folderTest("strict modes: a file that others may write is refused", async (folder) => {
  const path = await newFile(folder);
  for (const mode of [0o602, 0o622, 0o666, 0o646]) {
    await Deno.chmod(path, mode);
    await refused(path, `${path} ${OTHERS} chmod go-w ${path}`);
    await runToEnd(["chmod", "go-w", path]);
    assert.equal(await readTextFile(path), "text\n");
  }
}, NO_MODES);

folderTest("strict modes: a group may write what is its own user's", async (folder) => {
  const path = await newFile(folder);
  await Deno.chmod(path, 0o664);
  await Deno.chown(path, null, STAFF);
  await refused(path, `${path} ${OTHERS} chmod go-w ${path}`);
  // A user with a group of the same number, as Debian and Fedora make them.
  await Deno.chown(path, null, Deno.uid());
  assert.equal(await readTextFile(path), "text\n");
}, NO_CHOWN);

folderTest("strict modes: a file that belongs to somebody else is refused", async (folder) => {
  const path = await newFile(folder);
  await Deno.chown(path, MALLORY, MALLORY);
  const sentence = `${path} ${ANOTHERS}`;
  await refused(path, sentence);
  await assert.rejects(readTextFile(path, { secret: true }), usageError("bad-file", sentence));
  await runToEnd(["sh", "-c", `chown "$(id -u)" ${path}`]);
  assert.equal(await readTextFile(path), "text\n");
}, NO_CHOWN);

folderTest("strict modes: each folder above it counts", async (folder) => {
  await Deno.mkdir(`${folder}/a/b`, { recursive: true });
  const path = await newFile(`${folder}/a/b`);
  for (const place of [`${folder}/a/b`, `${folder}/a`, folder]) {
    await Deno.chmod(place, 0o777);
    const sentence = `the folder ${place} ${OTHERS} chmod go-w ${place}`;
    await refused(path, sentence);
    await assert.rejects(createTextFile(`${path}2`, "new\n"), usageError("bad-file", sentence));
    await assert.rejects(
      createTextFile(`${folder}/a/b/new/file`, "new\n"),
      usageError("bad-file", sentence),
    );
    await Deno.chmod(place, 0o755);
    assert.equal(await readTextFile(path), "text\n");
  }
  assert.deepEqual([...Deno.readDirSync(`${folder}/a/b`)].map(({ name }) => name), [
    "known_hosts",
  ], "and nothing was made");
}, NO_MODES);

folderTest("strict modes: a folder that belongs to somebody else is refused", async (folder) => {
  await Deno.mkdir(`${folder}/a/b`, { recursive: true });
  const path = await newFile(`${folder}/a/b`);
  for (const place of [`${folder}/a/b`, `${folder}/a`]) {
    await Deno.chown(place, MALLORY, MALLORY);
    await refused(path, `the folder ${place} ${ANOTHERS}`);
    await Deno.chown(place, Deno.uid(), null);
  }
  assert.equal(await readTextFile(path), "text\n");
}, NO_CHOWN);

folderTest("strict modes: a folder like /tmp is fine, but not as one's own", async (folder) => {
  await Deno.chmod(folder, 0o1777);
  const path = await newFile(folder);
  assert.equal(await readTextFile(path), "text\n");
  await fileStore(path).update(() => "new\n");
  await assert.rejects(
    refuseForeignFolders(path, { isOwn: true }),
    usageError("bad-file", `the folder ${folder} is for everybody; use one of your own`),
  );
  await Deno.mkdir(`${folder}/home`);
  assert.equal(await refuseForeignFolders(`${folder}/home/file`, { isOwn: true }), false);
}, NO_MODES);

folderTest("strict modes: a link is looked at, and so is the way that it leads", async (folder) => {
  await Deno.mkdir(`${folder}/far/away`, { recursive: true });
  await Deno.mkdir(`${folder}/near`);
  const path = await newFile(`${folder}/far/away`);
  await Deno.symlink("../far/./away", `${folder}/near/link`);
  const byLink = `${folder}/near/link/known_hosts`;
  assert.equal(await readTextFile(byLink), "text\n");
  for (const place of ["far/away", "far", "near"].map((name) => `${folder}/${name}`)) {
    await Deno.chmod(place, 0o777);
    await refused(byLink, `the folder ${place} ${OTHERS} chmod go-w ${place}`);
    await Deno.chmod(place, 0o755);
  }
  await Deno.symlink(path, `${folder}/near/known_hosts`);
  await Deno.chmod(`${folder}/far`, 0o777);
  await refused(
    `${folder}/near/known_hosts`,
    `the folder ${folder}/far ${OTHERS} chmod go-w ${folder}/far`,
  );
}, NO_MODES);

folderTest("strict modes: a link of somebody else is not followed", async (folder) => {
  await Deno.mkdir(`${folder}/a`);
  await Deno.chmod(folder, 0o1777);
  await newFile(`${folder}/a`);
  const link = `${folder}/link`;
  await Deno.symlink("a", link);
  await runToEnd(["chown", "-h", `${MALLORY}`, link]);
  await refused(`${link}/known_hosts`, `the symbolic link ${link} ${ANOTHERS}`);
}, NO_CHOWN);

folderTest("strict modes: a pipe with a name is looked at as a file is", async (folder) => {
  const pipe = `${folder}/pipe`;
  const link = `${folder}/link`;
  await Deno.symlink(pipe, link);
  const refusedPipe = (sentence: string) =>
    Promise.all([pipe, link].map((path) =>
      assert.rejects(
        readTextFile(path, { secret: true }),
        usageError("bad-file", sentence.replaceAll("PIPE", path)),
      )
    ));
  await runToEnd(["mkfifo", "-m", "600", pipe]);
  await using _writer = new Running(["sh", "-c", `while :; do echo open sesame > ${pipe}; done`]);
  await Deno.chmod(pipe, 0o622);
  await refusedPipe(
    "PIPE is accessible to other users of this computer; run: chmod 600 PIPE",
  );
  await Deno.chmod(pipe, 0o600);
  await Deno.chmod(folder, 0o777);
  await refusedPipe(`the folder ${folder} ${OTHERS} chmod go-w ${folder}`);
  await Deno.chmod(folder, 0o755);
  assert.match(await readTextFile(link, { secret: true }) ?? "", /^open sesame/);
  if (NO_CHOWN) return;
  await Deno.chown(pipe, MALLORY, MALLORY);
  await refusedPipe(`PIPE ${ANOTHERS}`);
}, NO_MODES);

folderTest("strict modes: a lock file is never reached through a link", async (folder) => {
  const path = await newFile(folder);
  await Deno.symlink("elsewhere", `${path}.lock`);
  const sentence = `${path}.lock is a symbolic link, which is not followed; remove it`;
  const change = () => fileStore(path).update(() => "new\n");
  await assert.rejects(change(), usageError("bad-file", sentence));
  await assert.rejects(Deno.lstat(`${folder}/elsewhere`), Deno.errors.NotFound);
  await Deno.writeTextFile(`${folder}/elsewhere`, "");
  await assert.rejects(change(), usageError("bad-file", sentence));
  await Deno.remove(`${path}.lock`);
  await Deno.mkdir(`${path}.lock`);
  await assert.rejects(
    change(),
    usageError("bad-file", `${path}.lock is a folder, not a file`),
  );
  assert.equal(await Deno.readTextFile(path), "text\n");
}, ON_WINDOWS && "links take a privilege on Windows");

folderTest("strict modes: whose files are one's own takes no permission", async (folder) => {
  const path = await newFile(folder);
  await Deno.chown(path, MALLORY, MALLORY);
  const outcome = async (...permissions: string[]) =>
    JSON.parse(await runToEnd(fixture("file_store_program", ["read", path], permissions)));
  const message = `${path} ${ANOTHERS}`;
  const both = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  assert.deepEqual(await outcome(...both), { code: "bad-file", message });
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["known_hosts"]);
  // Where nothing may be written, there is nothing to compare with.
  assert.deepEqual(await outcome(`--allow-read=${folder}`), { value: "text\n" });
}, NO_CHOWN);
