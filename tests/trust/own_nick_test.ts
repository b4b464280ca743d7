import assert from "node:assert/strict";
import { OwnNick, type OwnNickOptions } from "../../lib/trust/own_nick.ts";
import { StateFolder } from "../../lib/trust/state_folder.ts";
import { temporaryFolder } from "../support/doubles.ts";

/** Without a user's name, whoever runs the test. */
function withoutUser(): Disposable {
  const before = ["USER", "LOGNAME", "USERNAME"].map((name) => [name, Deno.env.get(name)] as const);
  for (const [name] of before) Deno.env.delete(name);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    },
  };
}

function open(path: string, options: Partial<OwnNickOptions> = {}): Promise<OwnNick> {
  const folder = new StateFolder(path);
  return OwnNick.open({
    program: "client",
    given: undefined,
    folder,
    isInteractive: true,
    ...options,
  });
}

Deno.test("own nick: given, else remembered, else the user's name, else guest or host", async () => {
  using _nobody = withoutUser();
  using folder = temporaryFolder();
  const { path } = folder;
  assert.equal((await open(path)).name, "guest");
  assert.equal((await open(path, { program: "server" })).name, "host");
  // Of several variables the first that can be a nickname counts.
  for (
    const [name, value] of [["USERNAME", "cy"], ["LOGNAME", "bob.b"], ["USER", "root"]] as const
  ) {
    Deno.env.set(name, value);
  }
  assert.equal((await open(path)).name, "bob.b");
  assert.equal((await open(path, { program: "server" })).name, "bob.b");
  Deno.env.set("USER", "Ann Lee");
  assert.equal((await open(path)).name, "Ann_Lee");

  const given = await open(path, { given: "zoe" });
  assert.equal(given.name, "zoe");
  await given.keepGiven();
  assert.equal((await open(path)).name, "zoe");
  assert.equal(await Deno.readTextFile(`${path}/client_nick`), "zoe\n");
  assert.equal((await open(path, { given: "eve" })).name, "eve");
  assert.equal((await open(path, { program: "server" })).name, "Ann_Lee", "each has its own");
});

Deno.test("own nick: what a person chose is kept, and nothing else", async () => {
  using _nobody = withoutUser();
  using folder = temporaryFolder();
  const { path } = folder;
  const file = `${path}/client_nick`;
  await (await open(path)).keepGiven();
  await (await open(path, { given: "robot", isInteractive: false })).keepGiven();
  await (await open(path, { given: "robot", isInteractive: false })).keep("clock");
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
  await Deno.writeTextFile(file, "# mine\n\n  ann  \nbob\n");
  const nick = await open(path, { isInteractive: false });
  assert.equal(nick.name, "ann", "off a terminal it is used as well");
  await (await open(path)).keep("zoe");
  assert.equal(await Deno.readTextFile(file), "# mine\n\nzoe\n");
});

Deno.test("own nick: a file that is damaged, or not allowed any more, keeps nobody out", async () => {
  using _nobody = withoutUser();
  using folder = temporaryFolder();
  const file = `${folder.path}/client_nick`;
  const contents = [
    ...["", "\n", "server\n", "two words\n", "a:b", "\x1b[2J\n", "x".repeat(2_000_000)]
      .map((text) => new TextEncoder().encode(text)),
    Uint8Array.of(0xff, 0xfe, 0x61, 0),
    Uint8Array.of(0xc3, 0x28),
  ];
  for (const content of contents) {
    await Deno.writeFile(file, content, { mode: 0o600 });
    assert.equal((await open(folder.path)).name, "guest");
  }
  await Deno.remove(file);
  await Deno.mkdir(file);
  const nick = await open(folder.path, { given: "ann" });
  assert.equal((await open(folder.path)).name, "guest");
  await nick.keepGiven();
});

Deno.test({
  name: "own nick: without permissions nobody is asked for one",
  permissions: { read: false, write: false, env: false },
  async fn() {
    const folder = new StateFolder(undefined);
    const options = { program: "client", folder, isInteractive: true } as const;
    const nick = await OwnNick.open({ ...options, given: undefined });
    assert.equal(nick.name, "guest");
    await nick.keep("ann");
  },
});
