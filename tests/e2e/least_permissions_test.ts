import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  leastPermissions,
  type Program as Name,
  VARIABLES,
} from "../../scripts/least_permissions.ts";
import { EXECUTABLES, Lines, programCommand, startClient } from "../support/programs.ts";
import { temporaryFolder } from "../support/doubles.ts";
import { UsageError } from "../../lib/errors.ts";
import { Home } from "./home.ts";

const ON_WINDOWS = Deno.build.os === "windows";

const { tasks }: { tasks: Record<string, { command: string }> } = JSON.parse(
  await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
);

const BASE = ["--no-prompt", "--allow-net", `--allow-env=${VARIABLES.join(",")}`];

Deno.test("least permissions: the home, and what the flags name", () => {
  const cases: readonly [Name, string, string, string][] = [
    ["server", "", "", ""],
    ["client", "chat.test --nick ann", "", ""],
    ["client", "--identity /k/key --passphrase-file p", ",/k/key,p", ""],
    ["client", "--invite-file /i/file", ",/i/file", ""],
    ["client", "--known-hosts /k/hosts --outbox /o/box", ",/k/,/o/", ",/k/,/o/"],
    ["server", "--history room.db --allow /e/team", ",.,/e/team", ",."],
    ["server", "--explain-to page.html", ",page.html", ",page.html"],
    ["client", "id --identity /k/key --new-passphrase-file n", ",/k/,/k/key,n", ",/k/"],
    ["server", "history export /h/room.db", ",/h/", ",/h/"],
    ["server", "--no-such-flag", "", ""],
  ];
  for (const [program, line, read, write] of cases) {
    const args = [...line.split(" ").filter((word) => word !== ""), "--home", "/a"];
    const isWrong = line === "--no-such-flag";
    const given = leastPermissions(program, args);
    assert.deepEqual(given.slice(0, 3), BASE);
    if (isWrong) continue;
    assert.deepEqual(given.slice(3), [
      ...(program === "server" ? ["--allow-sys=networkInterfaces"] : []),
      `--allow-read=/a${read}`,
      `--allow-write=/a${write}`,
    ], line);
  }
});

Deno.test({
  name: "least permissions: where links lead is allowed as well, however much of it is there",
  ignore: ON_WINDOWS,
  fn() {
    using folder = temporaryFolder();
    const real = Deno.realPathSync(folder.path);
    Deno.mkdirSync(`${real}/real/keys`, { recursive: true });
    Deno.writeTextFileSync(`${real}/real/hosts`, "");
    Deno.symlinkSync(`${real}/real`, `${real}/link`);
    Deno.symlinkSync(`${real}/real/hosts`, `${real}/hosts`);
    const args = ["--home", `${real}/link/new/home`, "--identity", `${real}/link/keys/mine`];
    const given = leastPermissions("client", [...args, "--known-hosts", `${real}/hosts`]);
    const home = `${real}/link/new/home,${real}/real/new/home`;
    const changed = `${home},${real}/,${real}/real/`;
    assert.deepEqual(given.slice(3), [
      `--allow-read=${changed},${real}/link/keys/mine,${real}/real/keys/mine`,
      `--allow-write=${changed}`,
    ]);
  },
});

Deno.test("least permissions: a comma in a path is a mistake that is told", () => {
  for (const path of ["/a,b", ",a", "a,"]) {
    assert.throws(() => leastPermissions("client", ["--home", path]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.startsWith(`${path} has a comma in it`), error.message);
      return true;
    });
  }
});

Deno.test({
  name: "least permissions: they are enough",
  ignore: EXECUTABLES !== undefined,
  async fn() {
    await using host = new Home();
    await using guest = new Home();
    await host.publicKey("server");
    const team = host.beside("team");
    await Deno.writeTextFile(team, `${await guest.publicKeyLine()} ann\n`, { mode: 0o600 });
    const hostFlags = [
      ...["--json", "--allow", team, "--history", host.path("room.db")],
      ...["--explain-to", host.path("page.html"), "--home", host.folder],
    ];
    await using server = await host.server(hostFlags, {
      permissions: leastPermissions("server", hostFlags),
    });
    const guestFlags = [
      ...["--json", "--home", guest.folder, "--outbox", guest.path("outbox")],
      ...["--known-hosts", guest.path("hosts")],
    ];
    await using client = startClient(server.address, guestFlags, {
      permissions: leastPermissions("client", guestFlags),
    });
    await client.write('{"command":"say","text":"hello"}\n');
    await client.waitForEvent("delivered");
    await client.closeStdin();
    assert.equal(await client.status, 0);
    server.signal("SIGTERM");
    assert.equal(await server.status, 0);
    const told = [server, client].flatMap((program) => [
      ...program.events("error"),
      ...program.events("notice").filter(({ text }) => /temporary|saving|permission/.test(text)),
    ]);
    assert.deepEqual(told, []);
    assert.match(await Deno.readTextFile(guest.path("hosts")), / x25519 /);
    assert.match(await host.read("page.html"), /^<!DOCTYPE html>/);

    for (const task of [["id", "--new"], ["history", "check", host.path("room.db")]]) {
      const args = [...task, "--home", host.folder];
      const { status, stderr } = await host.run("server", args, {
        permissions: leastPermissions("server", args),
      });
      assert.ok(status === 0 || /another identity/.test(stderr), stderr);
    }
  },
});

/** What a task of deno.json runs, without the task runner. */
function startTask(
  name: Name,
  args: readonly string[],
  home: string,
  folder?: string,
): Deno.ChildProcess {
  const [deno, run, ...rest] = tasks[name].command.split(" ");
  assert.deepEqual([deno, run], ["deno", "run"]);
  return new Deno.Command(Deno.execPath(), {
    args: [run, ...rest, ...args],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: {
      ...programCommand(name).env,
      X25519_CHAT_HOME: home,
      ...folder === undefined ? {} : { INIT_CWD: folder },
    },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test({
  name: "least permissions: the tasks start the programs with them, and end them",
  ignore: EXECUTABLES !== undefined || ON_WINDOWS,
  async fn() {
    await using home = new Home();
    const shown = await startTask("client", ["id", "--json"], home.folder).output();
    assert.equal(shown.code, 0, new TextDecoder().decode(shown.stderr));
    assert.equal(
      JSON.parse(new TextDecoder().decode(shown.stdout)).file,
      home.path("identity.pem"),
    );

    const args = ["--headless", "--listen", "127.0.0.1:0", "--history", "/nowhere/room.db"];
    const refused = await startTask("server", args, home.folder).output();
    assert.equal(refused.code, 2);
    assert.match(new TextDecoder().decode(refused.stderr), /no folder \/nowhere\//);

    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const server = startTask("server", args.slice(0, 3), home.folder);
      const [stdout, stderr] = [server.stdout, server.stderr]
        .map((stream) => new Lines(stream, Promise.resolve()));
      assert.ok(await stderr.find((line) => line.includes("127.0.0.1:")), stderr.text);
      server.kill(signal);
      assert.equal((await server.status).code, 0);
      await Promise.all([stdout.ended, stderr.ended]);
    }
  },
});

Deno.test({
  name: "least permissions: paths are those of the folder in which a task is called",
  ignore: EXECUTABLES !== undefined || ON_WINDOWS,
  async fn() {
    await using home = new Home();
    const publicKey = btoa(String.fromCharCode(...await home.publicKey()));
    using folder = temporaryFolder();
    Deno.symlinkSync(home.folder, `${folder.path}/mine`);
    const ask = async (path: string) => {
      const args = ["id", "--json", "--home", path];
      const { code, stdout, stderr } = await startTask("client", args, "/nowhere", folder.path)
        .output();
      const [text, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      return { code, text, error };
    };
    const { code, text = "", error } = await ask("mine");
    assert.equal(code, 0, error);
    assert.equal(JSON.parse(text).file, "mine/identity.pem");
    assert.ok(text.includes(publicKey), "the key that was there");
    const torn = await ask("a,b");
    assert.equal(torn.code, 2);
    assert.match(torn.error ?? "", /^error: a,b has a comma in it[^\n]*\n$/);
  },
});

Deno.test("least permissions: no task of the programs may do everything, and all are frozen", () => {
  for (const name of ["server", "client"]) {
    const words = tasks[name].command.split(" ");
    const broad = /^(?:-[A-Z]*[ARWEN][A-Z]*|--allow-(?:all|write|env|net|sys|ffi))$/;
    assert.deepEqual(words.filter((word) => broad.test(word)), []);
  }
  for (const { command } of Object.values(tasks)) {
    for (const [call] of command.matchAll(/deno (?:run|test|check) [^&]*/g)) {
      assert.match(call, /--frozen\b/);
    }
  }
});
