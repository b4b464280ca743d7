import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { type Explanation, Page } from "../../../lib/explain/mod.ts";
import { PageFile } from "../../../lib/program/explain/page_file.ts";
import { temporaryFolder } from "../../support/doubles.ts";

const isWindows = Deno.build.os === "windows";

function page(): Page {
  const started = new Date("2026-01-02T03:04:05Z");
  return new Page({ program: "client", version: "0.0.0", secrets: false, started });
}

function explanation(title: string): Explanation {
  return { connection: 1, kind: "omitted", title, text: ["A sentence."], steps: [] };
}

/** For `assert.rejects`: one sentence that says which flag. */
function isUsage(code: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.code, code);
    assert.match(error.message, /^--explain-to (cannot|may not) write [^\n]*$/);
    assert.match(error.message, message);
    return true;
  };
}

Deno.test("page file: it is only for its owner, and whole in every moment", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const file = await PageFile.open(path, page());
  const { mode } = Deno.statSync(path);
  if (!isWindows) assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.equal(Deno.readTextFileSync(path), page().start());
  file.add(explanation("One"));
  assert.match(Deno.readTextFileSync(path), /One/);
  file.add(explanation("Two"));
  const before = Deno.readTextFileSync(path);
  file.end();
  const after = Deno.readTextFileSync(path);
  assert.ok(after.startsWith(before) && after.endsWith("</html>\n"));
  assert.equal(file.failure, undefined);
});

Deno.test("page file: an empty file and an older page are replaced, and then only for their owner", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const long = page();
  const older = long.start() + long.add(explanation("Older")).repeat(50) + long.end();
  for (const text of ["", older]) {
    Deno.writeTextFileSync(path, text);
    if (!isWindows) Deno.chmodSync(path, 0o644);
    const file = await PageFile.open(path, page());
    file.add(explanation("New"));
    file.end();
    const expected = page();
    assert.equal(
      Deno.readTextFileSync(path),
      expected.start() + expected.add(explanation("New")) + expected.end(),
    );
    if (!isWindows) assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("page file: where nothing was explained, an older page stays", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const older = page().start() + page().end();
  Deno.writeTextFileSync(path, older);
  const file = await PageFile.open(path, page());
  file.end();
  assert.equal(file.hasBegun, false);
  assert.equal(Deno.readTextFileSync(path), older);
});

Deno.test("page file: that nobody says anything is told once", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const file = await PageFile.open(path, page());
  const routine = { ...explanation("Ping"), routine: true };
  for (let count = 0; count < 5; count++) file.add(routine);
  file.end();
  const text = Deno.readTextFileSync(path);
  assert.doesNotMatch(text, />Ping</);
  assert.equal(text.split("pings and pongs are not shown").length, 2);
});

Deno.test("page file: anything else stays as it is", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const others = [" ", "secret", "<!DOCTYPE html>\n<title>My page</title>", `x${page().start()}`];
  for (const text of others) {
    Deno.writeTextFileSync(path, text);
    await assert.rejects(PageFile.open(path, page()), isUsage("bad-file", /holds something else/));
    assert.equal(Deno.readTextFileSync(path), text);
  }
});

Deno.test("page file: what is no file, or in no folder, is told of", async () => {
  using folder = temporaryFolder();
  const missing = `${folder.path}/no/page.html`;
  await assert.rejects(
    PageFile.open(missing, page()),
    isUsage("bad-file", /its folder does not exist$/),
  );
  await assert.rejects(
    PageFile.open(folder.path, page()),
    isUsage("bad-file", /folder|directory/i),
  );
});

Deno.test({
  name: "page file: neither a pipe nor a device is written, and its mode stays",
  ignore: isWindows,
  async fn() {
    using folder = temporaryFolder();
    // Not the system's own /dev/null: all programs need that one as it is.
    const nodes = [["mkfifo", "pipe"], ["mknod", "null", "c", "1", "3"]];
    for (const [command, name, ...kind] of nodes) {
      const path = `${folder.path}/${name}`;
      const { success } = await new Deno.Command(command, { args: [path, ...kind], stderr: "null" })
        .output();
      // Only root makes devices, and not everywhere.
      if (!success) continue;
      Deno.chmodSync(path, 0o644);
      const before = Deno.statSync(path);
      await assert.rejects(PageFile.open(path, page()), isUsage("bad-file", /not a regular file/));
      const after = Deno.statSync(path);
      assert.deepEqual([after.ino, after.mode], [before.ino, before.mode]);
    }
  },
});

Deno.test({
  name: "page file: who has opened the file while others could read it does not read the page",
  ignore: isWindows,
  async fn() {
    using folder = temporaryFolder();
    const path = `${folder.path}/page.html`;
    for (const text of ["", page().start() + page().end()]) {
      for (const mode of [0o644, 0o604, 0o640, 0o600]) {
        Deno.writeTextFileSync(path, text);
        Deno.chmodSync(path, mode);
        using opened = Deno.openSync(path);
        const file = await PageFile.open(path, page());
        file.add(explanation("Secret"));
        if ("tryLockSync" in Deno.FsFile.prototype) {
          await assert.rejects(PageFile.open(path, page()), isUsage("bad-file", /another program/));
        }
        file.end();
        assert.match(Deno.readTextFileSync(path), /Secret/);
        const { size, ino } = opened.statSync();
        assert.equal(ino === Deno.statSync(path).ino, mode === 0o600);
        if (mode !== 0o600) assert.equal(size, new TextEncoder().encode(text).length);
      }
    }
  },
});

Deno.test({
  name: "page file: what has been put in its place meanwhile is neither changed nor removed",
  ignore: isWindows,
  async fn() {
    using folder = temporaryFolder();
    const path = `${folder.path}/page.html`;
    const target = `${folder.path}/target`;
    Deno.writeTextFileSync(target, "", { mode: 0o644 });
    for (const mode of [0o644, 0o600]) {
      Deno.writeTextFileSync(path, page().start() + page().end());
      Deno.chmodSync(path, mode);
      const file = await PageFile.open(path, page());
      Deno.removeSync(path);
      Deno.symlinkSync(target, path);
      file.add(explanation("Secret"));
      file.end();
      if (mode === 0o644) assert.match(file.failure ?? "", /replaced/);
      assert.ok(Deno.lstatSync(path).isSymlink);
      assert.equal(Deno.readTextFileSync(target), "");
      assert.equal((Deno.statSync(target).mode ?? 0) & 0o777, 0o644);
      Deno.removeSync(path);
    }
  },
});

Deno.test({
  name: "page file: a symbolic link is not followed, wherever it leads",
  ignore: isWindows,
  async fn() {
    using folder = temporaryFolder();
    const path = `${folder.path}/page.html`;
    const target = `${folder.path}/target`;
    Deno.symlinkSync(target, path);
    const refused = isUsage("bad-file", /is a symbolic link, which is not followed; remove it$/);
    await assert.rejects(PageFile.open(path, page()), refused);
    assert.throws(() => Deno.lstatSync(target), Deno.errors.NotFound);
    for (const text of ["", page().start() + page().end()]) {
      Deno.writeTextFileSync(target, text, { mode: 0o644 });
      await assert.rejects(PageFile.open(path, page()), refused);
      assert.equal(Deno.readTextFileSync(target), text);
      assert.equal((Deno.statSync(target).mode ?? 0) & 0o777, 0o644);
    }
  },
});

Deno.test({
  name: "page file: what somebody else could have put there is not written",
  ignore: isWindows,
  async fn() {
    using folder = temporaryFolder();
    const path = `${folder.path}/page.html`;
    Deno.chmodSync(folder.path, 0o777);
    const shared = isUsage("bad-file", /folder \S+ is writable by other users/);
    await assert.rejects(PageFile.open(path, page()), shared);
    Deno.chmodSync(folder.path, 0o1777);
    (await PageFile.open(path, page())).end();
    if (Deno.uid() !== 0) return;
    Deno.chownSync(path, 12345, 12345);
    await assert.rejects(
      PageFile.open(path, page()),
      isUsage("bad-file", /page\.html belongs to another user/),
    );
  },
});

Deno.test("page file: two programs do not write the same page", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const first = await PageFile.open(path, page());
  // Older versions of Deno cannot try a lock without waiting for it, and Windows locks out readers.
  if (!isWindows && "tryLockSync" in Deno.FsFile.prototype) {
    await assert.rejects(PageFile.open(path, page()), isUsage("bad-file", /another program/));
  }
  first.end();
  (await PageFile.open(path, page())).end();
});

Deno.test({
  name: "page file: without permission nothing is asked",
  permissions: { read: true, write: false },
  async fn() {
    await assert.rejects(
      PageFile.open("/tmp/page.html", page()),
      isUsage("permission", /run with --allow-read and --allow-write$/),
    );
  },
});

Deno.test("page file: one connection leaves room for the others", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const file = await PageFile.open(path, page(), { maxConnectionSize: 30_000 });
  for (let count = 0; count < 50; count++) file.add(explanation(`loud ${"x".repeat(1_000)}`));
  file.add({ ...explanation("quiet"), connection: 2 });
  file.end();
  const text = Deno.readTextFileSync(path);
  assert.ok(text.length < 60_000 && !file.isFull);
  assert.equal(text.split("Enough of this connection").length, 2);
  assert.match(text, /quiet/);
});

Deno.test("page file: when it is full, it says how much is missing", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/page.html`;
  const start = new TextEncoder().encode(page().start()).length;
  const file = await PageFile.open(path, page(), { maxSize: start + 10_000 });
  const title = "x".repeat(1_000);
  for (let count = 0; count < 50; count++) file.add(explanation(title));
  file.end();
  const text = Deno.readTextFileSync(path);
  const shown = text.split(title).length - 1;
  assert.ok(shown > 0 && shown < 10, `${shown} are shown`);
  assert.match(text, /The page is full/);
  assert.match(text, new RegExp(`${50 - shown} explanations were left out`));
  assert.ok(file.isFull);
  assert.ok(text.endsWith("</html>\n"));
});
