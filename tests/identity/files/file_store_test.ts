import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  createTextFile,
  fileStore,
  mayRead,
  mayWrite,
  readTextFile,
} from "../../../lib/identity/mod.ts";
import { MAX_FILE_SIZE } from "../../../lib/identity/files/plain_text.ts";
import { UNFINISHED } from "../../../lib/identity/files/write_file.ts";
import { Pty, ptyAvailable } from "../../support/pty.ts";
import {
  fixture,
  folderTest,
  ON_WINDOWS,
  Running,
  runToEnd,
  usageError,
} from "../fixtures/support.ts";

const NO_MODES = ON_WINDOWS && "no modes on Windows";
const NO_SHELL = ON_WINDOWS && "no POSIX shell on Windows";

/** `root` may do everything; without these capabilities it may do what the modes say. */
const WITH_MODES = Deno.uid() === 0
  ? ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"]
  : [];
const NO_PERMISSION_BITS = NO_MODES ||
  (WITH_MODES.length > 0 && !await starts([...WITH_MODES, "true"]) &&
    "root, and no setpriv to do without its rights");
const NO_FIFO = !await starts(["mkfifo", "--version"]) && "no mkfifo here";

async function starts([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function modeOf(path: string): Promise<string> {
  return (((await Deno.stat(path)).mode ?? 0) & 0o7777).toString(8);
}

/** What is in a folder, the lock files aside, which are meant to stay. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.endsWith(".lock")).sort();
}

/** Puts other functions in the place of Deno's own for as long as some work takes. */
async function withDeno(
  others: Partial<Pick<typeof Deno, "link" | "open" | "rename">>,
  work: () => Promise<void>,
): Promise<void> {
  const { link, open, rename } = Deno;
  Object.assign(Deno, others);
  try {
    await work();
  } finally {
    Object.assign(Deno, { link, open, rename });
  }
}

/** As Deno makes them, for some with a code and for some without. */
function systemError(code?: string): Error {
  return Object.assign(new Error("Odd thing (os error 999): open '/a'"), code && { code });
}

/** What `fixtures/file_store_program.ts` tells. */
type Outcome = { value: unknown } | { code: string; message: string };

async function outcomeOf(command: readonly string[]): Promise<Outcome> {
  return JSON.parse(await runToEnd(command));
}

// Reading

folderTest("file store: a file is read as it is, and none is undefined", async (folder) => {
  const path = `${folder}/file`;
  assert.equal(await readTextFile(path), undefined);
  assert.equal(await readTextFile(`${folder}/missing/file`), undefined);
  for (const text of ["", "\n", "a", "a\tb\n\nç € 𝄞 \ufeff\ufffd\n"]) {
    await Deno.writeTextFile(path, text);
    assert.equal(await readTextFile(path), text);
  }
});

folderTest("file store: what people save on other systems is read, and stays", async (folder) => {
  const path = `${folder}/file`;
  const cases: readonly (readonly [bytes: string | number[], text: string])[] = [
    ["a\r\nb\r\n", "a\r\nb\r\n"],
    ["a\rb\n\r", "a\rb\n\r"],
    ["a\0\x1b[31m\u0085\x7f\n", "a\0\x1b[31m\u0085\x7f\n"],
    ["\ufeffa\n\ufeffb\n", "a\n\ufeffb\n"],
    // "für" in Latin-1, and in UTF-8 that is cut short.
    [[0x66, 0xfc, 0x72, 0x0a], "f\udcfcr\n"],
    [[0x66, 0xc3], "f\udcc3"],
    [[0xf0, 0x9d, 0x84, 0x9e, 0xff, 0xf0, 0x9d, 0x84], "𝄞\udcff\udcf0\udc9d\udc84"],
    // The surrogates of UTF-16, and a slash in two bytes, are not UTF-8.
    [[0xed, 0xa0, 0x80, 0xc0, 0xaf], "\udced\udca0\udc80\udcc0\udcaf"],
  ];
  for (const [content, text] of cases) {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : Uint8Array.from(content);
    await Deno.writeFile(path, bytes);
    assert.equal(await readTextFile(path), text);
    await fileStore(path).update((text) => `${text}more`);
    assert.deepEqual(
      await Deno.readFile(path),
      Uint8Array.from([...bytes, ...new TextEncoder().encode("more")]),
      "and nothing that was there has changed",
    );
  }
  await Deno.writeTextFile(path, "\ufeffold");
  await fileStore(path, { keepsMark: false }).update(() => "new");
  assert.equal(await Deno.readTextFile(path), "new");
});

folderTest("file store: UTF-16 is refused in one sentence", async (folder) => {
  const path = `${folder}/file`;
  const little = [..."x25519 Käthe"].flatMap((letter) => {
    const unit = letter.charCodeAt(0);
    return [unit & 0xff, unit >> 8];
  });
  const big = little.map((_, at) => little[at ^ 1]);
  for (const bytes of [[0xff, 0xfe, ...little], [0xfe, 0xff, ...big], little, big]) {
    await Deno.writeFile(path, Uint8Array.from(bytes));
    const refused = usageError(
      "bad-file",
      `${path} is UTF-16 ("Unicode" in Notepad); save it as UTF-8`,
    );
    await assert.rejects(readTextFile(path), refused);
    await assert.rejects(fileStore(path).update(() => "new\n"), refused);
    assert.deepEqual([...await Deno.readFile(path)], bytes, "and the file is unchanged");
    assert.deepEqual(filesIn(folder), ["file"]);
  }
});

folderTest("file store: any bytes are a text that is the same bytes again", async (folder) => {
  const path = `${folder}/file`;
  const bytes = fc.uint8Array({ maxLength: 40 });
  const textLike = fc.string({ unit: "binary", maxLength: 40 })
    .map((text) => new TextEncoder().encode(text));
  await fc.assert(fc.asyncProperty(fc.oneof(bytes, textLike), async (bytes) => {
    await Deno.writeFile(path, bytes);
    try {
      await fileStore(path).update((text) => `${text}\n`);
      assert.deepEqual(await Deno.readFile(path), Uint8Array.from([...bytes, 0x0a]));
    } catch (error) {
      assert.ok(
        error instanceof Error && error.message.startsWith(`${path} is UTF-16`),
        `${error}`,
      );
    }
  }));
});

folderTest("file store: a large file is refused before it is read", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "x".repeat(MAX_FILE_SIZE));
  assert.equal((await readTextFile(path))?.length, MAX_FILE_SIZE);
  // It takes no space on the disk.
  await Deno.truncate(path, 2 ** 40);
  const neverOpen = () => Promise.reject(new TypeError("opened"));
  await withDeno({ open: neverOpen }, async () => {
    await assert.rejects(
      readTextFile(path),
      usageError("bad-file", `${path} is larger than 1 MiB`),
    );
  });
});

folderTest("file store: what is no regular file is refused", async (folder) => {
  const refused = usageError("bad-file", `${folder} is a folder, not a file`);
  await assert.rejects(readTextFile(folder), refused);
  await assert.rejects(fileStore(folder).update(() => "text"), refused);
  await Deno.writeTextFile(`${folder}/file`, "");
  await assert.rejects(
    readTextFile(`${folder}/file/file`),
    usageError(
      "bad-file",
      `cannot read ${folder}/file/file: a part of its path is not a folder`,
    ),
  );
  await assert.rejects(readTextFile(""), usageError("bad-file", "the name of a file is empty"));
});

folderTest("file store: a device is refused", async () => {
  await assert.rejects(
    readTextFile("/dev/zero", { secret: true }),
    usageError("bad-file", "/dev/zero is not a regular file"),
  );
}, ON_WINDOWS && "no /dev/zero on Windows");

folderTest("file store: a pipe is for secrets only", async (folder) => {
  const path = `${folder}/pipe`;
  await runToEnd(["mkfifo", "-m", "600", path]);
  // Nobody writes to it: to open it would be to wait for ever.
  await assert.rejects(
    readTextFile(path),
    usageError("bad-file", `${path} is not a regular file`),
  );
  await using _writer = new Running(["sh", "-c", `echo open sesame > ${path}`]);
  assert.equal(await readTextFile(path, { secret: true }), "open sesame\n");
}, NO_FIFO);

folderTest("file store: a pipe that never ends is too large", async (folder) => {
  const path = `${folder}/pipe`;
  await runToEnd(["mkfifo", "-m", "600", path]);
  await using writer = new Running(["sh", "-c", `echo; exec yes > ${path}`]);
  await writer.line();
  await assert.rejects(
    readTextFile(path, { secret: true }),
    usageError("bad-file", `${path} is larger than 1 MiB`),
  );
}, NO_FIFO);

folderTest("file store: a shell's own pipe is a secret file", async () => {
  const read = (shell: string, permission: string, path: string, before = ":") => {
    const words = fixture("file_store_program", ["read-secret"], [permission])
      .map((word) => `'${word}'`).join(" ");
    return outcomeOf([shell, "-c", `echo open sesame | { ${before}; ${words} ${path}; }`]);
  };
  const text = { value: "open sesame\n" };
  assert.deepEqual(await read("bash", "--allow-all", "<(echo open sesame)"), text);
  assert.deepEqual(await read("sh", "--allow-all", "/dev/stdin"), text);
  // It has no name by which others could open it, and some systems give it another mode.
  assert.deepEqual(await read("sh", "--allow-all", "/dev/stdin", "chmod 644 /dev/stdin"), text);
  assert.deepEqual(await read("sh", "--allow-read", "/dev/stdin"), {
    code: "permission",
    message: "to read /dev/stdin, run with --allow-all",
  });
}, !await starts(["bash", "--version"]) && "no bash here");

folderTest("file store: a secret file that others may read is refused", async (folder) => {
  const path = `${folder}/it's mine`;
  for (const mode of [0o604, 0o640, 0o620, 0o601, 0o644, 0o660]) {
    await Deno.writeTextFile(path, "secret\n");
    await Deno.chmod(path, mode);
    const command = `chmod 600 '${folder}/it'\\''s mine'`;
    const refused = usageError(
      "bad-file",
      `${path} is accessible to other users of this computer; run: ${command}`,
    );
    await assert.rejects(readTextFile(path, { secret: true }), refused);
    await assert.rejects(fileStore(path, { secret: true }).update(() => "x"), refused);
    if ((mode & 0o022) === 0) assert.equal(await readTextFile(path), "secret\n");
    await runToEnd(["sh", "-c", command]);
    assert.equal(await readTextFile(path, { secret: true }), "secret\n");
  }
}, NO_MODES);

// Creating

folderTest("file store: a new file and its new folders are for the owner alone", async (folder) => {
  const path = `${folder}/a/b/file`;
  assert.equal(await createTextFile(path, "text\n"), true);
  assert.equal(await Deno.readTextFile(path), "text\n");
  assert.deepEqual(filesIn(`${folder}/a/b`), ["file"]);
  if (ON_WINDOWS) return;
  assert.equal(await modeOf(path), "600");
  assert.equal(await modeOf(`${folder}/a`), "700");
  assert.equal(await modeOf(`${folder}/a/b`), "700");
});

folderTest("file store: creating never replaces", async (folder) => {
  const path = `${folder}/file`;
  const attempts = await Promise.all(
    Array.from({ length: 20 }, (_, index) => createTextFile(path, `${index}\n`)),
  );
  assert.equal(attempts.filter((isMade) => isMade).length, 1);
  assert.equal(await Deno.readTextFile(path), `${attempts.indexOf(true)}\n`);
  assert.equal(await createTextFile(folder, "text"), false, "nor a folder");
  assert.deepEqual(filesIn(folder), ["file"]);
});

folderTest("file store: creating where files have one name only", async (folder) => {
  const path = `${folder}/file`;
  const link = () => Promise.reject(systemError("EPERM"));
  await withDeno({ link }, async () => {
    assert.equal(await createTextFile(path, "first\n"), true);
    assert.equal(await createTextFile(path, "second\n"), false);
  });
  assert.equal(await Deno.readTextFile(path), "first\n");
  assert.deepEqual(filesIn(folder), ["file"]);
  if (!ON_WINDOWS) assert.equal(await modeOf(path), "600");
});

folderTest("file store: nothing is written that could not be read again", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  const tooLarge = usageError(
    "bad-file",
    `${path} would be larger than 1 MiB; nothing was written`,
  );
  await assert.rejects(fileStore(path).update(() => "x".repeat(MAX_FILE_SIZE + 1)), tooLarge);
  await assert.rejects(createTextFile(path, "ä".repeat(MAX_FILE_SIZE / 2 + 1)), tooLarge);
  const notText = usageError("bad-file", `${path} would not be text; nothing was written`);
  for (const text of ["a\ud83d\n", "\udc7f", "\udd00"]) {
    await assert.rejects(fileStore(path).update(() => text), notText);
    await assert.rejects(createTextFile(path, text), notText);
  }
  assert.equal(await Deno.readTextFile(path), "old\n");
  assert.deepEqual(filesIn(folder), ["file"]);
});

// Changing

folderTest("file store: a change is made to what is there now", async (folder) => {
  const path = `${folder}/new/file`;
  const store = fileStore(path);
  assert.equal(store.name, path);
  assert.equal(await store.read(), "");
  await store.update((text) => `${text}one\n`);
  await Deno.writeTextFile(path, "two\n", { append: true });
  await store.update((text) => `${text}three\n`);
  assert.equal(await store.read(), "one\ntwo\nthree\n");
  assert.deepEqual(filesIn(`${folder}/new`), ["file"]);
  if (ON_WINDOWS) return;
  assert.equal(await modeOf(path), "600");
  assert.equal(await modeOf(`${path}.lock`), "600");
  assert.equal(await modeOf(`${folder}/new`), "700");
});

folderTest("file store: what a killed program left behind is no hindrance", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path + UNFINISHED, "half a li");
  await Deno.writeTextFile(`${path}.lock`, "");
  await fileStore(path).update((text) => `${text}line\n`);
  assert.equal(await Deno.readTextFile(path), "line\n");
  assert.deepEqual(filesIn(folder), ["file"]);
});

folderTest("file store: a change keeps the mode", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  for (const mode of [0o644, 0o600, 0o640, 0o700]) {
    await Deno.chmod(path, mode);
    await fileStore(path).update((text) => `${text}more\n`);
    assert.equal(await modeOf(path), mode.toString(8));
  }
}, NO_MODES);

folderTest("file store: a change by root leaves the file to its group", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  await Deno.chown(path, 0, 23456);
  await Deno.chmod(path, 0o640);
  await fileStore(path).update(() => "new\n");
  const { uid, gid } = await Deno.stat(path);
  assert.deepEqual([uid, gid, await modeOf(path)], [0, 23456, "640"]);
}, Deno.uid() !== 0 && "not root");

folderTest("file store: only a change is written", async (folder) => {
  const path = `${folder}/file`;
  await fileStore(path).update((text) => text);
  assert.deepEqual(filesIn(folder), [], "not even an empty file");
  await Deno.writeTextFile(path, "text\n");
  const before = await Deno.stat(path);
  await fileStore(path).update((text) => text);
  const after = await Deno.stat(path);
  assert.deepEqual([after.ino, after.mtime], [before.ino, before.mtime]);
});

folderTest("file store: an edit that throws changes nothing", async (folder) => {
  const path = `${folder}/file`;
  const store = fileStore(path);
  await Deno.writeTextFile(path, "text\n");
  const error = new RangeError("no");
  const refuse = () => {
    throw error;
  };
  await assert.rejects(store.update(refuse), (thrown) => thrown === error);
  assert.equal(await Deno.readTextFile(path), "text\n");
  await store.update((text) => `${text}more\n`);
  assert.equal(await store.read(), "text\nmore\n", "and the next one has the lock");
});

folderTest("file store: a symbolic link stays one", async (folder) => {
  await Deno.mkdir(`${folder}/elsewhere`);
  await Deno.writeTextFile(`${folder}/elsewhere/file`, "old\n");
  await Deno.symlink("elsewhere/file", `${folder}/link`);
  await fileStore(`${folder}/link`).update((text) => `${text}more\n`);
  assert.ok((await Deno.lstat(`${folder}/link`)).isSymlink);
  assert.equal(await Deno.readTextFile(`${folder}/elsewhere/file`), "old\nmore\n");
  assert.deepEqual(
    [...Deno.readDirSync(`${folder}/elsewhere`)].map(({ name }) => name).sort(),
    ["file", "file.lock"],
    "whoever comes by another way takes the same lock",
  );
  assert.equal(await createTextFile(`${folder}/link`, "new\n"), false);
}, ON_WINDOWS && "links take a privilege on Windows");

folderTest("file store: a symbolic link to nothing is an error, not a new file", async (folder) => {
  const path = `${folder}/link`;
  await Deno.symlink("nowhere", path);
  const refused = usageError(
    "bad-file",
    `${path} is a symbolic link to a file that is not there`,
  );
  await assert.rejects(readTextFile(path), refused);
  await assert.rejects(fileStore(path).update(() => "text"), refused);
  await Deno.symlink("circle", `${folder}/circle`);
  await assert.rejects(
    readTextFile(`${folder}/circle`),
    usageError(
      "bad-file",
      `cannot read ${folder}/circle: its symbolic links lead in a circle`,
    ),
  );
  assert.deepEqual(filesIn(folder), ["circle", "link"]);
}, ON_WINDOWS && "links take a privilege on Windows");

folderTest("file store: a required file must be there", async (folder) => {
  const path = `${folder}/file`;
  const store = fileStore(path, { required: true });
  const refused = usageError("bad-file", `there is no file ${path}`);
  await assert.rejects(store.read(), refused);
  await assert.rejects(store.update(() => "text"), refused);
  await Deno.writeTextFile(path, "");
  assert.equal(await store.read(), "");
});

// What fails

folderTest("file store: when a step fails the old file is whole", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  const reasons = [
    ["ENOSPC", "no space is left"],
    ["EROFS", "the disk is read-only"],
    ["EODD", "odd thing"],
    [undefined, "odd thing"],
  ] as const;
  for (const [code, reason] of reasons) {
    const fail = () => Promise.reject(systemError(code));
    await withDeno({ rename: fail }, async () => {
      await assert.rejects(
        fileStore(path).update(() => "new\n"),
        usageError("bad-file", `cannot write ${path}: ${reason}; the file is unchanged`),
      );
    });
    await withDeno({ open: fail }, async () => {
      await assert.rejects(
        createTextFile(`${path}2`, "new\n"),
        usageError("bad-file", `cannot write ${path}2: ${reason}; nothing was written`),
      );
    });
    assert.equal(await Deno.readTextFile(path), "old\n");
    assert.deepEqual(filesIn(folder), ["file"]);
  }
  const defect = new TypeError("not the system's");
  await withDeno({ rename: () => Promise.reject(defect) }, async () => {
    await assert.rejects(fileStore(path).update(() => "new\n"), (error) => error === defect);
  });
  assert.deepEqual(filesIn(folder), ["file"]);
});

folderTest("file store: when the space runs out the old file is whole", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  // A limit for the size of files, which fails in the middle of a write, as a full disk does.
  const limited = (...args: string[]) => [
    ...["sh", "-c", `trap "" XFSZ; ulimit -f 8; exec "$@"`, "sh"],
    ...fixture("file_store_program", args),
  ];
  const text = "line\n".repeat(20_000);
  assert.deepEqual(await outcomeOf(limited("update", path, text)), {
    code: "bad-file",
    message: `cannot write ${path}: file too large; the file is unchanged`,
  });
  assert.deepEqual(await outcomeOf(limited("create", `${path}2`, text)), {
    code: "bad-file",
    message: `cannot write ${path}2: file too large; nothing was written`,
  });
  assert.equal(await Deno.readTextFile(path), "old\n");
  assert.deepEqual(filesIn(folder), ["file"]);
}, NO_SHELL);

folderTest("file store: a name that is too long", async (folder) => {
  const path = `${folder}/${"x".repeat(255)}`;
  await Deno.writeTextFile(path, "old\n");
  await assert.rejects(
    fileStore(path).update(() => "new\n"),
    usageError("bad-file", `cannot write ${path}: its name is too long; the file is unchanged`),
  );
  await assert.rejects(
    createTextFile(`${path}x`, "new\n"),
    usageError("bad-file", `cannot write ${path}x: its name is too long; nothing was written`),
  );
  assert.equal(await Deno.readTextFile(path), "old\n");
  assert.equal(filesIn(folder).length, 1);
}, ON_WINDOWS && "another error on Windows");

folderTest("file store: a file where a folder should be", async (folder) => {
  await Deno.writeTextFile(`${folder}/file`, "old\n");
  for (const path of [`${folder}/file/a`, `${folder}/file/a/b`]) {
    const reason = `cannot write ${path}: a part of its path is not a folder`;
    await assert.rejects(
      createTextFile(path, "new\n"),
      usageError("bad-file", `${reason}; nothing was written`),
    );
    await assert.rejects(
      fileStore(path).update(() => "new\n"),
      usageError("bad-file", `${reason}; the file is unchanged`),
    );
  }
  assert.equal(await Deno.readTextFile(`${folder}/file`), "old\n");
});

folderTest("file store: the system's permissions are respected", async (folder) => {
  const attempt = (...args: string[]) =>
    outcomeOf([...WITH_MODES, ...fixture("file_store_program", args)]);
  const denied = (action: string, path: string, rest = "") => ({
    code: "bad-file",
    message: `cannot ${action} ${path}: permission denied${rest}`,
  });
  const closed = `${folder}/closed`;
  await Deno.writeTextFile(closed, "old\n");
  await Deno.chmod(closed, 0o000);
  assert.deepEqual(await attempt("read", closed), denied("read", closed));
  const readOnly = `${folder}/read-only`;
  await Deno.writeTextFile(readOnly, "old\n");
  await Deno.chmod(readOnly, 0o400);
  assert.deepEqual(
    await attempt("update", readOnly, "new\n"),
    denied("write", readOnly, "; the file is unchanged"),
    "although its folder would allow to put another in its place",
  );
  const inside = `${folder}/folder/file`;
  await Deno.mkdir(`${folder}/folder`);
  await Deno.writeTextFile(inside, "old\n");
  await Deno.chmod(`${folder}/folder`, 0o500);
  assert.deepEqual(
    await attempt("update", inside, "new\n"),
    denied("write", inside, "; the file is unchanged"),
  );
  assert.deepEqual(
    await attempt("create", `${inside}2`, "new\n"),
    denied("write", `${inside}2`, "; nothing was written"),
  );
  await Deno.chmod(closed, 0o600);
  await Deno.chmod(`${folder}/folder`, 0o700);
  for (const path of [closed, readOnly, inside]) {
    assert.equal(await Deno.readTextFile(path), "old\n");
  }
  assert.deepEqual(filesIn(`${folder}/folder`), ["file"]);
}, NO_PERMISSION_BITS);

// Deno's permissions

Deno.test({
  name: "file store: without Deno's permissions there is a sentence",
  permissions: { read: false, write: false },
  async fn() {
    const [path, store] = ["/home/ada/file", fileStore("/home/ada/file")];
    assert.equal(mayRead(path), false);
    assert.equal(mayWrite(path), false);
    const read = usageError("permission", `to read ${path}, run with --allow-read`);
    await assert.rejects(readTextFile(path), read);
    await assert.rejects(store.read(), read);
    await assert.rejects(store.update(() => "text"), read);
    await assert.rejects(createTextFile(path, "text"), read);
    await assert.rejects(readTextFile(""), usageError("bad-file", "the name of a file is empty"));
  },
});

Deno.test({
  name: "file store: without Deno's permission to write there is a sentence",
  permissions: { read: true, write: false },
  async fn() {
    const path = "/home/ada/file";
    assert.equal(mayRead(path), true);
    assert.equal(mayWrite(path), false);
    assert.equal(mayRead(""), false);
    const refused = usageError("permission", `to write ${path}, run with --allow-write`);
    await assert.rejects(fileStore(path).update(() => "text"), refused);
    await assert.rejects(createTextFile(path, "text"), refused);
  },
});

folderTest("file store: it takes the permission for one folder", async (folder) => {
  const path = `${folder}/file`;
  const attempt = (permissions: string[], ...args: string[]) =>
    outcomeOf(fixture("file_store_program", args, permissions));
  const both = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  assert.deepEqual(await attempt(both, "create", path, "one\n"), { value: true });
  assert.deepEqual(await attempt(both, "update", path, "two\n"), { value: null });
  assert.deepEqual(await attempt(both, "create", `${folder}/a/b/file`, ""), { value: true });
  const reading = [`--allow-read=${path}`];
  assert.deepEqual(await attempt(reading, "read", path), { value: "two\n" });
  const writing = [`--allow-read=${folder}`, `--allow-write=${path}`];
  assert.deepEqual(await attempt(writing, "update", path, "three\n"), {
    code: "permission",
    message: `to write ${path}, run with --allow-write=${folder}/`,
  });
  assert.equal(await Deno.readTextFile(path), "two\n");
});

folderTest("file store: a link is no way around a permission", async (folder) => {
  await Deno.mkdir(`${folder}/allowed`);
  await Deno.writeTextFile(`${folder}/file`, "text\n");
  const path = `${folder}/allowed/link`;
  await Deno.symlink("../file", path);
  const permissions = [`--allow-read=${folder}/allowed`, `--allow-write=${folder}/allowed`];
  const refused = {
    code: "permission",
    message: `to read ${path}, run with --allow-read=${await Deno.realPath(folder)}/file`,
  };
  for (const args of [["read", path], ["update", path, "new\n"]]) {
    assert.deepEqual(await outcomeOf(fixture("file_store_program", args, permissions)), refused);
  }
  assert.equal(await Deno.readTextFile(`${folder}/file`), "text\n");
}, ON_WINDOWS && "links take a privilege on Windows");

folderTest("file store: Deno never asks the person at the terminal", async (folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "old\n");
  await Deno.symlink("/etc/hosts", `${folder}/link`);
  const cases: readonly (readonly [permissions: string[], args: string[]])[] = [
    [[], ["read", path]],
    [[], ["update", path, "new\n"]],
    [[], ["create", `${path}2`, "new\n"]],
    [[`--allow-read=${folder}`], ["update", path, "new\n"]],
    [[`--allow-read=${path}`, `--allow-write=${path}`], ["update", path, "new\n"]],
    [[`--allow-read=${path}2`, `--allow-write=${path}2`], ["create", `${path}2`, "new\n"]],
    [[`--allow-read=${folder}`], ["read", `${folder}/link`]],
    [["--allow-read"], ["read-secret", "/dev/fd/0"]],
  ];
  for (const [permissions, args] of cases) {
    await using terminal = new Pty(fixture("file_store_program", args, permissions));
    // If it asked, it would wait for an answer, and there would be no sentence.
    await terminal.waitFor('{"code":');
    assert.equal(await terminal.status, 0);
  }
  assert.equal(await Deno.readTextFile(path), "old\n");
}, !ptyAvailable && "no pseudo-terminal here");

// Noticing edits

folderTest("file store: edits of the same length are noticed at once", async (folder) => {
  const path = `${folder}/file`;
  const store = fileStore(path);
  const time = new Date();
  for (let round = 0; round < 50; round++) {
    const text = `${round % 10}\n`;
    await Deno.writeTextFile(path, text);
    // As if the clock of the file system had not moved since the edit before.
    await Deno.utime(path, time, time);
    assert.equal(await store.read(), text);
  }
});

folderTest("file store: a file that rests is not read again, until it changes", async (folder) => {
  const path = `${folder}/file`;
  const store = fileStore(path, { secret: true });
  await Deno.writeTextFile(path, "one\n", { mode: 0o600 });
  const { open } = Deno;
  const { now } = Date;
  let count = 0;
  const countingOpen: typeof Deno.open = (...args) => {
    count++;
    return open(...args);
  };
  const reads = async (text: string, times: number) => {
    count = 0;
    assert.deepEqual([await store.read(), count], [text, times]);
  };
  await withDeno({ open: countingOpen }, async () => {
    await reads("one\n", 1);
    await reads("one\n", 1);
    try {
      // A minute later.
      Date.now = () => now() + 60_000;
      await reads("one\n", 1);
      await reads("one\n", 0);
      await Deno.utime(path, new Date(), new Date(0));
      await reads("one\n", 1);
      await reads("one\n", 0);
      await Deno.writeTextFile(path, "longer\n");
      await Deno.utime(path, new Date(), new Date(0));
      await reads("longer\n", 1);
      await reads("longer\n", 0);
      await Deno.writeTextFile(`${path}2`, "LONGER\n", { mode: 0o600 });
      await Deno.utime(`${path}2`, new Date(), new Date(0));
      await Deno.rename(`${path}2`, path);
      await reads("LONGER\n", 1);
      await reads("LONGER\n", 0);
      if (!ON_WINDOWS) {
        await Deno.chmod(path, 0o644);
        await assert.rejects(store.read(), /chmod 600/);
        await Deno.chmod(path, 0o600);
      }
      await Deno.remove(path);
      await reads("", 0);
      await Deno.writeTextFile(path, "new\n", { mode: 0o600 });
      await reads("new\n", 1);
    } finally {
      Date.now = now;
    }
  });
});
